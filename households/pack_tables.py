"""Tables of the packs that this room reads: which help answers which risk (measure_fit.toml), points (points.toml)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from households.codes import OTHER_REASON, Cause, EventKind, GuaranteeKind, MeasureCategory
from policies.pack import BASES_ZH, Book, Fields, Pack, clause_zh, register_section
from policies.packset import PackSet

FIT, POINTS = "measure_fit", "points"


@dataclass(frozen=True)
class FitRow:
    """A risk, the categories that answer it, and what shows the risk beside its being named on the household."""

    cause: str
    categories: tuple[str, ...]
    guarantees: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    source: str = ""  # where it stands, as the screen says it
    note: str = ""


@dataclass(frozen=True)
class EarnRow:
    code: str
    label: str
    points: int
    per_month: int | None = None


@dataclass(frozen=True)
class PointsTable:
    """What points are given for. Without a table in force nothing is listed and only free reasons are taken."""

    earn: Mapping[str, EarnRow] = field(default_factory=dict)
    other_points_max: int | None = None
    source: str = ""


def source_of(pack: Pack, basis: str, clause: str) -> str:
    """Where a value stands: the document and its clause, and its basis when the text itself does not say it."""
    if not pack.is_document:
        return BASES_ZH["county"]
    said = "" if basis == "text" else f"（{BASES_ZH[basis]}）"
    return f"《{pack.title}》{clause_zh(clause)}{said}"


def _listed(fields: Fields, name: str, known: list[str], *, needed: bool = False) -> tuple[str, ...]:
    found = fields.texts(name)
    for word in found:
        if word not in known:
            fields.fault(f"{name} 中的“{word}”不是已知的代码。")
    if needed and not found:
        fields.fault(f"缺少 {name}。")
    return found


def _basis(fields: Fields) -> tuple[str, str]:
    basis, clause = fields.choice("basis", tuple(BASES_ZH)), fields.text("clause")
    if basis in ("text", "inferred") and not clause:
        fields.fault("依据为文件原文或推断的，须写明条款 clause。")
    return basis, clause


def _fit_rows(content: Mapping[str, Any], book: Book, pack: Pack | None = None) -> list[FitRow]:
    file = Fields(content, "", book)
    rows: list[FitRow] = []
    for number, table in enumerate(file.tables("fit"), 1):
        fields = Fields(table, f"fit.{number}", book)
        cause = fields.choice("cause", tuple(Cause.values))
        categories = _listed(fields, "categories", MeasureCategory.values, needed=True)
        guarantees = _listed(fields, "guarantees", GuaranteeKind.values)
        events = _listed(fields, "events", EventKind.values)
        basis, clause = _basis(fields)
        note = fields.text("note")
        fields.close()
        if cause in {row.cause for row in rows}:
            fields.fault(f"风险 {cause} 写了两次。")
        source = source_of(pack, basis, clause) if pack else ""
        rows.append(FitRow(cause, categories, guarantees, events, source, note))
    file.close()
    return rows


def _whole(fields: Fields, name: str, *, needed: bool = False) -> int | None:
    value = fields.raw(name)
    if value is None and not needed:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        fields.fault(f"{name} 应是大于 0 的整数。")
        return None
    return value


def _points(content: Mapping[str, Any], book: Book, pack: Pack | None = None) -> PointsTable:
    file = Fields(content, "", book)
    earn: dict[str, EarnRow] = {}
    source = ""
    for number, table in enumerate(file.tables("earn"), 1):
        fields = Fields(table, f"earn.{number}", book)
        code, label = fields.text("code", needed=True), fields.text("label", needed=True)
        points, monthly = _whole(fields, "points", needed=True), _whole(fields, "per_month")
        basis, clause = _basis(fields)
        fields.close()
        if code in earn or code == OTHER_REASON:
            fields.fault(f"事由代码 {code} 重复或已作他用。")
        source = source or (source_of(pack, basis, clause) if pack else "")
        earn[code] = EarnRow(code, label, points or 0, monthly)
    limits = Fields(file.raw("limits") or {}, "limits", book)
    top = _whole(limits, "other_points_max")
    limits.close()
    file.close()
    return PointsTable(earn, top, source)


def register() -> None:
    """Called once from AppConfig.ready()."""
    register_section(FIT, _fit_rows)
    register_section(POINTS, _points)


def fit_table(packs: PackSet) -> dict[str, FitRow]:
    """The rows in force by risk: of each risk the row of the narrowest pack that has one."""
    found: dict[str, FitRow] = {}
    for pack in packs.packs:
        for row in _fit_rows(pack.extra.get(FIT, {}), Book(FIT, []), pack):
            found.setdefault(row.cause, row)
    return found


def points_table(packs: PackSet) -> PointsTable:
    """The table of the narrowest pack that has one."""
    pack = next((pack for pack in packs.packs if POINTS in pack.extra), None)
    return _points(pack.extra[POINTS], Book(POINTS, []), pack) if pack else PointsTable()
