"""The table of the fund check as the province wants it: title, unit, two-line head, 万元, signatures. Made with openpyxl, because it is
a form with merged cells and not a ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from common.money import to_yuan
from exchange.writer import COVER, HEADER_FILL, HEADER_INK, LINE, safe_text

HEADS = (
    ("类别", None, 12), ("名称", None, 34), ("资金（万元）", "指标下达", 13), ("", "分配到项目", 13), ("", "已拨付", 13),
    ("拨付进度", "基数（万元）", 13), ("", "已拨付（%）", 11), ("", "目标（%）", 10), ("", "期限", 12), ("", "差额（万元）", 13),
    ("是否滞后", None, 10), ("依据条款", None, 26),
)  # fmt: skip
GROUPS = {"county": "县", "level": "资金级次", "township": "乡镇", "project": "项目"}
MONEY, PCT = "#,##0.00", "0.00"
LATE_INK = "B42318"
WIDE = ("情况", "内容")


@dataclass(frozen=True)
class FundLine:
    """One row of the table: money in 分, None where it is unknown or of no meaning."""

    kind: str
    name: str
    granted_fen: int | None
    allocated_fen: int
    paid_fen: int
    base_fen: int
    paid_pct: Decimal | None
    target_pct: Decimal | None
    due: date | None
    short_fen: int | None
    is_late: bool | None
    clause: str

    def cells(self) -> list[object]:
        late = "—" if self.is_late is None else "滞后" if self.is_late else "否"
        return [
            GROUPS.get(self.kind, self.kind), safe_text(self.name), _wan(self.granted_fen), _wan(self.allocated_fen),
            _wan(self.paid_fen), _wan(self.base_fen), self.paid_pct, self.target_pct, self.due, _wan(self.short_fen),
            late, safe_text(self.clause) or "—",
        ]  # fmt: skip


FORMATS = ("@", "@", MONEY, MONEY, MONEY, MONEY, PCT, PCT, "yyyy-mm-dd", MONEY, "@", "@")


def _wan(fen: int | None) -> Decimal | None:
    yuan = to_yuan(fen)
    return None if yuan is None else yuan / 10000


_SIDE = Side(style="thin", color=LINE)
BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _head(sheet: Worksheet, title: str, place: str, as_of: date) -> None:
    last = len(HEADS)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=last)
    sheet.cell(1, 1, title).font = Font(bold=True, size=16)
    sheet.cell(1, 1).alignment = CENTRE
    sheet.row_dimensions[1].height = 30
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=6)
    sheet.cell(2, 1, safe_text(f"填报单位：{place}"))
    sheet.merge_cells(start_row=2, start_column=7, end_row=2, end_column=last)
    sheet.cell(
        2, 7, f"数据日期：{as_of.year}年{as_of.month}月{as_of.day}日    单位：万元、%"
    ).alignment = Alignment(horizontal="right")
    fill = PatternFill("solid", fgColor=HEADER_FILL)
    for at, (upper, lower, width) in enumerate(HEADS, start=1):
        sheet.column_dimensions[sheet.cell(4, at).column_letter].width = width
        sheet.cell(3, at, upper or None)
        sheet.cell(4, at, lower)
        for row in (3, 4):
            cell = sheet.cell(row, at)
            cell.font, cell.fill, cell.border, cell.alignment = (
                Font(bold=True, color=HEADER_INK),
                fill,
                BORDER,
                CENTRE,
            )
        if lower is None:
            sheet.merge_cells(start_row=3, start_column=at, end_row=4, end_column=at)
    sheet.merge_cells("C3:E3")
    sheet.merge_cells("F3:J3")


def _body(sheet: Worksheet, lines: Sequence[FundLine]) -> int:
    at = 5
    for at, line in enumerate(lines, start=5):  # noqa: B007 - the last row is wanted below
        for column, (value, form) in enumerate(zip(line.cells(), FORMATS, strict=True), start=1):
            cell = sheet.cell(at, column, value)
            cell.number_format, cell.border = form, BORDER
            if isinstance(value, str):
                cell.data_type = "s"
                cell.alignment = Alignment(vertical="center", wrap_text=column in (2, 12))
            if line.is_late and column in (7, 10, 11):
                cell.font = Font(bold=True, color=LATE_INK)
    return at


def _sign(sheet: Worksheet, row: int) -> None:
    for column, text in (
        (1, "填表人："),
        (4, "审核人："),
        (7, "单位负责人："),
        (10, "填报日期：      年   月   日"),
    ):
        sheet.cell(row, column, text)


@dataclass(frozen=True)
class SideTable:
    """A plain table on a sheet of its own."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]


def _side(book: Workbook, table: SideTable) -> None:
    sheet = book.create_sheet(table.title)
    for at, head in enumerate(table.heads, start=1):
        cell = sheet.cell(1, at, head)
        cell.font, cell.fill = Font(bold=True, color=HEADER_INK), PatternFill("solid", fgColor=HEADER_FILL)
        cell.alignment, cell.border = CENTRE, BORDER
        sheet.column_dimensions[cell.column_letter].width = 60 if head in WIDE else 22
    for row_at, row in enumerate(table.rows, start=2):
        for at, value in enumerate(row, start=1):
            cell = sheet.cell(row_at, at, safe_text(value) if isinstance(value, str) else value)
            cell.border, cell.alignment = BORDER, Alignment(vertical="center", wrap_text=True)
            if isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight = True, 0


def fund_table_write(
    path: Path,
    lines: Sequence[FundLine],
    *,
    place: str,
    as_of: date,
    cover: Sequence[tuple[str, str]],
    more: Sequence[SideTable] = (),
) -> int:
    """Write the workbook, `more` on sheets behind the table; how many rows the table has comes back."""
    book = Workbook()
    sheet = book.active
    sheet.title = "资金拨付核查"
    _head(sheet, "财政专项扶贫资金拨付进度核查表", place, as_of)
    _sign(sheet, _body(sheet, lines) + 2)
    sheet.freeze_panes = "C5"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight = True, 0
    sheet.print_title_rows = "3:4"
    for table in more:
        _side(book, table)
    about = book.create_sheet(COVER)
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 16, 90
    for key, value in cover:
        about.append([safe_text(key), safe_text(value)])
    book.save(path)
    return len(lines)
