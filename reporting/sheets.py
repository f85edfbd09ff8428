"""The tables of the dashboard as one workbook: one sheet per board, numbers as numbers."""

from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from common.errors import NotFound
from exchange.registry import register_sheet
from exchange.sheet import ExportQuery, SheetSpec
from exchange.writer import safe_text
from reporting.boards import Board
from reporting.pages import boards_of
from reporting.selectors import snapshot_of
from villages.selectors import division_by_code

HEAD = PatternFill("solid", fgColor="DCE6F1")


def _write_board(sheet: Any, board: Board, subtitle: str) -> int:
    sheet.append([safe_text(board.title)])
    sheet.append([safe_text(subtitle)])
    sheet.append([safe_text(text) for text in board.head])
    for name, cells in board.rows:
        sheet.append(
            [safe_text(name), *(safe_text(cell.text) if cell.value is None else cell.value for cell in cells)]
        )
    sheet["A1"].font = Font(bold=True, size=14)
    for cell in sheet[3]:
        cell.font, cell.fill, cell.alignment = (
            Font(bold=True),
            HEAD,
            Alignment(horizontal="center", wrap_text=True),
        )
    for row in sheet.iter_rows(min_row=4, min_col=2):
        for cell in row:
            cell.number_format = "#,##0" if isinstance(cell.value, int) else "#,##0.00"
    for at in range(1, len(board.head) + 1):
        sheet.column_dimensions[get_column_letter(at)].width = 30 if at == 1 else 16
    sheet.freeze_panes = "B4"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    return len(board.rows)


def dashboard_file(path: Path, query: ExportQuery, cover: list[tuple[str, str]]) -> int:
    """Write the newest snapshot of the area asked for. Refuses when none was taken, or when no single area is meant."""
    area = division_by_code(query.scope.prefixes[0]) if len(query.scope.prefixes) == 1 else None
    found = snapshot_of(area) if area else None
    snapshot = found.seen_by(query.scope) if found else None
    if snapshot is None:
        raise NotFound("这个区域还没有总览数字，请先在总览页点“更新数字”。", code="no_snapshot")
    workbook = Workbook()
    about = workbook.active
    about.title = "说明"
    for line in [*cover, ("快照日期", snapshot.as_of.isoformat())]:
        about.append([safe_text(part) for part in line])
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 16, 80
    subtitle = f"{snapshot.area.name}，截至 {snapshot.as_of:%Y-%m-%d}"
    count = 0
    for board in boards_of(snapshot, query.scope):
        count += _write_board(workbook.create_sheet(board.title[:31].replace("/", " ")), board, subtitle)
    workbook.save(path)
    return count


def register() -> None:
    register_sheet(
        SheetSpec(
            "DASHBOARD", "总览数据表", (), "reporting.view", file=dashboard_file, personal=False, order=300
        )
    )
