"""DATA_FAULTS: the faults of a township as one workbook, a sheet per rule, the reason beside the doubted cells. Streamed, no numbers."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from common.errors import DomainError
from exchange.sheet import ExportQuery, SheetSpec
from exchange.writer import COVER, HEADER_FILL, HEADER_INK, LINE, safe_text
from monitoring.models import DataFault
from monitoring.quality.catalogue import Catalogue, Check, catalogue_in_force
from monitoring.quality.columns import column_of, shown_words
from monitoring.selectors.quality import names_of, with_places
from villages.models import TOWNSHIP_DIGITS

DOUBTED = "FFF2CC"
LEFT_HEADS = (("序号", 6), ("乡镇", 14), ("村", 22), ("户编号", 16), ("户主", 12), ("成员", 12))
RIGHT_HEADS = (("疑点原因", 44), ("程度", 8), ("发现日期", 12), ("豁免", 24), ("改正情况", 24))
NOT_IN_TITLE = str.maketrans("", "", "[]:*?/\\'")
_SIDE = Side(style="thin", color=LINE)
BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)


class Pen:
    """Cells of one streamed sheet."""

    def __init__(self, book: Workbook, title: str, widths: Sequence[float]) -> None:
        self.sheet = book.create_sheet(title[:31])
        self.sheet.freeze_panes = "A2"
        self.sheet.print_title_rows = "1:1"
        self.sheet.page_setup.orientation, self.sheet.page_setup.paperSize = "landscape", 9
        for at, width in enumerate(widths, start=1):
            self.sheet.column_dimensions[get_column_letter(at)].width = width

    def row(self, values: Sequence[Any], *, head: bool = False, doubted: range = range(0)) -> None:
        cells = []
        for at, value in enumerate(values):
            cell = WriteOnlyCell(self.sheet, value=safe_text(value) if isinstance(value, str) else value)
            cell.border, cell.alignment = BORDER, Alignment(vertical="center", wrap_text=True)
            if isinstance(value, str):
                cell.data_type, cell.number_format = "s", "@"
            if head:
                cell.font, cell.fill = (
                    Font(bold=True, color=HEADER_INK),
                    PatternFill("solid", fgColor=HEADER_FILL),
                )
            elif at in doubted:
                cell.fill = PatternFill("solid", fgColor=DOUBTED)
            cells.append(cell)
        self.sheet.append(cells)


def _catalogue(query: ExportQuery) -> Catalogue | None:
    for code in (*query.scope.prefixes, *query.scope.assigned):
        try:
            return catalogue_in_force(query.as_of, code)
        except DomainError:
            continue
    return None


def _faults(query: ExportQuery) -> Iterator[DataFault]:
    """What stood open on the day, in the order of the sheets."""
    rows = DataFault.objects.within(query.scope).filter(found_on__lte=query.as_of)
    rows = rows.filter(closed_on__isnull=True) | rows.filter(closed_on__gt=query.as_of)
    return (
        with_places(rows).order_by("rule_key", "scope_code", "household_id", "pk").iterator(chunk_size=2000)
    )


def _title(check: Check | None, number: str) -> str:
    return f"{number} {check.title if check else ''}".translate(NOT_IN_TITLE).strip()


def _place(fault: DataFault, names: dict[str, str]) -> list[str]:
    if fault.household is None:
        code = fault.scope_code
        return [names.get(code[:TOWNSHIP_DIGITS], ""), names.get(code, ""), code, "", ""]
    village = fault.household.village
    person = fault.person.name if fault.person else ""
    return [village.parent.name if village.parent else "", village.name, fault.household.household_no, fault.household.head_name, person]  # fmt: skip


def _rule_sheet(book: Workbook, number: str, check: Check | None, faults: Iterator[DataFault]) -> int:
    titles = [column.title for name in (check.shows if check else ()) if (column := column_of(check.subject, name))] if check else []  # fmt: skip
    pen = Pen(
        book,
        _title(check, number),
        [*(w for _, w in LEFT_HEADS), *[16] * len(titles), *(w for _, w in RIGHT_HEADS)],
    )
    pen.row([*(head for head, _ in LEFT_HEADS), *titles, *(head for head, _ in RIGHT_HEADS)], head=True)
    doubted, names, count = range(len(LEFT_HEADS), len(LEFT_HEADS) + len(titles)), None, 0
    for count, fault in enumerate(faults, start=1):  # noqa: B007 - the last number is wanted below
        if names is None and fault.household_id is None:
            names = _village_names()
        values = [value for _, value in shown_words(fault.subject_kind, fault.shown)][: len(titles)]
        values += [""] * (len(titles) - len(values))
        exempt = f"豁免至 {fault.exemption.until}：{fault.exemption.reason}" if fault.exemption else ""
        reason = check.title if check else "规则已停用"
        pen.row(
            [count, *_place(fault, names or {}), *values, reason, fault.get_severity_display(), fault.found_on.isoformat(), exempt, ""],
            doubted=doubted,
        )  # fmt: skip
    return count


def _village_names() -> dict[str, str]:
    codes = DataFault.objects.filter(household__isnull=True, closed_on__isnull=True).values_list(
        "scope_code", flat=True
    )
    return names_of([part for code in codes for part in (code, code[:TOWNSHIP_DIGITS])])


def _file(path: Path, query: ExportQuery, cover: Sequence[tuple[str, str]]) -> int:
    book, catalogue = Workbook(write_only=True), _catalogue(query)
    about = Pen(book, COVER, [16, 90])
    about.row(["项目", "内容"], head=True)
    for line in cover:
        about.row(line)
    found = []
    for number, faults in groupby(_faults(query), key=lambda fault: fault.rule_key):
        check = catalogue.get(number) if catalogue else None
        found.append((number, check, _rule_sheet(book, number, check, faults)))
    total = Pen(book, "汇总", [12, 60, 16, 8, 10])
    total.row(["规则", "内容", "类别", "程度", "条数"], head=True)
    for number, check, count in found:
        words = [check.title, check.topic, check.severity_zh] if check else ["规则已停用", "", ""]
        total.row([number, *words, count])
    book.save(path)
    return sum(count for _, _, count in found)


DATA_FAULTS = SheetSpec(
    code="DATA_FAULTS",
    title="疑点数据清单",
    columns=(),
    permission="monitoring.view",
    file=_file,
    personal=True,
    order=46,
)
