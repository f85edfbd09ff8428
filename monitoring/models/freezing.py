"""Frozen quarters (封库): what a quarter's report is made of, kept apart from everything that may still change.

The fact sheets, outcomes and tallies of a freeze hang on its run. What they lack to be read alone stands here: the names
of the time, and the place of the time beside the `scope_code`, which follows a change of divisions because it says who may
read a row today.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from common.runs import Run
from monitoring.models.runs import ScreeningRun
from villages.scope import ScopedQuerySet


class QuarterFreeze(models.Model):
    """One quarter of one county, frozen. Lifting keeps the record and all it holds; the quarter may then be frozen anew."""

    scope_code = models.CharField("区划代码", max_length=20)
    quarter = models.CharField("季度", max_length=6)
    run = models.ForeignKey(ScreeningRun, models.PROTECT, related_name="+")
    again = models.ForeignKey(
        ScreeningRun, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="重新判断"
    )
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="封库人"
    )
    requested_at = models.DateTimeField("提交时间", default=timezone.now)
    frozen_at = models.DateTimeField("封库时间", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    packs = models.JSONField("政策包与校验和", default=dict)
    places = models.JSONField("当时的区划名称", default=dict)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="解封人",
    )
    lifted_at = models.DateTimeField("解封时间", null=True, blank=True)
    lift_reason = models.CharField("解封原因", max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "季度封库"
        constraints = (
            models.UniqueConstraint(
                fields=["scope_code", "quarter"],
                condition=Q(lifted_at__isnull=True),
                name="quarter_frozen_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quarter} {self.scope_code}"

    @property
    def is_frozen(self) -> bool:
        """The figures are there and hold."""
        return self.run.state == Run.State.DONE and self.lifted_at is None

    @property
    def is_readable(self) -> bool:
        """The figures are there: also after lifting, for the record."""
        return self.run.state == Run.State.DONE

    @property
    def has_failed(self) -> bool:
        return self.run.state in {Run.State.FAILED, Run.State.REFUSED}


class FrozenHousehold(models.Model):
    """One household of the quarter under the names of the time. `is_judged` is false for those that could not be judged."""

    run = models.ForeignKey(ScreeningRun, models.PROTECT, related_name="+")
    household_id = models.BigIntegerField()
    household_no = models.CharField("户编号", max_length=30)
    head_name = models.CharField("户主", max_length=60)
    place_code = models.CharField("当时的区划", max_length=20)
    scope_code = models.CharField(max_length=20)
    is_judged = models.BooleanField(default=True)
    members = models.IntegerField(null=True)
    poverty_status = models.CharField(max_length=24, null=True)  # noqa: DJ001 - null is unknown, "" is not
    monitor_class = models.CharField(max_length=24, null=True)  # noqa: DJ001 - null is unknown, "" is not
    is_registered = models.BooleanField(null=True)
    is_monitored = models.BooleanField(null=True)
    is_visited = models.BooleanField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "household_id"], name="frozen_household_once"),)

    def __str__(self) -> str:
        return f"{self.run_id} {self.household_no}"


class FrozenTally(models.Model):
    """The answers to one rule in one place (a village, or where the subject stands above one)."""

    run = models.ForeignKey(ScreeningRun, models.PROTECT, related_name="+")
    rule_key = models.CharField(max_length=60)
    place_code = models.CharField("当时的区划", max_length=20)
    scope_code = models.CharField(max_length=20)
    hit = models.PositiveIntegerField("成立")
    clear = models.PositiveIntegerField("不成立")
    unknown = models.PositiveIntegerField("数据不足")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run", "rule_key", "place_code"], name="frozen_tally_once"),
        )

    def __str__(self) -> str:
        return f"{self.run_id} {self.rule_key} {self.place_code}"


class FrozenName(models.Model):
    """The name of the time of a subject that is no household and has an outcome: a person, project, level or place."""

    run = models.ForeignKey(ScreeningRun, models.PROTECT, related_name="+")
    subject_key = models.CharField("对象", max_length=40)
    name = models.CharField("名称", max_length=200)
    household_id = models.BigIntegerField(null=True)
    scope_code = models.CharField(max_length=20)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "subject_key"], name="frozen_name_once"),)

    def __str__(self) -> str:
        return f"{self.run_id} {self.subject_key}"
