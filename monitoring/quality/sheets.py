"""The sheets a run fills: one wide row per subject, one nullable column per fact. Blank is null everywhere: unknown is a value.

The tables are temporary and each run's own (tables.py): a sheet holds the area of its run and nothing else. The names,
titles and choices of these columns are the vocabulary in which the checks of a pack are written (columns.py).
"""

from typing import Any

from django.db import models

from households import codes
from households.models import AidMeasure
from villages.models import VillageYear

NOWHERE: dict[str, Any] = {"on_delete": models.DO_NOTHING, "db_constraint": False}
COUNTERS = 40


def text(title: str, choices: Any = None, length: int = 60) -> Any:
    return models.CharField(title, max_length=length, null=True, choices=choices)  # noqa: DJ001 - null is unknown, there is no ""


def number(title: str) -> Any:
    return models.IntegerField(title, null=True)


def fen(title: str) -> Any:
    return models.BigIntegerField(title, null=True)


def day(title: str) -> Any:
    return models.DateField(title, null=True)


def flag(title: str) -> Any:
    return models.BooleanField(title, null=True)


def hashed(title: str) -> Any:
    return models.BinaryField(title, null=True)


class HouseholdSheet(models.Model):  # noqa: DJ008 - only read by statements
    subject_id = models.BigIntegerField(primary_key=True)
    scope_code = models.CharField(max_length=20)
    members_recorded = number("登记人口数")
    members_living = number("在册人数")
    poverty_status = text("脱贫属性", codes.PovertyStatus.choices)
    poverty_spell = text("脱贫属性（状态历史）", codes.PovertyStatus.choices)
    monitor_class = text("监测对象类别", codes.MonitorClass.choices)
    monitor_spell = text("监测对象类别（状态历史）", codes.MonitorClass.choices)
    main_cause = text("致贫原因", codes.Cause.choices)
    identified_on = day("首次识别时间")
    risk_identified_on = day("风险识别时间")
    risk_removed_on = day("风险消除时间")
    removal_months = number("识别到消除月数")
    risks = text("致贫返贫风险", length=300)
    risk_count = number("风险项数")
    first_risk = text("主要风险", codes.Cause.choices)
    phone_hash = hashed("户联系电话")
    has_phone = flag("有户联系电话")
    account_hash = hashed("银行账号")
    has_account = flag("有银行账号")
    last_visit_on = day("最近走访")
    residence_code = text("居住村代码")
    village_code = text("所属村代码")
    helper = text("帮扶责任人")
    helper_unit = text("帮扶单位", length=80)
    helper_since = day("帮扶开始时间")
    danger_grade = text("住房危险等级", codes.DangerGrade.choices)
    housing_evidence = text("住房鉴定依据", length=200)
    house_area_m2 = models.DecimalField("住房面积(㎡)", max_digits=7, decimal_places=2, null=True)
    water_safe = flag("饮水安全")
    water_evidence = text("饮水依据", length=200)
    living_since = day("生活条件采集日期")
    food_state = text("吃穿不愁", codes.GuaranteeState.choices)
    schooling_state = text("义务教育保障", codes.GuaranteeState.choices)
    medical_state = text("基本医疗保障", codes.GuaranteeState.choices)
    housing_state = text("住房安全保障", codes.GuaranteeState.choices)
    water_state = text("饮水安全保障", codes.GuaranteeState.choices)
    food_evidence = text("吃穿不愁依据", length=200)
    schooling_evidence = text("义务教育依据", length=200)
    medical_evidence = text("基本医疗依据", length=200)
    housing_proof = text("住房安全依据", length=200)
    water_proof = text("饮水安全依据", length=200)
    allowance = flag("有低保记录")
    destitute = flag("有特困供养记录")
    allowance_since = day("低保开始日期")
    net_monthly_fen = fen("低保特困月发放额")
    net_spells = number("在享低保特困记录数")
    year_records = number("年度收支记录数")
    head_gender = text("户主性别", codes.Gender.choices)
    head_age = number("户主年龄")
    spouse_age = number("配偶年龄")

    class Meta:
        managed = False
        verbose_name = "户"


class PersonSheet(models.Model):  # noqa: DJ008 - only read by statements
    subject_id = models.BigIntegerField(primary_key=True)
    household = models.ForeignKey(HouseholdSheet, related_name="persons", **NOWHERE)
    scope_code = models.CharField(max_length=20)
    name = text("姓名")
    name_birth = text("姓名和出生日期", length=80)
    gender = text("性别", codes.Gender.choices)
    birth_date = day("出生日期")
    age = number("年龄")
    id_kind = text("证件类型", codes.IdKind.choices)
    id_hash = hashed("证件号码")
    has_id = flag("有证件号码")
    phone_hash = hashed("联系电话")
    has_phone = flag("有联系电话")
    card_hash = hashed("残疾人证号")
    has_card = flag("有残疾人证号")
    ethnicity = text("民族")
    political = text("政治面貌", codes.Political.choices)
    identified_on = day("人员识别时间")
    relation = text("与户主关系", codes.Relation.choices)
    joined_on = day("加入本户日期")
    join_kind = text("变动原因", [*codes.JoinKind.choices, *codes.LeaveKind.choices])
    education = text("文化程度", codes.Education.choices)
    schooling = text("在校生状况", codes.Schooling.choices)
    no_school_reason = text("未上学原因", codes.NotInSchoolReason.choices)
    healthy = flag("健康")
    chronic = flag("长期慢性病")
    serious = flag("患有大病")
    disabled = flag("残疾")
    disability_kind = text("残疾类别", codes.DisabilityKind.choices)
    disability_grade = number("残疾等级")
    labour = text("劳动技能", codes.LabourSkill.choices)
    work_place = text("务工区域", codes.WorkPlace.choices)
    work_months = number("务工时间（月）")
    medical_insured = flag("参加基本医保")
    serious_insured = flag("参加大病保险")
    pension_insured = flag("参加养老保险")
    situation_since = day("人员情况采集日期")
    allowance = flag("本人低保记录")
    destitute = flag("本人特困记录")

    class Meta:
        managed = False
        verbose_name = "人"


