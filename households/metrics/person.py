"""Metrics of a person: age, schooling, health, labour, work, insurance, and what the household is."""

from django.db.models import (
    Case,
    CharField,
    F,
    FilteredRelation,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat, ExtractYear

from households import codes
from households.metrics.parts import code, flag, holding, latest_holding
from households.models import Membership, Person, PersonSituation
from policies.metrics import Judged

FLAGS = (
    "has_serious_illness", "has_chronic_illness", "is_disabled", "has_medical_insurance", "has_serious_illness_insurance",
)  # fmt: skip


def source(judged: Judged) -> QuerySet:
    """Members of living households on the day; in overlapping imported history the last membership counts."""
    latest = latest_holding(Membership, "person_id", judged)
    rows = Membership.objects.filter(pk__in=latest, household__is_live=True).order_by()
    return rows.values(
        "household_id",
        subject_id=F("person_id"),
        subject_key=Concat(Value("person:"), Cast("person_id", CharField()), output_field=CharField()),
        scope_code=F("household__scope_code"),
    )


def age(judged: Judged) -> QuerySet:
    day = judged.as_of
    later = Q(birth_date__month__gt=day.month) | Q(birth_date__month=day.month, birth_date__day__gt=day.day)
    not_yet = Case(When(later, then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = Person.objects.filter(birth_date__lte=day).order_by()
    return rows.values(subject_id=F("pk"), age=Value(day.year) - ExtractYear("birth_date") - not_yet)


def situation(judged: Judged) -> QuerySet:
    latest = latest_holding(PersonSituation, "person_id", judged)
    rows = Person.objects.filter(situations__pk__in=latest).order_by()
    unknown = Q(situations__schooling="")
    away = Q(situations__schooling__in=codes.NOT_IN_CLASS)
    return rows.values(
        subject_id=F("pk"),
        in_school=flag(~unknown & ~away, away),
        schooling_code=code("situations__schooling"),
        not_in_school_reason=code("situations__not_in_school_reason"),
        disability_grade=F("situations__disability_grade"),
        labour_skill=code("situations__labour_skill"),
        work_months=F("situations__work_months"),
        **{name: F(f"situations__{name}") for name in FLAGS},
    )


def household(judged: Judged) -> QuerySet:
    """What the person's household is that day; the same reading of statuses as the household's own."""
    rows = Membership.objects.filter(pk__in=latest_holding(Membership, "person_id", judged)).order_by()
    rows = rows.annotate(
        spell=FilteredRelation(
            "household__status_spells", condition=holding("household__status_spells", judged)
        )
    )
    found = rows.values(subject_id=F("person_id")).annotate(
        poverty=Max("spell__value", filter=Q(spell__dimension=codes.StatusDimension.POVERTY)),
        monitor=Max("spell__value", filter=Q(spell__dimension=codes.StatusDimension.MONITOR)),
    )
    stated = Q(poverty__isnull=False)
    watched = Q(monitor__isnull=False) & ~Q(monitor=codes.MonitorClass.NONE)
    return found.annotate(
        household_registered=flag(Q(poverty__in=codes.REGISTERED), stated),
        household_exited=flag(Q(poverty__in=codes.EXITED), stated),
        household_monitored=flag(watched, stated | Q(monitor__isnull=False)),
    ).values("subject_id", "household_registered", "household_exited", "household_monitored")
