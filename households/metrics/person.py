"""Metrics of a person: age, schooling, health, labour, work, insurance, and what the household is."""

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    FilteredRelation,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import GreaterThan

from households import codes
from households.metrics.household import status
from households.metrics.parts import (
    MonthDayOf,
    YearOf,
    begun,
    code,
    flag,
    holding,
    lasting,
    latest_holding,
    living,
    of_spells,
    under_way,
)
from households.models import Household, Membership, Person, PersonSituation
from policies.metrics import Judged

FLAGS = (
    "has_serious_illness", "has_chronic_illness", "is_disabled", "has_medical_insurance", "has_serious_illness_insurance",
    "has_pension_insurance",
)  # fmt: skip

SUPPORT = (
    "household_safety_net", "household_allowance", "household_subsidy", "household_health_aid",
    "household_income_measures", "household_student_aid", "household_premium_aid",
)  # fmt: skip


OWN = (
    "own_measures", "disability_subsidy", "health_aid", "job_measure", "trained_on", "student_aid", "premium_aid",
)  # fmt: skip


def source(judged: Judged) -> QuerySet:
    """Living members of living households on the day; in overlapping imported history the last membership counts."""
    latest = latest_holding(Membership, "person_id", judged)
    there = Membership.objects.filter(living("person__", judged), household__is_live=True).order_by()
    rows = of_spells(there, "", latest)
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
        disability_kind=code("situations__disability_kind"),
        disability_grade=F("situations__disability_grade"),
        labour_skill=code("situations__labour_skill"),
        medical_kind=code("situations__medical_kind"),
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
        household_unexited=F("is_unexited"),
    )


def household_support(judged: Judged) -> QuerySet:
    """What the household of the person receives: 低保 or 特困, measures of income, and help that names nobody in it."""
    at = "under_way__"
    nameless = Q(**{f"{at}person__isnull": True})
    rows = Household.objects.annotate(
        net=FilteredRelation("safety_nets", condition=holding("safety_nets", judged)),
        under_way=FilteredRelation("measures", condition=under_way("measures__", judged)),
    ).order_by()
    counted = rows.values(subject_id=F("pk")).annotate(
        nets=Count("net__pk", distinct=True),
        allowances=Count("net__pk", filter=Q(net__kind__in=codes.ALLOWANCE), distinct=True),
        subsidies=Count(
            f"{at}pk", filter=nameless & Q(**{f"{at}item": codes.DISABILITY_SUBSIDY}), distinct=True
        ),
        cures=Count(f"{at}pk", filter=nameless & Q(**{f"{at}category": "health"}), distinct=True),
        earning=Count(f"{at}pk", filter=Q(**{f"{at}category__in": codes.INCOME_MEASURES}), distinct=True),
        studies=Count(f"{at}pk", filter=nameless & Q(**{f"{at}item__in": codes.STUDENT_AID}), distinct=True),
        premiums=Count(f"{at}pk", filter=nameless & Q(**{f"{at}item": codes.PREMIUM_AID}), distinct=True),
    )
    return counted.annotate(
        household_safety_net=flag(Q(nets__gt=0)),
        household_allowance=flag(Q(allowances__gt=0)),
        household_subsidy=flag(Q(subsidies__gt=0)),
        household_health_aid=flag(Q(cures__gt=0)),
        household_income_measures=F("earning"),
        household_student_aid=flag(Q(studies__gt=0)),
        household_premium_aid=flag(Q(premiums__gt=0)),
    ).values("subject_id", *SUPPORT)


def own_measures(judged: Judged) -> QuerySet:
    """Measures that name the person, under way on the day; nobody without any has none. A training that is over counts:
    what it taught stays."""
    at = "begun__"
    now = lasting(at, judged)
    rows = Person.objects.annotate(
        begun=FilteredRelation("measures", condition=begun("measures__", judged))
    ).order_by()
    counted = rows.values(subject_id=F("pk")).annotate(
        own_measures=Count(f"{at}pk", filter=now),
        subsidies=Count(f"{at}pk", filter=now & Q(**{f"{at}item": codes.DISABILITY_SUBSIDY})),
        cures=Count(f"{at}pk", filter=now & Q(**{f"{at}category": "health"})),
        jobs=Count(f"{at}pk", filter=now & Q(**{f"{at}category__in": codes.JOB_MEASURES})),
        trained_on=Max(f"{at}started_on", filter=Q(**{f"{at}item": codes.SKILL_TRAINING})),
        studies=Count(f"{at}pk", filter=now & Q(**{f"{at}item__in": codes.STUDENT_AID})),
        premiums=Count(f"{at}pk", filter=now & Q(**{f"{at}item": codes.PREMIUM_AID})),
    )
    return counted.annotate(
        disability_subsidy=flag(Q(subsidies__gt=0)),
        health_aid=flag(Q(cures__gt=0)),
        job_measure=flag(Q(jobs__gt=0)),
        student_aid=flag(Q(studies__gt=0)),
        premium_aid=flag(Q(premiums__gt=0)),
    ).values("subject_id", *OWN)
