"""The file of some households as it is printed: everything of one page, in as many questions as there are kinds of rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from common.dated import holding_q
from households.models import (
    AidMeasure,
    Guarantee,
    HelperAssignment,
    Household,
    HouseholdSituation,
    IncomeRecord,
    Membership,
    PersonSituation,
    SafetyNet,
    Visit,
)

VISITS_SHOWN = 4


@dataclass
class Paper:
    """One household with what its printed form shows on a day."""

    household: Household
    members: list[Membership] = field(default_factory=list)
    guarantees: dict[str, Guarantee] = field(default_factory=dict)
    living: HouseholdSituation | None = None
    income: IncomeRecord | None = None
    measures: list[AidMeasure] = field(default_factory=list)
    helper: HelperAssignment | None = None
    nets: list[SafetyNet] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)


def measures_of_year(as_of: date) -> QuerySet[AidMeasure]:
    """Measures that ran in the year of the day and had begun by it; planned and given-up ones are not help."""
    first = date(as_of.year, 1, 1)
    rows: QuerySet[AidMeasure] = AidMeasure.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=first),
        started_on__lte=as_of,
        state__in=(AidMeasure.State.ACTIVE, AidMeasure.State.DONE),
    )
    # What was done before this year and has no end belongs to the year in which it was given.
    return rows.exclude(state=AidMeasure.State.DONE, ended_on__isnull=True, started_on__lt=first).order_by(
        "category", "started_on", "pk"
    )


def _by_household(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.household_id].append(row)
    return found


def _members(ids: Sequence[int], as_of: date) -> QuerySet[Membership]:
    held = PersonSituation.objects.filter(holding_q(as_of))
    return (
        Membership.objects.filter(holding_q(as_of), household_id__in=ids)
        .select_related("person")
        .prefetch_related(Prefetch("person__situations", queryset=held, to_attr="open_situations"))
        .order_by("effective_from", "pk")
    )


def _incomes(ids: Sequence[int], as_of: date) -> QuerySet[IncomeRecord]:
    rows: QuerySet[IncomeRecord] = IncomeRecord.objects.filter(
        household_id__in=ids, kind=IncomeRecord.Kind.YEAR, superseded_at__isnull=True, period_end__lte=as_of,
        collected_on__lte=as_of,
    )  # fmt: skip
    return rows.order_by("-period_end")


def _visits(ids: Sequence[int], as_of: date) -> QuerySet[Visit]:
    place = Window(
        RowNumber(), partition_by=F("household_id"), order_by=(F("visited_on").desc(), F("pk").desc())
    )
    rows: QuerySet[Visit] = Visit.objects.filter(household_id__in=ids, visited_on__lte=as_of)
    return rows.annotate(place=place).filter(place__lte=VISITS_SHOWN).order_by("-visited_on", "-pk")


def papers_of(households: Sequence[Household], as_of: date) -> list[Paper]:
    """The printed forms of households the caller has obtained by a selector; nine questions, however many they are."""
    ids = [household.pk for household in households]
    inside = {"household_id__in": ids}
    members, incomes = _by_household(_members(ids, as_of)), _by_household(_incomes(ids, as_of))
    guarantees = _by_household(Guarantee.objects.filter(holding_q(as_of), **inside))
    living = _by_household(HouseholdSituation.objects.filter(holding_q(as_of), **inside))
    helpers = _by_household(HelperAssignment.objects.filter(holding_q(as_of), **inside))
    nets = _by_household(SafetyNet.objects.filter(holding_q(as_of), **inside).select_related("person"))
    measures = _by_household(measures_of_year(as_of).filter(**inside).select_related("person"))
    visits = _by_household(_visits(ids, as_of))
    return [
        Paper(
            household=one,
            members=sorted(members[one.pk], key=lambda row: row.relation != "head"),
            guarantees={row.kind: row for row in guarantees[one.pk]},
            living=next(iter(living[one.pk]), None),
            income=next(iter(incomes[one.pk]), None),
            measures=measures[one.pk],
            helper=next(iter(helpers[one.pk]), None),
            nets=nets[one.pk],
            visits=visits[one.pk],
        )
        for one in households
    ]
