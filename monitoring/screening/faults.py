"""Households that cannot be judged, and why. A set statement cannot skip a row, so they are listed and left out first."""

from collections.abc import Callable, Mapping

from django.db.models import BigIntegerField, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from households.metrics.household import source
from households.metrics.income import standing
from households.models import Household, Membership
from monitoring.models import RunFault, ScreeningRun
from monitoring.screening.sql import insert_select
from policies.metrics import Judged

COLUMNS = ("run_id", "subject_key", "scope_code", "sentence")


def _living(judged: Judged) -> QuerySet:
    alive = Q(person__died_on__isnull=True) | Q(person__died_on__gt=judged.as_of)
    return Membership.objects.holding(judged.as_of, judged.known_at).filter(alive)


def _no_living_member(judged: Judged) -> QuerySet:
    return Household.objects.filter(~Exists(_living(judged).filter(household=OuterRef("pk"))))


def _head_missing(judged: Judged) -> QuerySet:
    living = _living(judged).filter(household=OuterRef("pk"))
    return Household.objects.filter(Exists(living), ~Exists(living.filter(relation="head")))


def _two_heads(judged: Judged) -> QuerySet:
    heads = _living(judged).filter(relation="head").values("household")
    return Household.objects.filter(pk__in=heads.annotate(n=Count("pk")).filter(n__gt=1).values("household"))


def _overlapping_years(judged: Judged) -> QuerySet:
    """Both records must be in force at the moment judged: what was collected, recorded or corrected later does not spoil the
    judgement of an earlier one."""
    years = standing(judged)
    other = years.filter(
        household=OuterRef("household"), period_start__lt=OuterRef("period_end"), period_end__gt=OuterRef("period_start")
    ).exclude(pk=OuterRef("pk"))  # fmt: skip
    return Household.objects.filter(pk__in=years.filter(Exists(other)).values("household"))


CHECKS: tuple[tuple[str, Callable[[Judged], QuerySet]], ...] = (
    ("没有在世的家庭成员，请核对成员或注销该户。", _no_living_member),
    ("没有户主，请指定一名户主。", _head_missing),
    ("同时有两名户主，请改正成员关系。", _two_heads),
    ("同一时期有两份年度收支记录，请更正其中一份。", _overlapping_years),
)


def rule_faults_write(run: ScreeningRun, faulty: Mapping[str, str]) -> None:
    """Begin the list of faults anew, with the rules that cannot be judged."""
    run.faults.all().delete()
    RunFault.objects.bulk_create(
        RunFault(
            run=run, subject_key=f"rule:{key}"[:40], scope_code=run.scope_code, sentence=f"{key}：{why}"[:200]
        )
        for key, why in faulty.items()
    )


def faults_write(run: ScreeningRun, judged: Judged) -> None:
    """List the households that cannot be judged, of those that would be."""
    judged_here = source(judged).filter(scope_code__startswith=run.scope_code).values("subject_id")
    for sentence, check in CHECKS:
        rows = (
            check(judged)
            .filter(pk__in=judged_here)
            .order_by()
            .annotate(
                fault_run=Cast(Value(run.pk), BigIntegerField()),
                fault_key=Concat(Value("household:"), Cast(F("pk"), CharField())),
                fault_sentence=Value(sentence),
            )
            .values_list("fault_run", "fault_key", "scope_code", "fault_sentence")
        )
        insert_select(RunFault, rows, COLUMNS, "ON CONFLICT DO NOTHING")
