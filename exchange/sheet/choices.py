"""Columns of a code list."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from exchange.sheet.cells import CellFaultError, normal_header
from exchange.sheet.columns import Column


def _choice_key(text: str) -> str:
    return normal_header(text)


@dataclass(frozen=True)
class Choice(Column):
    """One value of a code list, by its Chinese label or a synonym."""

    choices: Iterable[tuple[Any, str]] = ()
    synonyms: Mapping[str, Any] = field(default_factory=dict)
    silent: tuple[Any, ...] = ()  # codes that ledgers write as an empty cell
    labels: Mapping[Any, str] = field(init=False, repr=False)  # by value, from the choices
    words: Mapping[str, Any] = field(init=False, repr=False)  # value by what a cell may say

    number_format = "@"

    def __post_init__(self) -> None:
        labels = {value: str(label) for value, label in self.choices}
        words = {_choice_key(label): value for value, label in labels.items()}
        words.update({_choice_key(word): value for word, value in self.synonyms.items()})
        object.__setattr__(self, "labels", labels)
        object.__setattr__(self, "words", words)

    def read(self, cell: object, text: str) -> Any:
        return self._one(text)

    def _one(self, word: str) -> Any:
        if word in self.words:
            return self.words[word]
        try:
            return self.words[_choice_key(word)]
        except KeyError:
            listed = "、".join(list(self.labels.values())[:8])
            more = "等" if len(self.labels) > 8 else ""
            raise CellFaultError(f"“{word[:20]}”不在规定选项中（{listed}{more}）") from None

    def show(self, value: Any) -> Any:
        return None if value in self.silent else self.labels.get(value)


@dataclass(frozen=True)
class Choices(Choice):
    """Several values in one cell, joined by commas in any order; typed as a frozenset."""

    def read(self, cell: object, text: str) -> frozenset:
        words = [word for word in re.split(r"[,，、;；/ ]+", text) if word]
        return frozenset(self._one(word) for word in words)

    def show(self, value: Any) -> Any:
        return ",".join(label for code, label in self.labels.items() if code in value) if value else None


YES_NO = ((True, "是"), (False, "否"))


def flag(key: str, header: str, **options: Any) -> Choice:
    """A 是/否 column."""
    return Choice(key, header, choices=YES_NO, synonyms={"已参加": True, "未参加": False}, **options)
