"""Screening runs, their signs, tallies and faults (docs/adr: signs are episodes)."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q

from common.runs import Run
from households.models import Household
from monitoring.models.seeing import SignQuerySet
from villages.models import COUNTY_DIGITS
from villages.scope import ScopedQuerySet


class ScreeningRun(Run):
    """One run of the rules over one area as of one day. Acting runs touch signs; an older day is only re-judged.

    A run over more than a county (`split` says by what) judges nothing itself: it holds parts with disjoint areas, which
    are ordinary runs, and is closed by the last of them (docs/adr/0018).
    """

    class Kind(models.TextChoices):
        HOUSEHOLDS = "households", "农户风险筛查"
        FUNDS = "funds", "资金核查"
        WHATIF = "whatif", "测算事实表"
        FREEZE = "freeze", "季度封库"
        REJUDGE = "rejudge", "封库季度重新判断"

    class Split(models.TextChoices):
        COUNTY = "county", "按县（市、区）分部分"
        TOWNSHIP = "township", "按乡镇分部分"

    kind = models.CharField("类型", max_length=12, choices=Kind.choices, default=Kind.HOUSEHOLDS)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="所属批处理"
    )
    split = models.CharField(
        "分部分", max_length=10, choices=Split.choices, blank=True, default="", db_default=""
    )
    scope_code = models.CharField("区划代码", max_length=20)
    quarter = models.CharField("季度", max_length=6, blank=True)
    as_of = models.DateField("截至日期")
    known_at = models.DateTimeField("已知时点", null=True, blank=True)
    only_changed = models.BooleanField("仅变化的户", default=False)
    is_acting = models.BooleanField("生效", default=True, help_text="否：仅重新判断，不改动任何信号")
    keep_facts = models.BooleanField("保留事实表", default=False, help_text="冻结：批处理结束后不删除事实表")
    packs = models.JSONField("政策包与校验和", default=dict)
    opened = models.PositiveIntegerField("新增信号", default=0)
    closed = models.PositiveIntegerField("关闭信号", default=0)
    evaluated = models.PositiveIntegerField("已判断", default=0)
    skipped = models.PositiveIntegerField("无法判断", default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批处理"
        constraints = (
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=["queued", "running"]), name="screening_key_open_once"
            ),
        )
        indexes = (models.Index(fields=["kind", "-as_of"], name="screening_kind_day"),)

    def __str__(self) -> str:
        return self.key

    @property
    def is_part(self) -> bool:
        """Others live in the same tables, most likely many times as many."""
        return self.parent_id is not None or len(self.scope_code) > COUNTY_DIGITS

    @classmethod
    def sendable(cls) -> Q:
        """A part that waits for its turn is sent by its run."""
        return Q(parent__isnull=True) | Q(sent_at__isnull=False) | Q(state=cls.State.RUNNING)

    @classmethod
    def unattended(cls, before: datetime) -> Q:
        """A part waits for its turn as long as others of its run are being judged."""
        moved = Q(heartbeat_at__gte=before) | Q(finished_at__gte=before)
        others = cls.objects.filter(moved, parent=OuterRef("parent"))
        return super().unattended(before) & Q(~Exists(others))


class RiskSign(models.Model):
    """One episode: at most one OPEN sign per rule and subject. `subject_key` is "household:1", "person:7", "project:3",
    "division:411081" or "level:county@411081". `evidence` is canonical text "metric=value;metric=value"; `limits` likewise."""

    rule_key = models.CharField("规则", max_length=60)
    topic = models.CharField("主题", max_length=40)
    effect = models.CharField("作用", max_length=40)
    pack_code = models.CharField("政策包", max_length=40)
    pack_checksum = models.CharField(max_length=64)
    subject_kind = models.CharField("对象类型", max_length=12)
    subject_key = models.CharField("对象", max_length=40)
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="signs", verbose_name="农户"
    )
    scope_code = models.CharField(max_length=20)
    opened_on = models.DateField("发现日期")
    opened_run = models.ForeignKey(ScreeningRun, models.PROTECT, related_name="signs_opened")
    last_true_on = models.DateField("最近成立日期")
    closed_on = models.DateField("关闭日期", null=True, blank=True)
    closed_run = models.ForeignKey(
        ScreeningRun, models.PROTECT, null=True, blank=True, related_name="signs_closed"
    )
    close_reason = models.CharField("关闭原因", max_length=40, blank=True)
    evidence = models.TextField("依据数值", blank=True)
    limits = models.TextField("标准数值", blank=True)
    # What the figures were before they last changed, and the day of the run that saw the change.
    evidence_before = models.TextField("变化前数值", blank=True, default="", db_default="")
    changed_on = models.DateField("数值变化日期", null=True, blank=True)
    muted_by = models.ForeignKey(
        "monitoring.Decision", models.PROTECT, null=True, blank=True, related_name="muted_signs"
    )
    case = models.ForeignKey(
        "monitoring.RiskCase", models.PROTECT, null=True, blank=True, related_name="signs"
    )

    objects = SignQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "风险信号"
        constraints = (
            models.UniqueConstraint(
                fields=["rule_key", "subject_key"], condition=Q(closed_on__isnull=True), name="sign_open_once"
            ),
        )
        indexes = (
            models.Index(fields=["scope_code", "id"], name="sign_scope_id"),
            models.Index(fields=["household", "closed_on"], name="sign_household"),
            models.Index(fields=["opened_run"], name="sign_opened_run"),
            models.Index(fields=["topic", "closed_on"], name="sign_topic"),
        )

    def __str__(self) -> str:
        return f"{self.rule_key} {self.subject_key}"


class RunTally(models.Model):
    run = models.ForeignKey(ScreeningRun, models.PROTECT, related_name="tallies")
    rule_key = models.CharField(max_length=60)
    hit = models.PositiveIntegerField("成立")
    clear = models.PositiveIntegerField("不成立")
    unknown = models.PositiveIntegerField("数据不足")
    faulty = models.PositiveIntegerField("无法判断", default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "rule_key"], name="tally_once"),)

    def __str__(self) -> str:
        return f"{self.run_id} {self.rule_key}"


class RunFault(models.Model):
    """A subject that could not be evaluated, and why: listed first, since a set statement cannot skip a row by itself."""

    run = models.ForeignKey(ScreeningRun, models.PROTECT, related_name="faults")
    subject_key = models.CharField("对象", max_length=40)
    scope_code = models.CharField(max_length=20)
    sentence = models.CharField("原因", max_length=200)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "subject_key", "sentence"], name="fault_once"),)

    def __str__(self) -> str:
        return f"{self.subject_key} {self.sentence}"


class RunOutcome(models.Model):
    """Results of a re-judgement: stored under its run, touching no sign."""

    run = models.ForeignKey(ScreeningRun, models.PROTECT, related_name="outcomes")
    rule_key = models.CharField(max_length=60)
    subject_key = models.CharField(max_length=40)
    scope_code = models.CharField(max_length=20)
    outcome = models.CharField(max_length=8)
    evidence = models.TextField(blank=True)
    limits = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run", "rule_key", "subject_key"], name="outcome_once"),
        )

    def __str__(self) -> str:
        return f"{self.rule_key} {self.subject_key}"
