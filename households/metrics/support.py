"""Metrics of help: claims paid out, since when a household is monitored, what its person was last seen, and by which income."""

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from households import codes
from households.field_groups import metric_group
from households.metrics.household import last_visit
from households.metrics.income import HEADS, latest_income, not_corrected
from households.metrics.parts import flag, holding, known
from households.metrics.quarters import ALLOWANCE_STANDARD, standard_by_county
from households.models import IncomeRecord, StatusSpell
from policies.metrics import Judged, Metric, MetricType

NO_STANDARD = "生效政策包未写低保标准"


def _metric(name: str, label: str, kind: MetricType, unknown_when: str = "", unit: str = "") -> Metric:
    return Metric(name, label, kind, unit, unknown_when, group=metric_group(name))


def claims(judged: Judged) -> QuerySet:
    """The end of the latest period, a year or a quarter, in whose record insurance money stands. None recorded: none was noted."""
    rows = IncomeRecord.objects.filter(
        known("", judged), not_corrected(judged), claims_fen__gt=0, period_end__lte=judged.as_of,
        collected_on__lte=judged.as_of,
    ).order_by()  # fmt: skip
    return rows.values(subject_id=F("household_id")).annotate(claims_on=Max("period_end"))


def monitored(judged: Judged) -> QuerySet:
    """Since when the monitoring class of the day holds; of overlapping history the latest."""
    rows = StatusSpell.objects.filter(holding("", judged), dimension=codes.StatusDimension.MONITOR)
    rows = rows.exclude(value=codes.MonitorClass.NONE).order_by()
    return rows.values(subject_id=F("household_id")).annotate(monitored_since=Max("effective_from"))


def household_visit(judged: Judged) -> QuerySet:
    """The last visit to the person's household. A visit is of the household: whether the person was met is not known."""
    return last_visit(judged).values("subject_id", household_last_visit_on=F("last_visit_on"))


def household_income(judged: Judged) -> QuerySet:
    """The income in force of the person's household beside the allowance standard of its county."""
    standard = standard_by_county((ALLOWANCE_STANDARD,), judged, "household__scope_code")
    rows = latest_income(judged).annotate(standard=standard)
    limit = F("standard") * HEADS
    return rows.values(
        subject_id=F("household_id"),
        household_below_allowance=flag(Q(net_fen__lt=limit), Q(net_fen__gte=limit)),
        household_disposable_or_net_fen=Coalesce("disposable_fen", "net_fen"),
        household_income_members=HEADS,
        household_allowance_standard_fen=F("standard"),
    )


HOUSEHOLD_GROUPS = (
    ("claims", claims, (_metric("claims_on", "最近有理赔收入的收支期末", "date", "没有登记理赔收入"),)),
    ("monitored", monitored, (_metric("monitored_since", "纳入监测日期", "date", "不是监测对象"),)),
)
PERSON_GROUPS = (
    ("household_visit", household_visit, (
        _metric("household_last_visit_on", "家庭最近走访", "date", "从未走访"),
    )),
    ("household_income", household_income, (
        _metric("household_below_allowance", "家庭人均收入低于低保标准", "flag", "收入或核算人口未采集，或低保标准未录入"),
        _metric("household_disposable_or_net_fen", "家庭可支配收入（未录入时按纯收入推断）", "fen", "两者都未知", "元"),
        _metric("household_income_members", "家庭核算人口", "count", "没有已采集的年度收支记录，或核算人口为零", "人"),
        _metric("household_allowance_standard_fen", "当地低保标准（每人每年）", "fen", f"没有年度收支记录，或{NO_STANDARD}", "元"),
    )),
)  # fmt: skip
