"""What a sheet looks like: typed columns with header aliases, units, and what an empty cell means. No Django models here."""

from exchange.sheet.cells import (
    GUARDED,
    NOT_GIVEN,
    BlankMeans,
    CellFaultError,
    Month,
    cell_text,
    normal_header,
    refusal_text,
)
from exchange.sheet.choices import YES_NO, Choice, Choices, flag
from exchange.sheet.columns import Column, Count, Day, Money, Text
from exchange.sheet.numbers import STARRED, Account, IdNumber, NumberText, Phone, no_number_cell
from exchange.sheet.spec import EVERY_GROUP, ExportQuery, Row, RowSource, SheetSpec

__all__ = [
    "EVERY_GROUP", "GUARDED", "NOT_GIVEN", "STARRED", "YES_NO", "Account", "BlankMeans", "CellFaultError", "Choice", "Choices",
    "Column", "Count", "Day", "ExportQuery", "IdNumber", "Money", "Month", "NumberText", "Phone", "Row", "RowSource", "SheetSpec",
    "Text", "cell_text", "flag", "no_number_cell", "normal_header", "refusal_text",
]  # fmt: skip
