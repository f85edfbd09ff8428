"""A look into an uploaded workbook before anything parses it: is it whole, does it fit, where are formulas.

Sizes are counted while unpacking, never believed from the archive's directory. A cell far down the sheet would make
readers reserve everything above it, so the furthest cell counts, not only their number.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

from common.errors import Invalid

MAX_PARTS = 2000
MAX_UNPACKED = 400 * 1024 * 1024
MAX_RATIO = 150
RATIO_FROM = 20 * 1024 * 1024  # small files compress well for good reasons
MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_CELLS = 8_000_000
MAX_FORMULAS_LISTED = 500
BLOCK = 1024 * 1024
DAMAGED = "文件已损坏或不是完整的工作簿，请在 Excel 或 WPS 中打开后另存为 .xlsx 再上传。"
_CELL = re.compile(rb"<(?:\w+:)?(c|f)(\s[^<>]*)?>")
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_NAMES = {
    "rel": "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship",
    "rid": "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
}


@dataclass
class SheetLook:
    """What the raw XML of one sheet says: furthest used row and column, number of cells, where formulas are."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)  # (row, column), both from 1
    formula_count: int = 0


@lru_cache(maxsize=1024)
def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def too_big(what: str) -> Invalid:
    return Invalid(
        f"{what}，超出可处理的范围。请删去多余内容或按乡镇拆分后再上传。", code="workbook_too_large"
    )


class Archive:
    """An opened .xlsx; every part is read with a limit. Close it, or use it in a `with`."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError) as wrong:
            raise Invalid(DAMAGED, code="not_a_workbook", field="file") from wrong
        self._packed = path.stat().st_size
        self._check_directory()

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def _check_directory(self) -> None:
        """Refuse early on what the directory itself admits, and on parts no ledger needs."""
        parts = self._zip.infolist()
        if len(parts) > MAX_PARTS:
            raise too_big(f"文件内有 {len(parts)} 个部分")
        if any(part.flag_bits & 1 for part in parts):
            raise Invalid("文件设有密码，请取消密码后再上传。", code="encrypted", field="file")
        self._check_size(sum(part.file_size for part in parts))
        if any(part.filename.endswith(".bin") and "/worksheets/" in part.filename for part in parts):
            raise Invalid(
                "这是 .xlsb 二进制工作簿，请另存为 .xlsx 再上传。", code="bad_file_type", field="file"
            )

    def _check_size(self, unpacked: int) -> None:
        if unpacked > MAX_UNPACKED:
            raise too_big(f"文件解压后超过 {MAX_UNPACKED // 1024 // 1024} MB")
        if unpacked > RATIO_FROM and unpacked > self._packed * MAX_RATIO:
            raise too_big("文件压缩比异常")

    def part_names(self) -> set[str]:
        return set(self._zip.namelist())

    def blocks(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes of one part, counted as they come."""
        total = 0
        try:
            with self._zip.open(name) as part:
                while block := part.read(BLOCK):
                    total += len(block)
                    self._check_size(total)
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, OSError, NotImplementedError) as wrong:
            raise Invalid(DAMAGED, code="not_a_workbook", field="file") from wrong

    def small(self, name: str) -> ElementTree.Element:
        """A small XML part. One with a document type is refused: that is how entities multiply."""
        text = io.BytesIO()
        for block in self.blocks(name):
            text.write(block)
            if text.tell() > BLOCK:
                raise too_big("工作簿目录过大")
        raw = text.getvalue()
        if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
            raise Invalid(DAMAGED, code="not_a_workbook", field="file")
        try:
            return ElementTree.fromstring(raw)  # noqa: S314 - no document type, size limited just above
        except ElementTree.ParseError as wrong:
            raise Invalid(DAMAGED, code="not_a_workbook", field="file") from wrong

    def sheet_parts(self) -> dict[str, str]:
        """Sheet name -> its part inside the archive."""
        links = {
            link.get("Id"): link.get("Target", "")
            for link in self.small("xl/_rels/workbook.xml.rels").iter(_NAMES["rel"])
        }
        found = {}
        for sheet in self.small("xl/workbook.xml").iter():
            target = links.get(sheet.get(_NAMES["rid"]))
            if sheet.tag.endswith("}sheet") and target:
                found[sheet.get("name", "")] = (
                    target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                )
        return found

    def look(self, name: str) -> SheetLook:
        """Stream through one sheet's XML; refuses a sheet that is too long, too wide or too full."""
        seen, rest, place = SheetLook(), b"", (0, 0)
        for block in self.blocks(name):
            raw = rest + block
            end = raw.rfind(b"<")
            raw, rest = (raw[:end], raw[end:]) if end > 0 else (b"", raw)
            place = self._scan(raw, seen, place)
        self._scan(rest, seen, place)
        return seen

    def _scan(self, raw: bytes, seen: SheetLook, place: tuple[int, int]) -> tuple[int, int]:
        if b"<!DOCTYPE" in raw:
            raise Invalid(DAMAGED, code="not_a_workbook", field="file")
        for tag in _CELL.finditer(raw):
            more = tag[2] or b""
            if tag[1] == b"f":
                seen.formula_count += 1
                if len(seen.formulas) < MAX_FORMULAS_LISTED:
                    seen.formulas.add(place)
                continue
            if more.endswith(b"/"):  # only a style, no value
                continue
            seen.cells += 1
            if found := _PLACE.search(more):
                place = (int(found[2]), column_number(found[1]))
                seen.rows = max(seen.rows, place[0])
                seen.columns = max(seen.columns, place[1])
        self._check_sheet(seen)
        return place

    def _check_sheet(self, seen: SheetLook) -> None:
        if seen.rows > MAX_ROWS:
            raise too_big(f"表中数据到第 {seen.rows} 行（上限 {MAX_ROWS} 行）")
        if seen.columns > MAX_COLUMNS:
            raise too_big(f"表中数据到第 {seen.columns} 列（上限 {MAX_COLUMNS} 列）")
        if seen.cells > MAX_CELLS or seen.rows * seen.columns > MAX_CELLS * 2:
            raise too_big("单元格过多")
