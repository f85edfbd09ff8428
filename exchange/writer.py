"""Rows -> .xlsx or .csv, streamed. Two engines behind one function: rustpy-xlsxwriter, and openpyxl where that is missing.

A text never becomes a formula: both engines write text cells, and a leading = + - @ tab gets an apostrophe in front,
so that it stays text when somebody saves the sheet as CSV later. Reading takes the apostrophe off again.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from common.errors import Invalid
from exchange.sheet import Column

try:
    import rustpy_xlsxwriter as rust
except ImportError:  # a young package: where there is no wheel for it, the slower engine writes the same
    rust = None  # type: ignore[assignment]

MAX_ROWS = 1_048_000
CELL_LIMIT = 32_000
SIGNS = ("=", "+", "-", "@", "\t", "\r")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
HEADER_FILL, HEADER_INK, LINE = "DCE6F1", "1F3864", "9FB3CC"
COVER = "说明"


@dataclass
class Book:
    """What to write. `rows` are sequences in the order of `columns`, already as the columns show them."""

    sheet: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    cover: Sequence[tuple[str, str]] = ()
    freeze_columns: int = 0
    written: int = field(default=0, init=False)


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula, without characters that XML cannot hold."""
    text = NOT_IN_XML.sub("", text)[:CELL_LIMIT]
    return f"'{text}" if text.startswith(SIGNS) else text


def _cells(book: Book) -> Iterator[list[Any]]:
    """The rows, safe to write; counts them and stops before Excel's last row."""
    for row in book.rows:
        book.written += 1
        if book.written > MAX_ROWS:
            raise Invalid("行数超过 Excel 的上限，请按乡镇分别导出。", code="too_many_rows")
        yield [safe_text(cell) if isinstance(cell, str) else cell for cell in row]


def _headers(book: Book) -> list[str]:
    return [safe_text(column.header) for column in book.columns]


# --- rustpy-xlsxwriter ----------------------------------------------------------------------------------------------


def _rust_header() -> Any:
    return (
        rust.Format().set_bold().set_font_color(f"#{HEADER_INK}").set_background_color(f"#{HEADER_FILL}")
        .set_border("thin").set_border_color(f"#{LINE}").set_text_wrap().set_align("center").set_align("vertical_center")
    )  # fmt: skip


def _rust_column(column: Column) -> Any:
    plain = rust.Format()
    return plain.set_num_format(column.number_format) if column.number_format else plain


def write_rust(path: Path, book: Book) -> int:
    """With the compiled engine; it writes no header over no rows, so an empty table goes to the other one."""
    headers = _headers(book)
    rows = _cells(book)
    first = next(rows, None)
    if first is None:
        return write_openpyxl(path, book)
    name = book.sheet
    records = (dict(zip(headers, row, strict=True)) for row in chain([first], rows))
    texts = [
        header for header, column in zip(headers, book.columns, strict=True) if column.number_format == "@"
    ]
    cover = [{"项目": safe_text(key), "内容": safe_text(value)} for key, value in book.cover]
    sheets: list[tuple[str, Any]] = [(name, records), (COVER, cover)] if cover else [(name, records)]
    rust.write_worksheets(
        sheets,
        str(path),
        header_format={name: _rust_header(), COVER: _rust_header()},
        freeze_panes={name: {"row": 1, "col": book.freeze_columns}},
        column_formats={name: [_rust_column(column) for column in book.columns]},
        column_widths={name: [column.width for column in book.columns], COVER: [16.0, 90.0]},
        row_heights={name: {0: 32.0}},
        ignore_errors={name: texts} if texts else None,
        page_setup={
            name: {"landscape": True, "paper_size": 9, "fit_to_pages": (1, 0), "repeat_rows": (0, 0)}
        },
    )
    return book.written


# --- openpyxl -------------------------------------------------------------------------------------------------------

_SIDE = Side(style="thin", color=LINE)


class _Stylist:
    """Cells of a write-only sheet with the styles of their columns."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.font, self.fill = Font(bold=True, color=HEADER_INK), PatternFill("solid", fgColor=HEADER_FILL)
        self.border = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
        self.align = Alignment(horizontal="center", vertical="center", wrap_text=True)

    def header(self, text: str) -> Any:
        cell = self.cell(text, "@")
        cell.font, cell.fill, cell.border, cell.alignment = self.font, self.fill, self.border, self.align
        return cell

    def cell(self, value: Any, number_format: str) -> Any:
        cell = WriteOnlyCell(self.sheet, value=value)
        if isinstance(value, str):
            cell.data_type = "s"
        if number_format and value is not None:
            cell.number_format = number_format
        return cell


def _openpyxl_cover(workbook: Any, book: Book) -> None:
    sheet = workbook.create_sheet(COVER)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 90
    stylist = _Stylist(sheet)
    sheet.append([stylist.header("项目"), stylist.header("内容")])
    for key, value in book.cover:
        sheet.append([stylist.cell(safe_text(key), "@"), stylist.cell(safe_text(value), "@")])


def write_openpyxl(path: Path, book: Book) -> int:
    """With openpyxl in write-only mode: flat memory, about ten times slower."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(book.sheet)
    sheet.freeze_panes = f"{get_column_letter(book.freeze_columns + 1)}2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight = True, 0
    sheet.print_title_rows = "1:1"
    sheet.row_dimensions[1].height = 32
    for at, column in enumerate(book.columns, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    stylist = _Stylist(sheet)
    formats = [column.number_format for column in book.columns]
    try:
        sheet.append([stylist.header(text) for text in _headers(book)])
        for row in _cells(book):
            sheet.append([stylist.cell(value, form) for value, form in zip(row, formats, strict=True)])
    except BaseException:
        sheet.close()  # an abandoned sheet would go on writing whenever it is collected
        raise
    if book.cover:
        _openpyxl_cover(workbook, book)
    workbook.save(path)
    return book.written


# --- CSV ------------------------------------------------------------------------------------------------------------


def _csv_cell(value: Any, column: Column) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    text = str(value)
    # Excel would turn a long number into a float and lose its end; ="..." keeps it text.
    return f'="{text}"' if column.number_format == "@" and len(text) > 10 and text.isdigit() else text


def write_csv(path: Path, book: Book) -> int:
    """utf-8 with the mark that makes Excel read it as such."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(_headers(book))
        for row in _cells(book):
            lines.writerow(
                [_csv_cell(value, column) for value, column in zip(row, book.columns, strict=True)]
            )
    return book.written


Engine = Callable[[Path, Book], int]
ENGINES: dict[str, Engine] = {
    "openpyxl": write_openpyxl,
    **({"rust": write_rust} if rust is not None else {}),
}


def write_book(path: Path, book: Book, engine: str | None = None) -> int:
    """Write an .xlsx with the named engine, or the quickest there is. Returns the number of rows."""
    return ENGINES[engine or ("rust" if "rust" in ENGINES else "openpyxl")](path, book)
