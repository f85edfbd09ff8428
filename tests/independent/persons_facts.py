"""What the rows say about every person of a county on a day, in plain Python: one `Who` per person who is judged.

Written from docs/metrics.md and the models alone. None is "not recorded", never "no".
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from households import codes
from tests.independent.desks import Desks
from tests.independent.rows import Row, Rows, by

SUBSIDY, TRAINING = "残疾人补贴", "技能培训"
INCOME = ("industry", "employment", "finance", "public_post")
JOBS = ("employment", "public_post")
ALLOWANCE = ("rural_allowance", "urban_allowance")


@dataclass(frozen=True)
class Moment:
    """The day that is judged, and what was written down by when."""

    day: date
    known: datetime


def holds(row: Row, at: Moment) -> bool:
    """Half-open, as it stood and as it was known."""
    if row["effective_from"] > at.day or row["recorded_at"] > at.known:
        return False
    end, told = row["effective_to"], row["end_recorded_at"]
    return end is None or end > at.day or (told is not None and told > at.known)


def the_one(rows: list[Row], at: Moment) -> Row | None:
    """The row that holds on the day; the county writes no two at once."""
    return next((row for row in rows if holds(row, at)), None)


def under_way(measure: Row, at: Moment) -> bool:
    """Begun, and not ended before the day. What is planned has not begun; what is over without a day is over."""
    begun = measure["state"] != "planned" and measure["started_on"] <= at.day
    last = measure["ended_on"]
    lasts = measure["state"] == "active" if last is None else last >= at.day
    return begun and lasts and measure["recorded_at"] <= at.known


def full_years(born: date | None, day: date) -> int | None:
    """周岁: complete on the birthday itself. Who is not born yet has none."""
    if born is None or born > day:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@dataclass(frozen=True)
class House:
    """A household on the day."""

    id: int
    code: str
    poverty: str | None
    monitor: str | None
    grade: str | None  # danger grade of the house
    nets: tuple[str, ...]
    measures: tuple[Row, ...]  # under way
    net_fen: int | None
    heads: int | None  # by whom the income is shared; nothing is per head of nobody
    standard: int | None  # of the allowance, 分 a head
    spendable: int | None = None  # 可支配收入, net income where nobody entered it
    last_visit: date | None = None
    exit_agreed: Row | None = None  # the proceeding

    @property
    def registered(self) -> bool | None:
        return None if self.poverty is None else self.poverty != "ordinary"

    @property
    def exited(self) -> bool | None:
        return None if self.poverty is None else self.poverty in codes.EXITED

    @property
    def unexited(self) -> bool | None:
        return None if self.poverty is None else self.poverty in ("unexited", "pre_exit", "returned")

    @property
    def monitored(self) -> bool | None:
        """No class beside a recorded status means none."""
        if self.monitor is None:
            return None if self.poverty is None else False
        return self.monitor != "none"

    @property
    def allowance(self) -> bool:
        return any(kind in ALLOWANCE for kind in self.nets)

    @property
    def destitute(self) -> bool:
        return any(kind not in ALLOWANCE for kind in self.nets)

    @property
    def below_allowance(self) -> bool | None:
        if self.net_fen is None or self.heads is None or self.standard is None:
            return None
        return self.net_fen < self.standard * self.heads

    @property
    def income_measures(self) -> int:
        return sum(row["category"] in INCOME for row in self.measures)

    def has_unnamed(self, column: str, value: str) -> bool:
        """Help of the household that names nobody in it."""
        return any(row[column] == value and row["person_id"] is None for row in self.measures)


@dataclass(frozen=True)
class Who:
    """A person on the day."""

    id: int
    house: House
    age: int | None
    situation: Row
    measures: tuple[Row, ...]  # under way and naming the person
    trained_on: date | None
    desks: Desks

    def says(self, column: str) -> Any:
        """What the situation of the day says; a blank code is not recorded."""
        value = self.situation.get(column)
        return None if value == "" else value

    @property
    def at_school(self) -> bool | None:
        schooling = self.says("schooling")
        return None if schooling is None else schooling not in ("not_at_school", "preschool_age")

    def listed(self, listing: str) -> bool | None:
        return self.desks.listed(listing, self.house.code, "person_id", self.id)

    def house_listed(self, listing: str) -> bool | None:
        return self.desks.listed(listing, self.house.code, "household_id", self.house.id)

    def helped(self, column: str, *values: str) -> bool:
        return any(row[column] in values for row in self.measures)


def houses_of(rows: Rows, place: str, at: Moment, standard: int | None = None) -> dict[int, House]:
    """Every living household of the place."""
    spells, nets = (
        by(rows["households.statusspell"], "household_id"),
        by(rows["households.safetynet"], "household_id"),
    )
    living, measures = (
        by(rows["households.householdsituation"], "household_id"),
        _measures(rows, at, "household_id"),
    )
    incomes = by(rows["households.incomerecord"], "household_id")
    visits, desks = by(rows["households.visit"], "household_id"), Desks(rows, at.day, at.known)
    found = {}
    for row in rows["households.household"]:
        if not row["is_live"] or not row["scope_code"].startswith(place):
            continue
        key = row["id"]
        status = {
            kind: (the_one([s for s in spells.get(key, []) if s["dimension"] == kind], at) or {}).get("value")
            for kind in ("poverty", "monitor")
        }
        income = _income(incomes.get(key, []), at) or {}
        found[key] = House(
            key, row["scope_code"], status["poverty"], status["monitor"],
            (the_one(living.get(key, []), at) or {}).get("danger_grade") or None,
            tuple(net["kind"] for net in nets.get(key, []) if holds(net, at)),
            tuple(measures.get(key, [])), income.get("net_fen"), income.get("members") or None, standard,
            _spendable(income), _visited(visits.get(key, []), at), desks.exit_agreed(key),
        )  # fmt: skip
    return found


def _spendable(income: Row) -> int | None:
    entered = income.get("disposable_fen")
    return income.get("net_fen") if entered is None else entered


def _visited(visits: list[Row], at: Moment) -> date | None:
    days = [row["visited_on"] for row in visits if row["recorded_at"] <= at.known]
    return max((day for day in days if day <= at.day), default=None)


def _measures(rows: Rows, at: Moment, column: str) -> dict[Any, list[Row]]:
    return by([row for row in rows["households.aidmeasure"] if under_way(row, at)], column)


def _income(records: list[Row], at: Moment) -> Row | None:
    """The latest year that had ended and been collected by the day, without what was corrected since."""
    known = [
        row
        for row in records
        if row["kind"] == "year"
        and max(row["period_end"], row["collected_on"]) <= at.day
        and row["recorded_at"] <= at.known
        and (row["superseded_at"] is None or row["superseded_at"] > at.known)
    ]
    return max(known, key=lambda row: row["period_end"], default=None)


def members(rows: Rows, at: Moment, homes: dict[int, House]) -> list[tuple[Row, House]]:
    """Who belongs to which household on the day and lives; of two households at once the one put down last."""
    belongs = {
        row["person_id"]: row["household_id"] for row in rows["households.membership"] if holds(row, at)
    }
    return [
        (row, homes[belongs[row["id"]]])
        for row in rows["households.person"]
        if belongs.get(row["id"]) in homes and (row["died_on"] is None or row["died_on"] > at.day)
    ]


def persons_of(rows: Rows, at: Moment, homes: dict[int, House]) -> list[Who]:
    """Everybody who is judged."""
    situations, measures = (
        by(rows["households.personsituation"], "person_id"),
        _measures(rows, at, "person_id"),
    )
    desks = Desks(rows, at.day, at.known)
    trainings = by([row for row in rows["households.aidmeasure"] if row["item"] == TRAINING], "person_id")
    return [
        Who(
            person["id"], house, full_years(person["birth_date"], at.day),
            the_one(situations.get(person["id"], []), at) or {},
            tuple(measures.get(person["id"], [])), _trained(trainings.get(person["id"], []), at), desks,
        )
        for person, house in members(rows, at, homes)
    ]  # fmt: skip


def _trained(trainings: list[Row], at: Moment) -> date | None:
    """The last training that began, also one that is over by now."""
    began = [row["started_on"] for row in trainings
             if row["started_on"] <= at.day and row["recorded_at"] <= at.known and row["state"] != "planned"]  # fmt: skip
    return max(began, default=None)
