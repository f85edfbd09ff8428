"""问题整改: the ledger of problems, and every step taken."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.models import AppendOnly, AppendOnlyQuerySet
from exchange.models import StoredFile
from monitoring.models.runs import RiskSign
from villages.models import Division
from villages.scope import ScopedQuerySet


class Rectification(models.Model):
    class State(models.TextChoices):
        OPEN = "open", "待认领"
        CLAIMED = "claimed", "已认领"
        WORKING = "working", "整改中"
        SUBMITTED = "submitted", "待复核"
        CHECKED = "checked", "待销号"
        CLOSED = "closed", "已销号"
        REOPENED = "reopened", "反弹"

    class Source(models.TextChoices):
        SELF = "self_check", "自查"
        LOOK_BACK = "look_back", "回头看"
        NATIONAL = "national_assessment", "国家考核"
        PROVINCIAL = "provincial_assessment", "省级考核"
        CITY = "city_assessment", "市级考核"
        AUDIT = "audit", "审计"
        INSPECTION = "inspection", "督导暗访"
        HOTLINE = "hotline", "12317"
        FUND_CHECK = "fund_check", "资金核查"

    number = models.CharField("编号", max_length=30, unique=True)
    source = models.CharField("来源", max_length=24, choices=Source.choices)
    unit = models.CharField("责任单位", max_length=80)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="区划")
    scope_code = models.CharField(max_length=20, editable=False)
    description = models.TextField("问题描述")
    clause = models.CharField("依据条款", max_length=120, blank=True)
    measures = models.TextField("整改措施", blank=True)
    found_on = models.DateField("发现日期")
    due_on = models.DateField("整改期限")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    closed_on = models.DateField("销号日期", null=True, blank=True)
    sign = models.ForeignKey(
        RiskSign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rectifications",
        verbose_name="来源信号",
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="建立人"
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="提交人",
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="复核人",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "问题整改"
        constraints = (
            models.UniqueConstraint(
                fields=["sign"], condition=Q(sign__isnull=False), name="rectification_sign_once"
            ),
        )
        indexes = (
            models.Index(fields=["scope_code", "id"], name="rectification_scope"),
            models.Index(fields=["state", "due_on"], name="rectification_due"),
        )

    def __str__(self) -> str:
        return self.number


class StepQuerySet(ScopedQuerySet, AppendOnlyQuerySet):
    scope_path = "rectification__scope_code"


class RectificationStep(AppendOnly):
    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="steps")
    act = models.CharField("操作", max_length=20)
    from_state = models.CharField(max_length=10)
    to_state = models.CharField(max_length=10)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    opinion = models.CharField("意见", max_length=300, blank=True)
    files = models.ManyToManyField(StoredFile, blank=True, related_name="+")

    objects = StepQuerySet.as_manager()

    LABELS = {
        "open": "登记问题", "claim": "认领", "start": "开始整改", "submit": "提交复核", "pass": "复核通过",
        "return": "退回整改", "close": "销号", "reopen": "反弹，重新整改",
    }  # fmt: skip

    class Meta:
        ordering = ("pk",)

    @property
    def label(self) -> str:
        return self.LABELS.get(self.act, self.act)

    def __str__(self) -> str:
        return f"{self.rectification} {self.act}"
