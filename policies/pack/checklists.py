"""checklist.toml -> Checklist: what must be met before somebody or a village may leave. Named but unfilled is a state of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies.pack.faults import Book
from policies.pack.fields import Fields

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
REFERENCE = re.compile(r"[a-z][a-z0-9-]*/[a-z][a-z0-9_]*")
SUBJECTS = ("household", "village")
# What the code can read from the case file; a line without one of these is looked at by people.
MEASURES = frozenset({"income_over_line", "food_clothing", "schooling", "medical", "housing", "water"})
BASES = ("text", "inferred", "assumed", "county")


@dataclass(frozen=True)
class CheckItem:
    """One line. `judged_by` names a measure of the code; empty: a person looks and writes down what he saw."""

    key: str
    title: str
    basis: str
    clause: str = ""
    judged_by: str = ""
    param: str = ""
    note: str = ""


@dataclass(frozen=True)
class CheckGroup:
    """Lines under one word of the standard (四保障). `expected`: how many the word promises; fewer means 标准未录入."""

    name: str
    expected: int
    items: tuple[CheckItem, ...] = ()

    @property
    def is_filled(self) -> bool:
        return len(self.items) >= max(self.expected, 1)


@dataclass(frozen=True)
class Checklist:
    """`name` is the standard as the document calls it."""

    key: str
    subject: str
    name: str
    basis: str
    clause: str = ""
    note: str = ""
    groups: tuple[CheckGroup, ...] = ()
    pack: str = ""
    title: str = ""
    is_document: bool = True
    replaces: tuple[str, ...] = ()

    @property
    def is_filled(self) -> bool:
        return bool(self.groups) and all(group.is_filled for group in self.groups)

    @property
    def items(self) -> tuple[CheckItem, ...]:
        return tuple(item for group in self.groups for item in group.items)


def _source(fields: Fields) -> tuple[str, str]:
    basis, clause = fields.choice("basis", BASES), fields.text("clause")
    if basis in ("text", "inferred") and not clause:
        fields.fault("文件写明或推断的，须写条款 clause。")
    return basis, clause


def _key(fields: Fields) -> str:
    key = fields.text("key", needed=True)
    if key and not KEY.fullmatch(key):
        fields.fault("key 只含小写字母、数字和下划线，不超过 60 个字符。")
    return key


def _item(table: object, at: str, book: Book, params: Mapping[str, Any]) -> CheckItem:
    fields = Fields(table, at, book)
    key, title = _key(fields), fields.text("title", needed=True)
    basis, clause = _source(fields)
    judged_by, param = fields.text("judged_by"), fields.text("param")
    if judged_by and judged_by not in MEASURES:
        fields.fault(f"judged_by “{judged_by}”不在允许的范围内（{'、'.join(sorted(MEASURES))}）。")
    if param and param not in params:
        fields.fault(f"本政策包没有参数 {param}。")
    item = CheckItem(key, title, basis, clause, judged_by, param, fields.text("note"))
    fields.close()
    return item


def _expected(fields: Fields) -> int:
    value = fields.raw("expected")
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 30:
        fields.fault("expected 应是 1 至 30 的整数。")
        return 1
    return value


def read_checklists(
    content: Mapping[str, Any], book: Book, params: Mapping[str, Any], **pack: Any
) -> tuple[Checklist, ...]:
    """Every list of the file; faults are noted with the place. `pack`: code, title and is_document of the pack."""
    whole = Fields(content, "", book)
    found = [
        _checklist(Fields(table, f"checklist.{number}", book), params, pack)
        for number, table in enumerate(whole.tables("checklist"), 1)
    ]
    whole.close()
    if len({one.subject for one in found}) < len(found):
        whole.fault("同一对象（户、村）只能有一份清单。")
    return tuple(found)


def _checklist(fields: Fields, params: Mapping[str, Any], pack: Mapping[str, Any]) -> Checklist:
    key, name = _key(fields), fields.text("name", needed=True)
    subject = fields.choice("subject", SUBJECTS)
    basis, clause = _source(fields)
    groups = tuple(
        _group(Fields(part, f"{fields.key}.group.{place}", fields.book), params)
        for place, part in enumerate(fields.tables("group"), 1)
    )
    note, replaces = fields.text("note"), fields.texts("replaces")
    if not all(REFERENCE.fullmatch(reference) for reference in replaces):
        fields.fault("replaces 应写作“政策包/清单”的形式。")
    fields.close()
    found = Checklist(key, subject, name, basis, clause, note, groups, replaces=replaces, **pack)
    _sound(fields, found)
    return found


def _group(fields: Fields, params: Mapping[str, Any]) -> CheckGroup:
    name, expected = fields.text("name", needed=True), _expected(fields)
    items = tuple(
        _item(table, f"{fields.key}.item.{row}", fields.book, params)
        for row, table in enumerate(fields.tables("item"), 1)
    )
    fields.close()
    return CheckGroup(name, expected, items)


def _sound(fields: Fields, checklist: Checklist) -> None:
    keys = [item.key for item in checklist.items]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        fields.fault(f"清单项 {key} 重复。")
    if not checklist.groups:
        fields.fault("至少写明标准的各部分（group），内容未知的留空 item。")
