"""Every step a proceeding took, and the papers given with it. Nothing here is ever changed."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import AppendOnly, AppendOnlyQuerySet
from accounts.permissions import ALL_FIELD_GROUPS
from exchange.models import StoredFile
from proceedings.models.proceeding import Proceeding, State
from villages.scope import DivisionScope, ScopedQuerySet


class PaperKind(models.TextChoices):
    VISIT_FORM = "visit_form", "入户核查表"
    AUTHORISATION = "authorisation", "承诺授权书"
    COMPARISON = "comparison", "信息比对结果"
    MINUTES = "minutes", "民主评议记录"
    NOTICE_PHOTO = "notice_photo", "公示照片"
    ANNOUNCEMENT = "announcement", "公告照片"
    CONSENT = "consent", "农户签字认可书"
    CHECK_FORM = "check_form", "退出核查表"
    APPLICATION = "application", "农户申请书"
    DISASTER_PROOF = "disaster_proof", "受灾或事故证明"
    OTHER = "other", "其他材料"


class OfProceeding(ScopedQuerySet, AppendOnlyQuerySet):
    scope_path = "proceeding__scope_code"
    assigned_path = "proceeding__household_id"

    def within(self, scope: DivisionScope) -> Self:
        rows = super().within(scope)
        return rows if scope.field_groups >= ALL_FIELD_GROUPS else rows.none()


class Step(AppendOnly):
    """One act. `uuid` comes with the form: the same form posted twice is one step. `due_on` is the limit that held."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    proceeding = models.ForeignKey(Proceeding, models.PROTECT, related_name="steps")
    act = models.CharField("操作", max_length=20)
    from_state = models.CharField(max_length=16, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=16, choices=State.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    on = models.DateField("日期")
    opinion = models.CharField("意见", max_length=300, blank=True)
    details = models.JSONField("办理内容", default=dict, blank=True)
    due_on = models.DateField("当时期限", null=True, blank=True)
    packs = models.JSONField("期限依据", default=dict, blank=True)

    objects = OfProceeding.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = verbose_name_plural = "程序步骤"

    def __str__(self) -> str:
        return f"{self.proceeding_id} {self.act}"


class StepFile(AppendOnly):
    """A paper of a proceeding; `step` is empty when it was handed in by itself."""

    proceeding = models.ForeignKey(Proceeding, models.PROTECT, related_name="papers")
    step = models.ForeignKey(Step, models.PROTECT, null=True, blank=True, related_name="papers")
    kind = models.CharField("材料", max_length=16, choices=PaperKind.choices)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    on = models.DateField("日期")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = OfProceeding.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = verbose_name_plural = "程序材料"

    def __str__(self) -> str:
        return f"{self.proceeding_id} {self.kind}"
