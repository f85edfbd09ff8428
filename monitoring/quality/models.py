"""Runs of the data checks, the faults they find, and what a county has exempted with a reason and an end."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.permissions import FIELD_GROUPS
from common.runs import Run
from households.models import Household, Person
from villages.scope import DivisionScope, ScopedQuerySet


class QualityRun(Run):
    """One pass of every check over one area as of one day."""

    scope_code = models.CharField("区划代码", max_length=20)
    as_of = models.DateField("截至日期")
    pack_checksum = models.CharField("规则包校验值", max_length=64, blank=True)
    rules = models.PositiveIntegerField("规则", default=0)
    households = models.PositiveIntegerField("户", default=0)
    persons = models.PositiveIntegerField("人", default=0)
    opened = models.PositiveIntegerField("新增疑点", default=0)
    closed = models.PositiveIntegerField("已改正", default=0)
    still_open = models.PositiveIntegerField("待改正", default=0)
    exempt = models.PositiveIntegerField("豁免", default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "疑点数据核查"
        constraints = (
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=["queued", "running"]), name="quality_key_open_once"
            ),
        )

    def __str__(self) -> str:
        return self.key


class FaultExemption(models.Model):
    """What a county says is right although a check doubts it: one subject, or a whole area, with reason and last day."""

    rule_key = models.CharField("规则", max_length=20)
    subject_key = models.CharField("对象", max_length=40, blank=True, help_text="空：整个区划")
    scope_code = models.CharField("区划代码", max_length=20)
    reason = models.CharField("原因", max_length=200)
    until = models.DateField("有效期至")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="批准人"
    )
    created_at = models.DateTimeField("批准时间", default=timezone.now)
    ended_at = models.DateTimeField("撤销时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "疑点豁免"
        constraints = (
            models.UniqueConstraint(
                fields=["rule_key", "subject_key", "scope_code"],
                condition=Q(ended_at__isnull=True),
                name="exemption_open_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule_key} {self.subject_key or self.scope_code}"


class FaultQuerySet(ScopedQuerySet):
    assigned_path = "household_id"

    def within(self, scope: DivisionScope) -> Self:
        """The area of the reader, and only faults that tell of no group of fields he lacks."""
        rows = super().within(scope)
        for group in sorted(set(FIELD_GROUPS) - scope.field_groups):
            rows = rows.exclude(field_groups__contains=f",{group},")
        return rows

    def open(self) -> Self:
        return self.filter(closed_on__isnull=True)


class DataFault(models.Model):
    """One episode: at most one OPEN fault per rule and subject. `shown` is canonical text "column=value;column=value" of the
    doubted values, never a personal number. `field_groups` is ",health,work," - what the fault tells of."""

    class Severity(models.TextChoices):
        ERROR = "error", "错误"
        DOUBT = "doubt", "疑点"
        HINT = "hint", "提示"

    rule_key = models.CharField("规则", max_length=20)
    severity = models.CharField("程度", max_length=6, choices=Severity.choices)
    subject_kind = models.CharField("对象类型", max_length=12)
    subject_id = models.BigIntegerField()
    subject_key = models.CharField("对象", max_length=40)
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="data_faults", verbose_name="农户"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="data_faults", verbose_name="成员"
    )
    scope_code = models.CharField(max_length=20)
    field_groups = models.CharField(max_length=100, blank=True)
    shown = models.CharField("数值", max_length=300, blank=True)
    found_on = models.DateField("发现日期")
    found_run = models.ForeignKey(QualityRun, models.PROTECT, related_name="faults_found")
    closed_on = models.DateField("改正日期", null=True, blank=True)
    closed_run = models.ForeignKey(
        QualityRun, models.PROTECT, null=True, blank=True, related_name="faults_closed"
    )
    close_reason = models.CharField("关闭原因", max_length=20, blank=True)
    exemption = models.ForeignKey(
        FaultExemption, models.PROTECT, null=True, blank=True, related_name="faults", verbose_name="豁免"
    )

    objects = FaultQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "疑点数据"
        constraints = (
            models.UniqueConstraint(
                fields=["rule_key", "subject_key"], condition=Q(closed_on__isnull=True), name="data_fault_open_once"
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=["scope_code", "id"], name="data_fault_scope_id"),
            models.Index(fields=["rule_key", "closed_on"], name="data_fault_rule"),
            models.Index(fields=["household", "closed_on"], name="data_fault_household"),
        )

    def __str__(self) -> str:
        return f"{self.rule_key} {self.subject_key}"


class FaultHandover(models.Model):
    """The list of one run was given to one township, to be mended by a day. `handed`: how many faults it had then."""

    run = models.ForeignKey(QualityRun, models.PROTECT, related_name="handovers", verbose_name="核查")
    scope_code = models.CharField("乡镇", max_length=20)
    due_on = models.DateField("改正期限")
    note = models.CharField("要求", max_length=200, blank=True)
    handed = models.PositiveIntegerField("交办条数")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="交办人"
    )
    created_at = models.DateTimeField("交办时间", default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "疑点交办"
        constraints = (
            models.UniqueConstraint(fields=["run", "scope_code"], name="fault_handover_once"),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.run_id} {self.scope_code}"
