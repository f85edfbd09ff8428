"""Rows that hold for a time, half-open [effective_from, effective_to), and say when each end of it became known.

Two times: when it holds, and when it was recorded. `holding(as_of, known_at)` answers "what held on that day, as far as
was known at that moment", so a decision of three years ago is explained with what could be known then.
"""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


def holding_q(as_of: date, known_at: datetime | None = None, prefix: str = "") -> Q:
    """The condition of `holding`, for use inside a join (`prefix` = "memberships__")."""
    began = Q(**{f"{prefix}effective_from__lte": as_of})
    lasts = Q(**{f"{prefix}effective_to__isnull": True}) | Q(**{f"{prefix}effective_to__gt": as_of})
    if known_at is None:
        return began & lasts
    known = Q(**{f"{prefix}recorded_at__lte": known_at})
    return began & known & (lasts | Q(**{f"{prefix}end_recorded_at__gt": known_at}))


class DatedQuerySet(models.QuerySet):
    def holding(self, as_of: date, known_at: datetime | None = None) -> Self:
        return self.filter(holding_q(as_of, known_at))

    def open(self) -> Self:
        return self.filter(effective_to__isnull=True)


class Dated(models.Model):
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("截止日期", null=True, blank=True)
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)
    end_recorded_at = models.DateTimeField("截止登记时间", null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )
    source = models.CharField("来源", max_length=40, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True

    def end(self, on: date, at: datetime | None = None) -> None:
        """Close the spell; a spell that began on or after that day becomes empty and holds on no day."""
        self.effective_to = max(on, self.effective_from)
        self.end_recorded_at = at or timezone.now()


def period_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")), name=name
    )
