"""Check tasks of households, what people decided, and duties to collect what is unknown."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import AppendOnly
from households.codes import MonitorClass
from households.models import Household, Visit
from monitoring.models.runs import ScreeningRun
from monitoring.models.seeing import CaseQuerySet, DecisionQuerySet, DutyQuerySet


class RiskCase(models.Model):
    """核查任务. At most one open case per household; its signs attach to it."""

    class State(models.TextChoices):
        OPEN = "open", "待核查"
        PROPOSED = "proposed", "已提出纳入监测"
        CLOSED = "closed", "已办结"

    household = models.ForeignKey(Household, models.PROTECT, related_name="cases", verbose_name="农户")
    scope_code = models.CharField(max_length=20)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    opened_on = models.DateField("产生日期")
    opened_run = models.ForeignKey(ScreeningRun, models.PROTECT, null=True, related_name="cases_opened")
    due_on = models.DateField("核查期限")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="核查人",
    )
    closed_on = models.DateField("办结日期", null=True, blank=True)
    close_reason = models.CharField("办结方式", max_length=40, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "核查任务"
        constraints = (
            models.UniqueConstraint(
                fields=["household"], condition=~Q(state="closed"), name="case_open_once"
            ),
        )
        indexes = (
            models.Index(fields=["scope_code", "id"], name="case_scope_id"),
            models.Index(fields=["state", "due_on"], name="case_state_due"),
        )

    def __str__(self) -> str:
        return f"{self.household} {self.get_state_display()}"


class Decision(AppendOnly):
    """What a person decided about a case: append-only, with what was seen. A later run never undoes it."""

    class Outcome(models.TextChoices):
        NO_RISK = "no_risk", "经核查无风险"
        PROPOSE = "propose", "建议纳入监测"

    case = models.ForeignKey(RiskCase, models.PROTECT, related_name="decisions")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="核查人"
    )
    at = models.DateTimeField("时间", default=timezone.now)
    outcome = models.CharField("结论", max_length=8, choices=Outcome.choices)
    proposed_class = models.CharField("建议类别", max_length=20, blank=True)
    reason = models.CharField("理由", max_length=300)
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="依据走访"
    )
    until = models.DateField("有效至", null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "核查结论"

    @property
    def proposed_class_label(self) -> str:
        return dict(MonitorClass.choices).get(self.proposed_class, self.proposed_class)

    def __str__(self) -> str:
        return f"{self.case} {self.get_outcome_display()}"


class DecisionTopic(AppendOnly):
    """One topic a decision speaks about, with the evidence that was seen: changed figures ask again."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="topics")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+")
    topic = models.CharField(max_length=40)
    rule_key = models.CharField(max_length=60)
    subject_key = models.CharField(max_length=40)
    evidence = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["decision", "rule_key", "subject_key"], name="decision_topic_once"
            ),
        )
        indexes = (models.Index(fields=["household", "topic"], name="decision_topic_household"),)

    def __str__(self) -> str:
        return self.topic


class CollectionDuty(models.Model):
    """未采集: a rule could not judge this household; the helper is asked to collect. At most one open per household and topic."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="duties", verbose_name="农户")
    scope_code = models.CharField(max_length=20)
    topic = models.CharField("主题", max_length=40)
    rule_key = models.CharField("规则", max_length=60)
    opened_on = models.DateField("产生日期")
    opened_run = models.ForeignKey(ScreeningRun, models.PROTECT, related_name="duties_opened")
    due_on = models.DateField("期限")
    closed_on = models.DateField("完成日期", null=True, blank=True)
    closed_run = models.ForeignKey(
        ScreeningRun, models.PROTECT, null=True, blank=True, related_name="duties_closed"
    )

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "采集任务"
        constraints = (
            models.UniqueConstraint(
                fields=["household", "topic"], condition=Q(closed_on__isnull=True), name="duty_open_once"
            ),
        )
        indexes = (models.Index(fields=["scope_code", "id"], name="duty_scope_id"),)

    def __str__(self) -> str:
        return f"{self.household} {self.topic}"
