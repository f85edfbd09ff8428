"""catalogue.toml -> every rule of the document with its state, so that nothing of a document is left out silently."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from policies.pack.faults import Book
from policies.pack.fields import Fields

ACTIVE, PLANNED, NOT_COMPUTABLE = "active", "planned", "not_computable"
STATES: Mapping[str, str] = MappingProxyType(
    {ACTIVE: "正在运行", PLANNED: "待实现", NOT_COMPUTABLE: "无法计算"}
)
WAITS: Mapping[str, str] = MappingProxyType({
    "metrics": "所需指标", "registers": "台账登记", "batches": "部门数据比对", "supervision": "督办和整改流程", "reporting": "报送和进展填报",
    "funds": "资金流向登记", "projects": "项目库登记", "publicity": "公告公示登记", "assessment": "考核评价", "insurance": "防贫保险登记",
    "allowance": "低保渐退登记", "visits": "走访计划", "exit": "退出程序", "checks": "数据质量检查",
})  # fmt: skip
SUBJECTS: Mapping[str, str] = MappingProxyType({
    "household": "农户", "person": "个人", "house": "住房", "village": "村", "township": "乡镇", "county": "县", "project": "项目",
    "fund_area": "资金", "fund": "资金收支", "loan": "贷款", "workshop": "带贫车间", "enterprise": "经营主体", "post": "公益岗位", "pv": "光伏电站",
    "facility": "设施", "site": "点位", "school": "学校", "bill": "就医结算", "insurance": "保险", "batch": "比对批次", "water_works": "饮水工程",
    "issue": "问题", "notice": "公告", "meeting": "会议活动", "unit": "单位", "staff": "干部", "policy": "政策", "form": "表格",
})  # fmt: skip
KINDS: Mapping[str, str] = MappingProxyType({
    "classification": "分类认定", "eligibility": "资格条件", "early-warning": "预警", "exit-standard": "退出标准", "data-match": "数据比对",
    "allocation": "资金安排", "reporting": "报送", "escalation": "督办升级", "publicity": "公开公示",
})  # fmt: skip
JUDGED_KINDS = ("classification", "eligibility", "early-warning", "exit-standard", "data-match")
JUDGED_SUBJECTS = ("household", "person", "house", "village", "township")
ENTRY_ID = re.compile(r"[A-Z]{2}-R[0-9.-]*[0-9]")


@dataclass(frozen=True)
class Entry:
    """One rule of the document. Active ones run by rules.toml; the others say what they lack."""

    id: str
    clause: str
    kind: str
    subject: str
    title: str
    state: str
    waits_for: str = ""
    reason: str = ""
    needs: str = ""
    partial: str = ""  # of an active one: what of the text it does not judge

    @property
    def is_active(self) -> bool:
        return self.state == ACTIVE

    @property
    def state_zh(self) -> str:
        return STATES[self.state]

    @property
    def why(self) -> str:
        """What is lacking, in one sentence; empty where the whole rule runs."""
        if self.state == PLANNED:
            return f"等待：{WAITS[self.waits_for]}"
        if self.state == NOT_COMPUTABLE:
            return f"{self.reason}；需要：{self.needs}"
        return self.partial


def _entry(table: object, number: int, book: Book) -> Entry:
    named = table.get("id") if isinstance(table, dict) else None
    fields = Fields(table, f"rule.{named or number}", book)
    found = Entry(
        id=fields.text("id", needed=True),
        clause=fields.text("clause", needed=True),
        kind=fields.choice("kind", tuple(KINDS)),
        subject=fields.choice("subject", tuple(SUBJECTS)),
        title=fields.text("title", needed=True),
        state=fields.choice("state", tuple(STATES)),
        waits_for=fields.text("waits_for"),
        reason=fields.text("reason"),
        needs=fields.text("needs"),
        partial=fields.text("partial"),
    )
    fields.close()
    if found.id and not ENTRY_ID.fullmatch(found.id):
        fields.fault("id 不是目录编号。")
    _of_state(fields, found)
    return found


def _of_state(fields: Fields, entry: Entry) -> None:
    """Each state says what belongs to it, and nothing of the others."""
    if entry.state == PLANNED and entry.waits_for not in WAITS:
        fields.fault(f"planned 须写 waits_for（{'、'.join(WAITS)}）。")
    if entry.state == NOT_COMPUTABLE and not (entry.reason and entry.needs):
        fields.fault("not_computable 须写 reason 和 needs。")
    foreign = {
        "waits_for": entry.waits_for and entry.state != PLANNED,
        "reason、needs": (entry.reason or entry.needs) and entry.state != NOT_COMPUTABLE,
        "partial": entry.partial and entry.state != ACTIVE,
    }
    for name, wrong in foreign.items():
        if wrong:
            fields.fault(f"{name} 与状态 {entry.state} 不合。")


def read_catalogue(content: Mapping[str, Any], running: Iterable[str], book: Book) -> tuple[Entry, ...]:
    """The entries of the file. `running` are the numbers that active rules of the pack name: both must agree."""
    file = Fields(content, "", book)
    entries = tuple(_entry(table, number, book) for number, table in enumerate(file.tables("rule"), 1))
    file.close()
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            book.note(f"rule.{entry.id}", "目录编号重复。")
        seen.add(entry.id)
    judged = {number for number in running if number}
    for number in sorted(judged - seen):
        book.note(f"rule.{number}", "有规则运行，目录中没有这个编号。")
    for entry in entries:
        if entry.is_active != (entry.id in judged):
            wrong = "写为 active，但没有规则运行" if entry.is_active else "有规则运行，应写为 active"
            book.note(f"rule.{entry.id}", f"{wrong}。")
    return entries
