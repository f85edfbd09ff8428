"""A parameter of a pack: one number, date or list of a document, with its unit, its basis and its clause."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from policies.pack.units import Unit

Scalar = Decimal | date | str | bool
Value = Scalar | tuple[Scalar, ...]
Basis = Literal["text", "inferred", "assumed", "county"]
BASES_ZH: Mapping[str, str] = MappingProxyType(
    {"text": "文件原文", "inferred": "据文意推断", "assumed": "系统假定", "county": "县级自定"}
)


@dataclass(frozen=True)
class Spell:
    """A value that holds from a day to a day, half-open."""

    start: date
    end: date | None
    value: Value

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True)
class Param:
    """One number, date or list the document gives, with where it stands."""

    key: str
    value: Value | None  # None: the value moves with time and no spell holds on the day asked for
    unit: Unit
    basis: str
    clause: str = ""
    meaning: str = ""
    meaning_zh: str = ""
    unit_text: str = ""
    due: date | None = None
    due_text: str = ""
    strict: bool = False
    soft: bool = False
    approximate: bool = False
    note: str = ""
    replaces: tuple[str, ...] = ()
    spells: tuple[Spell, ...] = ()
    pack: str = ""

    def on(self, day: date) -> "Param":
        """The parameter with the value that holds on this day."""
        if not self.spells:
            return self
        return replace(self, value=next((spell.value for spell in self.spells if spell.holds(day)), None))

    @property
    def values(self) -> tuple[Scalar, ...]:
        """The value as a list, also when it is one."""
        if self.value is None:
            return ()
        return self.value if isinstance(self.value, tuple) else (self.value,)

    @property
    def deadline(self) -> date | None:
        """The day something is due: the mark `due`, or the value of a parameter that is a day."""
        return self.due or (self.value if isinstance(self.value, date) else None)

    @property
    def label(self) -> str:
        return self.meaning_zh or self.meaning or self.key

    @property
    def basis_zh(self) -> str:
        return BASES_ZH[self.basis]


def clause_zh(clause: str) -> str:
    """第7条 for a plain number; anything else is printed as it stands."""
    if clause.isascii() and clause.isdigit():
        return f"第{clause}条"
    return f"条款 {clause}" if clause else ""
