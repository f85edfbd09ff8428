"""What the desks say of a household, a person or a village on a day: departments' lists, doubts about the data, exits."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from tests.independent.logic import Truth
from tests.independent.rows import Row, Rows, by

VILLAGE_LINES = ("rate", "road")


def own_pack(code: str) -> str:
    """The pack in which the county of the place enters its own exit standards in these tests."""
    return f"own-standard-{code[:6]}"


def period_of(code: str) -> tuple[date, int]:
    """Its first day and its months: 2020Q3, 2020-08."""
    year, part = int(code[:4]), int(code[5:])
    return (date(year, part * 3 - 2, 1), 3) if code[4] == "Q" else (date(year, part, 1), 1)


def months_between(first: date, day: date) -> int:
    return (day.year - first.year) * 12 + day.month - first.month


@dataclass
class Desks:
    """Everything as of the day and as known by then."""

    rows: Rows
    day: date
    known: datetime | None

    def heard(self, at: datetime | None) -> bool:
        return at is not None and (self.known is None or at <= self.known)

    # --- lists

    @cached_property
    def speaking(self) -> dict[tuple[str, str], Row]:
        """(county, list) -> its newest compared batch of the running period, else of the one before."""
        found: dict[tuple[str, str], Row] = {}
        for row in self.rows["monitoring.departmentbatch"]:
            first, months = period_of(row["period"])
            fresh = first <= self.day and months_between(first, self.day) < 2 * months
            if not (fresh and self.heard(row["compared_at"]) and row["as_of"] <= self.day):
                continue
            key = (row["scope_code"], row["listing"])
            if key not in found or row["period_end"] >= found[key]["period_end"]:
                found[key] = row
        return found

    @cached_property
    def standing(self) -> set[tuple[int, str, int]]:
        """(batch, column, id) of everybody who surely stands there; a namesake nobody confirmed does not."""
        sure = [row for row in self.rows["monitoring.departmentrow"] if row["match"] in ("id", "confirmed")]
        return {
            (row["batch_id"], column, row[column]) for row in sure for column in ("person_id", "household_id")
        }

    def listed(self, listing: str, code: str, column: str, key: int) -> Truth:
        """Without a list of the period nobody knows."""
        batch = self.speaking.get((code[:6], listing))
        return (batch["id"], column, key) in self.standing if batch else None

    def batches_with(self, code: str, household: int) -> list[Row]:
        return [
            batch
            for (county, _), batch in self.speaking.items()
            if county == code[:6] and (batch["id"], "household_id", household) in self.standing
        ]

    # --- doubts

    def checked(self, code: str) -> bool:
        """Has any run of the checks gone over the place by the day?"""
        return any(
            row["state"] == "done" and row["as_of"] <= self.day and code.startswith(row["scope_code"])
            and self.heard(row["finished_at"])
            for row in self.rows["monitoring.qualityrun"]
        )  # fmt: skip

    @cached_property
    def _faults(self) -> dict[int, list[Row]]:
        return by(self.rows["monitoring.datafault"], "household_id")

    @cached_property
    def _pardons(self) -> dict[int, Row]:
        return {row["id"]: row for row in self.rows["monitoring.faultexemption"]}

    def doubts(self, household: int) -> list[date]:
        """Since when each doubt stands that is open on the day and not pardoned on it."""
        return [
            row["found_on"]
            for row in self._faults.get(household, [])
            if row["found_on"] <= self.day
            and (row["closed_on"] is None or row["closed_on"] > self.day)
            and (row["exemption_id"] is None or self._pardons[row["exemption_id"]]["until"] < self.day)
        ]

    # --- exits

    @cached_property
    def _exits(self) -> dict[int, list[Row]]:
        rows = [row for row in self.rows["proceedings.proceeding"] if row["kind"] == "household_exit"]
        return by(rows, "household_id")

    @cached_property
    def _steps(self) -> dict[int, list[Row]]:
        return by(self.rows["proceedings.step"], "proceeding_id")

    def _under_way(self, household: int) -> Row | None:
        rows = [
            row
            for row in self._exits.get(household, [])
            if row["opened_on"] <= self.day and (row["closed_on"] is None or row["closed_on"] > self.day)
        ]
        return rows[-1] if rows else None

    def exit_open(self, household: int) -> bool:
        return self._under_way(household) is not None

    def exit_by_present_standard(self, household: int) -> Truth:
        """The last check kept with a step against the standard the county has now; not checked yet, nobody knows."""
        row = self._under_way(household)
        kept = [
            step["details"]["exit_check"]
            for step in self._steps.get(row["id"] if row else 0, [])
            if step["on"] <= self.day and "exit_check" in step["details"]
        ]
        if row is None or not kept:
            return None
        present = {(pack["code"], pack["checksum"]) for pack in self.rows["policies.policypack"]}
        last = (kept[-1]["pack"], kept[-1]["checksum"])
        return last[0] == own_pack(row["scope_code"]) and last in present

    def exit_agreed(self, household: int) -> Row | None:
        """The last exit the county agreed to by the day."""
        rows = [
            row
            for row in self._exits.get(household, [])
            if row["state"] in ("announcing", "exited")
            and row["decided_on"]
            and row["decided_on"] <= self.day
        ]
        return max(rows, key=lambda row: (row["decided_on"], row["id"]), default=None)

    def village_met(self, village: int) -> Truth:
        """Every line of the county's own list, by the latest mark; one not looked at leaves it open."""
        rows = [
            row
            for row in self.rows["proceedings.proceeding"]
            if row["kind"] == "village_exit" and row["village_id"] == village and row["opened_on"] <= self.day
        ]
        marks = {
            mark["item"]: mark["met"]
            for mark in self.rows["proceedings.checkmark"]
            if rows
            and mark["proceeding_id"] == rows[-1]["id"]
            and mark["on"] <= self.day
            and mark["pack"] == own_pack(rows[-1]["scope_code"])
        }
        if False in marks.values():
            return False
        return True if set(marks) == set(VILLAGE_LINES) else None
