"""One line of the change history, and how a column becomes words."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from households.paper_form import value_words

NOTHING = "—"
FULL = "full"  # may speak of anything: for those who see every group of fields
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KINDS = {
    "household": "农户信息", "person": "成员信息", "act": "家庭变动", "situation": "成员情况", "living": "生产生活条件",
    "guarantee": "保障情况", "status": "状态认定", "safety_net": "低保与特困", "helper": "帮扶责任人", "income": "收支",
    "measure": "帮扶措施", "event": "家庭事件", "visit": "走访", "paper": "附件",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """Who changed what from which value to which, when and why. `group` is the group of fields it belongs to."""

    kind: str
    at: datetime
    who: str
    what: str
    field: str
    before: str
    after: str
    reason: str = ""
    group: str = ""
    row: int = 0

    @property
    def key(self) -> tuple[int, str, int, str]:
        """The order of the list, the same at every look; also the cursor of its pages."""
        return (self.at - EPOCH) // timedelta(microseconds=1), self.kind, self.row, self.field

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]


def shown(row: Any, name: str) -> str:
    value = getattr(row, name, None)
    if isinstance(value, list):
        return "、".join(str(one) for one in value) or NOTHING
    return value_words(row, name) or NOTHING


def person_word(user: Any) -> str:
    return user.full_name if user is not None else "系统"


SOURCES = {"demo": "演示数据"}


def source_word(source: str) -> str:
    """Where a row came from, in words; programs write codes, clerks words."""
    return SOURCES.get(source, source)
