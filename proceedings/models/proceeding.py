"""One formal proceeding of one household or village: 纳入, 消除, 回退, 退出, 出列."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.permissions import ALL_FIELD_GROUPS
from households.codes import Cause, MonitorClass
from households.models import Household
from monitoring.models import RiskCase
from villages.models import Division
from villages.scope import DivisionScope, ScopedQuerySet


class Kind(models.TextChoices):
    IDENTIFICATION = "identification", "识别纳入"
    REMOVAL = "removal", "风险消除"
    ROLLBACK = "rollback", "回退"
    HOUSEHOLD_EXIT = "household_exit", "贫困户退出"
    VILLAGE_EXIT = "village_exit", "贫困村出列"


class Source(models.TextChoices):
    SELF = "self_application", "农户申报"
    CADRE = "cadre", "干部排查"
    DEPARTMENT = "department", "部门预警"
    SCREENING = "screening", "系统筛查"
    HOTLINE = "hotline", "12317 热线"


class State(models.TextChoices):
    """Where a proceeding stands. What may be done there is data: proceedings.flow."""

    CLUE = "clue", "线索"
    VISITING = "visiting", "核实中"
    AUTHORISING = "authorising", "待授权"
    COMPARING = "comparing", "比对中"
    PROPOSED = "proposed", "拟消除"
    EVALUATING = "evaluating", "待评议"
    CHECKING = "checking", "待核查"
    CONSENTING = "consenting", "待农户认可"
    EVALUATED = "evaluated", "待公示"
    NOTICED = "noticed", "公示中"
    TOWNSHIP_REVIEW = "township_review", "乡镇审核"
    COUNTY_DECISION = "county_decision", "县级审定"
    ANNOUNCING = "announcing", "待公告"
    REJUDGING = "rejudging", "重新认定"
    MONITORED = "monitored", "已纳入监测"
    NOT_ELIGIBLE = "not_eligible", "不符合"
    DECLINED = "declined", "不予纳入"
    REMOVED = "removed", "已消除"
    KEPT = "kept", "继续监测"
    RESTORED = "restored", "已回退"
    EXITED = "exited", "已退出"
    NOT_EXITED = "not_exited", "不予退出"


END_STATES = (
    State.MONITORED, State.NOT_ELIGIBLE, State.DECLINED, State.REMOVED, State.KEPT, State.RESTORED, State.EXITED,
    State.NOT_EXITED,
)  # fmt: skip
OPEN_STATES = tuple(state for state in State if state not in END_STATES)


class RemovalWay(models.TextChoices):
    HELPED = "helped", "帮扶消除"
    NATURAL = "natural", "自然消除"


class ProceedingQuerySet(ScopedQuerySet):
    assigned_path = "household_id"

    def within(self, scope: DivisionScope) -> Self:
        """Opinions and risks may speak of anything: for those who may see every group of fields."""
        rows = super().within(scope)
        return rows if scope.field_groups >= ALL_FIELD_GROUPS else rows.none()


class Proceeding(models.Model):
    """认定程序. At most one open proceeding per household and per village; its way is a chain of Steps."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("程序", max_length=16, choices=Kind.choices)
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="proceedings", verbose_name="农户"
    )
    village = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="行政村")
    scope_code = models.CharField(max_length=20, editable=False)
    state = models.CharField("状态", max_length=16, choices=State.choices)
    source = models.CharField("来源", max_length=18, choices=Source.choices)
    case = models.ForeignKey(
        RiskCase, models.PROTECT, null=True, blank=True, related_name="proceedings", verbose_name="核查任务"
    )
    origin = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name="所依据的程序",
        help_text="回退的是哪一次消除",
    )  # fmt: skip
    reason = models.CharField("事由", max_length=300)
    opened_on = models.DateField("发起日期")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="发起人"
    )
    proposed_class = models.CharField("监测类别", max_length=20, choices=MonitorClass.choices, blank=True)
    risks = models.JSONField("致贫返贫风险", default=list, blank=True, help_text="至多五项，第一项为主要风险")
    removal_way = models.CharField("消除方式", max_length=8, choices=RemovalWay.choices, blank=True)
    green_channel = models.BooleanField("绿色通道", default=False)
    green_reason = models.CharField("绿色通道事由", max_length=300, blank=True)
    state_since = models.DateField("进入本环节日期")
    due_on = models.DateField("本环节期限", null=True, blank=True)
    overall_due_on = models.DateField("全程期限", null=True, blank=True)
    noticed_on = models.DateField("公示起始日期", null=True, blank=True)
    notice_until = models.DateField("公示期满日期", null=True, blank=True)
    decided_on = models.DateField("审定日期", null=True, blank=True)
    measures_due_on = models.DateField("帮扶措施期限", null=True, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)
    outcome = models.CharField("办结结果", max_length=60, blank=True)
    packs = models.JSONField("期限依据", default=dict, blank=True, help_text="政策包代码和校验值")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProceedingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "认定程序"
        constraints = (
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(closed_on__isnull=True, household__isnull=False),
                name="proceeding_open_once",
            ),
            models.UniqueConstraint(
                fields=["village"],
                condition=Q(closed_on__isnull=True, household__isnull=True),
                name="proceeding_village_open_once",
            ),
        )
        indexes = (
            models.Index(fields=["scope_code", "id"], name="proceeding_scope_id"),
            models.Index(fields=["state", "due_on"], name="proceeding_state_due"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def subject(self) -> str:
        """Whom it is about, for headings: the head of the household, or the village."""
        if self.household is None:
            return self.village.name
        return f"{self.household.head_name or self.household.household_no}户"

    @property
    def risk_labels(self) -> list[str]:
        labels = dict(Cause.choices)
        return [labels.get(code, code) for code in self.risks]
