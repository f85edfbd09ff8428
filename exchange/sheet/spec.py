"""A layout as a whole, and what an export of it covers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.permissions import ALL_FIELD_GROUPS
from exchange.sheet.columns import Column

EVERY_GROUP = "*"  # the group of a column that may tell of any: only for those who may see every one
Row = Mapping[str, Any]


@dataclass(frozen=True)
class ExportQuery:
    """What an export covers: the person's scope already narrowed to the asked division, and the day."""

    scope: Any
    as_of: date
    params: Mapping[str, Any] = field(default_factory=dict)


class RowSource:
    """The rows of an export: how many there will be (None: unknown), and the rows as sequences in column order."""

    def __init__(self, rows: Iterator[tuple], total: int | None = None) -> None:
        self.rows, self.total = rows, total


@dataclass(frozen=True)
class SheetSpec:
    """One layout. `permission` guards its rows on the way out, `edit_permission` on the way in.

    `rows(query)` gives a RowSource; `importer(actor, as_of)` gives an Importer (exchange/importer.py);
    `file(path, query, cover)` makes the whole workbook instead, for tables with a form of their own, and returns how
    many rows it has; `notes(query)` adds lines to the cover, such as the policy packs in force.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    permission: str
    rows: Callable[[ExportQuery], RowSource] | None = None
    edit_permission: str = ""
    importer: Callable[..., Any] | None = None
    file: Callable[..., int] | None = None
    notes: Callable[[ExportQuery], list[tuple[str, str]]] | None = None
    freeze_columns: int = 0
    personal: bool = True
    order: int = 100

    def seen_with(self, groups: frozenset[str]) -> list[int]:
        """Positions of the columns a person with these field groups may see."""
        held = groups | {EVERY_GROUP} if groups >= ALL_FIELD_GROUPS else groups
        return [at for at, column in enumerate(self.columns) if not column.group or column.group in held]
