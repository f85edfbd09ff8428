"""收支 as a table: components and their items down, years across, and the difference between the last two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from households.codes import INCOME_ITEMS, Component
from households.models import IncomeRecord
from households.rules import per_head


@dataclass(frozen=True)
class Row:
    label: str
    fens: tuple[int | None, ...]
    difference: int | None
    kind: str = "item"  # component, item, total


def _row(label: str, fens: Sequence[int | None], kind: str) -> Row:
    last, before = (fens[-1], fens[-2]) if len(fens) > 1 else (None, None)
    difference = last - before if last is not None and before is not None else None
    return Row(label, tuple(fens), difference, kind)


def income_table(records: Sequence[IncomeRecord], items: Mapping[int, Mapping[str, int]]) -> list[Row]:
    """The rows of these yearly records, oldest first. An item nobody was asked in any year has no row; a blank is unknown."""
    rows = []
    for component in Component:
        name = f"{component.value}_fen"
        rows.append(_row(component.label, [getattr(record, name) for record in records], "component"))
        for item, label in INCOME_ITEMS[component.value].items():
            fens = [items.get(record.pk, {}).get(item) for record in records]
            if any(fen is not None for fen in fens):
                rows.append(_row(label, fens, "item"))
    beside = (("理赔收入", "claims_fen"), ("可支配收入", "disposable_fen"))
    rows += [
        _row(label, [getattr(record, name) for record in records], "component") for label, name in beside
    ]
    rows.append(_row("家庭纯收入", [record.net_fen for record in records], "total"))
    heads = [per_head(record.net_fen, record.members) for record in records]
    rows.append(_row("人均纯收入", heads, "total"))
    return rows
