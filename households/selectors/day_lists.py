"""The list a field worker takes along: names, household numbers, last answers. Nothing else lies on a phone (ADR 0016)."""

from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from accounts import audit
from accounts.actor import Actor
from common.dates import Quarter
from common.money import to_yuan
from households.codes import GuaranteeKind
from households.field_groups import GUARANTEE_GROUP
from households.models import Guarantee, Household, IncomeRecord, Visit
from households.selectors.collecting import income_asked_of
from villages.models import Level
from villages.selectors import division_choices

# Limits of safety, not of a policy: so much may lie on a phone, so long.
MOST_ROWS = 300
HOURS = 24
PERMISSION = "households.record_visit"
AMOUNTS = ("wage", "business", "property", "transfer", "production_cost", "self_paid")


class DayList(NamedTuple):
    rows: list[dict[str, Any]]
    total: int
    villages: list[dict[str, str]]


def _last_visits(rows: list[Household]) -> dict[int, Visit]:
    newest = Visit.objects.filter(household=OuterRef("pk")).order_by("-visited_on", "-pk").values("pk")[:1]
    keys = [row.pk for row in rows]
    found = (
        Household.objects.filter(pk__in=keys)
        .annotate(newest=Subquery(newest))
        .values_list("newest", flat=True)
    )
    return {visit.household_id: visit for visit in Visit.objects.filter(pk__in=[pk for pk in found if pk])}


def _guarantees(rows: list[Household], groups: frozenset[str]) -> dict[int, dict[str, str]]:
    """The states in force; how the medical one stands says something about health and stays at home."""
    kinds = [
        kind for kind, group in GUARANTEE_GROUP.items() if group in groups and kind != GuaranteeKind.MEDICAL
    ]
    found: dict[int, dict[str, str]] = {}
    spells = Guarantee.objects.filter(household__in=rows, kind__in=kinds, effective_to__isnull=True)
    for key, kind, state in spells.values_list("household_id", "kind", "state"):
        found.setdefault(key, {})[kind] = state
    return found


def _amounts(rows: list[Household], asked: set[int]) -> dict[int, dict[str, str]]:
    """What was said of the last quarter, in 元, of those who are asked again."""
    keys = [row.pk for row in rows if row.pk in asked]
    quarters = IncomeRecord.objects.filter(
        household__in=keys, kind=IncomeRecord.Kind.QUARTER, superseded_at__isnull=True
    )
    found: dict[int, dict[str, str]] = {}
    for record in quarters.order_by("period_end"):
        said = {name: getattr(record, f"{name}_fen") for name in AMOUNTS}
        found[record.household_id] = {
            name: f"{to_yuan(fen):.2f}" for name, fen in said.items() if fen is not None
        }
    return found


def _row(row: Household, last: Visit | None) -> dict[str, Any]:
    """Free texts may speak of illness: of them only that there were some."""
    return {
        "id": row.pk,
        "household_no": row.household_no,
        "name": row.head_name,
        "village": row.village.short_name or row.village.name,
        "village_code": row.scope_code,
        "members_count": row.members_count,
        "last": last
        and {
            "visited_on": last.visited_on,
            "kind": last.kind,
            "present": last.present,
            "nothing_changed": last.nothing_changed,
            "had_difficulties": bool(last.difficulties),
            "had_wishes": bool(last.wishes),
        },
    }


@transaction.atomic
def day_list(*, actor: Actor, area: str, today: date) -> DayList:
    """Living households the actor may visit, those unseen longest first, at most MOST_ROWS. The download is audited."""
    scope = actor.scope(PERMISSION)
    wanted = Household.objects.within(scope.narrowed(area or None)).filter(is_live=True)
    ordered = wanted.order_by(F("last_visit_on").asc(nulls_first=True), "scope_code", "pk")
    rows = list(ordered.select_related("village")[:MOST_ROWS])
    groups, last = scope.field_groups, _last_visits(rows)
    county = next(iter(scope.prefixes + scope.assigned), "")
    keys = Household.objects.filter(pk__in=[row.pk for row in rows])
    asked = income_asked_of(keys, day=today, division_code=county) if "income" in groups else set()
    guarantees, amounts = _guarantees(rows, groups), _amounts(rows, asked)
    shown = [
        _row(row, last.get(row.pk))
        | {
            "guarantees": guarantees.get(row.pk, {}),
            "income_asked": row.pk in asked,
            "amounts": amounts.get(row.pk, {}),
        }
        for row in rows
    ]
    total = wanted.count()
    audit.record(actor, "households.day_list_download", scope_code=area or county, rows=len(rows))
    villages = [
        {"code": one.code, "name": one.short_name or one.name}
        for one in division_choices(actor, Level.VILLAGE, PERMISSION)
    ]
    return DayList(shown, total, villages)


def form_words(today: date) -> dict[str, Any]:
    """What the form on the phone needs besides: the business day where one is set, the quarters that may be chosen."""
    now = Quarter.of(today)
    return {
        "today": today,
        "today_is_fixed": settings.BUSINESS_DATE is not None,
        "quarters": [
            {
                "code": str(one),
                "name": f"{one.year}年{'一二三四'[one.number - 1]}季度",
                "last_day": one.last_day,
            }
            for one in (now, now.previous)
        ],
    }
