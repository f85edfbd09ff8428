"""Household, person, dated membership and residence, and the dated situations of both."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from common import pii, vault
from common.dated import Dated, DatedQuerySet, period_in_order
from households import codes
from households.models.explained import Explained
from villages.models import Division
from villages.scope import ScopedQuerySet


class Sealed:
    """Personal numbers of a row: sealed bytes in `<name>_sealed`, search hash in `<name>_hash`."""

    uuid: Any
    _meta: Any

    def number(self, name: str) -> str:
        """The plain number. Showing it is a permitted and audited act: callers go through households.services."""
        return vault.unseal(
            getattr(self, f"{name}_sealed"), table=self._meta.db_table, column=f"{name}_sealed", row=self.uuid
        )

    def number_set(self, name: str, plain: str) -> None:
        setattr(
            self,
            f"{name}_sealed",
            vault.seal(plain, table=self._meta.db_table, column=f"{name}_sealed", row=self.uuid),
        )
        setattr(self, f"{name}_hash", vault.search_hash(plain))
        if hasattr(self, f"{name}_last4"):
            setattr(self, f"{name}_last4", plain[-4:])

    def number_masked(self, name: str) -> str:
        plain = self.number(name)
        return pii.mask_account(plain) if name == "bank_account" else pii.mask(plain)


class HouseholdQuerySet(ScopedQuerySet):
    assigned_path = "pk"


class Household(Sealed, models.Model):
    """户. Current status, head and size are cached here; one service writes them together with the dated rows."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    household_no = models.CharField("户编号", max_length=30, unique=True)
    village = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="行政村")
    scope_code = models.CharField(max_length=20, editable=False)
    hamlet = models.CharField("自然村", max_length=40, blank=True)
    head_name = models.CharField("户主", max_length=60, blank=True)
    head_initials = models.CharField("户主拼音首字母", max_length=80, blank=True, editable=False)
    members_count = models.PositiveSmallIntegerField("家庭人口", default=0)
    poverty_status = models.CharField(
        "脱贫属性", max_length=24, choices=codes.PovertyStatus.choices, default=codes.PovertyStatus.ORDINARY
    )
    monitor_class = models.CharField(
        "监测对象类别", max_length=20, choices=codes.MonitorClass.choices, default=codes.MonitorClass.NONE
    )
    main_cause = models.CharField("致贫原因", max_length=20, choices=codes.Cause.choices, blank=True)
    identified_on = models.DateField("首次识别时间", null=True, blank=True)
    risk_identified_on = models.DateField("风险识别时间", null=True, blank=True)
    risk_removed_on = models.DateField("风险消除时间", null=True, blank=True)
    risks = models.JSONField("致贫返贫风险", default=list, blank=True, help_text="至多五项，第一项为主要风险")
    phone_sealed = models.BinaryField(default=bytes, editable=False)
    phone_hash = models.BinaryField(max_length=32, null=True, editable=False)
    phone_last4 = models.CharField(max_length=4, blank=True, editable=False)
    bank_account_sealed = models.BinaryField(default=bytes, editable=False)
    bank_account_hash = models.BinaryField(max_length=32, null=True, editable=False)
    is_live = models.BooleanField("有效", default=True, help_text="否：已注销、并户")
    last_visit_on = models.DateField("最近走访", null=True, blank=True)
    touched_at = models.DateTimeField(
        "变化标记", auto_now_add=True, help_text="规则读取的任何内容变化时由服务更新"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = HouseholdQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["touched_at", "last_visit_on"])

    class Meta:
        verbose_name = verbose_name_plural = "农户"
        indexes = (
            models.Index(fields=["scope_code", "id"], name="household_scope_id"),
            models.Index(fields=["poverty_status", "id"], name="household_poverty_id"),
            models.Index(fields=["monitor_class", "id"], name="household_monitor_id"),
            models.Index(fields=["phone_hash"], name="household_phone"),
            models.Index(fields=["touched_at"], name="household_touched"),
        )

    def __str__(self) -> str:
        return f"{self.household_no}"


