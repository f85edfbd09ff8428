"""Workbook -> header map -> typed rows and their faults. Streaming; no Django models; every fault is a sentence to act on."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from common.errors import Invalid
from exchange import archive, files
from exchange.sheet import CellFaultError, Column, SheetSpec, cell_text, normal_header

HEADER_WITHIN = 10
MAX_SHEETS = 5
REMARK_HEADER = "退回原因"
Cells = Sequence[Any]


@dataclass(frozen=True)
class Fault:
    """What is wrong at row and column; `column` is the header as people see it."""

    row: int
    column: str
    message: str


@dataclass
class TypedRow:
    """One row of the sheet: typed values by column key, the faults of its cells, and the cells as they stood."""

    number: int
    values: dict[str, Any]
    faults: list[Fault]
    cells: Cells


@dataclass
class Opened:
    """A sheet whose header was found. `rows()` may be walked more than once."""

    headers: list[str]
    header_row: int
    places: dict[str, int]  # column key -> index in the row
    unknown: list[str]
    missing: list[str]
    formulas: set[tuple[int, int]]
    raw: list[Cells] = field(repr=False, default_factory=list)
    sheet: Any = None
    first_row: int = 1

    def cells(self) -> Iterator[tuple[int, Cells]]:
        """(row number as Excel shows it, cells) of every row under the header that is not empty."""
        rows = self.sheet.iter_rows() if self.sheet is not None else iter(self.raw)
        for number, cells in enumerate(rows, start=self.first_row):
            if number > self.header_row and (any(cells) or any(cell not in ("", None) for cell in cells)):
                yield number, cells


def numbered(row: int, column: str, fault: str) -> Fault:
    return Fault(row, column, f"第 {row} 行“{column}”{fault}。")


FORMULA = "是公式，请复制后用“选择性粘贴—数值”改为数值再上传"


MEMO = 4096


class RowTyper:
    """Turns the rows of one opened sheet into types. A ledger says the same few words fifty thousand times, so what a text
    means in a column is worked out once."""

    def __init__(self, spec: SheetSpec, opened: Opened) -> None:
        self.formulas = opened.formulas
        self.plan: list[tuple[int, Column, dict[str, Any]]] = [
            (opened.places[column.key], column, {}) for column in spec.columns if column.key in opened.places
        ]

    def row(self, number: int, cells: Cells) -> TypedRow:
        """A column the file lacks is not in `values`, which is not the same as an empty cell."""
        typed = TypedRow(number, {}, [], cells)
        width = len(cells)
        for at, column, memo in self.plan:
            cell = cells[at] if at < width else None
            try:
                if self.formulas and (number, at + 1) in self.formulas:
                    raise CellFaultError(FORMULA)
                typed.values[column.key] = self._value(column, cell, memo)
            except CellFaultError as wrong:
                self._fault(typed, column, str(wrong))
                continue
            if column.filled and cell_text(cell) == "":
                typed.faults.append(numbered(number, column.header, "不能为空，请填写"))
        return typed

    @staticmethod
    def _value(column: Column, cell: Any, memo: dict[str, Any]) -> Any:
        if not isinstance(cell, str):
            return column.parse(cell)
        if cell in memo:
            return memo[cell]
        value = column.parse(cell)
        if len(memo) < MEMO:
            memo[cell] = value
        return value

    @staticmethod
    def _fault(typed: TypedRow, column: Column, text: str) -> None:
        if (
            not column.derived or text == FORMULA
        ):  # derived is never written: an odd 序号 sends nobody's row back
            typed.faults.append(numbered(typed.number, column.header, text))


def typed_rows(spec: SheetSpec, opened: Opened) -> Iterator[TypedRow]:
    typer = RowTyper(spec, opened)
    for number, cells in opened.cells():
        yield typer.row(number, cells)


# --- finding the header ---------------------------------------------------------------------------------------------


def _positions(spec: SheetSpec, cells: Cells) -> dict[str, list[int]]:
    headers = [normal_header(cell) for cell in cells]
    return {
        column.key: [at for at, header in enumerate(headers) if header and header in names]
        for column in spec.columns
        if (names := column.names())
    }


def _best_header(
    spec: SheetSpec, rows: list[tuple[int, Cells]]
) -> tuple[int, Cells, dict[str, list[int]]] | None:
    best = None
    for number, cells in rows:
        places = _positions(spec, cells)
        score = sum(1 for found in places.values() if found)
        if score >= max(2, len(spec.columns) // 4) and (best is None or score > best[0]):
            best = (score, number, cells, places)
    return best[1:] if best else None


def _letters(at: int) -> str:
    text, at = "", at + 1
    while at:
        at, rest = divmod(at - 1, 26)
        text = chr(65 + rest) + text
    return text


def _check_header(spec: SheetSpec, number: int, places: dict[str, list[int]]) -> None:
    for column in spec.columns:
        if len(places[column.key]) > 1:
            where = "、".join(_letters(at) for at in places[column.key])
            raise Invalid(
                f"第 {number} 行表头“{column.header}”出现了 {len(places[column.key])} 次（{where} 列），请只保留一列后再上传。",
                code="duplicate_header",
            )
    missing = [column.header for column in spec.columns if column.required and not places[column.key]]
    if missing:
        raise Invalid(
            f"第 {number} 行表头缺少必需的列：{'、'.join(missing)}。请补上这些列后再上传。",
            code="missing_header",
        )


def _opened(spec: SheetSpec, head: list[tuple[int, Cells]]) -> Opened | None:
    found = _best_header(spec, head)
    if found is None:
        return None
    number, cells, places = found
    _check_header(spec, number, places)
    known = {at for positions in places.values() for at in positions}
    headers = [cell_text(cell) for cell in cells]
    return Opened(
        headers=headers,
        header_row=number,
        places={key: positions[0] for key, positions in places.items() if positions},
        unknown=[
            name for at, name in enumerate(headers) if name and at not in known and name != REMARK_HEADER
        ],
        missing=[column.header for column in spec.columns if not places[column.key] and not column.derived],
        formulas=set(),
    )


def _no_header(spec: SheetSpec) -> Invalid:
    wanted = "、".join(column.header for column in spec.columns if column.required)
    return Invalid(
        f"前 {HEADER_WITHIN} 行内没有找到“{spec.title}”的表头，请确认选对了表式。必需的列：{wanted}。",
        code="missing_header",
    )


# --- kinds of files -------------------------------------------------------------------------------------------------


def _csv_rows(path: Path) -> list[Cells]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    rows: list[Cells] = []
    for line in csv.reader(io.StringIO(text, newline="")):
        if len(rows) >= archive.MAX_ROWS:
            raise archive.too_big(f"表中超过 {archive.MAX_ROWS} 行")
        # ="411..." is how ledgers keep Excel from turning a number in a CSV into a float.
        rows.append([cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell for cell in line])
    return rows


def _from_csv(spec: SheetSpec, path: Path) -> Opened:
    rows = _csv_rows(path)
    opened = _opened(spec, list(enumerate(rows[:HEADER_WITHIN], start=1)))
    if opened is None:
        raise _no_header(spec)
    opened.raw = rows
    for number, cells in opened.cells():
        for key, at in opened.places.items():
            if at < len(cells) and cells[at].startswith("=") and key:
                opened.formulas.add((number, at + 1))
    return opened


def _with_sheet(spec: SheetSpec, sheet: Any) -> Opened | None:
    start = sheet.start
    if start is None:
        return None
    # iter_rows begins at the first used cell; the numbers people see begin at row 1 and column A.
    first_row, head = start[0] + 1, []
    for number, cells in enumerate(sheet.iter_rows(), start=first_row):
        if number >= first_row + HEADER_WITHIN:
            break
        head.append((number, cells))
    opened = _opened(spec, head)
    if opened is not None:
        opened.sheet, opened.first_row = sheet, first_row
    return opened


def _from_workbook(spec: SheetSpec, path: Path, looks: dict[str, archive.SheetLook] | None) -> Opened:
    with CalamineWorkbook.from_path(str(path)) as book:
        names = [name for name in book.sheet_names if looks is None or name in looks][:MAX_SHEETS]
        for name in names:
            sheet = book.get_sheet_by_name(name)
            opened = _with_sheet(spec, sheet)
            if opened is not None:
                if looks is not None and sheet.start is not None:
                    left = sheet.start[1]
                    opened.formulas = {(row, column - left) for row, column in looks[name].formulas}
                return opened
    raise _no_header(spec)


def _looks(path: Path) -> dict[str, archive.SheetLook]:
    with archive.Archive(path) as packed:
        parts = packed.sheet_parts()
        if "xl/sharedStrings.xml" in packed.part_names():
            for _ in packed.blocks("xl/sharedStrings.xml"):
                pass  # counted against the limits before anything keeps it in memory
        return {name: packed.look(part) for name, part in list(parts.items())[:MAX_SHEETS]}


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except PasswordError as locked:
        raise Invalid("文件设有密码，请取消密码后再上传。", code="encrypted", field="file") from locked
    except (CalamineError, OSError, ValueError, csv.Error, UnicodeError) as wrong:
        raise Invalid(archive.DAMAGED, code="not_a_workbook", field="file") from wrong


def open_sheet(spec: SheetSpec, path: Path) -> Opened:
    """Find the layout's sheet and header in an .xlsx, .xls or .csv file; Invalid with a sentence where that fails."""
    with path.open("rb") as source:
        kind = files.sniff(source)
    if kind not in files.SHEETS:
        raise Invalid(
            "文件不是 Excel 工作簿（.xlsx、.xls）或 CSV，请另存为 .xlsx 再上传。",
            code="not_a_workbook",
            field="file",
        )
    with _sentences():
        if kind == files.CSV:
            return _from_csv(spec, path)
        return _from_workbook(spec, path, _looks(path) if kind == files.XLSX else None)
