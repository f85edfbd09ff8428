"""What rules may read of money: per fund area, and per project beside what projects measures."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from funds.figures import disbursement
from funds.models import Allocation, LedgerEntry
from policies.metrics import Judged, Metric, MetricGroup, SubjectSource, register_group, register_subject
from projects.metrics import judged_projects

AREA_KINDS = {"county": "县级", "level": "资金级次", "township": "乡镇", "project": "项目"}
BASE_KINDS = {"granted": "下达资金", "allocated": "分配资金"}
NO_GRANTS = "乡镇和项目没有下达资金，只有分配资金"

AREA_METRICS = (
    Metric("area_kind", "范围", "code", labels=AREA_KINDS),
    Metric("base_kind", "基数口径", "code", labels=BASE_KINDS),
    Metric("base_fen", "基数", "fen", "元"),
    Metric("paid_fen", "已拨付（已确认）", "fen", "元"),
    Metric("granted_fen", "下达专项资金", "fen", "元", unknown_when=NO_GRANTS),
    Metric("allocated_fen", "已分配", "fen", "元"),
    Metric("industry_fen", "用于产业（含村集体经济）", "fen", "元"),
    Metric("collective_fen", "用于村集体经济", "fen", "元"),
    Metric("projects", "项目数", "count", "个"),
    Metric("bidding_done_count", "已招标项目数", "count", "个"),
    Metric("started_count", "已开工项目数", "count", "个"),
    Metric("works", "工程项目数", "count", "个"),
    Metric("completed_count", "已完工工程项目数", "count", "个"),
)
PROJECT_METRICS = (
    Metric("allocated_fen", "已分配", "fen", "元"),
    Metric("paid_fen", "已拨付（已确认）", "fen", "元"),
)


def area_table(judged: Judged, scope_code: str) -> Iterable[dict[str, Any]]:
    """One row per county, level, township with money, and project with money."""
    return [area.row() for area in disbursement(judged, scope_code)]


def _total(rows: QuerySet, path: str) -> Coalesce:
    """The sum over one project; nothing there is zero 分, not unknown."""
    sums = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(total=Sum("amount_fen"))
    return Coalesce(Subquery(sums.values("total")), 0)


def project_rows(judged: Judged) -> QuerySet:
    given = Allocation.objects.filter(allocated_on__lte=judged.as_of)
    posted = LedgerEntry.objects.filter(paid_on__lte=judged.as_of)
    if judged.known_at is not None:
        posted = posted.filter(posted_at__lte=judged.known_at)
    return judged_projects(judged).values(
        subject_id=F("pk"),
        allocated_fen=_total(given, "project"),
        paid_fen=_total(posted, "allocation__project"),
    )


def register() -> None:
    register_subject(SubjectSource("fund_area", table=area_table, metrics=AREA_METRICS))
    register_group(MetricGroup("money", "project", PROJECT_METRICS, project_rows))