class Person(Sealed, models.Model):
    """人. Which household is a dated Membership; health, labour, schooling and work are dated PersonSituations."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person_no = models.CharField("人编号", max_length=30, unique=True)
    name = models.CharField("姓名", max_length=60)
    initials = models.CharField("拼音首字母", max_length=80, blank=True, editable=False)
    gender = models.CharField("性别", max_length=6, choices=codes.Gender.choices)
    birth_date = models.DateField("出生日期", null=True, blank=True)
    id_kind = models.CharField(
        "证件类型", max_length=12, choices=codes.IdKind.choices, default=codes.IdKind.ID_CARD
    )
    id_number_sealed = models.BinaryField(default=bytes, editable=False)
    id_number_hash = models.BinaryField(max_length=32, null=True, editable=False)
    phone_sealed = models.BinaryField(default=bytes, editable=False)
    phone_hash = models.BinaryField(max_length=32, null=True, editable=False)
    phone_last4 = models.CharField(max_length=4, blank=True, editable=False)
    disability_card_sealed = models.BinaryField(default=bytes, editable=False)
    disability_card_hash = models.BinaryField(max_length=32, null=True, editable=False)
    ethnicity = models.CharField("民族", max_length=20, default="汉族", blank=True)
    political = models.CharField("政治面貌", max_length=14, choices=codes.Political.choices, blank=True)
    identified_on = models.DateField("人员识别时间", null=True, blank=True)
    died_on = models.DateField("死亡日期", null=True, blank=True)
    is_live = models.BooleanField("有效", default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        constraints = (
            models.UniqueConstraint(
                fields=["id_number_hash"], condition=Q(is_live=True, id_number_hash__isnull=False), name="person_id_once",
                violation_error_message="该证件号码已登记在另一名人员名下。",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=["phone_hash"], name="person_phone"),
            # Searched by how it begins, for which PostgreSQL wants this class; equal names it finds as well.
            models.Index(fields=["name"], name="person_name", opclasses=["varchar_pattern_ops"]),
        )

    def __str__(self) -> str:
        return self.person_no


class DatedScopedQuerySet(DatedQuerySet, ScopedQuerySet):
    """Dated rows that hang on a household."""

    scope_path = "household__scope_code"
    assigned_path = "household_id"


class Membership(Dated):
    """A person in a household for a time."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    relation = models.CharField("与户主关系", max_length=20, choices=codes.Relation.choices)
    change_kind = models.CharField("变动原因", max_length=20, blank=True)

    objects = DatedScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "家庭成员"
        constraints = (
            period_in_order("membership_order"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(effective_to__isnull=True), name="membership_open_once"
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(effective_to__isnull=True, relation="head"),
                name="household_one_head",
            ),
        )


