"""Reads of money, inside the actor's area. Papers are the county's: a township sees its allocations, not the papers."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from common.errors import NotFound
from funds.models import Allocation, FundDocument, LedgerEntry, Payment
from projects.models import Project
from villages.models import Division, Level


@dataclass(frozen=True)
class MoneyFilter:
    """What lists of money are narrowed by; empty means everything. Days are days of payment, both included."""

    area: str = ""
    year: int | None = None
    level: str = ""
    special: bool = False  # only what the figures count
    state: str = ""
    mine: bool = False  # only what the actor submitted
    since: date | None = None
    until: date | None = None

    def of_document(self, path: str) -> Q:
        """The part that speaks of the paper, which `path` leads to."""
        wanted = Q()
        if self.year:
            wanted &= Q(**{f"{path}__year": self.year})
        if self.level:
            wanted &= Q(**{f"{path}__level": self.level})
        if self.special:
            wanted &= Q(**{f"{path}__is_special": True})
        return wanted

    def of_day(self) -> Q:
        wanted = Q(paid_on__gte=self.since) if self.since else Q()
        return wanted & Q(paid_on__lte=self.until) if self.until else wanted


def _sum_of(rows: QuerySet, path: str) -> Coalesce:
    sums = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(total=Sum("amount_fen"))
    return Coalesce(Subquery(sums.values("total")), 0)


def document_list(*, actor: Actor, year: int | None = None, level: str = "") -> QuerySet[Any]:
    """Papers of the actor's county, each with `allocated_fen` and `paid_fen` of today."""
    rows = FundDocument.objects.within(actor.scope("funds.view"))
    if year:
        rows = rows.filter(year=year)
    if level:
        rows = rows.filter(level=level)
    return rows.annotate(
        allocated_fen=_sum_of(Allocation.objects.all(), "document"),
        paid_fen=_sum_of(LedgerEntry.objects.all(), "allocation__document"),
    ).select_related("county")


def document_get(*, actor: Actor, pk: int) -> Any:
    found = document_list(actor=actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def document_years(*, actor: Actor) -> list[int]:
    """The years there is money of, as far as the actor sees any."""
    rows = Allocation.objects.within(actor.scope("funds.view")).values_list("document__year", flat=True)
    papers = FundDocument.objects.within(actor.scope("funds.view")).values_list("year", flat=True)
    return sorted({*rows.distinct().order_by(), *papers.distinct().order_by()}, reverse=True)


def sees_documents(actor: Actor) -> bool:
    """Somebody of the county; a township's people start at their allocations."""
    county = 6
    return any(len(prefix) <= county for prefix in actor.scope("funds.view").prefixes)


def _money(rows: QuerySet[Allocation]) -> QuerySet[Any]:
    waiting = Payment.objects.filter(state=Payment.State.SUBMITTED, amount_fen__gt=0)
    return (
        rows.annotate(
            paid_fen=_sum_of(LedgerEntry.objects.all(), "allocation"),
            waiting_fen=_sum_of(waiting, "allocation"),
        )
        .annotate(left_fen=F("amount_fen") - F("paid_fen") - F("waiting_fen"))
        .select_related("document", "project__village__parent")
    )


def allocation_list(
    *,
    actor: Actor,
    given: MoneyFilter | None = None,
    document: FundDocument | None = None,
    project: Project | None = None,
) -> QuerySet[Any]:
    """Allocations in the area, each with `paid_fen`, `waiting_fen` and `left_fen` of today."""
    given = given or MoneyFilter()
    rows = Allocation.objects.within(actor.scope("funds.view").narrowed(given.area))
    rows = rows.filter(given.of_document("document"))
    if document:
        rows = rows.filter(document=document)
    if project:
        rows = rows.filter(project=project)
    return _money(rows)


def allocation_get(*, actor: Actor, pk: int) -> Any:
    found = _money(Allocation.objects.within(actor.scope("funds.view"))).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def payment_list(*, actor: Actor, given: MoneyFilter | None = None) -> QuerySet[Payment]:
    """Payments in the area, waiting and decided."""
    given = given or MoneyFilter()
    rows = Payment.objects.within(actor.scope("funds.view").narrowed(given.area))
    rows = rows.filter(given.of_document("allocation__document"), given.of_day())
    if given.state:
        rows = rows.filter(state=given.state)
    if given.mine:
        rows = rows.filter(submitted_by_id=actor.user_id)
    return rows.select_related(
        "allocation__document", "allocation__project__village__parent", "submitted_by", "decided_by"
    )


def payment_get(*, actor: Actor, pk: int) -> Payment:
    rows = payment_list(actor=actor).select_related("reverses", "ledger_entry", "file")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def payments_waiting(*, actor: Actor) -> QuerySet[Payment]:
    """What this person may confirm: in the area of that permission, and not submitted by himself; oldest first."""
    rows = payment_list(actor=actor, given=MoneyFilter(state=Payment.State.SUBMITTED))
    mine = Payment.objects.within(actor.scope("funds.confirm_payment")).values("pk")
    return rows.filter(pk__in=mine).exclude(submitted_by_id=actor.user_id).order_by("submitted_at", "pk")


def ledger_list(*, actor: Actor, given: MoneyFilter | None = None) -> QuerySet[LedgerEntry]:
    """The ledger in the area."""
    given = given or MoneyFilter()
    rows = LedgerEntry.objects.within(actor.scope("funds.view").narrowed(given.area))
    return rows.filter(given.of_document("allocation__document"), given.of_day()).select_related(
        "payment__submitted_by", "payment__decided_by", "allocation__document", "allocation__project__village"
    )


def county_choices(*, actor: Actor) -> QuerySet[Division]:
    return Division.objects.within(actor.scope("funds.edit")).filter(
        level=Level.COUNTY, valid_to__isnull=True
    )


def reversal_of(payment: Payment) -> Payment | None:
    """The reversal of a payment that waits or was confirmed."""
    return payment.reversals.exclude(state=Payment.State.REFUSED).first()


def sum_fen(rows: QuerySet) -> int:
    return rows.order_by().aggregate(total=Sum("amount_fen"))["total"] or 0


@dataclass(frozen=True)
class AmountChange:
    """One correction of an allocation."""

    at: datetime
    who: str
    before_fen: int
    after_fen: int
    reason: str


def allocation_changes(allocation: Allocation) -> list[AmountChange]:
    """The corrections of an allocation the caller has obtained by allocation_get, newest first."""
    rows = list(allocation.history.select_related("history_user").order_by("-history_date", "-history_id"))
    return [
        AmountChange(
            new.history_date,
            new.history_user.full_name if new.history_user else "",
            old.amount_fen,
            new.amount_fen,
            new.history_change_reason or "",
        )
        for new, old in zip(rows, rows[1:], strict=False)
        if new.amount_fen != old.amount_fen
    ]
