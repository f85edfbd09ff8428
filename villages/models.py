"""Where: divisions with a stable key, their dated names and codes, and the facts of villages by year."""

import uuid

from django.db import models
from django.db.models import F, Q

from villages.scope import ScopedQuerySet


class Level(models.TextChoices):
    PROVINCE = "province", "省"
    PREFECTURE = "prefecture", "市"
    COUNTY = "county", "县(市、区)"
    TOWNSHIP = "township", "乡镇(街道)"
    VILLAGE = "village", "行政村(社区)"
    GROUP = "group", "村民组"


CODE_LENGTH = {Level.PROVINCE: 2, Level.PREFECTURE: 4, Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}
COUNTY_DIGITS, TOWNSHIP_DIGITS = CODE_LENGTH[Level.COUNTY], CODE_LENGTH[Level.TOWNSHIP]


class DivisionQuerySet(ScopedQuerySet):
    scope_path = "code"


class Division(models.Model):
    """A place. `key` never changes; `code` and `name` are today's, their history stands in DivisionCode and DivisionName."""

    key = models.UUIDField("稳定标识", default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField("区划代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=80)
    short_name = models.CharField(
        "简称", max_length=80, blank=True, help_text="去掉村委会、居委会等后缀，用于与文件中的村名比对"
    )
    level = models.CharField("级别", max_length=12, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    is_stub = models.BooleanField("占位", default=False, help_text="上级不在文件中，先占位，装载后补全")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from", verbose_name="并入"
    )
    valid_to = models.DateField("撤销日期", null=True, blank=True)

    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "区划"
        ordering = ("code",)
        indexes = (models.Index(fields=["level", "code"], name="division_level_code"),)

    def __str__(self) -> str:
        return self.name


class DivisionName(models.Model):
    """A name and the time it was in use; `basis` says whether a document states the dates or somebody inferred them."""

    division = models.ForeignKey(Division, models.PROTECT, related_name="names", verbose_name="区划")
    name = models.CharField("名称", max_length=80)
    effective_from = models.DateField("启用日期", null=True, blank=True)
    effective_to = models.DateField("停用日期", null=True, blank=True)
    basis = models.CharField("依据", max_length=12, default="text", help_text="text 文件载明；inferred 推断")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "曾用名"
        constraints = (
            models.UniqueConstraint(fields=["division", "name", "effective_from"], name="division_name_once"),
            models.UniqueConstraint(
                fields=["division", "name"],
                condition=Q(effective_from__isnull=True),
                name="division_name_undated_once",
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True)
                | Q(effective_from__isnull=True)
                | Q(effective_to__gte=F("effective_from")),
                name="division_name_order",
            ),
        )

    def __str__(self) -> str:
        return self.name


class DivisionCode(models.Model):
    """A code and the time it was in use."""

    division = models.ForeignKey(Division, models.PROTECT, related_name="codes", verbose_name="区划")
    code = models.CharField("区划代码", max_length=20)
    effective_from = models.DateField("启用日期", null=True, blank=True)
    effective_to = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "历史代码"
        constraints = (
            models.UniqueConstraint(fields=["division", "code", "effective_from"], name="division_code_once"),
            models.UniqueConstraint(
                fields=["division", "code"],
                condition=Q(effective_from__isnull=True),
                name="division_code_undated_once",
            ),
        )

    def __str__(self) -> str:
        return self.code


class VillageYearQuerySet(ScopedQuerySet):
    scope_path = "division__code"


class VillageYear(models.Model):
    """Facts of one village (or township) in one statistical year; unknown stays null."""

    class VillageClass(models.TextChoices):
        POOR = "poor", "贫困村"
        DEEP_POVERTY = "deep_poverty", "深度贫困村"
        KEY_NONPOOR = "key_nonpoor", "重点非贫困村"
        NONPOOR = "nonpoor", "非贫困村"

    division = models.ForeignKey(Division, models.PROTECT, related_name="years", verbose_name="村")
    year = models.PositiveSmallIntegerField("年度")
    village_class = models.CharField("村类型", max_length=12, choices=VillageClass.choices, blank=True)
    registered_population = models.PositiveIntegerField("户籍人口", null=True, blank=True)
    registered_households = models.PositiveIntegerField("户籍户数", null=True, blank=True)
    poor_persons = models.PositiveIntegerField("未脱贫人口", null=True, blank=True)
    collective_income_fen = models.BigIntegerField("集体经济收入(分)", null=True, blank=True)
    has_relief_task = models.BooleanField("承担扶贫任务", null=True, blank=True)
    source = models.CharField("来源", max_length=40, blank=True, help_text="演示数据标为 demo")

    objects = VillageYearQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "村年度情况"
        constraints = (models.UniqueConstraint(fields=["division", "year"], name="village_year_once"),)

    def __str__(self) -> str:
        return f"{self.division} {self.year}"
