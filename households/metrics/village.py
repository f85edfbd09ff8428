"""Metrics of villages and townships: the yearly facts of a village, and who of its households is not out of poverty."""

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, Concat, Lead, RowNumber

from households import codes
from households.metrics.parts import code, holding, living
from households.models import Membership
from policies.metrics import Judged
from villages.models import Division, Level, VillageYear


def _source(level: Level) -> QuerySet:
    rows = Division.objects.filter(level=level, valid_to__isnull=True, merged_into__isnull=True).order_by()
    return rows.values(
        subject_id=F("pk"),
        subject_key=Concat(Value(f"{level.value}:"), F("code"), output_field=CharField()),
        scope_code=F("code"),
        household_id=Cast(Value(None), BigIntegerField(null=True)),
    )


def villages(judged: Judged) -> QuerySet:
    return _source(Level.VILLAGE)


def townships(judged: Judged) -> QuerySet:
    return _source(Level.TOWNSHIP)


def _latest_first(function: Lead | RowNumber) -> Window:
    return Window(function, partition_by="division_id", order_by="-year")


def year_facts(judged: Judged) -> QuerySet:
    """The latest yearly record up to the day's year, and the one just before it. Records carry no time of recording."""
    rows = VillageYear.objects.filter(year__lte=judged.as_of.year).order_by()
    rows = rows.annotate(
        place=_latest_first(RowNumber()),
        gap=F("year") - _latest_first(Lead("year")),
        poor_before=_latest_first(Lead("poor_persons")),
        population_before=_latest_first(Lead("registered_population")),
    )
    just_before = Q(gap=1)
    return rows.filter(place=1).values(
        "registered_population", "poor_persons", "collective_income_fen", "has_relief_task",
        subject_id=F("division_id"),
        facts_year=F("year"),
        village_kind=code("village_class"),
        previous_poor_persons=Case(When(just_before, then=F("poor_before")), default=None),
        previous_population=Case(When(just_before, then=F("population_before")), default=None),
    )  # fmt: skip


def _unexited(judged: Judged, level: Level, place: str) -> QuerySet:
    """Households and living persons of the area who are not out of poverty that day; none is zero, not unknown."""
    poor = Membership.objects.filter(
        holding("", judged), holding("household__status_spells", judged), living("person__", judged),
        household__is_live=True,
        household__status_spells__dimension=codes.StatusDimension.POVERTY,
        household__status_spells__value__in=codes.UNEXITED,
    ).filter(**{place: OuterRef("pk")}).order_by()  # fmt: skip
    grouped = poor.values(place)
    persons = grouped.annotate(n=Count("person_id", distinct=True)).values("n")
    households = grouped.annotate(n=Count("household_id", distinct=True)).values("n")
    rows = Division.objects.filter(level=level).order_by()
    return rows.values(
        subject_id=F("pk"),
        unexited_persons=Coalesce(Subquery(persons), 0),
        unexited_households=Coalesce(Subquery(households), 0),
    )


def village_unexited(judged: Judged) -> QuerySet:
    return _unexited(judged, Level.VILLAGE, "household__village")


def township_unexited(judged: Judged) -> QuerySet:
    return _unexited(judged, Level.TOWNSHIP, "household__village__parent")
