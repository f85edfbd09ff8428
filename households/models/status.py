"""Dated statuses, guarantees, safety-net spells and the named helper of a household."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.dated import Dated, period_in_order
from exchange.models import StoredFile
from households import codes
from households.models.explained import Explained
from households.models.household import DatedScopedQuerySet, Household, Person


class StatusSpell(Dated):
    """One value of 脱贫属性 or 监测对象类别 for a time. `value` is a code of PovertyStatus or MonitorClass."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="status_spells")
    dimension = models.CharField("维度", max_length=8, choices=codes.StatusDimension.choices)
    value = models.CharField("状态", max_length=24)
    reason = models.CharField("原因", max_length=200, blank=True)

    objects = DatedScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "状态历史"
        constraints = (
            period_in_order("status_spell_order"),
            models.UniqueConstraint(
                fields=["household", "dimension"],
                condition=Q(effective_to__isnull=True),
                name="status_open_once",
            ),
        )


class Guarantee(Explained, Dated):
    """One of the five guarantees for a time, with its evidence. UNKNOWN is a state of its own and never reads as fine."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="guarantees")
    kind = models.CharField("保障", max_length=14, choices=codes.GuaranteeKind.choices)
    state = models.CharField(
        "状态", max_length=8, choices=codes.GuaranteeState.choices, default=codes.GuaranteeState.UNKNOWN
    )
    evidence = models.CharField("依据", max_length=200, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DatedScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保障情况"
        constraints = (
            period_in_order("guarantee_order"),
            models.UniqueConstraint(
                fields=["household", "kind"],
                condition=Q(effective_to__isnull=True),
                name="guarantee_open_once",
            ),
        )


class SafetyNet(Explained, Dated):
    """低保 or 特困 of a household, or of one member (单人保), for a time."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="safety_nets")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="safety_nets")
    kind = models.CharField("类别", max_length=20, choices=codes.SafetyNetKind.choices)
    monthly_fen = models.BigIntegerField("月发放额(分)", null=True, blank=True)

    objects = DatedScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "低保与特困"
        constraints = (
            period_in_order("safety_net_order"),
            models.UniqueConstraint(
                fields=["household", "person", "kind"],
                condition=Q(effective_to__isnull=True),
                name="safety_net_open_once",
            ),
            # SQL holds two NULLs for different, so the household-wide spell needs a constraint of its own.
            models.UniqueConstraint(
                fields=["household", "kind"],
                condition=Q(effective_to__isnull=True, person__isnull=True),
                name="safety_net_open_household_once",
            ),
        )


class HelperAssignment(Explained, Dated):
    """Who is answerable for this household, from when to when. `user` is null for a helper without an account."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="helpers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="assigned_households"
    )
    name = models.CharField("帮扶责任人", max_length=40)
    unit = models.CharField("帮扶单位", max_length=80, blank=True)

    objects = DatedScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "帮扶责任人"
        constraints = (
            period_in_order("helper_order"),
            models.UniqueConstraint(
                fields=["household"], condition=Q(effective_to__isnull=True), name="helper_open_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["user", "household"], condition=Q(effective_to__isnull=True), name="helper_open_user"
            ),
        )
