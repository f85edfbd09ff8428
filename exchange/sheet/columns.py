"""The column, and columns of text, money, counts and days."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from common.errors import Invalid
from common.money import WAN, to_fen, to_yuan
from exchange.sheet.cells import NOT_GIVEN, CellFaultError, Month, cell_text, normal_header


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
