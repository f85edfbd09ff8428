"""Metrics of a household: size, statuses, guarantees, living conditions, visits, labour, measures, safety net, helper."""

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat

from common.dates import years_before
from households import codes
from households.metrics.income import not_corrected
from households.metrics.parts import (
    asked_about,
    code,
    flag,
    holding,
    known,
    latest_holding,
    of_spells,
    under_way,
)
from households.models import (
    AidMeasure,
    Guarantee,
    HelperAssignment,
    Household,
    HouseholdSituation,
    IncomeRecord,
    Membership,
    PersonSituation,
    StatusSpell,
    Visit,
)
from policies.metrics import Judged

GUARANTEES = {
    codes.GuaranteeKind.FOOD_CLOTHING.value: "food_clothing_ok",
    codes.GuaranteeKind.SCHOOLING.value: "schooling_ok",
    codes.GuaranteeKind.MEDICAL.value: "medical_ok",
    codes.GuaranteeKind.HOUSING.value: "housing_ok",
    codes.GuaranteeKind.WATER.value: "water_ok",
}
WORKING_AGE = 16


def source(judged: Judged) -> QuerySet:
    """Living households. Whether one was living is not dated: a closed household is not judged again."""
    rows = Household.objects.filter(is_live=True)
    if judged.known_at:
        rows = rows.filter(created_at__lte=judged.known_at)
    return rows.order_by().values(
        "scope_code",
        subject_id=F("pk"),
        subject_key=Concat(Value("household:"), Cast("pk", CharField()), output_field=CharField()),
        household_id=F("pk"),
    )


def size(judged: Judged) -> QuerySet:
    rows = Membership.objects.filter(holding("", judged)).order_by()
    return rows.values(subject_id=F("household_id")).annotate(members=Count("person_id", distinct=True))


def status(judged: Judged) -> QuerySet:
    """No poverty status recorded is unknown; no monitoring class beside a recorded one means none (an act that was not done)."""
    rows = of_spells(StatusSpell.objects.order_by(), "", _latest_status(judged))
    found = rows.values(subject_id=F("household_id")).annotate(
        poverty_status=Max("value", filter=Q(dimension=codes.StatusDimension.POVERTY)),
        class_found=Max("value", filter=Q(dimension=codes.StatusDimension.MONITOR)),
    )
    stated = Q(poverty_status__isnull=False)
    none = codes.MonitorClass.NONE.value
    found = found.annotate(
        monitor_class=Case(
            When(class_found__isnull=False, then=F("class_found")),
            When(stated, then=Value(none)),
            default=None,
            output_field=CharField(null=True),
        )
    )
    return found.annotate(
        is_registered=flag(Q(poverty_status__in=codes.REGISTERED), stated),
        is_exited=flag(Q(poverty_status__in=codes.EXITED), stated),
        is_unexited=flag(Q(poverty_status__in=codes.UNEXITED), stated),
        is_monitored=flag(~Q(monitor_class=none) & Q(monitor_class__isnull=False), Q(monitor_class=none)),
    ).values(
        "subject_id",
        "poverty_status",
        "monitor_class",
        "is_registered",
        "is_exited",
        "is_unexited",
        "is_monitored",
    )


def _latest_status(judged: Judged) -> QuerySet:
    rows = StatusSpell.objects.filter(holding("", judged), asked_about("household_id", judged)).order_by()
    return rows.values("household_id", "dimension").annotate(top=Max("pk")).values("top")


def guarantees(judged: Judged) -> QuerySet:
    """Not collected stays unknown. Of overlapping rows the worse one counts: not met, then not collected, then met."""
    states = codes.GuaranteeState
    number = Case(
        When(state=states.NOT_MET, then=Value(0)),
        When(state=states.MET, then=Value(2)),
        default=Value(1),
        output_field=IntegerField(),
    )
    least = {f"{kind}_least": Min(number, filter=Q(kind=kind)) for kind in GUARANTEES}
    flags = {
        name: flag(Q(**{f"{kind}_least": 2}), Q(**{f"{kind}_least": 0})) for kind, name in GUARANTEES.items()
    }
    rows = Guarantee.objects.filter(holding("", judged)).order_by()
    return (
        rows.values(subject_id=F("household_id"))
        .annotate(**least)
        .annotate(**flags)
        .values("subject_id", *flags)
    )


def living(judged: Judged) -> QuerySet:
    latest = latest_holding(HouseholdSituation, "household_id", judged)
    rows = of_spells(Household.objects.order_by(), "situations", latest)
    stayed = Q(situations__relocation_way=codes.RelocationWay.NOT_RELOCATED)
    moved = Q(situations__relocated_on__lte=judged.as_of) | (~Q(situations__relocation_way="") & ~stayed)
    return rows.values(
        subject_id=F("pk"),
        is_relocated=flag(moved, stayed),
        danger_grade=code("situations__danger_grade"),
        water_safe=F("situations__water_safe"),
    )


def last_visit(judged: Judged) -> QuerySet:
    rows = Visit.objects.filter(known("", judged), visited_on__lte=judged.as_of).order_by()
    return rows.values(subject_id=F("household_id")).annotate(last_visit_on=Max("visited_on"))