class Residence(Dated):
    """Where a household lives, dated."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="residences")
    village = models.ForeignKey(Division, models.PROTECT, related_name="+")

    objects = DatedScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "居住村"
        constraints = (
            period_in_order("residence_order"),
            models.UniqueConstraint(
                fields=["household"], condition=Q(effective_to__isnull=True), name="residence_open_once"
            ),
        )


def _text(label: str, length: int) -> models.CharField:
    return models.CharField(label, max_length=length, blank=True, default="", db_default="")


def _code(label: str, choices: type[models.TextChoices]) -> models.CharField:
    return models.CharField(
        label, max_length=16, choices=choices.choices, blank=True, default="", db_default=""
    )


def _amount(label: str) -> models.DecimalField:
    return models.DecimalField(label, max_digits=9, decimal_places=2, null=True, blank=True)


class PersonSituation(Explained, Dated):
    """Everything about a person that a rule may read and that changes. Null or blank is unknown (未采集), never "no"."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="situations")
    education = models.CharField("文化程度", max_length=12, choices=codes.Education.choices, blank=True)
    schooling = models.CharField("在校生状况", max_length=24, choices=codes.Schooling.choices, blank=True)
    not_in_school_reason = models.CharField(
        "未上学原因", max_length=12, choices=codes.NotInSchoolReason.choices, blank=True
    )
    is_healthy = models.BooleanField("健康", null=True, blank=True)
    has_chronic_illness = models.BooleanField("长期慢性病", null=True, blank=True)
    has_serious_illness = models.BooleanField("患有大病", null=True, blank=True)
    is_disabled = models.BooleanField("残疾", null=True, blank=True)
    disability_kind = models.CharField(
        "残疾类别", max_length=12, choices=codes.DisabilityKind.choices, blank=True
    )
    disability_grade = models.PositiveSmallIntegerField("残疾等级", null=True, blank=True)
    labour_skill = models.CharField("劳动技能", max_length=14, choices=codes.LabourSkill.choices, blank=True)
    work_place = models.CharField("务工区域", max_length=18, choices=codes.WorkPlace.choices, blank=True)
    work_months = models.PositiveSmallIntegerField("务工时间（月）", null=True, blank=True)
    has_medical_insurance = models.BooleanField("参加基本医保", null=True, blank=True)
    has_serious_illness_insurance = models.BooleanField("参加大病保险", null=True, blank=True)
    has_pension_insurance = models.BooleanField("参加养老保险", null=True, blank=True)
    work_place_name = _text("务工地点", 60)
    employment_channel = _code("就业渠道", codes.EmploymentChannel)
    post_months = models.PositiveSmallIntegerField("公益岗聘用（月）", null=True, blank=True)
    medical_kind = _code("医保种类", codes.MedicalKind)
    pension_kind = _code("养老保险种类", codes.PensionKind)
    has_commercial_insurance = models.BooleanField("参加商业补充医疗保险", null=True, blank=True)
    has_medical_help = models.BooleanField("接受医疗救助", null=True, blank=True)
    is_relocated = models.BooleanField("易地扶贫搬迁人口", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "人员情况"
        constraints = (
            period_in_order("person_situation_order"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(effective_to__isnull=True), name="person_situation_open_once"
            ),
        )


class HouseholdSituation(Explained, Dated):
    """Living conditions, dated. Null or blank is unknown."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="situations")
    danger_grade = models.CharField(
        "住房危险等级", max_length=1, choices=codes.DangerGrade.choices, blank=True
    )
    water_safe = models.BooleanField("饮水安全", null=True, blank=True)
    water_evidence = models.CharField("饮水依据", max_length=200, blank=True)
    housing_evidence = models.CharField("住房鉴定依据", max_length=200, blank=True)
    house_area_m2 = models.DecimalField("住房面积(㎡)", max_digits=7, decimal_places=2, null=True, blank=True)
    address = _text("家庭住址", 120)
    house_structure = _code("住房结构", codes.HouseStructure)
    road_kind = _code("入户路类型", codes.RoadKind)
    road_km = _amount("与村主干路距离（公里）")
    fuel = _code("主要燃料类型", codes.FuelKind)
    toilet = _code("厕所类型", codes.ToiletKind)
    has_electricity = models.BooleanField("通生活用电", null=True, blank=True)
    has_broadcast = models.BooleanField("通广播电视", null=True, blank=True)
    has_broadband = models.BooleanField("通宽带", null=True, blank=True)
    water_source = _code("饮水来源", codes.WaterSource)
    arable_mu = _amount("耕地面积（亩）")
    grassland_mu = _amount("牧草地面积（亩）")
    water_mu = _amount("水面面积（亩）")
    forest_mu = _amount("林地面积（亩）")
    converted_mu = _amount("退耕还林面积（亩）")
    orchard_mu = _amount("林果面积（亩）")
    in_cooperative = models.BooleanField("加入农民专业合作组织", null=True, blank=True)
    led_by_enterprise = models.BooleanField("有龙头企业带动", null=True, blank=True)
    led_by_pioneer = models.BooleanField("有创业致富带头人带动", null=True, blank=True)
    is_martyr_family = models.BooleanField("军烈属", null=True, blank=True)
    relocation_way = _code("搬迁方式", codes.RelocationWay)
    resettlement_way = _code("安置方式", codes.ResettlementWay)
    resettled_at = _text("安置地", 80)
    relocated_on = models.DateField("搬迁日期", null=True, blank=True)

    objects = DatedScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "生活条件"
        constraints = (
            period_in_order("household_situation_order"),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(effective_to__isnull=True),
                name="household_situation_open_once",
            ),
        )
