"""Where an obligation stands on a day. Pure: no database, no clock. The set-based query gives the same answers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import IntegerChoices

from common.dates import add_months
from policies.pack.plan import TOPICS
from policies.plan import Obligation

ONE = timedelta(days=1)


class PlanState(IntegerChoices):
    """The higher, the more pressing. NEVER: a period was missed and no act has ever been recorded."""

    DONE = 1, "已完成"
    PENDING = 2, "未到期"
    SOON = 3, "即将到期"
    DUE = 4, "今天到期"
    OVERDUE = 5, "逾期"
    NEVER = 6, "从未走访"


TONES = {1: "green", 2: "grey", 3: "amber", 4: "amber", 5: "red", 6: "red"}
LATE = (PlanState.OVERDUE.value, PlanState.NEVER.value)
OPEN = tuple(state.value for state in PlanState if state != PlanState.DONE)


def period_first(day: date, months: int) -> date:
    """The first day of the calendar period of so many months in which the day lies."""
    if months > 12:
        years = months // 12
        return date(day.year - day.year % years, 1, 1)
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def period_last(day: date, months: int) -> date:
    return add_months(period_first(day, months), months) - ONE


def before_due(due: date, as_of: date, soon_days: int) -> PlanState:
    """The state of what is not done and not late. On the due day itself it is due, the day after it is late."""
    left = (due - as_of).days
    if left == 0:
        return PlanState.DUE
    return PlanState.SOON if left <= soon_days else PlanState.PENDING


@dataclass(frozen=True)
class Standing:
    """One obligation of one household on one day."""

    obligation: Obligation
    state: PlanState
    due_on: date
    last_on: date | None
    as_of: date

    @property
    def overdue_days(self) -> int:
        return max((self.as_of - self.due_on).days, 0)

    @property
    def days_left(self) -> int:
        return max((self.due_on - self.as_of).days, 0)

    @property
    def tone(self) -> str:
        return TONES[self.state.value]

    @property
    def topic_label(self) -> str:
        return TOPICS[self.obligation.topic]

    @property
    def label(self) -> str:
        if self.state == PlanState.NEVER:
            return "从未采集" if self.obligation.topic == "collect" else "从未走访"
        if self.state == PlanState.OVERDUE:
            return f"逾期 {self.overdue_days} 天"
        return f"剩 {self.days_left} 天" if self.state == PlanState.SOON else str(self.state.label)


def standing(obligation: Obligation, days: Sequence[date], since: date, as_of: date) -> Standing:
    """`days`: when counted acts took place, none after `as_of`; `since`: from when the household is of the class."""
    last = max(days, default=None)
    due = _window_due(obligation, days) if obligation.is_once else _period_due(obligation, days, since, as_of)
    done = _is_done(obligation, days, as_of)
    if done:
        state = PlanState.DONE
    elif due < as_of:
        state = PlanState.OVERDUE if last else PlanState.NEVER
    else:
        state = before_due(due, as_of, obligation.soon_days)
    return Standing(obligation, state, due, last, as_of)


def _is_done(obligation: Obligation, days: Sequence[date], as_of: date) -> bool:
    first = obligation.start if obligation.is_once else period_first(as_of, obligation.months)
    return sum(day >= first for day in days if first) >= obligation.times


def _window_due(obligation: Obligation, days: Sequence[date]) -> date:
    assert obligation.until is not None  # noqa: S101 - what is_once says
    return obligation.until


def _period_due(obligation: Obligation, days: Sequence[date], since: date, as_of: date) -> date:
    """The end of the earliest period that still asks for acts: after the last one served, not before the duty began."""
    months = obligation.months
    counted = Counter(period_first(day, months) for day in days)
    served = [first for first, acts in counted.items() if acts >= obligation.times]
    asked = period_first(max(since, obligation.begins), months)
    if served:
        asked = max(asked, add_months(max(served), months))
    return period_last(asked, months)
