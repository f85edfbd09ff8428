"""What rules may read about households and persons. One definition serves the scan of everybody and the explanation of one.

Limits that a reader of a judgement should know: risks named on a household and the days events were resolved carry no
time of recording, so a re-judgement of the past reads them as they stand now.
"""

from collections.abc import Iterable
from typing import Any

from households import codes
from households.field_groups import metric_group
from households.metrics import events, household, income, person, quarters, support, village
from policies.metrics import (
    Judged,
    Metric,
    MetricGroup,
    MetricType,
    SubjectSource,
    groups_of,
    register_group,
    register_subject,
)
from villages.models import VillageYear


def _metric(
    name: str, label: str, kind: MetricType, unknown_when: str = "", unit: str = "", labels: Any = None
) -> Metric:
    words = dict(labels.choices) if labels else {}
    return Metric(name, label, kind, unit, unknown_when, words, metric_group(name))


def _fen(name: str, label: str, unknown_when: str) -> Metric:
    return _metric(name, label, "fen", unknown_when, "元")


NO_INCOME = "没有已采集的年度收支记录"
NO_STATUS = "没有脱贫属性记录"
NO_CLASS = "脱贫属性和监测类别都没有记录"
NOT_COLLECTED = "未采集"
NO_QUARTER = "没有已结束并采集的季度收支"
NO_QUARTER_BEFORE = "紧邻的前一季没有采集"
NO_YEAR_FACTS = "没有村年度情况或该项未填"
NO_YEAR_BEFORE = "没有上一年度的村情况"
NO_STANDARD = "不享受低保、标准未录入或没有高于标准的收支记录"
EVENT_WORDS = {
    "serious_illness": "突发重大疾病", "disability": "新致残", "worker_death": "主要劳动力死亡", "job_lost": "失业",
    "project_failed": "产业项目失败", "disaster": "自然灾害", "accident": "意外事故", "dropout": "失学辍学",
}  # fmt: skip
RISK_WORDS = {
    "risk_illness": "因病", "risk_disability": "因残", "risk_schooling": "因学", "risk_disaster": "因灾",
    "risk_accident": "因意外事故", "risk_industry": "因产业失败", "risk_job": "因务工就业不稳", "risk_other": "其他风险",
}  # fmt: skip

INCOME = (
    _fen("net_income_fen", "家庭纯收入", f"{NO_INCOME}，或有分项未采集"),
    _fen("disposable_income_fen", "可支配收入", "未录入"),
    _fen("disposable_or_net_fen", "可支配收入（未录入时按纯收入推断）", "两者都未知"),
    _metric("disposable_inferred", "按纯收入推断", "flag", "两者都未知"),
    _metric("income_members", "核算人口", "count", f"{NO_INCOME}，或核算人口为零", "人"),
    _fen("gross_income_fen", "年收入", f"{NO_INCOME}，或有分项未采集"),
    _metric("income_year_end", "收入年度截止", "date", NO_INCOME),
    _metric("income_collected_on", "收入采集日期", "date", NO_INCOME),
    _fen("previous_net_income_fen", "上一年度家庭纯收入", "没有上一年度的记录"),
    _fen(
        "previous_disposable_or_net_fen", "上一年度可支配收入（未录入时按纯收入推断）", "没有上一年度的记录"
    ),
    _metric("previous_income_members", "上一年度核算人口", "count", "没有上一年度的记录", "人"),
    _fen(
        "after_paid_fen", "扣除合规自付后的收入（可支配收入，未录入时按纯收入）", "收入或合规自付支出未采集"
    ),
    _fen("self_paid_fen", "合规自付支出", NOT_COLLECTED),
    _metric("allowance_income_recorded", "收支记录中有转移性收入", "flag", "转移性收入未采集"),
)
QUARTERS = (
    _fen("quarter_net_fen", "最近一季家庭纯收入", NO_QUARTER),
    _metric("quarter_members", "最近一季核算人口", "count", NO_QUARTER, "人"),
    _metric("quarter_end", "最近一季截止", "date", NO_QUARTER),
    _fen("quarter_before_net_fen", "前一季家庭纯收入", NO_QUARTER_BEFORE),
    _metric("quarter_before_members", "前一季核算人口", "count", NO_QUARTER_BEFORE, "人"),
)
STANDARDS = (
    _fen("allowance_standard_fen", "当地低保标准（每人每年）", "生效政策包未写低保标准"),
    _fen("exit_line_fen", "当地脱贫收入线（每人每年）", "生效政策包未写脱贫收入线"),
)
EVENTS = tuple(
    metric
    for name, label in EVENT_WORDS.items()
    for metric in (
        _metric(f"{name}_hit", label, "flag"),
        _metric(f"{name}_on", f"{label}日期", "date", "回看月数以内没有未解决的记录"),
    )
) + tuple(_metric(name, label, "flag", "未填致贫返贫风险，也没有事件") for name, label in RISK_WORDS.items())
STATUS = (
    _metric("poverty_status", "脱贫属性", "code", NO_STATUS, labels=codes.PovertyStatus),
    _metric("monitor_class", "监测对象类别", "code", NO_CLASS, labels=codes.MonitorClass),
    _metric("is_registered", "建档立卡户", "flag", NO_STATUS),
    _metric("is_exited", "脱贫户", "flag", NO_STATUS),
    _metric("is_unexited", "未脱贫户", "flag", NO_STATUS),
    _metric("is_monitored", "监测对象", "flag", NO_CLASS),
)
GUARANTEES = tuple(
    _metric(household.GUARANTEES[kind.value], kind.label, "flag", NOT_COLLECTED)
    for kind in codes.GuaranteeKind
)
SITUATION = (
    _metric("in_school", "在校", "flag", NOT_COLLECTED),
    _metric("schooling_code", "在校生状况", "code", NOT_COLLECTED, labels=codes.Schooling),
    _metric("not_in_school_reason", "未上学原因", "code", NOT_COLLECTED, labels=codes.NotInSchoolReason),
    _metric("has_serious_illness", "患有大病", "flag", NOT_COLLECTED),
    _metric("has_chronic_illness", "长期慢性病", "flag", NOT_COLLECTED),
    _metric("is_disabled", "残疾", "flag", NOT_COLLECTED),
    _metric("disability_kind", "残疾类别", "code", NOT_COLLECTED, labels=codes.DisabilityKind),
    _metric("disability_grade", "残疾等级", "count", NOT_COLLECTED, "级"),
    _metric("labour_skill", "劳动技能", "code", NOT_COLLECTED, labels=codes.LabourSkill),
    _metric("work_months", "务工时间", "count", NOT_COLLECTED, "月"),
    _metric("has_medical_insurance", "参加基本医保", "flag", NOT_COLLECTED),
    _metric("has_serious_illness_insurance", "参加大病保险", "flag", NOT_COLLECTED),
    _metric("has_pension_insurance", "参加养老保险", "flag", NOT_COLLECTED),
    _metric("medical_kind", "医保种类", "code", NOT_COLLECTED, labels=codes.MedicalKind),
)

