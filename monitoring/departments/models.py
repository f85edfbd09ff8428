"""Batches of a department's list, their rows, what differs, and the remembered mapping of columns."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.permissions import FIELD_GROUPS
from common import pii, vault
from common.runs import Run
from exchange.models import StoredFile
from households.models import Household, Person
from villages.scope import DivisionScope, ScopedQuerySet


class GroupedQuerySet(ScopedQuerySet):
    """The area of the reader, and only lists that tell of a group of fields he holds."""

    group_path = "group"

    def within(self, scope: DivisionScope) -> Self:
        rows = super().within(scope)
        if scope.field_groups >= set(FIELD_GROUPS):
            return rows
        return rows.filter(**{f"{self.group_path}__in": sorted(scope.field_groups)})


class DifferenceQuerySet(GroupedQuerySet):
    assigned_path = "household_id"


class RowQuerySet(GroupedQuerySet):
    scope_path, group_path = "batch__scope_code", "batch__group"


class DepartmentMapping(models.Model):
    """Which header of a department's file is which wanted column: said once, used for the files that follow."""

    listing = models.CharField("名单", max_length=40)
    scope_code = models.CharField("区划代码", max_length=20)
    headers = models.JSONField("列对应", default=dict)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "部门数据列对应"
        constraints = (
            models.UniqueConstraint(fields=["listing", "scope_code"], name="department_mapping_once"),
        )

    def __str__(self) -> str:
        return f"{self.listing} {self.scope_code}"


class DepartmentBatch(Run):
    """One file of one list for one period: columns mapped, rows read and matched, then compared."""

    class Stage(models.TextChoices):
        MAPPING = "mapping", "待对应列"
        READ = "read", "读取与匹配"
        COMPARE = "compare", "比对"

    listing = models.CharField("名单代码", max_length=40)
    title = models.CharField("名单", max_length=60)
    department = models.CharField("部门", max_length=40)
    group = models.CharField("信息组", max_length=20)
    scope_code = models.CharField("区划代码", max_length=20)
    period = models.CharField("报送期", max_length=10)
    period_end = models.DateField("期末")
    as_of = models.DateField("比对日期")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    sha256 = models.CharField("文件校验值", max_length=64)
    stage = models.CharField("阶段", max_length=8, choices=Stage.choices, default=Stage.MAPPING)
    mapping = models.JSONField("列对应", default=dict, blank=True)
    rows_count = models.PositiveIntegerField("总行数", default=0)
    refused_count = models.PositiveIntegerField("退回行", default=0)
    compared_at = models.DateTimeField("比对时间", null=True, blank=True)
    fed_back_on = models.DateField("最近反馈日期", null=True, blank=True)

    objects = GroupedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "部门数据批次"
        constraints = (
            models.UniqueConstraint(
                fields=["listing", "scope_code", "period", "sha256"],
                condition=~Q(state__in=["failed", "refused"]),
                name="department_file_once",
            ),
        )

    def __str__(self) -> str:
        return self.key

    @property
    def period_label(self) -> str:
        """2020Q3 and 2020-08 as people write them."""
        year, _, part = self.period.partition("Q" if "Q" in self.period else "-")
        return f"{year} 年第 {part} 季度" if "Q" in self.period else f"{year} 年 {int(part)} 月"

    @property
    def task_name(self) -> str:
        return f"monitoring.department_{self.stage}"


class DepartmentRow(models.Model):
    """One good row of the file. Its number is sealed; `values` never holds one."""

    class Match(models.TextChoices):
        BY_ID = "id", "证件号一致"
        PROPOSED = "proposed", "待确认"
        CONFIRMED = "confirmed", "已确认"
        NONE = "none", "未匹配"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(DepartmentBatch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("行")
    id_number_sealed = models.BinaryField(default=bytes, editable=False)
    id_number_hash = models.BinaryField(max_length=32, null=True, editable=False)
    name = models.CharField("姓名", max_length=60)
    birth_date = models.DateField("出生日期", null=True, blank=True)
    place = models.CharField("村", max_length=200, blank=True)
    values = models.JSONField("其他列", default=dict)
    match = models.CharField("匹配", max_length=10, choices=Match.choices, default=Match.NONE)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "部门数据行"
        constraints = (
            models.UniqueConstraint(fields=["batch", "number"], name="department_row_once"),
        )  # fmt: skip
        indexes = (models.Index(fields=["batch", "match"], name="department_row_match"),)

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number}"

    def number_seal(self, plain: str) -> None:
        self.id_number_sealed = vault.seal(
            plain, table=self._meta.db_table, column="id_number_sealed", row=self.uuid
        )
        self.id_number_hash = vault.search_hash(plain)

    def id_number(self) -> str:
        """The plain number; only the audited feedback file in full asks for it."""
        return vault.unseal(
            self.id_number_sealed, table=self._meta.db_table, column="id_number_sealed", row=self.uuid
        )

    @property
    def masked(self) -> str:
        return pii.mask(self.id_number())


class DepartmentRowFault(models.Model):
    """Why a row of the file was not taken."""

    batch = models.ForeignKey(DepartmentBatch, models.CASCADE, related_name="faults")
    row = models.PositiveIntegerField("行")
    column = models.CharField("列", max_length=60, blank=True)
    message = models.CharField("原因", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "部门数据退回行"
        ordering = ("row", "pk")

    def __str__(self) -> str:
        return f"{self.row} {self.message}"


class DepartmentDifference(models.Model):
    """One thing on which their list and our record do not agree, or a clue: to be worked to its end."""

    class Kind(models.TextChoices):
        THEIRS_ONLY = "theirs_only", "对方有、我方无"
        OURS_ONLY = "ours_only", "我方有、对方无"
        VALUE = "value", "金额不一致"
        CLUE = "clue", "风险线索"

    class State(models.TextChoices):
        OPEN = "open", "待核对"
        WORKING = "working", "核对中"
        CONFIRMED = "confirmed", "对方数据属实"
        THEIRS_WRONG = "theirs_wrong", "对方有误"
        EXPLAINED = "explained", "情况说明"
        CLOSED = "closed", "后批已消除"

    UNFINISHED = (State.OPEN, State.WORKING)

    batch = models.ForeignKey(DepartmentBatch, models.PROTECT, related_name="differences")
    row = models.ForeignKey(DepartmentRow, models.PROTECT, null=True, blank=True, related_name="differences")
    kind = models.CharField("类型", max_length=12, choices=Kind.choices)
    subject_key = models.CharField("对象", max_length=100)
    net_kind = models.CharField("救助类别", max_length=20, blank=True)
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    listing = models.CharField(max_length=40)
    group = models.CharField(max_length=20)
    scope_code = models.CharField(max_length=20)
    theirs = models.CharField("对方数据", max_length=120, blank=True)
    ours = models.CharField("我方数据", max_length=120, blank=True)
    theirs_fen = models.BigIntegerField(null=True, blank=True)
    ours_fen = models.BigIntegerField(null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.OPEN)
    reason = models.CharField("说明", max_length=200, blank=True)
    worked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经办人",
    )
    worked_at = models.DateTimeField("办理时间", null=True, blank=True)
    found_at = models.DateTimeField("发现时间", default=timezone.now)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "部门数据差异"
        constraints = (
            models.UniqueConstraint(fields=["batch", "kind", "subject_key"], name="department_diff_once"),
        )
        indexes = (
            models.Index(fields=["scope_code", "id"], name="department_diff_scope"),
            models.Index(fields=["listing", "state"], name="department_diff_state"),
        )

    def __str__(self) -> str:
        return f"{self.batch_id} {self.kind} {self.subject_key}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED
