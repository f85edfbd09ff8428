"""urgency.toml of a pack: points for the topics of signs, and surcharges. Checked when the pack is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from policies.pack import BASES_ZH, Book, Fields, clause_zh, register_section
from policies.packset import PackSet

URGENCY = "urgency"
SURCHARGES: Mapping[str, str] = MappingProxyType(
    {
        "overdue": "核查已逾期", "due_soon": "核查期限临近", "more_topics": "每多一个风险主题", "child": "家中有未成年人",
        "elderly": "家中有老年人",
    }
)  # fmt: skip
AGED = ("child", "elderly")
MOST = 1000


@dataclass(frozen=True)
class Points:
    points: int
    basis: str = ""
    age: int = 0  # of child: below it; of elderly: from it


@dataclass(frozen=True)
class UrgencyTable:
    """Without a table in force every task has 0 points and stands in the order of deadlines."""

    topics: Mapping[str, Points] = field(default_factory=dict)
    surcharges: Mapping[str, Points] = field(default_factory=dict)
    other: int = 0  # a topic that is not named


def _whole(fields: Fields, name: str) -> int:
    value = fields.raw(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        fields.fault(f"{name} 应是 0 至 {MOST} 的整数。")
        return 0
    return value


def _row(fields: Fields, *, aged: bool = False) -> Points:
    basis, clause = fields.choice("basis", tuple(BASES_ZH)), fields.text("clause")
    if basis in ("text", "inferred") and not clause:
        fields.fault("依据为文件原文或推断的，须写明条款 clause。")
    said = clause_zh(clause) if basis == "text" else BASES_ZH.get(basis, "")
    return Points(_whole(fields, "points"), said, _whole(fields, "age") if aged else 0)


def urgency_rows(content: Mapping[str, Any], book: Book) -> UrgencyTable:
    """Read the table; every fault goes to the book."""
    file = Fields(content, "", book)
    topics: dict[str, Points] = {}
    surcharges: dict[str, Points] = {}
    for number, table in enumerate(file.tables("topic"), 1):
        fields = Fields(table, f"topic.{number}", book)
        name = fields.text("topic", needed=True)
        if name in topics:
            fields.fault(f"主题 {name} 写了两次。")
        topics[name] = _row(fields)
        fields.close()
    for number, table in enumerate(file.tables("surcharge"), 1):
        fields = Fields(table, f"surcharge.{number}", book)
        code = fields.choice("code", tuple(SURCHARGES))
        if code in surcharges:
            fields.fault(f"加分 {code} 写了两次。")
        surcharges[code] = _row(fields, aged=code in AGED)
        fields.close()
    others = Fields(file.raw("other") or {}, "other", book)
    other = _whole(others, "points") if others.table else 0
    others.close()
    file.close()
    return UrgencyTable(topics, surcharges, other)


def register() -> None:
    """Called once from AppConfig.ready()."""
    register_section(URGENCY, urgency_rows)


def urgency_table(packs: PackSet) -> UrgencyTable:
    """The table of the narrowest pack that has one."""
    pack = next((pack for pack in packs.packs if URGENCY in pack.extra), None)
    return urgency_rows(pack.extra[URGENCY], Book(URGENCY, [])) if pack else UrgencyTable()
