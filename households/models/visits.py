"""Visits (append-only), household events, aid measures."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.models import AppendOnly
from households import codes
from households.models.household import Household, Person
from villages.scope import ScopedQuerySet


class OfHousehold(ScopedQuerySet):
    scope_path = "household__scope_code"
    assigned_path = "household_id"


class VisitQuerySet(OfHousehold):
    def update(self, **kwargs: object) -> int:
        raise TypeError("visits are append-only")

    def delete(self):
        raise TypeError("visits are append-only")


class Visit(AppendOnly):
    """入户走访. The client's UUID is the idempotency key; `content_hash` tells a repeat from a different visit."""

    class Kind(models.TextChoices):
        HOME = "home", "入户"
        PHONE = "phone", "电话"
        OUTSIDE = "outside", "在外见面"

    uuid = models.UUIDField(unique=True)
    household = models.ForeignKey(Household, models.PROTECT, related_name="visits", verbose_name="农户")
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="visits", verbose_name="走访人"
    )
    visitor_name = models.CharField("走访人姓名", max_length=40)
    visited_on = models.DateField("走访日期")
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)
    kind = models.CharField("方式", max_length=8, choices=Kind.choices, default=Kind.HOME)
    nothing_changed = models.BooleanField("情况无变化", default=False)
    present = models.CharField("在家人员", max_length=100, blank=True)
    difficulties = models.TextField("困难", blank=True)
    wishes = models.TextField("诉求", blank=True)
    note = models.TextField("走访情况", blank=True)
    # Only when the visitor ticked the consent on that very visit; the database refuses a position without it.
    position_consent = models.BooleanField("同意记录位置", default=False, db_default=False)
    latitude = models.DecimalField("纬度", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    content = models.JSONField("提交内容", default=dict)
    content_hash = models.BinaryField(max_length=32, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "走访记录"
        indexes = (
            models.Index(fields=["household", "-visited_on"], name="visit_household_day"),
            models.Index(fields=["visited_on"], name="visit_day"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(position_consent=True) | Q(latitude__isnull=True, longitude__isnull=True),
                name="visit_position_needs_consent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.visited_on} {self.kind}"


class HouseholdEvent(models.Model):
    """Something that happened to a household or a member: dated, with source."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="events")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="events")
    kind = models.CharField("事件", max_length=18, choices=codes.EventKind.choices)
    happened_on = models.DateField("发生日期")
    resolved_on = models.DateField("解决日期", null=True, blank=True)
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField("来源", max_length=40, blank=True)
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="events")
    note = models.CharField("说明", max_length=200, blank=True)

    objects = OfHousehold.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "家庭事件"
        indexes = (models.Index(fields=["household", "kind", "happened_on"], name="event_household_kind"),)

    def __str__(self) -> str:
        return f"{self.happened_on} {self.get_kind_display()}"


class AidMeasure(models.Model):
    """帮扶措施."""

    class State(models.TextChoices):
        PLANNED = "planned", "计划"
        ACTIVE = "active", "实施中"
        DONE = "done", "已完成"
        STOPPED = "stopped", "已停止"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="measures")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="measures")
    category = models.CharField("类别", max_length=22, choices=codes.MeasureCategory.choices)
    item = models.CharField("项目", max_length=40)
    started_on = models.DateField("开始日期")
    ended_on = models.DateField("结束日期", null=True, blank=True)
    amount_fen = models.BigIntegerField("金额(分)", null=True, blank=True)
    provider = models.CharField("实施单位", max_length=80, blank=True)
    document = models.CharField("依据文件", max_length=120, blank=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.ACTIVE)
    effect = models.CharField("成效", max_length=200, blank=True)
    # db_default: the demonstration county writes rows by the columns it knows.
    effect_level = models.CharField(
        "成效评定", max_length=4, choices=codes.EffectLevel.choices, blank=True, default="", db_default=""
    )
    effect_on = models.DateField("评定日期", null=True, blank=True)
    end_reason = models.CharField("结束原因", max_length=100, blank=True, default="", db_default="")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfHousehold.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "帮扶措施"
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")), name="measure_order"
            ),
        )
        indexes = (models.Index(fields=["household", "category"], name="measure_household"),)

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.item}"
