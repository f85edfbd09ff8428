"""家庭变动: acts that change who belongs to which household, and the papers of the file. Neither is ever deleted."""

import uuid
from typing import NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import AppendOnly
from exchange.models import StoredFile
from households import codes
from households.models.household import Household, Person
from villages.scope import ScopedQuerySet


class ActQuerySet(ScopedQuerySet):
    scope_path = "household__scope_code"
    assigned_path = "household_id"

    def update(self, **kwargs: object) -> int:
        raise TypeError("acts are append-only")

    def delete(self) -> NoReturn:
        raise TypeError("acts are append-only")


class HouseholdAct(AppendOnly):
    """One act. `changed` names the rows it touched and what they held before (codes and days, no personal numbers);
    the counter-act points back by `reverses`, at most one for each act."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("变动", max_length=16, choices=codes.ActKind.choices)
    detail = models.CharField("原因代码", max_length=20, blank=True)
    household = models.ForeignKey(Household, models.PROTECT, related_name="acts", verbose_name="农户")
    other = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="另一户"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="成员"
    )
    on = models.DateField("发生日期")
    reason = models.CharField("说明", max_length=200, blank=True)
    evidence = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="佐证材料"
    )
    changed = models.JSONField("变动内容", default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="办理人",
    )
    at = models.DateTimeField("登记时间", default=timezone.now)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name="撤销"
    )

    objects = ActQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "家庭变动"
        indexes = (
            models.Index(fields=["household", "-id"], name="act_household"),
            models.Index(fields=["other", "-id"], name="act_other"),
        )

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()}"

    @property
    def what(self) -> str:
        """The kind with its nearer reason: 成员减少（死亡）."""
        lists = {codes.ActKind.JOINED: codes.JoinKind, codes.ActKind.LEFT: codes.LeaveKind}
        words = dict(lists[codes.ActKind(self.kind)].choices) if self.kind in lists else {}
        near = words.get(self.detail, "")
        return f"{self.get_kind_display()}（{near}）" if near else self.get_kind_display()


class PaperQuerySet(ScopedQuerySet):
    scope_path = "household__scope_code"
    assigned_path = "household_id"


class HouseholdFile(models.Model):
    """A paper of the household's file. A better copy supersedes it with a reason; the old one stays."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="papers", verbose_name="农户")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="成员"
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    measure = models.ForeignKey(
        "households.AidMeasure", models.PROTECT, null=True, blank=True, related_name="papers",
        verbose_name="所证明的措施",
    )  # fmt: skip
    kind = models.CharField("种类", max_length=16, choices=codes.PaperKind.choices)
    title = models.CharField("名称", max_length=80)
    issued_on = models.DateField("出具或拍摄日期", null=True, blank=True)
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )
    superseded_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes", verbose_name="更换为"
    )
    superseded_at = models.DateTimeField("更换时间", null=True, blank=True)
    superseded_reason = models.CharField("更换原因", max_length=100, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "农户附件"
        indexes = (models.Index(fields=["household", "kind"], name="paper_household_kind"),)

    def __str__(self) -> str:
        return self.title
