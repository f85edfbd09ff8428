"""Acts on divisions and on the yearly facts of villages. Loading a list stands in villages/loading.py."""

from datetime import date
from typing import Any

from django.db import transaction

from common.errors import Conflict, Invalid, NotPermitted
from villages import loading, moving
from villages.loading import DivisionRow, LoadResult, divisions_load, read_rows
from villages.models import CODE_LENGTH, Division, DivisionCode, Level, VillageYear
from villages.names import short_name
from villages.ports import Acting, record

__all__ = [
    "DivisionRow", "LoadResult", "division_merge", "division_recode", "division_rename", "divisions_load", "read_rows",
    "village_year_save",
]  # fmt: skip

RECODE, EDIT = "villages.recode", "villages.edit"


def _require(actor: Acting, permission: str, at: str) -> None:
    if not actor.may(permission, at):
        title = "调整区划" if permission == RECODE else "维护村情"
        raise NotPermitted(f"您没有“{title}”的权限。")


def _reasoned(reason: str) -> str:
    if not reason.strip():
        raise Invalid("请填写事由（批准文号）。", field="reason")
    return reason.strip()[:200]


def _standing(pk: int) -> Division:
    division = Division.objects.select_for_update().get(pk=pk)
    if division.valid_to is not None:
        raise Conflict(f"{division.name}已撤销。", code="abolished")
    return division


@transaction.atomic
def division_rename(*, actor: Acting, division: Division, new_name: str, on: date, reason: str) -> Division:
    """A new name from a day on; the old one stays as a dated name."""
    _require(actor, RECODE, division.code)
    reason, division = _reasoned(reason), _standing(division.pk)
    new_name = new_name.strip()
    if not new_name or new_name == division.name:
        raise Invalid("新名称为空或与现名相同。", field="new_name")
    loading.rename(division, new_name, on, basis="text", note=reason)
    division.name, division.short_name = new_name, short_name(new_name)
    division.save(update_fields=["name", "short_name"])
    record(actor, "villages.renamed", division, scope_code=division.code, reason=reason, on=on)
    return division


@transaction.atomic
def division_recode(*, actor: Acting, division: Division, new_code: str, on: date, reason: str) -> int:
    """Give a division and all below it new codes; every row that carries a code of the subtree follows.

    A code that begins like another parent's moves the division there. Returns how many rows were rewritten.
    """
    _require(actor, RECODE, division.code)
    reason, division = _reasoned(reason), _standing(division.pk)
    old, level = division.code, Level(division.level)
    if (
        level not in CODE_LENGTH
        or len(new_code) != CODE_LENGTH[level]
        or not (new_code.isascii() and new_code.isdigit())
    ):
        raise Invalid(f"{level.label}代码应为 {CODE_LENGTH.get(level, '—')} 位数字。", field="new_code")
    if Division.objects.filter(code__startswith=new_code).exists():
        raise Conflict(f"代码 {new_code} 已被使用。", field="new_code", code="code_taken")
    parent = _parent_for(level, new_code)
    _require(actor, RECODE, parent.code if parent else new_code)
    subtree = list(Division.objects.filter(code__startswith=old))
    _codes_close(subtree, on)
    for one in subtree:
        one.code = new_code + one.code[len(old) :]
    Division.objects.bulk_update(subtree, ["code"], batch_size=500)
    DivisionCode.objects.bulk_create(
        [DivisionCode(division=one, code=one.code, effective_from=on) for one in subtree], batch_size=1000
    )
    Division.objects.filter(pk=division.pk).update(parent=parent)
    rows = moving.scope_codes_rewrite(old, new_code, subtree=True)
    division.refresh_from_db()
    record(
        actor, "villages.recoded", division, scope_code=new_code, reason=reason,
        old=old, new=new_code, divisions=len(subtree), rows=rows, on=on,
    )  # fmt: skip
    return rows


def _codes_close(divisions: list[Division], on: date) -> None:
    """End the codes in use; a division that came without a code row gets one, so that its old code is still found."""
    open_ones = DivisionCode.objects.filter(division__in=divisions, effective_to__isnull=True)
    known = set(open_ones.values_list("division_id", flat=True))
    open_ones.update(effective_to=on)
    DivisionCode.objects.bulk_create(
        [
            DivisionCode(division=one, code=one.code, effective_to=on)
            for one in divisions
            if one.pk not in known
        ]
    )


def _parent_for(level: Level, code: str) -> Division | None:
    above = loading.PARENT_LEVEL.get(level)
    if above is None:
        return None
    parent = Division.objects.filter(code=code[: CODE_LENGTH[above]], valid_to__isnull=True).first()
    if parent is None:
        raise Invalid(f"上级区划 {code[: CODE_LENGTH[above]]} 不存在。", field="new_code")
    return parent


@transaction.atomic
def division_merge(*, actor: Acting, division: Division, into: Division, on: date, reason: str) -> int:
    """Dissolve a division into another of its level; its rows and open postings follow. Returns how many rows moved.

    A division that still has others below it is not merged: recode those first, each to its own new code.
    """
    _require(actor, RECODE, division.code)
    _require(actor, RECODE, into.code)
    reason, division, into = _reasoned(reason), _standing(division.pk), _standing(into.pk)
    if division.pk == into.pk or division.level != into.level:
        raise Invalid("只能并入另一个同级区划。", field="into")
    if Division.objects.filter(parent=division, valid_to__isnull=True).exists():
        raise Conflict(f"{division.name}之下还有区划，请先逐一调整。", code="has_children")
    moving.followers_move(division, into, on)
    rows = moving.references_rewrite(division, into)
    rows += moving.scope_codes_rewrite(division.code, into.code, subtree=False)
    Division.objects.filter(pk=division.pk).update(merged_into=into, valid_to=on)
    _codes_close([division], on)
    division.refresh_from_db()
    record(
        actor, "villages.merged", division, scope_code=into.code, reason=reason,
        old=division.code, new=into.code, rows=rows, on=on,
    )  # fmt: skip
    return rows


@transaction.atomic
def village_year_save(*, actor: Acting, division: Division, year: int, facts: dict[str, Any]) -> VillageYear:
    """Write the facts of one year; what is None stays unknown."""
    _require(actor, EDIT, division.code)
    if division.level not in {Level.VILLAGE, Level.TOWNSHIP}:
        raise Invalid("只有乡镇和村有年度情况。")
    population, poor = facts.get("registered_population"), facts.get("poor_persons")
    if population is not None and poor is not None and poor > population:
        raise Invalid("未脱贫人口不能多于户籍人口。", field="poor_persons")
    row, _ = VillageYear.objects.update_or_create(division=division, year=year, defaults=facts)
    record(actor, "villages.year_saved", row, scope_code=division.code, year=year)
    return row
