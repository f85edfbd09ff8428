"""Numbers that are names: of persons, phones and accounts. Text cells only, because Excel keeps 15 digits of a number."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from common import pii
from exchange.sheet.cells import CellFaultError
from exchange.sheet.columns import Text


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
class Secret(Text):
    """A number that is shown masked: full numbers come in, a masked file is refused with a sentence."""

    group: str = "identity"

    def read(self, cell: object, text: str) -> str:
        no_number_cell(cell)
        if pii.STARS in text:
            raise CellFaultError(STARRED)
        return self.number(text)

    def number(self, text: str) -> str:
        """The number as it is kept; CellFaultError when it cannot be one."""
        raise NotImplementedError

    def masked(self, value: Any) -> Any:
        return pii.mask(value) or None


@dataclass(frozen=True)
class IdNumber(Secret):
    """证件号码, check digit and birth date tested. `lenient` leaves that test to the importer, which knows whether the
    number is the one already on record (another kind of paper, or a person from before the test)."""

    lenient: bool = False

    def number(self, text: str) -> str:
        number = text.replace(" ", "").upper()
        if not self.lenient:
            self.check(number)
        return number

    def check(self, number: str) -> None:
        """CellFaultError when this cannot be an ID number."""
        if fault := pii.id_number_fault(number, timezone.localdate()):
            raise CellFaultError(fault.removeprefix("证件号码").rstrip("。"))


@dataclass(frozen=True)
class Phone(Secret):
    def number(self, text: str) -> str:
        if fault := pii.phone_fault(text):
            raise CellFaultError(fault.removeprefix("电话号码").rstrip("。"))
        return text.replace(" ", "").replace("-", "")

    def same(self, current: Any, given: Any) -> bool:
        return (current or "").replace(" ", "").replace("-", "") == given


@dataclass(frozen=True)
class Account(Secret):
    """Bank account, masked to its last four."""

    def number(self, text: str) -> str:
        number = text.replace(" ", "")
        if not (number.isascii() and number.isdigit() and 8 <= len(number) <= 30):
            raise CellFaultError("应为 8 至 30 位数字，请核对")
        return number

    def masked(self, value: Any) -> Any:
        return pii.mask_account(value) or None
