"""Projects, their milestones and the households that benefit."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from exchange.models import StoredFile
from households.models import Household
from villages.models import Division
from villages.scope import ScopedQuerySet


class Project(models.Model):
    """项目. Amounts in 分. `kind` decides the shares of the documents: collective economy counts inside industry (decisions)."""

    class Kind(models.TextChoices):
        INDUSTRY = "industry", "产业发展"
        COLLECTIVE = "collective", "村集体经济"
        EMPLOYMENT = "employment", "就业"
        INFRASTRUCTURE = "infrastructure", "基础设施（乡村建设行动）"
        GUARANTEE = "guarantee", "巩固三保障成果"
        RELOCATION = "relocation", "易地搬迁后扶"
        GOVERNANCE = "governance", "乡村治理和精神文明"
        MANAGEMENT_FEE = "management_fee", "项目管理费"
        OTHER = "other", "其他"

    code = models.CharField("项目编号", max_length=40, unique=True)
    name = models.CharField("项目名称", max_length=120)
    kind = models.CharField("项目类别", max_length=16, choices=Kind.choices)
    year = models.PositiveSmallIntegerField("年度")
    village = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="实施地点")
    scope_code = models.CharField(max_length=20, editable=False)
    planned_fen = models.BigIntegerField("计划投资(分)")
    unit = models.CharField("实施单位", max_length=80, blank=True)
    contractor = models.CharField("承建单位", max_length=80, blank=True)
    summary = models.TextField("建设内容", blank=True)
    performance_target = models.TextField("绩效目标", blank=True)
    failed_on = models.DateField(
        "失败（停产）日期", null=True, blank=True, help_text="产业项目停产、失败的日期"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "项目"
        constraints = (
            models.CheckConstraint(condition=Q(planned_fen__gte=0), name="project_planned_not_negative"),
        )
        indexes = (
            models.Index(fields=["scope_code", "id"], name="project_scope_id"),
            models.Index(fields=["year", "kind"], name="project_year_kind"),
        )

    def __str__(self) -> str:
        return self.name


class OfProject(ScopedQuerySet):
    scope_path = "project__scope_code"


class Milestone(models.Model):
    """One stage of a project: planned and done dates. `recorded_at` says since when the done date is known."""

    class Kind(models.TextChoices):
        BIDDING = "bidding", "招标"
        START = "start", "开工"
        COMPLETION = "completion", "完工"
        ACCEPTANCE = "acceptance", "验收"

    project = models.ForeignKey(Project, models.PROTECT, related_name="milestones")
    kind = models.CharField("阶段", max_length=12, choices=Kind.choices)
    planned_on = models.DateField("计划日期", null=True, blank=True)
    done_on = models.DateField("完成日期", null=True, blank=True)
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    evidence = models.CharField("依据", max_length=200, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    history = HistoricalRecords()

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "项目进度"
        constraints = (models.UniqueConstraint(fields=["project", "kind"], name="milestone_once"),)

    def __str__(self) -> str:
        return f"{self.project} {self.get_kind_display()}"


class Beneficiary(models.Model):
    """A household that benefits from a project, and how."""

    class Linkage(models.TextChoices):
        WAGE = "wage", "务工"
        RENT = "rent", "土地流转"
        DIVIDEND = "dividend", "入股分红"
        ORDER = "order", "订单收购"
        SERVICE = "service", "服务带动"
        FACILITY = "facility", "设施受益"

    project = models.ForeignKey(Project, models.PROTECT, related_name="beneficiaries")
    household = models.ForeignKey(Household, models.PROTECT, related_name="benefits")
    linkage = models.CharField("利益联结", max_length=10, choices=Linkage.choices)
    effective_from = models.DateField("起")
    effective_to = models.DateField("止", null=True, blank=True)

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "受益户"
        constraints = (
            models.UniqueConstraint(
                fields=["project", "household", "linkage"],
                condition=Q(effective_to__isnull=True),
                name="beneficiary_open_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.household_id}"
