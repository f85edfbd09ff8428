"""Both engines write the same workbook."""

from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from common.errors import Invalid
from exchange import writer
from exchange.reader import open_sheet, typed_rows
from exchange.writer import ENGINES, Book, write_book, write_csv
from tests.exchange.sheets import COLUMNS, HEADER, SPEC

ROW = [1, "张三", "411081196603045674", "13812345678", Decimal("1234.50"), date(2020, 9, 20), "是"]


@pytest.fixture(params=sorted(ENGINES))
def engine(request):
    return request.param


def book(rows, **kw):
    return Book("数据", COLUMNS, rows, **kw)


def sheet_of(path):
    return openpyxl.load_workbook(path).worksheets[0]


def test_both_engines_are_there():
    assert set(ENGINES) == {"rust", "openpyxl"}


def test_types_formats_and_the_frozen_head(tmp_path, engine):
    path = tmp_path / "a.xlsx"
    assert write_book(path, book([ROW], freeze_columns=2, cover=[("范围", "禹州市")]), engine) == 1
    sheet = sheet_of(path)
    assert [cell.value for cell in sheet[1]] == HEADER
    assert sheet.freeze_panes == "C2"
    assert sheet["A1"].font.bold
    assert sheet["A1"].fill.fgColor.rgb.endswith(writer.HEADER_FILL)
    number = sheet["C2"]
    assert (number.value, number.data_type, number.number_format) == ("411081196603045674", "s", "@")
    assert sheet["E2"].number_format == "#,##0.00"
    assert sheet["E2"].value == 1234.5
    assert sheet["F2"].value.date() == date(2020, 9, 20)
    assert sheet.column_dimensions["C"].width == pytest.approx(22, abs=1)
    cover = openpyxl.load_workbook(path)["说明"]
    assert [cell.value for cell in cover[2]] == ["范围", "禹州市"]


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("http://x","y")', "+1", "-1+cmd|'/C calc'!A0", "@SUM(A1)", "\tx", "\rx"]
)
def test_no_text_becomes_a_formula(tmp_path, engine, text):
    path = tmp_path / "a.xlsx"
    row = [*ROW]
    row[1] = text
    write_book(path, book([row], cover=[("用途", text)]), engine)
    written = sheet_of(path)["B2"]
    assert written.data_type == "s"
    assert written.value.startswith("'")
    assert openpyxl.load_workbook(path)["说明"]["B2"].data_type == "s"
    (back,) = typed_rows(SPEC, open_sheet(SPEC, path))
    assert not back.faults
    assert back.values["name"] == text.strip()
    write_csv(tmp_path / "a.csv", book([row]))
    assert ",'" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig").replace('"', "")


def test_unknown_values_are_empty_cells(tmp_path, engine):
    path = tmp_path / "a.xlsx"
    write_book(path, book([[1, "张三", *[None] * 5]]), engine)
    assert [cell.value for cell in sheet_of(path)[2]][2:] in ([None] * 5, [])


def test_characters_that_xml_cannot_hold_are_left_out(tmp_path, engine):
    path = tmp_path / "a.xlsx"
    write_book(path, book([[1, "张\x00\x07三" + "长" * 40_000, *ROW[2:]]]), engine)
    assert sheet_of(path)["B2"].value.startswith("张三长")


def test_an_empty_table_still_has_its_head(tmp_path, engine):
    path = tmp_path / "a.xlsx"
    assert write_book(path, book([]), engine) == 0
    assert [cell.value for cell in sheet_of(path)[1]] == HEADER


def test_more_rows_than_excel_holds_are_refused(tmp_path, engine, monkeypatch):
    monkeypatch.setattr(writer, "MAX_ROWS", 3)
    with pytest.raises(Invalid):
        write_book(tmp_path / "a.xlsx", book([ROW] * 4), engine)


def test_a_csv_keeps_long_numbers_as_text(tmp_path):
    path = tmp_path / "a.csv"
    assert write_csv(path, book([ROW])) == 1
    text = path.read_text(encoding="utf-8-sig")
    assert '""411081196603045674""' in text
    (back,) = typed_rows(SPEC, open_sheet(SPEC, path))
    assert back.values["id_number"] == "411081196603045674"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
