"""How long each step may take: parameters of the packs in force in the village, read in one place.

`<name>` is the number of days, `<name>_working` says whether working days are counted. Where no pack names them these
usual values stand; they are the county's own by nature.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from common.dates import add_months
from common.errors import NotFound
from common.workdays import days_after, is_known
from policies.packset import PackSet
from policies.services import packs_in_force
from proceedings.models import Kind, State

NOTICE, NOTICE_CLOSE, TOTAL, MEASURES, SOON = (
    "proceeding_notice_days", "proceeding_notice_close_days", "proceeding_total_days", "proceeding_measure_days",
    "proceeding_soon_days",
)  # fmt: skip
EXIT_NOTICE = "proceeding_exit_notice_days"
REMOVAL_WAIT, NATURAL_WAIT = "proceeding_removal_wait_months", "proceeding_natural_wait_months"
OF_STATE: Mapping[str, str] = MappingProxyType({
    State.CLUE: "proceeding_clue_days",
    State.VISITING: "proceeding_visit_days",
    State.AUTHORISING: "proceeding_authorise_days",
    State.COMPARING: "proceeding_compare_days",
    State.PROPOSED: "proceeding_visit_days",
    State.EVALUATING: "proceeding_evaluate_days",
    State.CHECKING: "proceeding_check_days",
    State.CONSENTING: "proceeding_consent_days",
    State.EVALUATED: "proceeding_publish_days",
    State.TOWNSHIP_REVIEW: "proceeding_township_days",
    State.COUNTY_DECISION: "proceeding_county_days",
    State.ANNOUNCING: "proceeding_announce_days",
    State.REJUDGING: "proceeding_county_days",
})  # fmt: skip
USUAL: Mapping[str, int] = MappingProxyType({
    "proceeding_clue_days": 2, "proceeding_visit_days": 3, "proceeding_authorise_days": 3, "proceeding_compare_days": 5,
    "proceeding_evaluate_days": 3, "proceeding_check_days": 5, "proceeding_consent_days": 3, "proceeding_publish_days": 2,
    NOTICE: 5, EXIT_NOTICE: 7, NOTICE_CLOSE: 2, "proceeding_township_days": 3, "proceeding_county_days": 5,
    "proceeding_announce_days": 3, TOTAL: 15, MEASURES: 10, SOON: 1, REMOVAL_WAIT: 6, NATURAL_WAIT: 0,
})  # fmt: skip
WITH_TOTAL = (Kind.IDENTIFICATION,)


@dataclass(frozen=True)
class Limit:
    """So many days, counted as calendar or as working days."""

    days: int
    working: bool

    def end(self, start: date) -> date:
        return days_after(start, self.days, working=self.working)

    @property
    def words(self) -> str:
        return f"{self.days} 个{'工作日' if self.working else '自然日'}"

    def estimated(self, start: date) -> bool:
        """Working days of a year whose calendar is not announced yet: Monday to Friday were counted."""
        return self.working and not (is_known(start) and is_known(self.end(start)))


class LimitsInForce:
    """The limits that hold on a day at a place."""

    def __init__(self, day: date, code: str) -> None:
        self.day = day
        self.packs: PackSet = packs_in_force(day, code)

    def _value(self, name: str) -> object:
        try:
            return self.packs.param(name).value
        except NotFound:
            return None

    def number(self, name: str) -> int:
        value = self._value(name)
        return USUAL[name] if value is None else int(str(value))

    def of(self, name: str) -> Limit:
        return Limit(self.number(name), self._value(f"{name}_working") is True)

    def notice(self, kind: str) -> Limit:
        """How long a public notice of this kind must hang at least."""
        return self.of(EXIT_NOTICE if kind in (Kind.HOUSEHOLD_EXIT, Kind.VILLAGE_EXIT) else NOTICE)

    def due(self, state: str, since: date) -> date | None:
        """The last day of a step entered on `since`; the notice has days of its own."""
        name = OF_STATE.get(state)
        return self.of(name).end(since) if name else None

    def total_due(self, kind: str, opened_on: date) -> date | None:
        return self.of(TOTAL).end(opened_on) if kind in WITH_TOTAL else None

    def removal_from(self, identified_on: date, *, natural: bool) -> date:
        """The first day on which a risk may be removed that was identified on `identified_on`."""
        return add_months(identified_on, self.number(NATURAL_WAIT if natural else REMOVAL_WAIT))

    @property
    def checksums(self) -> dict[str, str]:
        return self.packs.checksums
