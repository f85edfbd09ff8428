"""Money: grant documents by level, allocations to projects, payments by two people, an append-only ledger. Amounts in 分."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.models import AppendOnly, AppendOnlyQuerySet
from exchange.models import StoredFile
from projects.models import Project
from villages.scope import ScopedQuerySet


class FundLevel(models.TextChoices):
    CENTRAL = "central", "中央"
    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"


class FundDocument(models.Model):
    """资金指标文件: one paper that grants money. `basis` is "assumed" where the split is not in any document."""

    doc_number = models.CharField("文号", max_length=80, unique=True)
    title = models.CharField("名称", max_length=160)
    level = models.CharField("资金级次", max_length=10, choices=FundLevel.choices)
    year = models.PositiveSmallIntegerField("年度")
    issued_on = models.DateField("下达日期")
    amount_fen = models.BigIntegerField("金额(分)")
    is_special = models.BooleanField("财政专项扶贫资金", default=True)
    basis = models.CharField("依据", max_length=12, default="text")
    county = models.ForeignKey("villages.Division", models.PROTECT, related_name="+", verbose_name="县")
    scope_code = models.CharField(max_length=20, editable=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "资金指标"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="grant_positive"),)

    def __str__(self) -> str:
        return self.doc_number


class Allocation(models.Model):
    """Money of one paper for one project."""

    document = models.ForeignKey(FundDocument, models.PROTECT, related_name="allocations")
    project = models.ForeignKey(Project, models.PROTECT, related_name="allocations")
    amount_fen = models.BigIntegerField("分配金额(分)")
    allocated_on = models.DateField("分配日期")
    scope_code = models.CharField(max_length=20, editable=False)

    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "资金分配"
        constraints = (
            models.UniqueConstraint(fields=["document", "project"], name="allocation_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="allocation_positive"),
        )

    def __str__(self) -> str:
        return f"{self.document} -> {self.project}"


class Payment(models.Model):
    """拨付. Submitted by one person, confirmed by another. Only a confirmed payment counts, from `paid_on`."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "待确认"
        CONFIRMED = "confirmed", "已确认"
        REFUSED = "refused", "已退回"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="payments")
    amount_fen = models.BigIntegerField("拨付金额(分)")
    paid_on = models.DateField("拨付日期")
    payee = models.CharField("收款单位", max_length=120, blank=True)
    voucher = models.CharField("凭证号", max_length=60, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.SUBMITTED)
    scope_code = models.CharField(max_length=20, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提交人"
    )
    submitted_at = models.DateTimeField("提交时间", default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
    )
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    refusal = models.CharField("退回原因", max_length=200, blank=True)
    # A reversal is a payment of its own (negative, two people again) that names the one it takes back.
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reversals", verbose_name="冲销"
    )
    reason = models.CharField("冲销原因", max_length=200, blank=True, default="", db_default="")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "拨付"
        constraints = (
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, reverses__isnull=True)
                | Q(amount_fen__lt=0, reverses__isnull=False),
                name="payment_sign",
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(state__in=("submitted", "confirmed")),
                name="payment_reversed_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
                name="payment_two_people",
            ),
        )
        indexes = (models.Index(fields=["state", "paid_on"], name="payment_state_day"),)

    def __str__(self) -> str:
        return f"{self.paid_on} {self.amount_fen}"


class LedgerQuerySet(ScopedQuerySet, AppendOnlyQuerySet):
    pass


class LedgerEntry(AppendOnly):
    """One posting of a confirmed payment (or its reversal, negative). Never changed; unique per payment."""

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="ledger_entry")
    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="ledger_entries")
    amount_fen = models.BigIntegerField("金额(分)")
    paid_on = models.DateField("拨付日期")
    posted_at = models.DateTimeField("入账时间", default=timezone.now)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    scope_code = models.CharField(max_length=20, editable=False)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "资金账"
        indexes = (
            models.Index(fields=["paid_on"], name="ledger_day"),
            models.Index(fields=["allocation", "paid_on"], name="ledger_allocation"),
        )

    def __str__(self) -> str:
        return f"{self.paid_on} {self.amount_fen}"
