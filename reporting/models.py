"""Snapshots of figures: what the dashboard reads, with the day they speak of."""

from django.db import models
from django.utils import timezone

from villages.scope import ScopedQuerySet


class Figure(models.Model):
    """One value of one figure for one area as of one day. `split` names a slice (class, township, rule ...)."""

    name = models.CharField(max_length=60)
    as_of = models.DateField()
    scope_code = models.CharField(max_length=20)
    split = models.CharField(max_length=60, blank=True)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
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
