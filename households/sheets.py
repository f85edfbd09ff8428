"""The person ledgers YTP_REN_2022 (已脱贫人口名单) and BYY_REN_2022 (边缘易致贫人口名单): 31 columns, one row per member."""

from collections.abc import Iterator
from typing import Any

from exchange.sheet import (
    EVERY_GROUP,
    BlankMeans,
    Choice,
    Choices,
    Column,
    Count,
    Day,
    ExportQuery,
    IdNumber,
    Money,
    NumberText,
    Phone,
    RowSource,
    SheetSpec,
    Text,
    flag,
)
from households import codes
from households.ledger.importer import LedgerImporter
from households.ledger.rows import BORDERLINE, EXITED, Entry, Population, ledger_entries, ledger_total
from policies.selectors import packs_in_force

HEALTH_CHOICES = (
    ("healthy", "健康"),
    ("chronic", "长期慢性病"),
    ("serious", "患有大病"),
    ("disabled", "残疾"),
)
KIND_CHOICES = (("exited", "脱贫户"), ("ordinary", "一般农户"))
KIND_SYNONYMS = {
    "普通农户": "ordinary", "一般脱贫户": "exited", "低保脱贫户": "exited", "特困供养脱贫户": "exited",
    "脱贫户（享受政策）": "exited", "脱贫户（不享受政策）": "exited", "已脱贫户": "exited",
}  # fmt: skip
CAUSE_SYNONYMS = {
    "因自然灾害": codes.Cause.DISASTER.value, "缺少劳动力": codes.Cause.NO_LABOUR.value, "因病致贫": codes.Cause.ILLNESS.value,
    "因残致贫": codes.Cause.DISABILITY.value, "因学致贫": codes.Cause.SCHOOLING.value,
    "自身发展力不足": codes.Cause.MOTIVATION.value,
}  # fmt: skip
NOT_AT_SCHOOL, NOT_MONITORED = codes.Schooling.NOT_AT_SCHOOL.value, codes.MonitorClass.NONE.value


def ledger_columns() -> tuple[Column, ...]:
    """The 31 columns in the order of the file as it is exchanged."""
    return (
        Count("number", "序号", derived=True, width=7),
        Text("county", "县(市、区、旗)", ("县", "县区"), width=12),
        Text("township", "乡(镇)", ("乡", "镇(乡)", "乡镇"), width=12),
        Text("village", "行政村", ("村",), width=18),
        Text("hamlet", "自然村", width=12, limit=40),
        NumberText("household_no", "户编号", required=True, filled=True, width=18),
        NumberText("person_no", "人编号", ("人口编号",), required=True, filled=True, width=20),
        Text("name", "姓名", required=True, filled=True, width=10),
        IdNumber("id_number", "证件号码", ("身份证号", "身份证号码"), required=True, lenient=True, width=22),
        Count("members", "人数", ("家庭人口", "家庭人口数"), derived=True, width=7),
        Choice("relation", "与户主关系", required=True, filled=True, choices=codes.Relation.choices, width=11,
               synonyms={"本人": "head", "本人或户主": "head"}),
        Text("ethnicity", "民族", width=8, limit=20),
        Choice("education", "文化程度", choices=codes.Education.choices, group="schooling", width=12),
        Choice("schooling", "在校生状况", ("在校生情况",), choices=codes.Schooling.choices, silent=(NOT_AT_SCHOOL,),
               blank=BlankMeans(NOT_AT_SCHOOL), group="schooling", width=14),
        Choices("health", "健康状况", choices=HEALTH_CHOICES, group="health", width=16),
        Choice("labour_skill", "劳动技能", ("劳动能力", "劳动能力/页面(劳动技能)"), choices=codes.LabourSkill.choices, group="work",
               width=16, synonyms={"弱劳动力": "weak_or_half", "半劳动力": "weak_or_half"}),
        Count("work_months", "务工时间（月）", ("务工时长(月)",), low=0, high=12, group="work", width=9),
        flag("serious_illness_insurance", "是否参加大病保险", aliases=("参加大病医疗", "参加大病保险"), group="health", width=10),
        Choice("main_cause", "致贫原因1", ("主要致贫原因", "致贫原因"), choices=codes.Cause.choices, synonyms=CAUSE_SYNONYMS,
               group=EVERY_GROUP, width=14),
        flag("dangerous_house", "危房户", aliases=("是否危房户",), group="housing", width=8),
        flag("water_safe", "是否解决安全饮用水", aliases=("饮水安全",), group="water", width=11),
        Money("income_per_head", "人均纯收入", ("人均纯收入(元)",), derived=True, group="income", width=13),
        Phone("household_phone", "户联系电话", ("联系电话", "农户联系电话"), width=15),
        Phone("person_phone", "人联系电话", ("成员联系电话", "家庭成员联系电话"), width=15),
        Day("household_identified_on", "首次识别时间", width=12),
        Day("person_identified_on", "人员识别时间", ("贫困人员识别时间",), width=12),
        Choice("kind", "户类型", choices=KIND_CHOICES, synonyms=KIND_SYNONYMS, width=10),
        Choice("monitor_class", "易返贫致贫户(监测对象)类型", ("监测对象类别", "监测对象类型"), choices=codes.MonitorClass.choices,
               silent=(NOT_MONITORED,), blank=BlankMeans(NOT_MONITORED), width=16),
        flag("risk_removed", "风险是否消除", aliases=("风险是否已消除",), width=9),
        Day("risk_identified_on", "风险识别时间", ("识别监测时间",), width=12),
        Day("risk_removed_on", "风险消除时间", ("消除监测时间",), width=12),
    )  # fmt: skip


COLUMNS = ledger_columns()
KEYS = tuple(column.key for column in COLUMNS[1:])


def _rows(entries: Iterator[Entry]) -> Iterator[tuple[Any, ...]]:
    for number, entry in enumerate(entries, start=1):
        yield (number, *map(entry.values.__getitem__, KEYS))


def _source(population: Population) -> Any:
    def rows(query: ExportQuery) -> RowSource:
        asked = {"scope": query.scope, "as_of": query.as_of, "population": population}
        return RowSource(_rows(ledger_entries(**asked)), ledger_total(**asked))

    return rows


def pack_notes(query: ExportQuery) -> list[tuple[str, str]]:
    """The policy packs in force, for the cover."""
    code = next(iter((*query.scope.prefixes, *query.scope.assigned)), "")
    packs = packs_in_force(query.as_of, code).packs
    return [("政策文件", "、".join(pack.title for pack in packs) or "当日没有生效的政策包")]


def ledger_spec(code: str, title: str, population: Population, order: int) -> SheetSpec:
    def importer(*, actor: Any, as_of: Any) -> LedgerImporter:
        return LedgerImporter(actor=actor, as_of=as_of, columns=COLUMNS, population=population, layout=code)

    return SheetSpec(
        code=code,
        title=title,
        columns=COLUMNS,
        permission="households.view",
        rows=_source(population),
        edit_permission="households.edit",
        importer=importer,
        notes=pack_notes,
        freeze_columns=8,
        order=order,
    )


YTP_REN_2022 = ledger_spec("YTP_REN_2022", "已脱贫人口名单", EXITED, 10)
BYY_REN_2022 = ledger_spec("BYY_REN_2022", "边缘易致贫人口名单", BORDERLINE, 20)
SHEETS = (YTP_REN_2022, BYY_REN_2022)
