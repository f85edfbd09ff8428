"""How many days things may take and when they are marked as soon due: parameters of the packs in force, read in one place.

Where no pack in force in the county names one, these usual values stand; they are the county's own by nature (县级自定).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from common.errors import NotFound
from policies.packset import PackSet
from policies.services import packs_in_force
from villages.models import COUNTY_DIGITS

CASE, CASE_SOON, COLLECT = "check_task_days", "check_task_soon_days", "collect_task_days"
PROBLEM, PROBLEM_SOON, MILESTONE_SOON = (
    "rectification_due_days", "rectification_due_soon_days", "milestone_due_soon_days",
)  # fmt: skip
USUAL: Mapping[str, int] = MappingProxyType(
    {CASE: 15, CASE_SOON: 3, COLLECT: 30, PROBLEM: 30, PROBLEM_SOON: 7, MILESTONE_SOON: 30}
)


def days_of(packs: PackSet, name: str) -> int:
    """The days that the narrowest pack names, else the usual ones."""
    try:
        value = packs.param(name).value
    except NotFound:
        return USUAL[name]
    return USUAL[name] if value is None else int(str(value))


class DaysInForce:
    """The days in force on a day, by county; each county's packs are asked for once."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._packs: dict[str, PackSet] = {}

    def at(self, name: str, code: str) -> timedelta:
        county = code[:COUNTY_DIGITS]
        if county not in self._packs:
            self._packs[county] = packs_in_force(self.day, county)
        return timedelta(days=days_of(self._packs[county], name))
