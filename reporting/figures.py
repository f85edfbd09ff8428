"""Every number of the dashboard, defined once: name, title, the rows it counts, how it is split, and who may open them.

The snapshot counts `rows`; the drill-down lists the same `rows` within the reader's scope. So a number and the list
behind it cannot disagree except by time, and the page says of what time its numbers are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import CharField, Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce, Substr
from django.urls import reverse

from common.dates import Quarter
from funds.models import FundLevel, LedgerEntry
from households import codes
from households.models import Household
from monitoring.models import CollectionDuty, Rectification, RiskCase, RiskSign
from projects.models import Milestone, Project
from villages.models import TOWNSHIP_DIGITS, VillageYear
from villages.scope import DivisionScope

HOUSEHOLD_SIGNS = ("household", "person")


@dataclass(frozen=True)
class DrillRow:
    """One line of the list behind a number."""

    place_code: str
    title: str
    detail: str
    url: str = ""


@dataclass(frozen=True)
class FigureSpec:
    name: str
    title: str
    unit: str
    permission: str
    rows: Callable[[date], QuerySet]
    row: Callable[[Any], DrillRow]
    measure: str = ""  # "" counts the rows; else the field that is summed
    split: str = ""  # field that slices the figure
    split_labels: Mapping[str, str] = field(default_factory=dict)
    related: tuple[str, ...] = ()

    def value(self) -> Any:
        return Sum(self.measure) if self.measure else Count("pk")

    @property
    def scope_path(self) -> str:
        return self.rows(date(2020, 1, 1)).scope_path  # type: ignore[attr-defined] # every scoped queryset has one

    def by_township(self, as_of: date, scope_code: str, scope: DivisionScope | None = None) -> QuerySet:
        """values(area, slice, value): the figure per township and slice below `scope_code`, of what `scope` may see."""
        path, counted = self.scope_path, self.rows(as_of)
        rows = counted.within(scope) if scope is not None else counted  # type: ignore[attr-defined]
        rows = rows.filter(**{f"{path}__startswith": scope_code})
        # A slice is text whatever its column is: Cast keeps one type on every database.
        slice_ = (
            Coalesce(Cast(F(self.split), output_field=CharField(max_length=60)), Value(""))
            if self.split
            else Value("")
        )
        return (
            rows.order_by()
            .values(area=Substr(path, 1, TOWNSHIP_DIGITS), slice=slice_)
            .annotate(value=self.value())
        )

    def listed(self, as_of: date, area: str, slice_: str) -> QuerySet:
        """The rows behind one number of this figure; the caller narrows them to the reader's scope."""
        rows = self.rows(as_of).filter(**{f"{self.scope_path}__startswith": area})
        if slice_ and self.split:
            rows = rows.filter(**{self.split: slice_})
        return rows.select_related(*self.related) if self.related else rows


def _live(_: date) -> QuerySet:
    return Household.objects.filter(is_live=True)


def _registered(_: date) -> QuerySet:
    return Household.objects.filter(is_live=True).exclude(poverty_status=codes.PovertyStatus.ORDINARY)


def _monitored(_: date) -> QuerySet:
    return Household.objects.filter(is_live=True).exclude(monitor_class=codes.MonitorClass.NONE)


def _visited(as_of: date) -> QuerySet:
    quarter = Quarter.of(as_of)
    return Household.objects.filter(
        is_live=True, last_visit_on__gte=quarter.first_day, last_visit_on__lte=as_of
    )


def _not_visited(as_of: date) -> QuerySet:
    first = Quarter.of(as_of).first_day
    return Household.objects.filter(Q(last_visit_on__lt=first) | Q(last_visit_on__isnull=True), is_live=True)


def _open_signs(_: date) -> QuerySet:
    return RiskSign.objects.filter(
        closed_on__isnull=True, muted_by__isnull=True, subject_kind__in=HOUSEHOLD_SIGNS
    )


def _open_cases(_: date) -> QuerySet:
    return RiskCase.objects.filter(state=RiskCase.State.OPEN)


def _overdue_cases(as_of: date) -> QuerySet:
    return RiskCase.objects.filter(state=RiskCase.State.OPEN, due_on__lt=as_of)


def _rectifications(_: date) -> QuerySet:
    return Rectification.objects.all()


def _overdue_rectifications(as_of: date) -> QuerySet:
    return Rectification.objects.filter(due_on__lt=as_of).exclude(state=Rectification.State.CLOSED)


def _household_row(row: Household) -> DrillRow:
    status = row.get_poverty_status_display()
    if row.monitor_class != codes.MonitorClass.NONE:
        status = f"{status}，{row.get_monitor_class_display()}"
    visited = row.last_visit_on.isoformat() if row.last_visit_on else "— 未走访"
    return DrillRow(
        row.scope_code,
        f"{row.head_name}（{row.household_no}）",
        f"{status}；{row.members_count} 人；最近走访 {visited}",
        reverse("households:household-detail", args=[row.pk]),
    )


def _sign_row(row: RiskSign) -> DrillRow:
    head = f"{row.household.head_name}（{row.household.household_no}）" if row.household else row.subject_key
    url = reverse("households:household-detail", args=[row.household_id]) if row.household_id else ""
    return DrillRow(
        row.scope_code,
        head,
        f"{getattr(row, 'rule_title', row.rule_key)}；发现于 {row.opened_on:%Y-%m-%d}",
        url,
    )


