"""The first rows of a file, whatever they are: for pages on which a person says what the columns mean."""

from pathlib import Path

from python_calamine import CalamineWorkbook

from common.errors import Invalid
from exchange import files
from exchange.reader import HEADER_WITHIN, MAX_SHEETS, Cells, _csv_rows, _looks, _sentences
from exchange.sheet import cell_text

NO_HEADER = f"前 {HEADER_WITHIN} 行内没有找到表头（一行里至少两个文字列名），请核对文件后再上传。"


def _first_rows(path: Path, kind: str) -> list[tuple[int, Cells]]:
    if kind == files.CSV:
        return list(enumerate(_csv_rows(path)[:HEADER_WITHIN], start=1))
    looks = _looks(path) if kind == files.XLSX else None
    with CalamineWorkbook.from_path(str(path)) as book:
        for name in [one for one in book.sheet_names if looks is None or one in looks][:MAX_SHEETS]:
            sheet = book.get_sheet_by_name(name)
            if sheet.start is None:
                continue
            found: list[tuple[int, Cells]] = []
            for number, cells in enumerate(sheet.iter_rows(), start=sheet.start[0] + 1):
                found.append((number, cells))
                if len(found) == HEADER_WITHIN:
                    break
            return found
    return []


def head_of(path: Path) -> tuple[int, list[str], list[list[str]]]:
    """(row of the header, its texts, up to three rows below it). The header is the row with the most words in it; refused
    with a sentence for what is no sheet, is locked, damaged or too big, or has no header."""
    with path.open("rb") as source:
        kind = files.sniff(source)
    if kind not in files.SHEETS:
        raise Invalid(
            "文件不是 Excel 工作簿（.xlsx、.xls）或 CSV，请另存为 .xlsx 再上传。",
            code="not_a_workbook",
            field="file",
        )
    with _sentences():
        rows = [(number, [cell_text(cell) for cell in cells]) for number, cells in _first_rows(path, kind)]
    best = max(rows, key=lambda row: (_words(row[1]), -row[0]), default=None)
    if best is None or _words(best[1]) < 2:
        raise Invalid(NO_HEADER, code="missing_header", field="file")
    below = [cells for number, cells in rows if number > best[0]][:3]
    return best[0], [name for name in best[1] if name], below


def _words(cells: list[str]) -> int:
    """Distinct texts that are no figures: what a header is made of."""
    return len({cell for cell in cells if cell and not any(letter.isdigit() for letter in cell)})