HOUSEHOLD_GROUPS = (
    ("size", household.size, (_metric("members", "家庭人口", "count", "当日没有家庭成员记录", "人"),)),
    ("status", household.status, STATUS),
    ("income", income.income, INCOME),
    ("quarters", quarters.quarters, QUARTERS),
    ("standards", quarters.standards, STANDARDS),
    ("risk_dates", quarters.risk_dates, (_metric("risk_open_on", "风险识别日期（未消除）", "date", "没有识别日期或风险已消除"),)),
    ("quarter_income", household.quarter_income, (_metric("quarter_income_collected", "本季收入已采集", "flag"),)),
    ("guarantees", household.guarantees, GUARANTEES),
    ("living", household.living, (
        _metric("danger_grade", "住房危险等级", "code", NOT_COLLECTED, labels=codes.DangerGrade),
        _metric("water_safe", "饮水安全", "flag", NOT_COLLECTED),
        _metric("is_relocated", "易地扶贫搬迁户", "flag", "搬迁方式未填"),
    )),
    ("events", events.events, EVENTS),
    ("last_visit", household.last_visit, (_metric("last_visit_on", "最近走访", "date", "从未走访"),)),
    ("visits", household.visits, (
        _metric("visits_in_quarter", "本季走访次数", "count", unit="次"),
        _metric("quarter_days_left", "本季剩余天数", "count", unit="天"),
    )),
    ("labour", household.labour, (_metric("labour_members", "有劳动能力人数", "count", "有成员劳动技能未采集", "人"),)),
    ("measures", household.measures, (
        _metric("income_measures", "增收措施项数", "count", unit="项"),
        _metric("allowance_measure", "帮扶措施中有低保", "flag"),
        _metric("running_measures", "实施中的帮扶措施", "count", unit="项"),
        _metric("industry_measures", "产业帮扶措施项数", "count", unit="项"),
        _metric("job_measures", "就业和公益岗位措施项数", "count", unit="项"),
        _metric("loan_measures", "小额信贷措施", "count", unit="项"),
    )),
    ("temporary_aid", household.temporary_aid, (
        _metric("temporary_aid_on", "最近临时救助日期", "date", "没有给予过临时救助"),
    )),
    ("helper", household.named_helper, (_metric("has_helper", "有帮扶责任人", "flag"),)),
    ("safety_net", household.safety_net, (
        _metric("on_allowance", "享受低保", "flag"),
        _metric("on_destitute_support", "享受特困供养", "flag"),
        _metric("allowance_since", "低保开始日期", "date", "不享受低保"),
    )),
    ("above_allowance", income.above_allowance, (
        _metric("above_allowance_since", "收入高于低保标准起", "date", NO_STANDARD),
        _metric("allowance_above_months", "收入高于低保标准已满月数", "count", NO_STANDARD, "月"),
    )),
    *support.HOUSEHOLD_GROUPS,
)  # fmt: skip
PERSON_GROUPS = (
    ("age", person.age, (_metric("age", "年龄", "count", "没有出生日期", "岁"),)),
    ("situation", person.situation, SITUATION),
    (
        "household",
        person.household,
        (
            _metric("household_registered", "属建档立卡户", "flag", NO_STATUS),
            _metric("household_exited", "属脱贫户", "flag", NO_STATUS),
            _metric("household_monitored", "属监测对象户", "flag", NO_CLASS),
            _metric("household_unexited", "属未脱贫户", "flag", NO_STATUS),
        ),
    ),
    (
        "household_support",
        person.household_support,
        (
            _metric("household_safety_net", "家庭享受低保或特困", "flag"),
            _metric("household_allowance", "家庭享受低保", "flag"),
            _metric("household_subsidy", "家庭有未注明个人的残疾人补贴", "flag"),
            _metric("household_health_aid", "家庭有未注明个人的健康帮扶", "flag"),
            _metric("household_income_measures", "家庭增收措施", "count", unit="条"),
            _metric("household_student_aid", "家庭有未注明个人的学生资助", "flag"),
            _metric("household_premium_aid", "家庭有未注明个人的医保缴费补贴", "flag"),
        ),
    ),
    *support.PERSON_GROUPS,
    (
        "own_measures",
        person.own_measures,
        (
            _metric("own_measures", "本人帮扶措施", "count", unit="项"),
            _metric("disability_subsidy", "本人领取残疾人补贴", "flag"),
            _metric("health_aid", "本人有健康帮扶", "flag"),
            _metric("job_measure", "本人有就业或公益岗位帮扶", "flag"),
            _metric("trained_on", "最近技能培训开始日期", "date", "没有注明本人的技能培训"),
            _metric("student_aid", "本人有学生资助", "flag"),
            _metric("premium_aid", "本人有医保缴费补贴", "flag"),
        ),
    ),
)
OF_HOUSEHOLD = (person.household, person.household_support, support.household_income, support.household_visit)
UNEXITED = (
    _metric("unexited_persons", "未脱贫人口", "count", unit="人"),
    _metric("unexited_households", "未脱贫户数", "count", unit="户"),
)
VILLAGE_GROUPS = (
    (
        "year_facts",
        village.year_facts,
        (
            _metric("facts_year", "村情况年度", "count", NO_YEAR_FACTS, "年"),
            _metric("village_kind", "村类型", "code", NO_YEAR_FACTS, labels=VillageYear.VillageClass),
            _metric("registered_population", "户籍人口", "count", NO_YEAR_FACTS, "人"),
            _metric("poor_persons", "年度未脱贫人口", "count", NO_YEAR_FACTS, "人"),
            _metric("previous_population", "上一年度户籍人口", "count", NO_YEAR_BEFORE, "人"),
            _metric("previous_poor_persons", "上一年度未脱贫人口", "count", NO_YEAR_BEFORE, "人"),
            _fen("collective_income_fen", "村集体经济年收入", NO_YEAR_FACTS),
            _metric("has_relief_task", "承担扶贫任务", "flag", NO_YEAR_FACTS),
        ),
    ),
    ("unexited", village.village_unexited, UNEXITED),
)
TOWNSHIP_GROUPS = (("unexited", village.township_unexited, UNEXITED),)  # fmt: skip


