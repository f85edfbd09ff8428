"""Moving rows in and out: stored files, import batches with row errors, export files."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.actor import Actor
from accounts.models import User
from common.runs import Run
from villages.scope import ScopedQuerySet


class StoredFile(models.Model):
    """A file in the private folder: random name, checked type, owner scope. Never deleted, only superseded."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("原文件名", max_length=200)
    path = models.CharField(max_length=200, unique=True, editable=False)
    sha256 = models.CharField("校验和", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField("字节")
    content_type = models.CharField("类型", max_length=100)
    kind = models.CharField("用途", max_length=30)
    scope_code = models.CharField("区划代码", max_length=20, db_index=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="上传人")
    owner_only = models.BooleanField("仅本人可取", default=False)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文件"

    def __str__(self) -> str:
        return self.name


class OwnRuns(ScopedQuerySet):
    """Runs of one person: an export or import belongs to who asked for it, whatever area it covers."""

    def of(self, actor: Actor) -> Self:
        return self.filter(requested_by_id=actor.user_id) if actor.user_id is not None else self.none()


def _open_once(name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=["key"], condition=Q(state__in=("queued", "running")), name=name)


class ImportBatch(Run):
    """One uploaded workbook: preview first (counts and errors), then commit."""

    class Stage(models.TextChoices):
        PREVIEW = "preview", "预览"
        COMMIT = "commit", "提交"

    layout = models.CharField("表式", max_length=40)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    stage = models.CharField("阶段", max_length=10, choices=Stage.choices, default=Stage.PREVIEW)
    scope_code = models.CharField("区划代码", max_length=20)
    as_of = models.DateField("数据日期")
    rows = models.PositiveIntegerField("总行数", default=0)
    new = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("变更", default=0)
    unchanged = models.PositiveIntegerField("无变化", default=0)
    refused = models.PositiveIntegerField("退回", default=0)
    committed_at = models.DateTimeField("提交时间", null=True, blank=True)
    remarks_file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="退回表"
    )

    objects = OwnRuns.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入批次"
        constraints = (_open_once("import_open_once"),)

    def __str__(self) -> str:
        return f"{self.layout} {self.queued_at:%Y-%m-%d}"

    @property
    def task_name(self) -> str:
        return f"exchange.import_{self.stage}"


class RowError(models.Model):
    """What is wrong with a row (it comes back), or worth knowing about it (a remark: the row is taken)."""

    class Level(models.TextChoices):
        ERROR = "error", "退回"
        REMARK = "remark", "提示"

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="errors")
    level = models.CharField("级别", max_length=8, choices=Level.choices, default=Level.ERROR)
    row = models.PositiveIntegerField("行")
    column = models.CharField("列", max_length=60, blank=True)
    message = models.CharField("原因", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "行错误"
        ordering = ("row", "pk")

    def __str__(self) -> str:
        return f"{self.row} {self.column} {self.message}"


class ExportFile(Run):
    """One requested export: made by the worker, fetched by the person who asked."""

    layout = models.CharField("表式", max_length=40)
    scope_code = models.CharField("区划代码", max_length=20)
    params = models.JSONField("条件", default=dict)
    full = models.BooleanField("未脱敏", default=False)
    reason = models.CharField("用途", max_length=200, blank=True)
    rows = models.PositiveIntegerField("行数", null=True, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件"
    )

    objects = OwnRuns.as_manager()
    task_name = "exchange.export_file"

    class Meta:
        verbose_name = verbose_name_plural = "导出文件"
        constraints = (_open_once("export_open_once"),)

    def __str__(self) -> str:
        return f"{self.layout} {self.queued_at:%Y-%m-%d}"
