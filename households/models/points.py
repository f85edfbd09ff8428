"""爱心超市积分: a ledger that is only ever added to."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import AppendOnly, AppendOnlyQuerySet
from households import codes
from households.models.household import Household
from villages.scope import ScopedQuerySet


class PointQuerySet(AppendOnlyQuerySet, ScopedQuerySet):
    scope_path = "household__scope_code"
    assigned_path = "household_id"


class PointEntry(AppendOnly):
    """One line of a household's points. `change` is what it did to the balance, `balance_after` what then was there.

    `uuid` is made by the client: the same one again is the same entry. A mistake is undone by a counter-entry.
    """

    uuid = models.UUIDField(unique=True)
    household = models.ForeignKey(Household, models.PROTECT, related_name="points", verbose_name="农户")
    sequence = models.PositiveIntegerField("序号")
    on = models.DateField("日期")
    kind = models.CharField("类别", max_length=10, choices=codes.PointKind.choices)
    points = models.PositiveIntegerField("积分")
    change = models.IntegerField("增减")
    balance_after = models.IntegerField("余额")
    reason_code = models.CharField("事由代码", max_length=40, blank=True)
    reason = models.CharField("事由", max_length=100)
    store = models.CharField("超市", max_length=60, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name="更正的记录"
    )
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "积分记录"
        constraints = (
            models.UniqueConstraint(fields=["household", "sequence"], name="point_sequence_once"),
            models.CheckConstraint(condition=Q(balance_after__gte=0), name="point_balance_not_negative"),
            models.CheckConstraint(condition=Q(points__gt=0), name="point_positive"),
            models.CheckConstraint(
                condition=Q(kind="earn", change=F("points"), corrects__isnull=True)
                | Q(kind="spend", change=0 - F("points"), corrects__isnull=True)
                | Q(kind="correction", change=F("points"), corrects__isnull=False)
                | Q(kind="correction", change=0 - F("points"), corrects__isnull=False),
                name="point_change_fits_kind",
            ),
        )
        indexes = (models.Index(fields=["on"], name="point_day"),)

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()} {self.points}"
