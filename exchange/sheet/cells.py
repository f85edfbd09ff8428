"""What a cell says before its column reads it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from common.errors import DomainError
from common.text import clean


class NotGiven:
    """What an empty cell means unless its column says otherwise: nothing is said, so nothing is changed."""

    def __repr__(self) -> str:
        return "NOT_GIVEN"

    def __bool__(self) -> bool:
        return False


NOT_GIVEN = NotGiven()


@dataclass(frozen=True)
class BlankMeans:
    """An empty cell that says something: the code it stands for. It still never overwrites what is unknown."""

    code: Any


class CellFaultError(Exception):
    """What is wrong with one cell, as the end of a sentence that already names row and column."""


class Month(NamedTuple):
    """A date known to the month only: 202305, 2023年05月."""

    year: int
    month: int

    def covers(self, day: date) -> bool:
        return (day.year, day.month) == (self.year, self.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)


def normal_header(text: object) -> str:
    """Headers are compared without blanks, line breaks and the difference of full and half width."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(text or ""))).replace("、", ",").lower()


GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n")


@lru_cache(maxsize=32_768)
def _cleaned(text: str) -> str:
    """The same few words fill most cells of a ledger."""
    return clean(text)


def cell_text(cell: object) -> str:
    """A cell as the text a person sees. A leading apostrophe that guards a formula sign is taken off."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = cell if isinstance(cell, str) else str(cell)
    if text[0] == "'" and text[1:2] in GUARDED:
        text = text[1:]
    return " ".join(text.split()) if text.isascii() else _cleaned(text)


def refusal_text(refusal: DomainError) -> str:
    return refusal.sentence.rstrip("。")
