"""Metrics of a person: age, schooling, health, labour, work, insurance, and what the household is."""

from django.db.models import (
    Case,
    CharField,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import GreaterThan

from households import codes
from households.metrics.household import status
from households.metrics.parts import MonthDayOf, YearOf, code, flag, latest_holding, of_spells
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
    later = GreaterThan(MonthDayOf("birth_date"), Value(day.month * 100 + day.day))
    not_yet = Case(When(later, then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = Person.objects.filter(birth_date__lte=day).order_by()
    return rows.values(subject_id=F("pk"), age=Value(day.year) - YearOf("birth_date") - not_yet)


def situation(judged: Judged) -> QuerySet:
    latest = latest_holding(PersonSituation, "person_id", judged)
    rows = of_spells(Person.objects.order_by(), "situations", latest)
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
    """What the person's household is that day, one row per household: its own reading of the statuses."""
    return status(judged).values(
        "subject_id",
        household_registered=F("is_registered"),
        household_exited=F("is_exited"),
        household_monitored=F("is_monitored"),
    )
