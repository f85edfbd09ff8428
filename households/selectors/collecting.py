"""Of whom income and rigid spending are collected each quarter: the lines of topic collect in the visit plans in force."""

from datetime import date

from django.db.models import Q

from households.models import Household
from households.models.household import HouseholdQuerySet
from households.plan.query import of_line
from policies.plan import plan_in_force
from policies.selectors import packs_in_force

COLLECT = "collect"


def income_asked_of(rows: HouseholdQuerySet, *, day: date, division_code: str) -> set[int]:
    """Of these households the keys of those whose quarter is collected by the packs in force; without a line nobody's."""
    plan = plan_in_force(packs_in_force(day, division_code))
    lines = [obligation.line for obligation in plan if obligation.topic == COLLECT]
    if not lines:
        return set()
    asked = Q()
    for line in lines:
        asked |= of_line(line, day, by_column=True)
    return set(rows.filter(asked).values_list("pk", flat=True))


def income_asked(household: Household, day: date) -> bool:
    """Is income collected of this household in the quarter of the day?"""
    rows = Household.objects.filter(pk=household.pk)
    return household.pk in income_asked_of(rows, day=day, division_code=household.scope_code)