def _case_row(row: RiskCase) -> DrillRow:
    return DrillRow(
        row.scope_code,
        f"{row.household.head_name}（{row.household.household_no}）",
        f"{row.get_state_display()}；期限 {row.due_on:%Y-%m-%d}",
        reverse("monitoring:case-detail", args=[row.pk]),
    )


def _duty_row(row: CollectionDuty) -> DrillRow:
    return DrillRow(
        row.scope_code,
        f"{row.household.head_name}（{row.household.household_no}）",
        f"待采集；期限 {row.due_on:%Y-%m-%d}",
        reverse("households:household-detail", args=[row.household_id]),
    )


def _rectification_row(row: Rectification) -> DrillRow:
    return DrillRow(
        row.scope_code,
        f"{row.number} {row.description[:40]}",
        f"{row.unit}；{row.get_state_display()}；期限 {row.due_on:%Y-%m-%d}",
        reverse("monitoring:rectification-detail", args=[row.pk]),
    )


def _project_row(row: Project) -> DrillRow:
    return DrillRow(
        row.scope_code,
        row.name,
        f"{row.get_kind_display()}；{row.year} 年",
        reverse("projects:project-detail", args=[row.pk]),
    )


def _milestone_row(row: Milestone) -> DrillRow:
    return DrillRow(
        row.project.scope_code,
        row.project.name,
        f"{row.get_kind_display()}于 {row.done_on:%Y-%m-%d}" if row.done_on else row.get_kind_display(),
        reverse("projects:project-detail", args=[row.project_id]),
    )


def _ledger_row(row: LedgerEntry) -> DrillRow:
    project = row.allocation.project
    return DrillRow(
        row.scope_code,
        project.name,
        f"{row.paid_on:%Y-%m-%d} 拨付 {row.amount_fen / 100:,.2f} 元",
        reverse("projects:project-detail", args=[project.pk]),
    )


def _village_row(row: VillageYear) -> DrillRow:
    return DrillRow(row.division.code, row.division.name, f"{row.year} 年；{row.get_village_class_display()}")


def _household_figure(
    name: str, title: str, rows: Callable[[date], QuerySet], **more: Any
) -> list[FigureSpec]:
    """A figure of households and its twin of persons: the documents always count both."""
    shared: dict[str, Any] = {"permission": "households.view", "rows": rows, "row": _household_row} | more
    return [
        FigureSpec(f"{name}_households", f"{title}（户）", "户", **shared),
        FigureSpec(f"{name}_persons", f"{title}（人）", "人", measure="members_count", **shared),
    ]


STATUS = {"split": "poverty_status", "split_labels": dict(codes.PovertyStatus.choices)}
MONITOR = {"split": "monitor_class", "split_labels": dict(codes.MonitorClass.choices)}

FIGURES: dict[str, FigureSpec] = {
    spec.name: spec
    for spec in (
        *_household_figure("registered", "建档立卡", _registered, **STATUS),
        *_household_figure("monitored", "监测对象", _monitored, **MONITOR),
        FigureSpec("live_households", "在册农户", "户", "households.view", _live, _household_row),
        FigureSpec("visited_households", "本季已走访", "户", "households.view", _visited, _household_row),
        FigureSpec("unvisited_households", "本季未走访", "户", "households.view", _not_visited, _household_row),
        FigureSpec(
            "open_signs", "未关闭风险信号", "条", "monitoring.view", _open_signs, _sign_row,
            split="rule_key", related=("household",),
        ),
        FigureSpec("open_cases", "待核查任务", "件", "monitoring.view", _open_cases, _case_row, related=("household",)),
        FigureSpec("overdue_cases", "超期未核查", "件", "monitoring.view", _overdue_cases, _case_row, related=("household",)),
        FigureSpec(
            "open_duties", "待采集事项", "件", "monitoring.view",
            lambda _: CollectionDuty.objects.filter(closed_on__isnull=True), _duty_row, split="topic", related=("household",),
        ),
        FigureSpec(
            "rectifications", "问题整改", "个", "monitoring.view_rectification", _rectifications, _rectification_row,
            split="state", split_labels=dict(Rectification.State.choices),
        ),
        FigureSpec(
            "overdue_rectifications", "超期未整改", "个", "monitoring.view_rectification",
            _overdue_rectifications, _rectification_row,
        ),
        FigureSpec(
            "projects", "项目", "个", "projects.view", lambda day: Project.objects.filter(year=day.year), _project_row,
            split="kind", split_labels=dict(Project.Kind.choices),
        ),
        FigureSpec(
            "milestones_done", "项目进度", "个", "projects.view",
            lambda day: Milestone.objects.filter(project__year=day.year, done_on__lte=day), _milestone_row,
            split="kind", split_labels=dict(Milestone.Kind.choices), related=("project",),
        ),
        FigureSpec(
            "paid_fen", "已拨付", "分", "funds.view",
            lambda day: LedgerEntry.objects.filter(allocation__document__year=day.year, paid_on__lte=day),
            _ledger_row, measure="amount_fen", split="allocation__document__level",
            split_labels=dict(FundLevel.choices), related=("allocation__project",),
        ),
        FigureSpec(
            "villages", "行政村", "个", "villages.view", lambda day: VillageYear.objects.filter(year=day.year - 1),
            _village_row, split="village_class", split_labels=dict(VillageYear.VillageClass.choices), related=("division",),
        ),
    )
}  # fmt: skip


def figure_spec(name: str) -> FigureSpec | None:
    return FIGURES.get(name)
