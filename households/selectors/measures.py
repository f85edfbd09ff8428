"""Aid measures as a list: filters, totals, and what is recorded twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from common.dates import add_months
from exchange.models import StoredFile
from households.models import AidMeasure, Household
from households.rules_measures import OTHER_ITEM, Help, duplicates
from households.selectors.facts import measure_list

OVER = (AidMeasure.State.DONE, AidMeasure.State.STOPPED)
ENDLESS = date(9999, 12, 31)


@dataclass(frozen=True)
class MeasureFilters:
    """What the list may be narrowed by; empty means not narrowed. `categories`: those the reader may see at all."""

    categories: tuple[str, ...]
    area: str = ""
    category: str = ""
    state: str = ""
    only: str = ""  # "double": recorded twice; "unreviewed": under way and not reviewed for so many months
    unreviewed_since: date | None = None


@dataclass(frozen=True)
class MeasureTotals:
    """`without_amount`: measures whose amount nobody entered; they count as unknown, not as nothing."""

    measures: int
    households: int
    total_fen: int | None
    without_amount: int


def _end() -> Case:
    """The last day a measure covers: what is over without a day ended where it began; what goes on has no end."""
    return Case(
        When(ended_on__isnull=False, then=F("ended_on")),
        When(state__in=OVER, then=F("started_on")),
        default=Value(ENDLESS, output_field=DateField()),
        output_field=DateField(),
    )


def _nobody(column: str) -> Coalesce:
    """The person, or 0 for the whole household, so that two without a person compare as equal."""
    return Coalesce(column, Value(0), output_field=IntegerField())


def marked_double(rows: QuerySet[AidMeasure]) -> QuerySet[AidMeasure]:
    """The rows with `is_double`: another one records the same help for the same one over the same time.

    The same judgement as rules_measures.duplicates, as one statement for a whole county.
    """
    rows = rows.annotate(until=_end(), whom=_nobody("person_id"))
    others = AidMeasure.objects.annotate(until=_end(), whom=_nobody("person_id")).filter(
        Q(provider=OuterRef("provider")) | ~Q(item=OTHER_ITEM),
        household_id=OuterRef("household_id"), category=OuterRef("category"), item=OuterRef("item"),
        whom=OuterRef("whom"), started_on__lte=OuterRef("until"), until__gte=OuterRef("started_on"),
    )  # fmt: skip
    real = others.exclude(state=AidMeasure.State.PLANNED).exclude(pk=OuterRef("pk"))
    return rows.annotate(is_double=Exists(real) & ~Q(state=AidMeasure.State.PLANNED))


def measure_search(*, actor: Actor, filters: MeasureFilters) -> QuerySet[AidMeasure]:
    """Measures of the actor's area by category, state and place, each marked where it is recorded twice."""
    rows = measure_list(actor=actor, area=filters.area).filter(category__in=filters.categories)
    if filters.category:
        rows = rows.filter(category=filters.category)
    if filters.state:
        rows = rows.filter(state=filters.state)
    rows = marked_double(rows)
    if filters.only == "double":
        rows = rows.filter(Q(is_double=True))
    if filters.only == "unreviewed" and filters.unreviewed_since:
        old = Q(effect_on__isnull=True, started_on__lte=filters.unreviewed_since)
        old |= Q(effect_on__lte=filters.unreviewed_since)
        rows = rows.filter(old, state=AidMeasure.State.ACTIVE)
    return rows


def review_due_since(as_of: date, months: int) -> date:
    """What was last looked at on this day or before it is to be reviewed."""
    return add_months(as_of, -months)


def measure_totals(rows: QuerySet[AidMeasure]) -> MeasureTotals:
    """How many measures and households, and the sum of the amounts that are known."""
    found = rows.order_by().aggregate(
        measures=Count("pk"),
        households=Count("household_id", distinct=True),
        total_fen=Sum("amount_fen"),
        without_amount=Count("pk", filter=Q(amount_fen__isnull=True)),
    )
    return MeasureTotals(**found)


def help_of(row: AidMeasure) -> Help:
    ended = row.ended_on or (row.started_on if row.state in OVER else None)
    return Help(row.pk, row.category, row.item, row.person_id, row.started_on, ended, row.provider)


def doubles_among(rows: Iterable[AidMeasure]) -> dict[int, tuple[int, ...]]:
    """Among measures of one household: which record the same help for the same one over the same time."""
    return duplicates(help_of(row) for row in rows if row.state != AidMeasure.State.PLANNED)


def measures_of(household: Household, categories: Iterable[str]) -> list[AidMeasure]:
    """Measures of a household the caller has obtained by household_get, latest start first, with their papers."""
    rows = AidMeasure.objects.filter(household=household, category__in=list(categories))
    return list(rows.select_related("person").order_by("-started_on", "-pk"))


def measure_files(measure: AidMeasure) -> list[StoredFile]:
    papers = measure.papers.filter(superseded_by__isnull=True).select_related("file").order_by("pk")
    return [paper.file for paper in papers]
