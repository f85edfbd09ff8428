"""Small workbooks made in the test, one trouble each."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from exchange.sheet import Count, Day, IdNumber, Money, Phone, SheetSpec, Text, flag

COLUMNS = (
    Count("number", "序号", derived=True),
    Text("name", "姓名", required=True, filled=True),
    IdNumber("id_number", "证件号码", ("身份证号",), required=True, width=22),
    Phone("phone", "联系电话"),
    Money("amount", "金额（元）"),
    Day("on", "识别时间"),
    flag("insured", "是否参加大病保险"),
)
SPEC = SheetSpec("SMALL", "小表", COLUMNS, "households.view")
HEADER = [column.header for column in COLUMNS]
GOOD = [1, "张三", "411081196603045674", "13812345678", 100.5, "2014-06-01", "是"]


def workbook(
    path: Path, rows: Sequence[Sequence[Any]], header: Sequence[Any] = HEADER, above: int = 0
) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for _ in range(above):
        sheet.append(["标题"])
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def with_part(path: Path, name: str, content: bytes) -> Path:
    """The workbook with one part replaced."""
    source = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            new.writestr(item, content if item == name else old.read(item))
        if name not in old.namelist():
            new.writestr(name, content)
    return path
