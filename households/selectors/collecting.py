"""Of whom income and rigid spending are collected each quarter: the packs in force say it, by a rule of topic quarter_info."""

from datetime import date

from django.db.models import Q

from households.models import Household
from households.models.household import HouseholdQuerySet
from policies.pack.model import leaves
from policies.packset import PackSet
from policies.selectors import packs_in_force

TOPIC = "quarter_info"
INTERVAL = "info_collect_every_months"
# Columns of a household that bear the name and the codes of a metric, so that a rule's population is a filter on them.
KNOWN = {"poverty_status", "monitor_class"}


def _populations(packs: PackSet) -> list[Q]:
    """The population of each rule that asks for the collection, where its pack names an interval."""
    asking = [
        rule
        for rule in packs.rules("household")
        if rule.topic == TOPIC and INTERVAL in packs.params(rule.pack)
    ]
    return [
        packs.compiled(rule).scope
        for rule in asking
        if rule.scope is not None and {name for leaf in leaves(rule.scope) for name in leaf.metrics} <= KNOWN
    ]


def income_asked_of(rows: HouseholdQuerySet, *, day: date, division_code: str) -> set[int]:
    """Of these households the keys of those whose quarter is collected by the packs in force; without a pack nobody's."""
    wanted = _populations(packs_in_force(day, division_code))
    if not wanted:
        return set()
    condition = wanted[0]
    for other in wanted[1:]:
        condition |= other
    return set(rows.filter(condition).values_list("pk", flat=True))


def income_asked(household: Household, day: date) -> bool:
    """Is income collected of this household in the quarter of the day?"""
    rows = Household.objects.filter(pk=household.pk)
    return household.pk in income_asked_of(rows, day=day, division_code=household.scope_code)
