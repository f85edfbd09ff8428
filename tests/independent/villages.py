"""The rules about villages and townships, a second time: yearly facts, and who is not out of poverty that day."""

from dataclasses import dataclass
from datetime import date

from tests.independent.desks import Desks
from tests.independent.persons_facts import House, Moment, members
from tests.independent.persons_logic import Truth, both, judge, no, rule, said
from tests.independent.rows import Row, Rows, by


@dataclass(frozen=True)
class Place:
    """A village or township on the day. `facts` is the latest year told of, `before` the year just before that one."""

    id: int
    code: str
    facts: Row
    before: Row
    unexited_persons: int
    exit_met: Truth

    @property
    def kind(self) -> str | None:
        return self.facts.get("village_class") or None


def places(rows: Rows, place: str, at: Moment, homes: dict[int, House], level: str) -> list[Place]:
    years = by(rows["villages.villageyear"], "division_id")
    unexited = [house.code for _, house in members(rows, at, homes) if house.unexited]
    desks, found = Desks(rows, at.day, at.known), []
    for row in rows["villages.division"]:
        if row["level"] != level or not row["code"].startswith(place):
            continue
        told = {year["year"]: year for year in years.get(row["id"], []) if year["year"] <= at.day.year}
        latest = max(told, default=0)
        count = sum(code.startswith(row["code"]) for code in unexited)
        met = desks.village_met(row["id"])
        found.append(
            Place(row["id"], row["code"], told.get(latest, {}), told.get(latest - 1, {}), count, met)
        )
    return found


def in_2020(day: date) -> bool:
    """A document judges villages and townships in its own years only: Yuzhou's is the work of 2020."""
    return day.year == 2020


@rule("YZ-R-1-01")
def township_on_the_list(place: Place, day: date) -> str:
    return judge(in_2020(day), place.unexited_persons > 200)


@rule("YZ-R-1-02")
def village_on_the_list(place: Place, day: date) -> str:
    return judge(in_2020(day), place.unexited_persons > 20)


# --- collective income, Yuzhou 12


def earns_below(place: Place, fen: int) -> Truth:
    return said(place.facts.get("collective_income_fen"), lambda income: income < fen)


def kind_in(place: Place, *kinds: str) -> Truth:
    return said(place.kind, lambda kind: kind in kinds)


@rule("YZ-R-12-02/poor")
def poor_village_income(place: Place, day: date) -> str:
    whom = both(in_2020(day), kind_in(place, "poor", "deep_poverty"))
    return judge(whom, earns_below(place, 10_000_000))


@rule("YZ-R-12-02/key")
def key_village_income(place: Place, day: date) -> str:
    return judge(both(in_2020(day), kind_in(place, "key_nonpoor")), earns_below(place, 5_000_000))


@rule("YZ-R-12-02/none")
def task_without_income(place: Place, day: date) -> str:
    whom = both(in_2020(day), kind_in(place, "nonpoor"), place.facts.get("has_relief_task"))
    return judge(whom, earns_below(place, 1))


@rule("YZ-R-5-03")
def poor_village_not_up_to_the_list(place: Place, day: date) -> str:
    return judge(both(in_2020(day), kind_in(place, "poor", "deep_poverty")), no(place.exit_met))


# --- incidence, Mianchi


def incidence(place: Place) -> tuple[int, int] | None:
    poor, all_of_them = place.facts.get("poor_persons"), place.facts.get("registered_population")
    return None if poor is None or not all_of_them else (poor, all_of_them)


def above(place: Place, percent: int, *, too: bool = False) -> Truth:
    """`too`: the line itself counts."""
    pair = incidence(place)
    if pair is None:
        return None
    return pair[0] * 100 > percent * pair[1] or (too and pair[0] * 100 == percent * pair[1])


def of_the_plan(place: Place, day: date, *kinds: str) -> Truth:
    """三年行动计划 2018 to 2020, by the latest figures there are."""
    return both(2018 <= day.year <= 2020, kind_in(place, *kinds))


@rule("MC-R001")
def poor_village_at_the_deep_line(place: Place, day: date) -> str:
    return judge(of_the_plan(place, day, "poor"), above(place, 20, too=True))


@rule("MC-R002")
def deep_village_far_above(place: Place, day: date) -> str:
    return judge(of_the_plan(place, day, "deep_poverty"), above(place, 30))


@rule("MC-R003")
def heavy_task(place: Place, day: date) -> str:
    many = said(place.facts.get("poor_persons"), lambda poor: poor >= 50)
    return judge(of_the_plan(place, day, "nonpoor", "key_nonpoor"), both(above(place, 5), many))


@rule("MC-R007")
def incidence_rose(place: Place, day: date) -> str:
    now = incidence(place)
    then = place.before.get("poor_persons"), place.before.get("registered_population")
    whom = of_the_plan(place, day, "deep_poverty")
    if now is None or then[0] is None or not then[1]:
        return judge(whom, None)
    return judge(whom, now[0] * then[1] > then[0] * now[1])
