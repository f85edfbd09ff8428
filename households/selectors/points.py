"""爱心超市积分: the ledger of a household and of an area."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from common.dates import add_months
from common.errors import NotFound
from households.codes import PointKind
from households.models import Household, PointEntry
from villages.models import Division

POINT_HOUSEHOLDS = 300


@dataclass(frozen=True)
class PointFilters:
    """`month`: the first day of the month looked at, or None for all."""

    area: str = ""
    kind: str = ""
    month: date | None = None


@dataclass(frozen=True)
class PointTotals:
    """Net of corrections: what was given, what was spent, and what the households still hold of it."""

    earned: int
    spent: int

    @property
    def held(self) -> int:
        return self.earned - self.spent


def point_entries_of(household: Household) -> QuerySet[PointEntry]:
    """The lines of a household the caller has obtained by household_get, newest first."""
    rows: QuerySet[PointEntry] = PointEntry.objects.filter(household=household)
    return rows.select_related("recorded_by", "corrects", "corrected_by").order_by("-sequence")


def point_balance(household: Household) -> int:
    """What the household holds: a household without an entry holds nothing."""
    last = PointEntry.objects.filter(household=household).order_by("-sequence").first()
    return last.balance_after if last else 0


def point_entry_get(household: Household, pk: int) -> PointEntry:
    """A line of a household the caller has obtained by household_get, or NotFound."""
    found = PointEntry.objects.filter(household=household, pk=pk).select_related("household").first()
    if found is None:
        raise NotFound
    return found


def point_households(*, actor: Actor, village: Division, text: str) -> list[Household]:
    """Living households of a village where the actor may record points, by household number, at most a screen of them."""
    rows: QuerySet[Household] = Household.objects.within(
        actor.scope("households.manage_points").narrowed(village.code)
    ).filter(is_live=True)
    if text:
        rows = rows.filter(Q(head_name__contains=text) | Q(household_no__endswith=text))
    last = PointEntry.objects.filter(household_id=OuterRef("pk")).order_by("-sequence")
    balance = Coalesce(Subquery(last.values("balance_after")[:1]), Value(0))
    return list(rows.annotate(balance=balance).order_by("household_no", "pk")[:POINT_HOUSEHOLDS])


def point_list(*, actor: Actor, filters: PointFilters) -> QuerySet[PointEntry]:
    """Lines of the actor's area, newest first."""
    rows: QuerySet[PointEntry] = PointEntry.objects.within(
        actor.scope("households.view").narrowed(filters.area or None)
    )
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.month:
        rows = rows.filter(on__gte=filters.month, on__lt=add_months(filters.month, 1))
    return rows.select_related("household__village__parent", "recorded_by", "corrected_by").order_by("-pk")


def point_totals(rows: QuerySet[PointEntry]) -> PointTotals:
    """Earned and spent among the rows; a correction counts on the side of what it corrects."""
    earn = Q(kind=PointKind.EARN) | Q(kind=PointKind.CORRECTION, corrects__kind=PointKind.EARN)
    spend = Q(kind=PointKind.SPEND) | Q(kind=PointKind.CORRECTION, corrects__kind=PointKind.SPEND)
    found = rows.order_by().aggregate(earned=Sum("change", filter=earn), spent=Sum("change", filter=spend))
    return PointTotals(found["earned"] or 0, -(found["spent"] or 0))


def point_lines(scope: Any, as_of: date) -> tuple[Iterator[PointEntry], int]:
    """Every line of the scope up to a day, in the order of the ledgers, and how many there are."""
    rows: QuerySet[PointEntry] = PointEntry.objects.within(scope).filter(on__lte=as_of)
    ordered = rows.select_related("household__village__parent", "recorded_by").order_by(
        "household__scope_code", "household_id", "sequence"
    )
    return ordered.iterator(chunk_size=1000), rows.count()
