"""What is known of one household on a day, read off the rows by the words of the documents and of docs/metrics.md."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import combinations
from typing import Any

from tests.independent.desks import Desks
from tests.independent.logic import Truth
from tests.independent.rows import Row, Rows, by

ABLE = ("ordinary", "skilled", "weak_or_half")
REGISTERED = ("unexited", "pre_exit", "exited_with_policy", "exited_without_policy", "returned")
EXITED = ("exited_with_policy", "exited_without_policy")
UNEXITED = ("unexited", "pre_exit", "returned")
ALLOWANCE = ("rural_allowance", "urban_allowance")
SUPPORT = ("destitute_central", "destitute_dispersed")
INCOME_HELP = ("industry", "employment", "finance", "public_post")
# 风险 -> the words that may stand on the household, and what happens that shows the same.
SHOWN_BY = {
    "illness": ("illness", "serious_illness"),
    "disability": ("disability", "disability"),
    "schooling": ("schooling", "dropped_out"),
    "disaster": ("disaster", "disaster"),
    "accident": ("accident", "accident"),
    "industry": ("industry_failed", "project_failed"),
    "job": ("job_unstable", "job_lost"),
}
LOOK_BACK_MONTHS = 12


def months_later(day: date, months: int) -> date:
    """The same day so many months on, the last day where the month is shorter."""
    count = day.year * 12 + day.month - 1 + months
    after = date((count + 1) // 12, (count + 1) % 12 + 1, 1)
    return date(count // 12, count % 12 + 1, min(day.day, (after - timedelta(days=1)).day))


def quarter(day: date) -> tuple[date, date]:
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return first, months_later(first, 3) - timedelta(days=1)


@dataclass(frozen=True)
class Moment:
    """The day judged, what was known by when, and the standards of the place (分 a head and year)."""

    day: date
    known: datetime | None = None
    allowance_standard: int | None = None
    exit_line: int | None = None
    quarter: tuple[date, date] = (date.min, date.min)  # first and last day of the quarter judged

    def written(self, row: Row) -> bool:
        return self.known is None or row["recorded_at"] <= self.known

    def stands(self, row: Row) -> bool:
        """Nobody had corrected the record yet."""
        return row["superseded_at"] is None or (self.known is not None and row["superseded_at"] > self.known)

    def holds(self, row: Row) -> bool:
        """A spell from its first day up to, not including, its last; an end nobody had heard of yet is none."""
        if row["effective_from"] > self.day or not self.written(row):
            return False
        end, heard = row["effective_to"], row["end_recorded_at"]
        return (
            end is None
            or end > self.day
            or (self.known is not None and heard is not None and heard > self.known)
        )


class County:
    """All rows, in piles by household, with everybody's situation of the day."""

    def __init__(self, rows: Rows, at: Moment) -> None:
        self.at, self.desks = at, Desks(rows, at.day, at.known)
        self.households = {row["id"]: row for row in rows["households.household"]}
        self.people = {row["id"]: row for row in rows["households.person"]}
        self.piles = {
            label: by(table, "household_id")
            for label, table in rows.items()
            if table and "household_id" in table[0]
        }
        self.situations = {
            row["person_id"]: row for row in rows["households.personsituation"] if at.holds(row)
        }

    def homes(self, area: str) -> "Iterable[Home]":
        known = self.at.known
        for row in self.households.values():
            if (
                row["scope_code"].startswith(area)
                and row["is_live"]
                and (not known or row["created_at"] <= known)
            ):
                yield Home(self, row)


