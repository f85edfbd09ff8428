"""How far a limit is, in words and colour, for every page of this room."""

from dataclasses import dataclass
from datetime import date, timedelta

from monitoring.rules import days_left, due_mark
from proceedings.limits import NOTICE_CLOSE, OF_STATE, TOTAL, LimitsInForce
from proceedings.models import Proceeding
from proceedings.selectors import soon_days


@dataclass(frozen=True)
class Due:
    """One limit: its last day, the mark (overdue, soon or none) and the days to go or past."""

    on: date | None
    mark: str
    days: int


class Marks:
    """Marks of many rows; the packs of each county are asked for once."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._soon: dict[str, timedelta] = {}

    def soon(self, code: str) -> timedelta:
        county = code[:6]
        if county not in self._soon:
            self._soon[county] = soon_days(self.today, county)
        return self._soon[county]

    def _due(self, on: date | None, code: str, *, over: bool) -> Due:
        if on is None:
            return Due(None, "", 0)
        mark = due_mark(on, self.today, soon=self.soon(code), is_over=over)
        return Due(on, mark, abs(days_left(on, self.today)))

    def step(self, row: Proceeding) -> Due:
        return self._due(row.due_on, row.scope_code, over=row.closed_on is not None)

    def whole(self, row: Proceeding) -> Due:
        return self._due(
            row.overall_due_on, row.scope_code, over=row.decided_on is not None or not row.is_open
        )

    def measures(self, row: Proceeding, *, started: bool) -> Due:
        return self._due(row.measures_due_on, row.scope_code, over=started)


def counter(row: Proceeding, today: date) -> dict[str, object]:
    """Which day of the step and of the whole way today is, and by which limits they are counted."""
    limits = LimitsInForce(row.state_since, row.scope_code)
    name = OF_STATE.get(row.state)
    step, whole = limits.of(name) if name else None, LimitsInForce(row.opened_on, row.scope_code).of(TOTAL)
    return {
        "day": (today - row.state_since).days,
        "limit": step.words if step else _notice_words(row, limits),
        "whole_day": ((row.decided_on or row.closed_on or today) - row.opened_on).days,
        "whole_limit": whole.words if row.overall_due_on else "",
        "estimated": bool(step and step.estimated(row.state_since)) or whole.estimated(row.opened_on),
    }


def _notice_words(row: Proceeding, limits: LimitsInForce) -> str:
    """The notice has no days to hurry: it must hang its time, and is reported soon after."""
    return f"期满后 {limits.of(NOTICE_CLOSE).words}内上报" if row.notice_until else ""
