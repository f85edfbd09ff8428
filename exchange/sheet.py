"""What a sheet looks like: typed columns with header aliases, units, and what an empty cell means. No Django models here."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils import timezone

from accounts.permissions import ALL_FIELD_GROUPS
from common import pii
from common.errors import DomainError, Invalid
from common.money import WAN, to_fen, to_yuan
from common.text import clean

EVERY_GROUP = "*"  # the group of a column that may tell of any: only for those who may see every one


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


@dataclass(frozen=True)
class Column:
    """`derived`: compared, never written. `required`: without this header the file is refused;
    `filled`: an empty cell sends the row back. `group`: the field group
    a person must hold to see it. `blank`: what an empty cell means, NOT_GIVEN or
    BlankMeans(code)."""

    key: str
    header: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    filled: bool = False
    derived: bool = False
    group: str = ""
    blank: Any = NOT_GIVEN
    width: float = 12
    number_format = ""
    is_number = False

    def names(self) -> set[str]:
        return {normal_header(name) for name in (self.header, *self.aliases)}

    def parse(self, cell: object) -> Any:
        """The typed value; `blank` for an empty cell; CellFaultError otherwise."""
        text = cell_text(cell)
        return self.read(cell, text) if text else self.blank

    def read(self, cell: object, text: str) -> Any:
        return text

    def same(self, current: Any, given: Any) -> bool:
        return bool(current == given)

    def show(self, value: Any) -> Any:
        """What the writer puts in the cell: text, number, date or None."""
        return value if value not in (None, "") else None

    def masked(self, value: Any) -> Any:
        return self.show(value)


@dataclass(frozen=True)
class Text(Column):
    limit: int = 60

    number_format = "@"

    def read(self, cell: object, text: str) -> str:
        if len(text) > self.limit:
            raise CellFaultError(f"超过 {self.limit} 个字，请缩短")
        return text

    def same(self, current: Any, given: Any) -> bool:
        return bool(current == given or cell_text(current) == given)


def no_number_cell(cell: object) -> None:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        raise CellFaultError(
            "是数值单元格，Excel 只保留 15 位有效数字，号码可能已损坏，请把该列设为文本格式后重新录入"
        )
    if isinstance(cell, (date, datetime)):
        raise CellFaultError("是日期单元格，请把该列设为文本格式后重新录入")


@dataclass(frozen=True)
class NumberText(Text):
    """A number that is a name: 户编号, 人编号. Text cells only."""

    def read(self, cell: object, text: str) -> str:
        no_number_cell(cell)
        if not re.fullmatch(r"[0-9A-Za-z-]{1,30}", text):
            raise CellFaultError("应为字母、数字组成的编号，请核对")
        return text


STARRED = "含 *，脱敏文件不能导入，请使用完整号码的文件"


@dataclass(frozen=True)
class IdNumber(Text):
    """证件号码 as text, check digit and birth date tested. `lenient` leaves that test to the importer, which knows whether the
    number is the one already on record (another kind of paper, or a person from before the test)."""

    group: str = "identity"
    lenient: bool = False

    def read(self, cell: object, text: str) -> str:
        no_number_cell(cell)
        if pii.STARS in text:
            raise CellFaultError(STARRED)
        number = text.replace(" ", "").upper()
        if not self.lenient:
            self.check(number)
        return number

    def check(self, number: str) -> None:
        """CellFaultError when this cannot be an ID number."""
        if fault := pii.id_number_fault(number, timezone.localdate()):
            raise CellFaultError(fault.removeprefix("证件号码").rstrip("。"))

    def masked(self, value: Any) -> Any:
        return pii.mask(value) or None


@dataclass(frozen=True)
class Phone(Text):
    group: str = "identity"

    def read(self, cell: object, text: str) -> str:
        no_number_cell(cell)
        if pii.STARS in text:
            raise CellFaultError(STARRED)
        fault = pii.phone_fault(text)
        if fault:
            raise CellFaultError(fault.removeprefix("电话号码").rstrip("。"))
        return text.replace(" ", "").replace("-", "")

    def same(self, current: Any, given: Any) -> bool:
        return (current or "").replace(" ", "").replace("-", "") == given

    def masked(self, value: Any) -> Any:
        return pii.mask(value) or None


@dataclass(frozen=True)
class Account(Text):
    """Bank account: text cells only, masked to its last four."""

    group: str = "identity"

    def read(self, cell: object, text: str) -> str:
        no_number_cell(cell)
        if pii.STARS in text:
            raise CellFaultError(STARRED)
        number = text.replace(" ", "")
        if not (number.isascii() and number.isdigit() and 8 <= len(number) <= 30):
            raise CellFaultError("应为 8 至 30 位数字，请核对")
        return number

    def masked(self, value: Any) -> Any:
        return pii.mask_account(value) or None


@dataclass(frozen=True)
class Money(Column):
    """Inside whole 分; in the cell Decimal 元 or 万元."""

    unit: str = "元"

    number_format = "#,##0.00"
    is_number = True

    @property
    def factor(self) -> Decimal:
        return WAN if self.unit == "万元" else Decimal(1)

    def read(self, cell: object, text: str) -> int:
        if isinstance(cell, (date, datetime)):
            raise CellFaultError("是日期，应为金额")
        exact = format(Decimal(repr(cell)), "f") if isinstance(cell, float) else text
        try:
            return to_fen(exact, unit=self.factor)
        except Invalid as wrong:
            raise CellFaultError(f"{wrong.sentence.rstrip('。')}（单位：{self.unit}）") from None

    def show(self, value: Any) -> Any:
        yuan = to_yuan(value)
        return None if yuan is None else yuan / self.factor


@dataclass(frozen=True)
class Count(Column):
    """A whole number between `low` and `high`."""

    low: int = 0
    high: int = 10**6

    number_format = "0"
    is_number = True

    def read(self, cell: object, text: str) -> int:
        if not re.fullmatch(r"-?\d{1,9}", text) or isinstance(cell, (date, datetime)):
            raise CellFaultError("应为整数")
        number = int(text)
        if not self.low <= number <= self.high:
            raise CellFaultError(f"应在 {self.low} 至 {self.high} 之间")
        return number


DATE_FORMS = (
    re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?( 00:00:00)?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
MONTH_FORMS = (re.compile(r"(\d{4})[-/.年](\d{1,2})月?"), re.compile(r"(\d{4})(\d{2})"))


@dataclass(frozen=True)
class Day(Column):
    """A day, or a Month where the sheet says no more."""

    number_format = "yyyy-mm-dd"

    def read(self, cell: object, text: str) -> date | Month:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        try:
            for form in DATE_FORMS:
                if found := form.fullmatch(text):
                    return date(int(found[1]), int(found[2]), int(found[3]))
            for form in MONTH_FORMS:
                if found := form.fullmatch(text):
                    return Month(date(int(found[1]), int(found[2]), 1).year, int(found[2]))
        except ValueError:
            raise CellFaultError(f"“{text[:20]}”不是存在的日期") from None
        raise CellFaultError(f"“{text[:20]}”不是日期，应写作 2020-09-30、202009 或 2020年09月")

    def same(self, current: Any, given: Any) -> bool:
        return given.covers(current) if isinstance(given, Month) and current else bool(current == given)


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


def refusal_text(refusal: DomainError) -> str:
    return refusal.sentence.rstrip("。")
