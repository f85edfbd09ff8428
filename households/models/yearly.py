"""Income of a household for a period: a year (1 October to 30 September) or a quarter."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from households import codes
from households.models.explained import Explained
from households.models.household import Household
from villages.scope import ScopedQuerySet


class IncomeQuerySet(ScopedQuerySet):
    scope_path = "household__scope_code"
    assigned_path = "household_id"


class IncomeRecord(Explained, models.Model):
    """Income by component in 分. `net_fen` = wage + business + property + transfer - production cost, null when any is
    unknown; `disposable_fen` is entered, never computed. A correction supersedes, it does not overwrite."""

    class Kind(models.TextChoices):
        YEAR = "year", "年度"
        QUARTER = "quarter", "季度"

    household = models.ForeignKey(Household, models.PROTECT, related_name="incomes")
    kind = models.CharField("周期", max_length=8, choices=Kind.choices)
    period_start = models.DateField("起")
    period_end = models.DateField("止")
    collected_on = models.DateField("采集日期")
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    superseded_at = models.DateTimeField("被更正时间", null=True, blank=True)
    source = models.CharField("来源", max_length=40, blank=True)
    members = models.PositiveSmallIntegerField("核算人口", null=True, blank=True)
    wage_fen = models.BigIntegerField("工资性收入", null=True, blank=True)
    business_fen = models.BigIntegerField("生产经营性收入", null=True, blank=True)
    property_fen = models.BigIntegerField("财产性收入", null=True, blank=True)
    transfer_fen = models.BigIntegerField("转移性收入", null=True, blank=True)
    production_cost_fen = models.BigIntegerField("生产经营性支出", null=True, blank=True)
    self_paid_fen = models.BigIntegerField("合规自付支出", null=True, blank=True)
    claims_fen = models.BigIntegerField("理赔收入", null=True, blank=True)
    net_fen = models.BigIntegerField("家庭纯收入", null=True, blank=True)
    disposable_fen = models.BigIntegerField("可支配收入", null=True, blank=True)

    objects = IncomeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "收支记录"
        constraints = (
            models.UniqueConstraint(
                fields=["household", "kind", "period_end"],
                condition=Q(superseded_at__isnull=True),
                name="income_period_once",
            ),
            models.CheckConstraint(condition=Q(period_end__gt=F("period_start")), name="income_period_order"),
            models.CheckConstraint(
                condition=Q(collected_on__gte=F("period_start")), name="income_collected_after_start"
            ),
        )
        indexes = (models.Index(fields=["kind", "household", "-period_end"], name="income_latest"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period_end}"


class IncomeItem(models.Model):
    """One item of a component, as it was asked. An item that was not asked has no row; one that is nothing has 0."""

    record = models.ForeignKey(IncomeRecord, models.CASCADE, related_name="items")
    component = models.CharField("类别", max_length=16, choices=codes.Component.choices)
    item = models.CharField("项目", max_length=32)
    fen = models.BigIntegerField("金额(分)")

    class Meta:
        verbose_name = verbose_name_plural = "收支分项"
        constraints = (models.UniqueConstraint(fields=["record", "item"], name="income_item_once"),)

    def __str__(self) -> str:
        return self.item
