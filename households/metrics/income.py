"""Metrics of income: the record in force, the one of the year before, and the time above the allowance standard.

In force is the latest yearly record whose period has ended and which was collected and recorded by then. A corrected
record counts for every moment before its correction was recorded.
"""

from datetime import date, timedelta

from django.db.models import (
    Case,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import (
    Coalesce,
    ExtractDay,
    ExtractMonth,
    ExtractYear,
    Lead,
    NullIf,
    RowNumber,
    Substr,
)

from common.dates import add_months
from households import codes
from households.metrics.parts import YearOf, flag, holding, known
from households.models import Household, IncomeRecord, SafetyNet
from policies.metrics import Judged, standard_for

ALLOWANCE_STANDARD = "allowance_standard"  # 农村低保年标准, asked from the packs
HEADS = NullIf(
    F("members"), Value(0), output_field=IntegerField(null=True)
)  # nothing is per head of nobody: unknown


def standing(judged: Judged) -> QuerySet:
    """Yearly records that had ended, been collected and recorded by then, and not been corrected yet."""
    rows = IncomeRecord.objects.filter(
        known("", judged),
        kind=IncomeRecord.Kind.YEAR,
        period_end__lte=judged.as_of,
        collected_on__lte=judged.as_of,
    ).order_by()
    return rows.filter(not_corrected(judged))


def not_corrected(judged: Judged) -> Q:
    """Records in force at the moment: a correction counts only once it was recorded."""
    standing = Q(superseded_at__isnull=True)
    return standing | Q(superseded_at__gt=judged.known_at) if judged.known_at else standing


def _latest_first(function: Func) -> Window:
    """One order for all windows, so that the database sorts once; the record before is the next one."""
    return Window(function, partition_by="household_id", order_by=("-period_end", "-pk"))


def latest_income(judged: Judged) -> QuerySet:
    """The record in force of each household."""
    return standing(judged).annotate(place=_latest_first(RowNumber())).filter(place=1)


def income(judged: Judged) -> QuerySet:
    """One row per household: the record in force. The year before counts only when it is the year just before."""
    rows = standing(judged).annotate(
        place=_latest_first(RowNumber()),
        gap=YearOf("period_end") - _latest_first(Lead(YearOf("period_end"))),
        net_before=_latest_first(Lead("net_fen")),
        fen_before=_latest_first(Lead(Coalesce("disposable_fen", "net_fen"))),
        members_before=_latest_first(Lead(HEADS)),
    )  # fmt: skip
    both_unknown = Q(disposable_fen__isnull=True, net_fen__isnull=True)
    year_before = Q(gap=1)
    return rows.filter(place=1).values(
        "self_paid_fen",
        subject_id=F("household_id"),
        net_income_fen=F("net_fen"),
        disposable_income_fen=F("disposable_fen"),
        disposable_or_net_fen=Coalesce("disposable_fen", "net_fen"),
        after_paid_fen=Coalesce("disposable_fen", "net_fen") - F("self_paid_fen"),
        disposable_inferred=flag(
            Q(disposable_fen__isnull=True, net_fen__isnull=False),
            ~both_unknown & Q(disposable_fen__isnull=False),
        ),
        income_members=HEADS,
        gross_income_fen=F("wage_fen") + F("business_fen") + F("property_fen") + F("transfer_fen"),
        income_year_end=F("period_end"),
        income_collected_on=F("collected_on"),
        previous_net_income_fen=Case(When(year_before, then=F("net_before")), default=None),
        previous_disposable_or_net_fen=Case(When(year_before, then=F("fen_before")), default=None),
        previous_income_members=Case(When(year_before, then=F("members_before")), default=None),
        allowance_income_recorded=flag(Q(transfer_fen__gt=0), Q(transfer_fen__lte=0)),
    )


def standards(judged: Judged) -> Case | Value:
    """The allowance standard of the county of each row that hangs on a household; null where no pack in force says it."""
    counties = (
        Household.objects.order_by()
        .annotate(county=Substr("scope_code", 1, 6))
        .values_list("county")
        .distinct()
    )
    found = {county: standard_for(ALLOWANCE_STANDARD, judged.as_of, county) for (county,) in counties}
    whens = [
        When(household__scope_code__startswith=county, then=Value(fen))
        for county, fen in found.items()
        if fen is not None
    ]
    return Case(*whens, default=None, output_field=IntegerField(null=True))


def above_allowance(judged: Judged) -> QuerySet:
    """Since when the records of a household on allowance stand above the standard without a break.

    Disposable income, net income where only that is known. A record at or below the standard, or with an unknown part,
    breaks. Judgements multiply: income > standard x members.
    """
    on_allowance = SafetyNet.objects.filter(holding("", judged), kind__in=codes.ALLOWANCE).order_by()
    rows = standing(judged).filter(household_id__in=on_allowance.values("household_id"))
    rows = rows.annotate(standard=standards(judged), fen=Coalesce("disposable_fen", "net_fen")).annotate(
        over=Case(
            When(fen__gt=F("standard") * F("members"), members__gt=0, then=Value(1)),
            default=Value(0),
            output_field=IntegerField(),
        )
    )
    breaks = rows.filter(
        household_id=OuterRef("household_id"), period_end__gte=OuterRef("period_end"), over=0
    )
    since = (
        rows.filter(~Exists(breaks), over=1)
        .values(subject_id=F("household_id"))
        .annotate(above_allowance_since=Min("collected_on"))
    )
    since = since.annotate(day=ExtractDay("above_allowance_since"))
    return since.annotate(allowance_above_months=_whole_months("above_allowance_since", judged.as_of)).values(
        "subject_id", "above_allowance_since", "allowance_above_months"
    )


def _whole_months(column: str, until: date) -> ExpressionWrapper:
    months = Value(until.year * 12 + until.month) - ExtractYear(column) * 12 - ExtractMonth(column)
    # A month begun on the 31st is over on the last day of a shorter one.
    last = 31 if add_months(until.replace(day=1), 1) - until == timedelta(days=1) else until.day
    begun = Case(When(day__gt=last, then=Value(1)), default=Value(0), output_field=IntegerField())
    return ExpressionWrapper(months - begun, output_field=IntegerField())