def register() -> None:
    """Called once from AppConfig.ready()."""
    register_subject(SubjectSource("household", household.source))
    register_subject(SubjectSource("person", person.source))
    for name, rows, metrics in HOUSEHOLD_GROUPS:
        register_group(MetricGroup(name, "household", tuple(metrics), rows))
    register_subject(SubjectSource("village", village.villages))
    register_subject(SubjectSource("township", village.townships))
    for name, rows, metrics in VILLAGE_GROUPS:
        register_group(MetricGroup(name, "village", tuple(metrics), rows))
    for name, rows, metrics in TOWNSHIP_GROUPS:
        register_group(MetricGroup(name, "township", tuple(metrics), rows))
    for name, rows, metrics in PERSON_GROUPS:
        of_household = rows in OF_HOUSEHOLD
        register_group(
            MetricGroup(
                name, "person", tuple(metrics), rows, "household_id" if of_household else "subject_id"
            )
        )


def facts_of(subject: str, subject_ids: Iterable[int], judged: Judged) -> dict[int, dict[str, Any]]:
    """The same measurements for a few named subjects, one query per group; a metric without a row is None."""
    wanted = list(subject_ids)
    found: dict[int, dict[str, Any]] = {key: {} for key in wanted}
    for group in groups_of(subject):
        names = [metric.name for metric in group.metrics]
        for facts in found.values():
            facts.update(dict.fromkeys(names))
        own = group.by == "subject_id"
        asked = {key: [key] for key in wanted} if own else _homes(wanted, judged)
        for row in group.rows(judged).filter(subject_id__in=list(asked)).values("subject_id", *names):
            for key in asked[row["subject_id"]]:
                found[key].update({name: row[name] for name in names})
    return found


def _homes(persons: list[int], judged: Judged) -> dict[int, list[int]]:
    """household -> those of the persons who live in it that day."""
    homes: dict[int, list[int]] = {}
    for row in person.source(judged).filter(subject_id__in=persons).values("subject_id", "household_id"):
        homes.setdefault(row["household_id"], []).append(row["subject_id"])
    return homes