class Home:
    """One household on that day."""

    def __init__(self, county: County, row: Row) -> None:
        self.county, self.row, self.at = county, row, county.at

    def pile(self, name: str) -> list[Row]:
        return self.county.piles.get(f"households.{name}", {}).get(self.row["id"], [])

    def held(self, name: str) -> list[Row]:
        return [row for row in self.pile(name) if self.at.holds(row)]

    # --- people

    @cached_property
    def memberships(self) -> list[Row]:
        return self.held("membership")

    @cached_property
    def living(self) -> list[Row]:
        """Members who live that day: who dies on a day is counted no longer."""
        persons = [self.county.people[row["person_id"]] for row in self.memberships]
        return [one for one in persons if one["died_on"] is None or one["died_on"] > self.at.day]

    @cached_property
    def fault(self) -> bool:
        """No judgement is possible: nobody lives there, not exactly one head who lives, two years of income over each other."""
        alive = {one["id"] for one in self.living}
        heads = [row for row in self.memberships if row["relation"] == "head" and row["person_id"] in alive]
        years = [(row["period_start"], row["period_end"]) for row in self.incomes("year")]
        over = any(one[0] < other[1] and other[0] < one[1] for one, other in combinations(years, 2))
        return not self.living or len(heads) != 1 or over

    @cached_property
    def labour(self) -> Truth:
        """Is there anybody able or half able to work? Not known while one of sixteen or more was not asked."""
        asked = [self.county.situations.get(one["id"], {}).get("labour_skill", "") for one in self.living]
        if any(skill in ABLE for skill in asked):
            return True
        open_ones = [one for one, skill in zip(self.living, asked, strict=True) if not skill]
        return None if any(self._may_be_grown(one) for one in open_ones) else False

    def _may_be_grown(self, person: Row) -> bool:
        born = person["birth_date"]
        return born is None or months_later(born, 16 * 12) <= self.at.day

    # --- status

    @cached_property
    def poverty(self) -> str | None:
        found = [row["value"] for row in self.held("statusspell") if row["dimension"] == "poverty"]
        return found[-1] if found else None

    @cached_property
    def monitor(self) -> str | None:
        """No class beside a recorded poverty status is none: the act was not done. Neither recorded: nobody knows."""
        found = [row["value"] for row in self.held("statusspell") if row["dimension"] == "monitor"]
        if found:
            return found[-1]
        return None if self.poverty is None else "none"

    def _status(self, codes: tuple[str, ...]) -> Truth:
        return None if self.poverty is None else self.poverty in codes

    @cached_property
    def registered(self) -> Truth:
        return self._status(REGISTERED)

    @cached_property
    def exited(self) -> Truth:
        return self._status(EXITED)

    @cached_property
    def unexited(self) -> Truth:
        return self._status(UNEXITED)

    @cached_property
    def monitored(self) -> Truth:
        return None if self.monitor is None else self.monitor != "none"

    @cached_property
    def border(self) -> Truth:
        return None if self.monitor is None else self.monitor == "borderline"

    # --- money

    def incomes(self, kind: str) -> list[Row]:
        """Records that hold: collected by the day, not corrected since, their period over."""
        at = self.at
        return [
            row
            for row in self.pile("incomerecord")
            if row["kind"] == kind
            and row["collected_on"] <= at.day
            and row["period_end"] <= at.day
            and at.written(row)
            and at.stands(row)
        ]

    @cached_property
    def year(self) -> Row | None:
        return max(self.incomes("year"), key=lambda row: row["period_end"], default=None)

    @cached_property
    def year_before(self) -> Row | None:
        """The record of the year just before; a year left out is not known."""
        latest = self.year
        if latest is None:
            return None
        earlier = [row for row in self.incomes("year") if row["period_end"] < latest["period_end"]]
        before = max(earlier, key=lambda row: row["period_end"], default=None)
        return before if before and before["period_end"].year == latest["period_end"].year - 1 else None

    @cached_property
    def quarters(self) -> tuple[Row | None, Row | None]:
        """The last quarter and the one just before it."""
        last = max(self.incomes("quarter"), key=lambda row: row["period_end"], default=None)
        ended = last["period_start"] - timedelta(days=1) if last else None
        return last, next((row for row in self.incomes("quarter") if row["period_end"] == ended), None)

    def of_year(self, column: str) -> Any:
        return self.year[column] if self.year else None

    @cached_property
    def net(self) -> int | None:
        return self.of_year("net_fen")

    @cached_property
    def spendable(self) -> int | None:
        """可支配收入, net income where nobody entered it."""
        entered = self.of_year("disposable_fen")
        return self.net if entered is None else entered

    @cached_property
    def heads(self) -> int | None:
        """The members of the record itself. Nothing is per head of nobody."""
        return self.of_year("members") or None

    def per_head_below(self, fen: int | None, line: int | None) -> Truth:
        members = self.heads
        return None if fen is None or line is None or members is None else fen < line * members

    @cached_property
    def paid(self) -> int | None:
        return self.of_year("self_paid_fen")

    # --- guarantees and living

    def guarantee(self, kind: str) -> Truth:
        """Of rows over each other the worse counts: not met, then unknown, then met."""
        states = [row["state"] for row in self.held("guarantee") if row["kind"] == kind]
        if not states:
            return None
        return False if "not_met" in states else None if "unknown" in states else True

    @cached_property
    def situation(self) -> Row:
        found = self.held("householdsituation")
        return found[-1] if found else {"danger_grade": "", "water_safe": None}

    @cached_property
    def dangerous(self) -> Truth:
        """C or D; a house without any grade is not known to be safe."""
        grade = self.situation["danger_grade"]
        return grade in ("C", "D") if grade else None

    # --- what happened, and what threatens

    def events(self, *kinds: str) -> list[Row]:
        """Events of these kinds within the last twelve months that nobody has solved by the day."""
        since = months_later(self.at.day, -LOOK_BACK_MONTHS)
        return [
            row
            for row in self.pile("householdevent")
            if row["kind"] in kinds
            and since < row["happened_on"] <= self.at.day
            and (row["resolved_on"] is None or row["resolved_on"] > self.at.day)
            and self.at.written(row)
        ]

    def happened(self, *kinds: str) -> bool:
        return bool(self.events(*kinds))

    @cached_property
    def risk_open_on(self) -> date | None:
        """The day a risk was found that is not removed by now; a removal before the finding is of an older one."""
        found, removed = self.row["risk_identified_on"], self.row["risk_removed_on"]
        if found is None or found > self.at.day:
            return None
        return None if removed is not None and found <= removed <= self.at.day else found

    @cached_property
    def looked_at(self) -> bool:
        """Has anybody asked about risks at all?"""
        everything = ("worker_death", *(event for _, event in SHOWN_BY.values()))
        return bool(self.row["risks"] or self.row["main_cause"] or self.happened(*everything))

    def risk(self, name: str) -> Truth:
        if not self.looked_at:
            return None
        if name == "other":
            named = {cause for cause, _ in SHOWN_BY.values()}
            return any(cause not in named for cause in self.row["risks"]) or self.happened("worker_death")
        cause, event = SHOWN_BY[name]
        return cause in self.row["risks"] or self.happened(event)

    @cached_property
    def any_risk(self) -> Truth:
        return any(self.risk(name) for name in (*SHOWN_BY, "other")) if self.looked_at else None

    # --- help

    @cached_property
    def running(self) -> list[Row]:
        """Measures under way: begun, and not ended before the day. What is planned has not begun; what was done or
        stopped on a day nobody wrote down is over."""
        return [
            row
            for row in self.pile("aidmeasure")
            if self._begun(row)
            and (row["state"] == "active" if row["ended_on"] is None else row["ended_on"] >= self.at.day)
        ]

    def _begun(self, row: Row) -> bool:
        return row["state"] != "planned" and row["started_on"] <= self.at.day and self.at.written(row)

    def helps(self, *categories: str) -> int:
        """项: of one item several count once."""
        return len({(row["category"], row["item"]) for row in self.running if row["category"] in categories})

    def _net(self, kinds: tuple[str, ...]) -> bool:
        return any(row["kind"] in kinds for row in self.held("safetynet"))

    @cached_property
    def on_allowance(self) -> bool:
        return self._net(ALLOWANCE)

    @cached_property
    def on_support(self) -> bool:
        return self._net(SUPPORT)

    @cached_property
    def above_since(self) -> date | None:
        """The first collection of the unbroken row of records above the standard, of a household on allowance."""
        if not self.on_allowance or self.at.allowance_standard is None:
            return None
        since = None
        for row in sorted(self.incomes("year"), key=lambda one: one["period_end"], reverse=True):
            fen = row["net_fen"] if row["disposable_fen"] is None else row["disposable_fen"]
            if fen is None or not row["members"] or fen <= self.at.allowance_standard * row["members"]:
                break
            since = min(since or row["collected_on"], row["collected_on"])
        return since

    def above_for(self, months: int) -> Truth:
        """Have so many whole months passed since then?"""
        return None if self.above_since is None else months_later(self.above_since, months) <= self.at.day

    @cached_property
    def unaided(self) -> bool:
        """Struck by illness, disaster or accident, and no 临时救助 was given since. It is paid once: its end is nothing."""
        given = [
            row["started_on"]
            for row in self.pile("aidmeasure")
            if row["item"] == "临时救助" and self._begun(row)
        ]
        last = max(given, default=date.min)
        return any(
            row["happened_on"] > last for row in self.events("serious_illness", "disaster", "accident")
        )
