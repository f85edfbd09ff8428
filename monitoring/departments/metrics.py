"""Metrics of departments' lists: who stands in the list of the period, and which list was not answered yet.

The list of a period is the newest compared batch of its county, of the running period or the one just before it (a list is
due after its period has ended). Without one nobody is judged by that list: unknown, never "not in it".
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Case, Count, F, Max, Q, QuerySet

from common.dates import Quarter
from households.metrics.parts import flag, latest_holding, of_spells
from households.models import Household, Membership
from monitoring.departments.models import DepartmentBatch, DepartmentRow
from policies.metrics import Judged, Metric, MetricGroup, register_group
from villages.models import COUNTY_DIGITS

ANY = "identity"  # a list may tell of anything: not for those who hold single groups of fields alone
MATCHED = (DepartmentRow.Match.BY_ID, DepartmentRow.Match.CONFIRMED)
# metric -> the code of the list in departments.toml
PERSON_LISTS = {
    "in_student_aid_list": "student_aid",
    "in_premium_aid_list": "premium_aid",
    "in_chronic_pending_list": "chronic_pending",
    "in_disability_needs_list": "disability_needs",
}
HOUSEHOLD_LISTS = {"in_safety_net_list": "safety_net", "in_loan_overdue_list": "loan_overdue"}
Batches = dict[tuple[str, str], int]  # (list, county) -> batch


def _oldest_end(period: str, day: date) -> date:
    """The last day of the period just before the running one, of a list that comes by quarter (2020Q3) or by month."""
    first = Quarter.of(day).first_day if "Q" in period else day.replace(day=1)
    return first - timedelta(days=1)


def batches_in_force(judged: Judged, listings: Iterable[str] | None = None) -> Batches:
    """The batch that speaks for each list in each county on the day."""
    rows = DepartmentBatch.objects.filter(
        stage=DepartmentBatch.Stage.COMPARE, state=DepartmentBatch.State.DONE, compared_at__isnull=False, as_of__lte=judged.as_of
    )  # fmt: skip
    if judged.known_at:
        rows = rows.filter(compared_at__lte=judged.known_at)
    if listings is not None:
        rows = rows.filter(listing__in=list(listings))
    named = rows.order_by("period_end", "pk").values_list(
        "listing", "scope_code", "period", "period_end", "pk"
    )
    return {
        (listing, county[:COUNTY_DIGITS]): pk
        for listing, county, period, end, pk in named
        if end >= _oldest_end(period, judged.as_of)
    }


def _matched(batch: int) -> QuerySet[DepartmentRow]:
    rows: QuerySet[DepartmentRow] = DepartmentRow.objects.filter(batch_id=batch, match__in=MATCHED)
    return rows.order_by()


def _flags(lists: dict[str, str], batches: Batches, who: str, place: str) -> dict[str, Case]:
    """One flag per list: in it, not in it, or unknown where the county has no batch of it. `who` names the subject in the
    rows of a list and in the queryset that is measured."""
    found = {}
    for metric, listing in lists.items():
        there, counties = Q(pk__in=()), Q(pk__in=())
        for (code, county), batch in batches.items():
            if code == listing:
                here = Q(**{f"{place}__startswith": county})
                listed = _matched(batch).filter(**{f"{who}__isnull": False}).values(who)
                there |= here & Q(**{f"{'pk' if who == 'household_id' else who}__in": listed})
                counties |= here
        found[metric] = flag(there, counties)
    return found


def _counties(batches: Batches, place: str) -> Q:
    inside = Q(pk__in=())
    for county in {county for _, county in batches}:
        inside |= Q(**{f"{place}__startswith": county})
    return inside


def person_lists(judged: Judged) -> QuerySet:
    """Does the person stand in the list of the period? Persons of counties without any such list have no row."""
    batches = batches_in_force(judged, PERSON_LISTS.values())
    place = "household__scope_code"
    there = Membership.objects.filter(_counties(batches, place))
    rows = of_spells(there, "", latest_holding(Membership, "person_id", judged))
    if not batches:
        rows = rows.none()
    return rows.order_by().values(
        subject_id=F("person_id"), **_flags(PERSON_LISTS, batches, "person_id", place)
    )


def household_lists(judged: Judged) -> QuerySet:
    """Does anybody of the household stand in the list of the period?"""
    batches = batches_in_force(judged, HOUSEHOLD_LISTS.values())
    rows = Household.objects.filter(_counties(batches, "scope_code")) if batches else Household.objects.none()
    return rows.order_by().values(
        subject_id=F("pk"), **_flags(HOUSEHOLD_LISTS, batches, "household_id", "scope_code")
    )


def person_household_lists(judged: Judged) -> QuerySet:
    """The same of the person's household."""
    return household_lists(judged).values("subject_id", household_in_safety_net_list=F("in_safety_net_list"))


def feedback(judged: Judged) -> QuerySet:
    """Households that stand in lists of the period: how many of these were not answered yet, and when one last was."""
    batches = sorted(set(batches_in_force(judged).values()))
    rows = DepartmentRow.objects.filter(batch_id__in=batches, match__in=MATCHED, household__isnull=False)
    given = Q(batch__fed_back_on__lte=judged.as_of)
    return (
        rows.order_by()
        .values(subject_id=F("household_id"))
        .annotate(
            lists_not_fed_back=Count(
                "batch_id", filter=Q(batch__fed_back_on__isnull=True) | ~given, distinct=True
            ),
            last_fed_back_on=Max("batch__fed_back_on", filter=given),
        )
    )


def _flag(name: str, label: str, title: str, group: str) -> Metric:
    return Metric(name, label, "flag", unknown_when=f"没有已比对的本期{title}", group=group)


def register() -> None:
    """Called once from AppConfig.ready()."""
    net, loan = "低保、特困对象名单", "小额信贷逾期户名单"
    groups = (
        MetricGroup("department_lists", "household", (
            _flag("in_safety_net_list", "在民政低保、特困名单中", net, "safety_net"),
            _flag("in_loan_overdue_list", "在银行小额信贷逾期名单中", loan, "income"),
        ), household_lists),
        MetricGroup("department_feedback", "household", (
            Metric("lists_not_fed_back", "尚未反馈结果的部门名单", "count", "份", "不在任何一份本期部门名单中", group=ANY),
            Metric("last_fed_back_on", "最近向部门反馈日期", "date", unknown_when="所在名单都没有反馈", group=ANY),
        ), feedback),
        MetricGroup("department_lists", "person", (
            _flag("in_student_aid_list", "在学生资助名单中", "学生资助名单", "schooling"),
            _flag("in_premium_aid_list", "在医保缴费全额资助名单中", "居民医保缴费全额资助名单", "health"),
            _flag("in_chronic_pending_list", "在门诊慢性病鉴定待办名单中", "门诊慢性病鉴定待办名单", "health"),
            _flag("in_disability_needs_list", "在残疾人办证、辅具、无障碍待办名单中", "残疾人待办名单", "health"),
        ), person_lists),
        MetricGroup("household_lists", "person", (
            _flag("household_in_safety_net_list", "家庭在民政低保、特困名单中", net, "safety_net"),
        ), person_household_lists, "household_id"),
    )  # fmt: skip
    for group in groups:
        register_group(group)
