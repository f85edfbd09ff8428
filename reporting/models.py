"""Snapshots of figures: what the dashboard reads, with the day they speak of, and the runs that took them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from common.runs import Run
from villages.scope import ScopedQuerySet


class ReportRun(Run):
    """Taking the snapshots of one county as of one day."""

    scope_code = models.CharField("区划代码", max_length=20)
    as_of = models.DateField("截至日期")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "数据快照批次"
        constraints = (
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=["queued", "running"]), name="report_key_open_once"
            ),
        )

    def __str__(self) -> str:
        return self.key


class Figure(models.Model):
    """One value of one figure for one area as of one day. `split` names a slice (class, level, rule ...); "" is the whole."""

    name = models.CharField(max_length=60)
    as_of = models.DateField()
    scope_code = models.CharField(max_length=20)
    split = models.CharField(max_length=60, blank=True)
    value = models.BigIntegerField(null=True)
    taken_at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "数据快照"
        constraints = (
            models.UniqueConstraint(fields=["name", "as_of", "scope_code", "split"], name="figure_once"),
        )
        indexes = (models.Index(fields=["scope_code", "as_of"], name="figure_scope_day"),)

    def __str__(self) -> str:
        return f"{self.name} {self.as_of} {self.scope_code} {self.split}"
