"""parameters.toml -> Param. A value must be what its unit says."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from policies.pack.canonical import FLOAT
from policies.pack.faults import Book
from policies.pack.fields import Fields, as_day, as_number
from policies.pack.param import BASES_ZH, Param, Scalar, Spell, Value
from policies.pack.units import WHOLE_RANGES, Unit, is_month_day, is_year_month, unit_of

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
REFERENCE = re.compile(r"[a-z][a-z0-9-]*/.+")
NOT_OF_UNIT = {
    "number": '单位 {unit} 的值应是数（小数写成文本，如 "5000.00"）',
    "whole": "单位 {unit} 的值应是范围内的整数",
    "date": "单位 date 的值应是日期",
    "month_day": '单位 month_day 的值应写作 "10-17" 的形式',
    "year_month": '单位 year_month 的值应写作 "2018-10" 的形式',
    "flag": "单位 flag 的值应是 true 或 false",
    "code": "单位 code 的值应是文本",
    "text": "单位 text 的值应是文本",
}


def _scalar(raw: object, unit: Unit) -> Scalar | None:
    """The value in the type of its unit; None when it is not of that type."""
    category = unit.category
    if category == "number":
        return as_number(raw)
    if category == "whole":
        number = as_number(raw)
        low, high = WHOLE_RANGES[unit.base]
        return number if number is not None and number == int(number) and low <= number <= high else None
    if category == "date":
        return as_day(raw)
    if category == "flag":
        return raw if isinstance(raw, bool) else None
    if not isinstance(raw, str) or not raw or raw.startswith(FLOAT):
        return None
    check = {"month_day": is_month_day, "year_month": is_year_month}.get(category)
    return raw if check is None or check(raw) else None


def _value(raw: object, unit: Unit, fields: Fields) -> Value | None:
    parts = raw if isinstance(raw, list) else [raw]
    found = [_scalar(part, unit) for part in parts]
    good = tuple(part for part in found if part is not None)
    if len(good) < len(found) or not found:
        fields.fault(NOT_OF_UNIT[unit.category].format(unit=unit) + f"，现为 {raw}。")
        return None
    return good if isinstance(raw, list) else good[0]


def _spells(fields: Fields, unit: Unit) -> tuple[Spell, ...]:
    spells = []
    for table in fields.tables("period"):
        part = Fields(table, fields.key, fields.book)
        start, end = part.day("from", needed=True), part.day("to")
        value = _value(part.raw("value"), unit, part)
        part.close()
        if start is None or value is None:
            continue
        if end is not None and end <= start:
            part.fault(f"时段 {start} 的止日不晚于起日。")
            continue
        spells.append(Spell(start, end, value))
    spells.sort(key=lambda spell: spell.start)
    for earlier, later in zip(spells, spells[1:], strict=False):
        if earlier.end is None or earlier.end > later.start:
            fields.fault(f"时段重叠：{earlier.start} 起与 {later.start} 起的两段。")
    return tuple(spells)


def _due(fields: Fields) -> tuple[date | None, str]:
    text = fields.text("due")
    day = as_day(text)
    return (day, "") if day else (None, text)


def _worth(fields: Fields, unit: Unit | None) -> tuple[Value | None, tuple[Spell, ...]]:
    """The value, or the values with their spells. Exactly one of both must be given."""
    has_value, has_spells = "value" in fields.table, "period" in fields.table
    if has_value == has_spells:
        fields.fault("value 与 period 应恰有其一。")
    if unit is None:
        fields.seen.update({"value", "period"})
        return None, ()
    spells = _spells(fields, unit) if has_spells else ()
    return (_value(fields.raw("value"), unit, fields) if has_value else None), spells


def _unit(fields: Fields) -> Unit | None:
    text = fields.text("unit", needed=True)
    unit = unit_of(text) if text else None
    if text and unit is None:
        fields.fault(f"不认识的单位 {text}。")
    return unit


def clause_of(fields: Fields, basis: str) -> str:
    """What comes from the document says where; anything else may."""
    clause = fields.text("clause")
    if basis in ("text", "inferred") and not clause:
        fields.fault("依据为文件原文或推断的，须写明条款 clause。")
    return clause


def replaces_of(fields: Fields) -> tuple[str, ...]:
    found = fields.texts("replaces")
    for reference in found:
        if not REFERENCE.fullmatch(reference):
            fields.fault(f"replaces “{reference}”应写作 政策包代码/键。")
    return found


def _param(key: str, table: object, pack: str, book: Book) -> Param | None:
    fields = Fields(table, f"param.{key}", book)
    if not KEY.fullmatch(key):
        fields.fault("参数名应以小写字母开头，只含小写字母、数字和下划线，不超过 60 个字符。")
    unit = _unit(fields)
    basis = fields.choice("basis", tuple(BASES_ZH))
    value, spells = _worth(fields, unit)
    due, due_text = _due(fields)
    param = Param(
        key=key,
        value=value,
        unit=unit or Unit("text"),
        basis=basis,
        clause=clause_of(fields, basis),
        meaning=fields.text("meaning", needed=True),
        meaning_zh=fields.text("meaning_zh"),
        unit_text=fields.text("unit_text"),
        due=due,
        due_text=due_text,
        strict=fields.flag("strict"),
        soft=fields.flag("soft"),
        approximate=fields.flag("approximate"),
        note=fields.text("note"),
        replaces=replaces_of(fields),
        spells=spells,
        pack=pack,
    )
    fields.close()
    return param if unit is not None and (value is not None or spells) else None


def read_params(content: Mapping[str, Any], pack: str, book: Book) -> tuple[dict[str, Param], set[str]]:
    """Every parameter that could be read, and the names of all, so that a faulty one is not also reported as absent."""
    file = Fields(content, "", book)
    tables = file.raw("param")
    file.close()
    if tables is None:
        return {}, set()
    if not isinstance(tables, dict):
        book.note("param", "应是一个表。")
        return {}, set()
    found = {key: _param(key, table, pack, book) for key, table in tables.items()}
    return {key: param for key, param in found.items() if param is not None}, set(found)
