"""Finding households. Nothing outside the actor's area is ever found."""

import sys
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import Prefetch, Q

from accounts import audit
from accounts.actor import Actor
from common.errors import NotFound
from common.text import clean
from common.vault import search_hash
from households.codes import EXITED, REGISTERED, UNEXITED, MonitorClass
from households.models import HelperAssignment, Household, Membership
from households.models.household import HouseholdQuerySet

# Named groups of 脱贫属性 for filters and for the doors behind figures.
STATUS_GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "registered": ("全部建档立卡户", REGISTERED),
    "all_exited": ("全部脱贫户", EXITED),
    "all_unexited": ("全部未脱贫户", UNEXITED),
}
ANY_MONITORED = "any"


@dataclass(frozen=True)
class HouseholdFilters:
    """What a list may be narrowed by; empty means not narrowed. `text` searches, see household_search."""

    area: str = ""
    poverty_status: str = ""
    monitor_class: str = ""
    text: str = ""
    visited_before: date | None = None
    mine: bool = False
    with_closed: bool = False


def household_list(*, actor: Actor, filters: HouseholdFilters | None = None) -> HouseholdQuerySet:
    """Households of the actor's area, living ones unless asked otherwise."""
    asked = filters or HouseholdFilters()
    rows: HouseholdQuerySet = Household.objects.within(
        actor.scope("households.view").narrowed(asked.area or None)
    )
    if not asked.with_closed:
        rows = rows.filter(is_live=True)
    if asked.poverty_status in STATUS_GROUPS:
        rows = rows.filter(poverty_status__in=STATUS_GROUPS[asked.poverty_status][1])
    elif asked.poverty_status:
        rows = rows.filter(poverty_status=asked.poverty_status)
    if asked.monitor_class == ANY_MONITORED:
        rows = rows.exclude(monitor_class=MonitorClass.NONE)
    elif asked.monitor_class:
        rows = rows.filter(monitor_class=asked.monitor_class)
    if asked.visited_before:
        rows = rows.filter(Q(last_visit_on__isnull=True) | Q(last_visit_on__lt=asked.visited_before))
    if asked.mine:
        rows = rows.filter(helpers__user_id=actor.user_id, helpers__effective_to__isnull=True)
    if asked.text:
        rows = rows.filter(_matches(actor, asked.text))
    return rows


def with_place_and_helper(rows: HouseholdQuerySet) -> HouseholdQuerySet:
    """The joins a list row needs, in a constant number of queries: village, township, open helper."""
    helpers = HelperAssignment.objects.filter(effective_to__isnull=True)
    return rows.select_related("village__parent").prefetch_related(
        Prefetch("helpers", queryset=helpers, to_attr="open_helpers")
    )


def is_exact_number(text: str) -> bool:
    """Does the text look like an ID number (18, 20 or 22 characters)?"""
    return len(text) in (18, 20, 22) and text[:17].isascii() and text[:17].isdigit()


def _members_named(condition: Q) -> Q:
    found = Membership.objects.filter(condition, effective_to__isnull=True)
    return Q(pk__in=found.values("household_id"))


def _begins(path: str, text: str) -> Q:
    """Values that begin with the text. PostgreSQL asks the index of the column for that; SQLite, which compares by code
    point, only for the bounds that say the same."""
    condition = Q(**{f"{path}__startswith": text})
    if connection.vendor == "sqlite":
        condition &= Q(**{f"{path}__gte": text, f"{path}__lt": f"{text}{chr(sys.maxunicode)}"})
    return condition


def _matches(actor: Actor, text: str) -> Q:
    """Name of the head or a member, pinyin initials, household number; exact ID or phone by hash."""
    text = clean(text).replace(" ", "")
    sees_numbers = "identity" in actor.scope("households.view").field_groups
    if is_exact_number(text):
        # A household number may have 18 digits too.
        by_no = Q(household_no=text)
        return by_no | _members_named(Q(person__id_number_hash=search_hash(text))) if sees_numbers else by_no
    if text.isascii() and text.isdigit():
        by_no = Q(household_no__startswith=text) | Q(household_no__endswith=text)
        if not sees_numbers or len(text) != 11:
            return by_no
        digest = search_hash(text)
        return by_no | Q(phone_hash=digest) | _members_named(Q(person__phone_hash=digest))
    if text.isascii():
        low = text.lower()
        return (
            Q(head_initials__contains=low)
            | Q(household_no__istartswith=text)
            | _members_named(Q(person__initials__startswith=low))
        )
    return Q(head_name__contains=text) | _members_named(_begins("person__name", text))


@transaction.atomic
def household_search(*, actor: Actor, text: str) -> HouseholdQuerySet:
    """Search as in the top bar. A search by a full ID number is an act and is written to the audit trail."""
    text = clean(text).replace(" ", "")
    rows = household_list(actor=actor, filters=HouseholdFilters(text=text))
    search_recorded(actor, text, rows)
    return rows


def search_recorded(actor: Actor, text: str, rows: HouseholdQuerySet) -> None:
    """Write down a search by ID number: how many were found, never the number."""
    text = clean(text).replace(" ", "")
    if is_exact_number(text):
        audit.record(actor, "households.search_by_id", found=rows.count())


def household_get(*, actor: Actor, pk: int, permission: str = "households.view") -> Household:
    """One household of the actor's area (living or closed), or NotFound."""
    rows = Household.objects.within(actor.scope(permission)).select_related("village__parent")
    found: Household | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