def visits(judged: Judged) -> QuerySet:
    """Visits count by the day visited, also when they were recorded later. No visit is zero, not unknown."""
    quarter = judged.in_quarter
    in_quarter = (
        Q(visits__visited_on__gte=quarter.first_day)
        & Q(visits__visited_on__lte=min(quarter.last_day, judged.as_of))
        & known("visits__", judged)
    )
    left = max((quarter.last_day - judged.as_of).days, 0)
    rows = Household.objects.annotate(seen=FilteredRelation("visits", condition=in_quarter)).order_by()
    return rows.values(subject_id=F("pk")).annotate(
        visits_in_quarter=Count("seen__pk"), quarter_days_left=Value(left, output_field=IntegerField())
    )


def quarter_income(judged: Judged) -> QuerySet:
    """Was the income of the quarter collected? A household without a record: no."""
    collected = IncomeRecord.objects.filter(
        known("", judged), not_corrected(judged), kind=IncomeRecord.Kind.QUARTER,
        period_end=judged.in_quarter.last_day, collected_on__lte=judged.as_of,
    )  # fmt: skip
    has = Q(pk__in=collected.order_by().values("household_id"))
    return Household.objects.order_by().values(subject_id=F("pk"), quarter_income_collected=flag(has))


def labour(judged: Judged) -> QuerySet:
    """Living members able or half able to work. None found while somebody of 16 or more is not collected: unknown.

    Of a person's situations that hold the latest counts, as it does in the metrics of the person: when an end was not
    known yet, or imported history overlaps, there are several.
    """
    held = holding("person__situations", judged)
    child_since = years_before(judged.as_of, WORKING_AGE)
    recorded = ~Q(situation__labour_skill="") & Q(situation__pk__isnull=False) | Q(
        person__birth_date__gt=child_since
    )
    alive = Q(person__died_on__isnull=True) | Q(person__died_on__gt=judged.as_of)
    rows = Membership.objects.filter(holding("", judged) & alive).order_by()
    rows = rows.annotate(situation=FilteredRelation("person__situations", condition=held))
    later = PersonSituation.objects.filter(
        holding("", judged), person_id=OuterRef("person_id"), pk__gt=OuterRef("situation__pk")
    )
    rows = rows.filter(~Exists(later))
    counted = rows.values(subject_id=F("household_id")).annotate(
        able=Count("person_id", filter=Q(situation__labour_skill__in=codes.ABLE), distinct=True),
        recorded=Count("person_id", filter=recorded, distinct=True),
        everybody=Count("person_id", distinct=True),
    )
    return counted.annotate(
        labour_members=Case(
            When(able__gt=0, then=F("able")),
            When(recorded=F("everybody"), then=Value(0)),
            default=None,
            output_field=IntegerField(null=True),
        )
    ).values("subject_id", "labour_members")


def measures(judged: Judged) -> QuerySet:
    """Aid measures under way: started, and not ended before the day; of one item several count once (项). None is none."""
    rows = Household.objects.annotate(
        under_way=FilteredRelation("measures", condition=under_way("measures__", judged))
    ).order_by()
    which = Concat("under_way__category", Value("/"), "under_way__item")
    counted = rows.values(subject_id=F("pk")).annotate(
        income_measures=Count(which, filter=Q(under_way__category__in=codes.INCOME_MEASURES), distinct=True),
        running_measures=Count("under_way__pk"),
        industry_measures=Count(which, filter=Q(under_way__category="industry"), distinct=True),
        job_measures=Count(which, filter=Q(under_way__category__in=codes.JOB_MEASURES), distinct=True),
        loan_measures=Count("under_way__pk", filter=Q(under_way__item=codes.MICRO_LOAN)),
        allowances=Count(
            "under_way__pk", filter=Q(under_way__category="social_security", under_way__item="低保")
        ),
    )
    return counted.annotate(allowance_measure=flag(Q(allowances__gt=0))).values(
        "subject_id", "income_measures", "allowance_measure", "running_measures", "industry_measures", "job_measures",
        "loan_measures",
    )  # fmt: skip


def temporary_aid(judged: Judged) -> QuerySet:
    """When 临时救助 was last given. It is paid once, so whether the measure has ended since does not matter."""
    rows = AidMeasure.objects.filter(
        known("", judged), item=codes.TEMPORARY_AID, started_on__lte=judged.as_of
    ).exclude(state=AidMeasure.State.PLANNED)
    return rows.order_by().values(subject_id=F("household_id")).annotate(temporary_aid_on=Max("started_on"))


def safety_net(judged: Judged) -> QuerySet:
    """低保 of the household or of a member, and 特困, as our own records say; no spell means no."""
    rows = Household.objects.annotate(
        net=FilteredRelation("safety_nets", condition=holding("safety_nets", judged))
    ).order_by()
    destitute = tuple(kind for kind in codes.SafetyNetKind.values if kind not in codes.ALLOWANCE)
    counted = rows.values(subject_id=F("pk")).annotate(
        allowance_since=Min("net__effective_from", filter=Q(net__kind__in=codes.ALLOWANCE)),
        supports=Count("net__pk", filter=Q(net__kind__in=destitute)),
    )
    return counted.annotate(
        on_allowance=flag(Q(allowance_since__isnull=False)), on_destitute_support=flag(Q(supports__gt=0))
    ).values("subject_id", "on_allowance", "on_destitute_support", "allowance_since")


def named_helper(judged: Judged) -> QuerySet:
    named = HelperAssignment.objects.filter(holding("", judged)).order_by().values("household_id")
    return Household.objects.order_by().values(subject_id=F("pk"), has_helper=flag(Q(pk__in=named)))
