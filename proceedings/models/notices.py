"""What is posted on the village board, what people say against it, and what was looked at before somebody leaves."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import AppendOnly
from accounts.permissions import ALL_FIELD_GROUPS
from exchange.models import StoredFile
from households.models.household import Sealed
from proceedings.models.proceeding import Kind, Proceeding
from proceedings.models.step import OfProceeding
from villages.models import Division
from villages.scope import DivisionScope, ScopedQuerySet


class NoticeQuerySet(ScopedQuerySet):
    def within(self, scope: DivisionScope) -> Self:
        rows = super().within(scope)
        return rows if scope.field_groups >= ALL_FIELD_GROUPS else rows.none()


class Notice(models.Model):
    """公示 or 公告 of one village about one kind of proceeding. What it says is frozen when it is made."""

    class Form(models.TextChoices):
        NOTICE = "notice", "公示"
        ANNOUNCEMENT = "announcement", "公告"

    class State(models.TextChoices):
        POSTED = "posted", "张贴中"
        TAKEN_DOWN = "taken_down", "已撤下"
        WITHDRAWN = "withdrawn", "已撤回"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    form = models.CharField("形式", max_length=12, choices=Form.choices)
    about = models.CharField("程序", max_length=16, choices=Kind.choices)
    village = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="行政村")
    scope_code = models.CharField(max_length=20, editable=False)
    title = models.CharField("标题", max_length=120)
    issuer = models.CharField("公示单位", max_length=80)
    hotline = models.CharField("监督举报电话", max_length=20)
    local_number = models.CharField("本地电话", max_length=20)
    starts_on = models.DateField("起始日期")
    ends_on = models.DateField("期满日期", null=True, blank=True)
    days_text = models.CharField("期限", max_length=40, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.POSTED)
    taken_down_on = models.DateField("撤下日期", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("制作时间", default=timezone.now)
    packs = models.JSONField("期限依据", default=dict, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示公告"
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="notice_order"
            ),
        )
        indexes = (models.Index(fields=["scope_code", "-id"], name="notice_scope"),)

    def __str__(self) -> str:
        return self.title

    @property
    def is_announcement(self) -> bool:
        return self.form == self.Form.ANNOUNCEMENT


class NoticeItem(models.Model):
    """One line of a notice: the safe columns as they were posted, [[heading, text], ...]."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="items")
    proceeding = models.ForeignKey(Proceeding, models.PROTECT, related_name="notice_items")
    number = models.PositiveSmallIntegerField("序号")
    columns = models.JSONField("公示内容")

    objects = OfProceeding.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示名单"
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["notice", "proceeding"], name="notice_item_once"),
            models.UniqueConstraint(fields=["notice", "number"], name="notice_item_number"),
        )

    def __str__(self) -> str:
        return f"{self.notice_id} {self.number}"


class NoticePhoto(AppendOnly):
    """The board photographed: when the notice went up, and when it came down."""

    class Moment(models.TextChoices):
        START = "start", "张贴时"
        END = "end", "期满时"

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="photos")
    moment = models.CharField("时点", max_length=6, choices=Moment.choices)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    on = models.DateField("日期")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "公示照片"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.notice_id} {self.moment}"


class ObjectionQuerySet(ScopedQuerySet):
    assigned_path = "proceeding__household_id"

    def within(self, scope: DivisionScope) -> Self:
        rows = super().within(scope)
        return rows if scope.field_groups >= ALL_FIELD_GROUPS else rows.none()


class Objection(Sealed, models.Model):
    """异议. Who said it may stay unnamed; who wrote it down may not settle it."""

    class State(models.TextChoices):
        OPEN = "open", "待核实"
        SETTLED = "settled", "已处理"

    class Result(models.TextChoices):
        UPHELD = "upheld", "异议成立"
        PARTLY = "partly", "部分成立"
        DISMISSED = "dismissed", "异议不成立"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    proceeding = models.ForeignKey(Proceeding, models.PROTECT, related_name="objections")
    item = models.ForeignKey(NoticeItem, models.PROTECT, null=True, blank=True, related_name="objections")
    scope_code = models.CharField(max_length=20, editable=False)
    name = models.CharField("提出人", max_length=40, blank=True)
    contact_sealed = models.BinaryField(default=bytes, editable=False)
    contact_hash = models.BinaryField(max_length=32, null=True, editable=False)
    contact_last4 = models.CharField(max_length=4, blank=True, editable=False)
    content = models.TextField("异议内容")
    received_on = models.DateField("收到日期")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    result = models.CharField("结果", max_length=10, choices=Result.choices, blank=True)
    settle_reason = models.CharField("核实情况和理由", max_length=300, blank=True)
    settled_on = models.DateField("处理日期", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        constraints = (
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | ~Q(settled_by=F("recorded_by")),
                name="objection_two_people",
            ),
        )
        indexes = (models.Index(fields=["proceeding", "state"], name="objection_open"),)

    def __str__(self) -> str:
        return f"{self.proceeding_id} {self.state}"


class CheckMark(AppendOnly):
    """What a person found about one line of an exit standard. The latest mark of a line counts; none is ever changed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    proceeding = models.ForeignKey(Proceeding, models.PROTECT, related_name="check_marks")
    pack = models.CharField("政策包", max_length=40)
    item = models.CharField("清单项", max_length=60)
    met = models.BooleanField("达标")
    explanation = models.CharField("核查情况", max_length=300)
    on = models.DateField("核查日期")
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)

    objects = OfProceeding.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "退出核查记录"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.proceeding_id} {self.item}"
