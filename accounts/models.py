"""Who: users, roles as data, postings with dates, the audit trail, API tokens."""

import hashlib
import secrets
from datetime import date
from typing import Any, NoReturn, Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from villages.models import Division


class User(AbstractUser):
    first_name = None
    last_name = None
    full_name = models.CharField("姓名", max_length=40)
    unit = models.CharField("单位", max_length=80, blank=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=True)
    previous_login = models.DateTimeField("上次登录", null=True, blank=True)
    is_system = models.BooleanField("系统账号", default=False, help_text="命令行使用，不能登录")

    REQUIRED_FIELDS = ("full_name",)

    class Meta:
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name


class Role(models.Model):
    """A role of accounts/permissions.py, kept as a row so that postings can point at it; made by post_migrate."""

    code = models.CharField("代码", max_length=30, unique=True)
    name = models.CharField("名称", max_length=40)
    permissions = models.JSONField("权限", default=list)
    assigned_only = models.BooleanField("仅限结对户", default=False)
    long_session = models.BooleanField("外勤（登录保持 7 天）", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "角色"

    def __str__(self) -> str:
        return self.name


class PostingQuerySet(models.QuerySet):
    def current(self, on: date) -> Self:
        return self.filter(Q(effective_to__isnull=True) | Q(effective_to__gt=on), effective_from__lte=on)


class Posting(models.Model):
    """Who serves which division in which role, from when to when (half-open). `field_groups` limits a department officer."""

    user = models.ForeignKey(User, models.PROTECT, related_name="postings", verbose_name="用户")
    role = models.ForeignKey(Role, models.PROTECT, related_name="postings", verbose_name="角色")
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="任职区划")
    department = models.CharField("部门", max_length=40, blank=True)
    field_groups = models.JSONField("可见字段组", default=list, blank=True)
    effective_from = models.DateField("起始日期")
    effective_to = models.DateField("截止日期", null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        constraints = (
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="posting_order",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "division"],
                condition=Q(effective_to__isnull=True),
                name="posting_open_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.division}"


class AppendOnlyError(Exception):
    """A bug: code tried to change or delete a row that may only be added."""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs: object) -> int:
        raise AppendOnlyError(f"{self.model.__name__} rows are never changed")

    def delete(self) -> NoReturn:
        raise AppendOnlyError(f"{self.model.__name__} rows are never deleted")


class AppendOnly(models.Model):
    """Rows are added, never changed or deleted."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} rows are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(f"{type(self).__name__} rows are never deleted")


class AuditEntry(AppendOnly):
    """Who did what, when, to what, from where. Never a name, an ID number or a phone in `detail`."""

    at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="audit_entries", verbose_name="操作人"
    )
    actor_label = models.CharField("操作人（快照）", max_length=80)
    verb = models.CharField("操作", max_length=60, db_index=True)
    target_kind = models.CharField("对象类型", max_length=40, blank=True)
    target_id = models.CharField("对象", max_length=60, blank=True)
    scope_code = models.CharField("区划代码", max_length=20, blank=True)
    reason = models.CharField("事由", max_length=200, blank=True)
    detail = models.JSONField("详情", default=dict, blank=True)
    address = models.GenericIPAddressField("来源地址", null=True, blank=True)
    host = models.CharField("主机与系统用户", max_length=120, blank=True)
    reference = models.CharField("请求编号", max_length=16, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ("-pk",)
        indexes = (models.Index(fields=["target_kind", "target_id"], name="audit_target"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label} {self.verb}"


def token_digest(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()


class ApiToken(models.Model):
    """An expiring token of one user for programs; only its digest is kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="tokens", verbose_name="用户")
    name = models.CharField("用途", max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    tail = models.CharField("末四位", max_length=4, editable=False)
    created_at = models.DateTimeField("创建时间", default=timezone.now)
    expires_at = models.DateTimeField("到期时间")
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)
    last_used_on = models.DateField("最近使用", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"

    def __str__(self) -> str:
        return f"{self.user} {self.name}"

    @staticmethod
    def new_secret() -> str:
        return secrets.token_urlsafe(32)
