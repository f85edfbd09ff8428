"""Reading one table: every field with its type; faults in Chinese, unknown fields refused where asked."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from policies.pack.canonical import FLOAT
from policies.pack.faults import Book


def as_day(value: object) -> date | None:
    if not isinstance(value, str) or len(value) != 10:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def as_number(value: object) -> Decimal | None:
    """An integer, or text that writes a plain decimal. Floats were marked when read and are none of both."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if not isinstance(value, str) or value.startswith(FLOAT):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and "e" not in value.lower() else None


class Fields:
    """One table of a file under `key`."""

    def __init__(self, table: object, key: str, book: Book) -> None:
        self.key = key
        self.book = book
        self.table: Mapping[str, Any] = table if isinstance(table, dict) else {}
        self.seen: set[str] = set()
        if not isinstance(table, dict):
            book.note(key, "应是一个表。")

    def fault(self, sentence: str) -> None:
        self.book.note(self.key, sentence)

    def raw(self, name: str) -> Any:
        self.seen.add(name)
        return self.table.get(name)

    def text(self, name: str, *, needed: bool = False) -> str:
        value = self.raw(name)
        if value is None or value == "":
            if needed:
                self.fault(f"缺少 {name}。")
            return ""
        if not isinstance(value, str) or value.startswith(FLOAT):
            self.fault(f"{name} 应是文本。")
            return ""
        return value

    def choice(self, name: str, choices: tuple[str, ...], *, default: str = "") -> str:
        """One word of a closed list; without a default it is needed."""
        value = self.text(name, needed=not default)
        if value and value not in choices:
            self.fault(f"{name} “{value}”不在允许的范围内（{'、'.join(choices)}）。")
            return ""
        return value or default

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.raw(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault(f"{name} 应是 true 或 false。")
            return default
        return value

    def day(self, name: str, *, needed: bool = False) -> date | None:
        value = self.raw(name)
        if value is None:
            if needed:
                self.fault(f"缺少 {name}。")
            return None
        day = as_day(value)
        if day is None:
            self.fault(f"{name} 应是日期。")
        return day

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; one text counts as a list of one."""
        value = self.raw(name)
        if value is None:
            return ()
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not all(isinstance(part, str) and part for part in found):
            self.fault(f"{name} 应是文本的列表。")
            return ()
        return tuple(found)

    def tables(self, name: str) -> list[Any]:
        value = self.raw(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(f"{name} 应是表的列表。")
            return []
        return value

    def close(self) -> None:
        """Refuse what was not asked for: a misspelt field would be silently ignored."""
        for name in sorted(set(self.table) - self.seen):
            self.fault(f"不认识的项 {name}。")
