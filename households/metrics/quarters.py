"""Metrics of quarterly incomes, and of the standards per head that hold in a household's county."""

from collections.abc import Iterable

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import Lead, RowNumber, Substr

from households.metrics.income import HEADS, not_corrected
from households.metrics.parts import MonthDayOf, YearOf, known
from households.models import Household, IncomeRecord
from policies.metrics import Judged, standard_for

ALLOWANCE_STANDARD = "allowance_standard"  # 农村低保年标准, asked from the packs
# 脱贫收入线: a document names its own, the county's general rules theirs.
EXIT_LINES = ("exit_income_line", "income_floor")


def _latest_first(function: Lead | RowNumber) -> Window:
    return Window(function, partition_by="household_id", order_by=("-period_end", "-pk"))


def quarters(judged: Judged) -> QuerySet:
    """The last quarter that had ended and been collected, and the one just before it; a quarter left out is unknown."""
    rows = IncomeRecord.objects.filter(
        known("", judged), not_corrected(judged), kind=IncomeRecord.Kind.QUARTER, period_end__lte=judged.as_of,
        collected_on__lte=judged.as_of,
    ).order_by()  # fmt: skip
    number = YearOf("period_end") * 4 + MonthDayOf("period_end") / 300
    rows = rows.annotate(number=number).annotate(
        place=_latest_first(RowNumber()),
        gap=F("number") - _latest_first(Lead("number")),
        net_before=_latest_first(Lead("net_fen")),
        members_before=_latest_first(Lead(HEADS)),
    )
    just_before = Q(gap=1)
    return rows.filter(place=1).values(
        subject_id=F("household_id"),
        quarter_net_fen=F("net_fen"),
        quarter_members=HEADS,
        quarter_end=F("period_end"),
        quarter_before_net_fen=Case(When(just_before, then=F("net_before")), default=None),
        quarter_before_members=Case(When(just_before, then=F("members_before")), default=None),
    )


def standard_by_county(names: Iterable[str], judged: Judged, scope: str = "scope_code") -> Case | Value:
    """分 per head and year that the packs in force in each county say; null where none says it."""
    rows = Household.objects.order_by().annotate(county=Substr("scope_code", 1, 6))
    whens = []
    for (county,) in rows.values_list("county").distinct():
        found = (standard_for(name, judged.as_of, county) for name in names)
        fen = next((one for one in found if one is not None), None)
        if fen is not None:
            whens.append(When(**{f"{scope}__startswith": county}, then=Value(fen)))
    if not whens:
        return Value(None, output_field=IntegerField(null=True))
    return Case(*whens, default=None, output_field=IntegerField(null=True))


def standards(judged: Judged) -> QuerySet:
    return Household.objects.order_by().values(
        subject_id=F("pk"),
        allowance_standard_fen=standard_by_county((ALLOWANCE_STANDARD,), judged),
        exit_line_fen=standard_by_county(EXIT_LINES, judged),
    )


def risk_dates(judged: Judged) -> QuerySet:
    """Since when a risk has been known and not been removed by the day; the household holds the last of both days only."""
    standing = Q(risk_removed_on__isnull=True) | Q(risk_removed_on__lt=F("risk_identified_on"))
    standing |= Q(risk_removed_on__gt=judged.as_of)
    rows = Household.objects.filter(standing, risk_identified_on__lte=judged.as_of).order_by()
    return rows.values(subject_id=F("pk"), risk_open_on=F("risk_identified_on"))
