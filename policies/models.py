"""What the documents say, as rows: packs and their rules. A published pack never changes."""

from datetime import date

from django.db import models
from django.db.models import Q

from accounts.models import User


class PolicyPack(models.Model):
    class State(models.TextChoices):
        SUBMITTED = "submitted", "待批准"
        PUBLISHED = "published", "已发布"
        SUPERSEDED = "superseded", "已被替代"

    code = models.CharField("代码", max_length=40)
    checksum = models.CharField("校验和", max_length=64)
    title = models.CharField("文件名称", max_length=200)
    issuer = models.CharField("发文单位", max_length=200, blank=True)
    doc_number = models.CharField("文号", max_length=80, blank=True)
    place = models.CharField("适用区划", max_length=20, blank=True, help_text="区划代码；空为各地通用")
    issued_on = models.DateField("印发日期", null=True, blank=True)
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    is_document = models.BooleanField("正式文件", default=True, help_text="否：县级自定规则，不作为条款展示")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.SUBMITTED)
    content = models.JSONField("全文（规范化）", default=dict)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提交人")
    submitted_at = models.DateTimeField("提交时间", null=True)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批准人"
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "政策包"
        constraints = (
            models.UniqueConstraint(fields=["code", "checksum"], name="pack_content_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(state="published"), name="pack_published_once"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def holds_on(self, day: date) -> bool:
        """Is it in force on this day? A superseded pack was, until its successor began."""
        if self.state == self.State.SUBMITTED or day < self.effective_from:
            return False
        return self.effective_to is None or day < self.effective_to


class PackRule(models.Model):
    """One rule of a published pack, made at publication."""

    pack = models.ForeignKey(PolicyPack, models.PROTECT, related_name="rules", verbose_name="政策包")
    key = models.CharField("规则", max_length=60)
    catalogue = models.CharField("目录编号", max_length=60, blank=True)
    kind = models.CharField("类型", max_length=30)
    subject = models.CharField("对象", max_length=20)
    shape = models.CharField("形式", max_length=10)
    effect = models.CharField("作用", max_length=40)
    topic = models.CharField("主题", max_length=40)
    title = models.CharField("名称", max_length=120)
    basis = models.CharField("依据", max_length=12)
    clause = models.CharField("条款", max_length=40, blank=True)
    checksum = models.CharField("校验和", max_length=64)
    body = models.JSONField("内容", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "规则"
        constraints = (models.UniqueConstraint(fields=["pack", "key"], name="pack_rule_once"),)
        indexes = (models.Index(fields=["key"], name="pack_rule_key"),)

    def __str__(self) -> str:
        return f"{self.key} {self.title}"
