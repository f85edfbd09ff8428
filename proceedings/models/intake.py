"""How a request for help comes in: the code of a village (一码通), the application, and the counters against floods."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from households.models import Household
from households.models.household import Sealed
from proceedings.models.proceeding import Proceeding
from proceedings.receipts import grouped
from villages.models import Division
from villages.scope import ScopedQuerySet


class VillageCode(models.Model):
    """The opaque address behind a village's QR code. One is in use; a renewed or revoked one answers as if it never was."""

    village = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="行政村")
    scope_code = models.CharField(max_length=20, editable=False)
    token = models.CharField("申报码", max_length=32, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("生成时间", default=timezone.now)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "一码通"
        constraints = (
            models.UniqueConstraint(
                fields=["village"], condition=Q(revoked_at__isnull=True), name="village_code_open_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.scope_code}"


class LocalNumber(models.Model):
    """The telephone of a township or county that stands beside 12317 on notices and posters."""

    division = models.OneToOneField(Division, models.PROTECT, related_name="+", verbose_name="区划")
    scope_code = models.CharField(max_length=20, editable=False)
    phone = models.CharField("监督电话", max_length=20)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "本地监督电话"

    def __str__(self) -> str:
        return self.phone


class Application(Sealed, models.Model):
    """申报. What somebody asked for, as it came; what became of it is said once and never taken back."""

    class State(models.TextChoices):
        NEW = "new", "待受理"
        TAKEN = "taken", "已受理"
        MERGED = "merged", "并入办理中的程序"
        DECLINED = "declined", "不予受理"

    class Channel(models.TextChoices):
        CODE = "code", "一码通自主申报"
        PAPER = "paper", "书面申报"
        HOTLINE = "hotline", "12317 等热线"
        CADRE = "cadre", "干部代为申报"

    uuid = models.UUIDField(unique=True)
    receipt = models.CharField("回执号", max_length=12, unique=True)
    village = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="行政村")
    scope_code = models.CharField(max_length=20, editable=False)
    channel = models.CharField("渠道", max_length=8, choices=Channel.choices, default=Channel.CODE)
    code = models.ForeignKey(VillageCode, models.PROTECT, null=True, blank=True, related_name="applications")
    name = models.CharField("姓名", max_length=40)
    phone_sealed = models.BinaryField(default=bytes, editable=False)
    phone_hash = models.BinaryField(max_length=32, null=True, editable=False)
    phone_last4 = models.CharField(max_length=4, blank=True, editable=False)
    id_number_sealed = models.BinaryField(default=bytes, editable=False)
    id_number_hash = models.BinaryField(max_length=32, null=True, editable=False)
    troubles = models.JSONField("遇到的困难", default=list)
    text = models.TextField("情况说明", blank=True)
    consent_at = models.DateTimeField("同意核实时间", default=timezone.now)
    received_on = models.DateField("收到日期")
    received_at = models.DateTimeField("收到时间", default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    content_hash = models.BinaryField(max_length=32, editable=False)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.NEW)
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="applications", verbose_name="农户"
    )
    proceeding = models.ForeignKey(
        Proceeding,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name="认定程序",
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_on = models.DateField("处理日期", null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("处理说明", max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申报"
        indexes = (
            models.Index(fields=["scope_code", "state", "id"], name="application_scope_state"),
            models.Index(fields=["phone_hash"], name="application_phone"),
            models.Index(fields=["id_number_hash"], name="application_id_number"),
        )

    def __str__(self) -> str:
        return self.receipt

    @property
    def receipt_grouped(self) -> str:
        return grouped(self.receipt)


class RateCounter(models.Model):
    """How often something was tried in one window of time. The key is a keyed hash: no address is stored."""

    kind = models.CharField(max_length=20)
    key = models.BinaryField(max_length=32)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "频次计数"
        constraints = (models.UniqueConstraint(fields=["kind", "key", "window"], name="rate_counter_once"),)
        indexes = (models.Index(fields=["window"], name="rate_counter_window"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.window:%Y-%m-%d %H:%M}"