class IncomeSheet(models.Model):  # noqa: DJ008 - only read by statements
    """The latest year of a household."""

    subject_id = models.BigIntegerField(primary_key=True)
    household = models.ForeignKey(HouseholdSheet, related_name="years", **NOWHERE)
    scope_code = models.CharField(max_length=20)
    period_start = day("核算期起")
    period_end = day("核算期止")
    period_months = number("核算月数")
    start_month = number("核算起始月份")
    collected_on = day("采集日期")
    members = number("核算人口")
    wage_fen = fen("工资性收入")
    business_fen = fen("生产经营性收入")
    property_fen = fen("财产性收入")
    transfer_fen = fen("转移性收入")
    cost_fen = fen("生产经营性支出")
    self_paid_fen = fen("合规自付支出")
    claims_fen = fen("理赔收入")
    net_fen = fen("家庭纯收入")
    disposable_fen = fen("可支配收入")
    gross_fen = fen("四项收入合计")
    computed_net_fen = fen("四项收入减支出")
    previous_net_fen = fen("上年家庭纯收入")
    previous_members = number("上年核算人口")

    class Meta:
        managed = False
        verbose_name = "年度收支"


class MeasureSheet(models.Model):  # noqa: DJ008 - only read by statements
    subject_id = models.BigIntegerField(primary_key=True)
    household = models.ForeignKey(HouseholdSheet, related_name="measures", **NOWHERE)
    person = models.ForeignKey(PersonSheet, null=True, related_name="measures", **NOWHERE)
    scope_code = models.CharField(max_length=20)
    category = text("措施类别", codes.MeasureCategory.choices)
    item = text("措施项目")
    item_key = text("农户、项目和开始日期", length=120)
    has_person = flag("写明成员")
    started_on = day("开始日期")
    ended_on = day("结束日期")
    amount_fen = fen("金额")
    provider = text("实施单位", length=80)
    document = text("依据文件", length=120)
    state = text("状态", AidMeasure.State.choices)
    effect = text("成效", length=200)

    class Meta:
        managed = False
        verbose_name = "帮扶措施"


class VillageSheet(models.Model):  # noqa: DJ008 - only read by statements
    """The latest year of a village beside what the households say."""

    subject_id = models.BigIntegerField(primary_key=True)
    scope_code = models.CharField(max_length=20)
    year = number("年度")
    village_class = text("村类型", VillageYear.VillageClass.choices)
    registered_population = number("户籍人口")
    registered_households = number("户籍户数")
    poor_persons = number("未脱贫人口")
    collective_income_fen = fen("集体经济收入")
    has_relief_task = flag("承担扶贫任务")
    source = text("来源")
    kept_households = number("在册农户数")
    kept_persons = number("在册人数")
    unexited_persons = number("在册未脱贫人数")

    class Meta:
        managed = False
        verbose_name = "村"


class Counts(models.Model):
    """How many rows of a household have the properties that checks count; which counter is which is settled per run."""

    class Meta:
        abstract = True
        managed = False


for _at in range(COUNTERS):
    models.IntegerField(default=0).contribute_to_class(Counts, f"n{_at:02d}")


class MemberCounts(Counts):  # noqa: DJ008 - only read by statements
    household = models.OneToOneField(
        HouseholdSheet, primary_key=True, related_name="member_counts", **NOWHERE
    )


class MeasureCounts(Counts):  # noqa: DJ008 - only read by statements
    household = models.OneToOneField(
        HouseholdSheet, primary_key=True, related_name="measure_counts", **NOWHERE
    )


class CheckHit(models.Model):  # noqa: DJ008 - only read by statements
    """A subject that some check doubts: bit k of word w is check number 60 * w + k of the subject kind that is judged now."""

    subject_id = models.BigIntegerField(primary_key=True)
    w0 = models.BigIntegerField(default=0)
    w1 = models.BigIntegerField(default=0)
    w2 = models.BigIntegerField(default=0)

    class Meta:
        managed = False


SHEETS: dict[str, type[models.Model]] = {
    "person": PersonSheet,
    "household": HouseholdSheet,
    "income": IncomeSheet,
    "measure": MeasureSheet,
    "village": VillageSheet,
}
TABLES: tuple[type[models.Model], ...] = (
    CheckHit, MemberCounts, MeasureCounts, MeasureSheet, IncomeSheet, PersonSheet, VillageSheet, HouseholdSheet,
)  # fmt: skip
