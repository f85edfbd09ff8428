"""Every broken or hostile file ends in a Chinese sentence that says where and what to do, and in nothing else."""

import re
import zipfile

import openpyxl
import pytest

from common.errors import Invalid
from exchange import archive
from exchange.reader import open_sheet, typed_rows
from exchange.sheet import NOT_GIVEN, Month
from tests.exchange.sheets import COLUMNS, GOOD, HEADER, SPEC, with_part, workbook

SHEET = "xl/worksheets/sheet1.xml"


def read(path):
    return list(typed_rows(SPEC, open_sheet(SPEC, path)))


def refusal(path) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(path)
    assert re.search("[\u4e00-\u9fff]", caught.value.sentence)
    return caught.value


def faults(path) -> list[str]:
    return [fault.message for row in read(path) for fault in row.faults]


def cell(header: str, value) -> list:
    row = list(GOOD)
    row[HEADER.index(header)] = value
    return row


def test_a_good_row_comes_out_typed(tmp_path):
    (row,) = read(workbook(tmp_path / "a.xlsx", [GOOD], above=2))
    assert (row.number, row.faults) == (4, [])
    assert row.values["amount"] == 10050
    assert row.values["insured"] is True
    assert str(row.values["on"]) == "2014-06-01"


@pytest.mark.parametrize(
    "content", [b"not a workbook \x00\x01", b"PK\x03\x04 broken", b"<html><table></table></html>", b""]
)
def test_what_is_no_workbook_is_refused(tmp_path, content):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert refusal(path).code == "not_a_workbook"


def test_a_zip_without_a_workbook_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("readme.txt", "hello")
    assert refusal(path).code == "not_a_workbook"


def test_a_cut_off_workbook_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [GOOD] * 50)
    path.write_bytes(path.read_bytes()[:-400])
    assert refusal(path).code == "not_a_workbook"


def test_a_zip_bomb_is_refused_before_it_is_parsed(tmp_path, monkeypatch):
    path = with_part(workbook(tmp_path / "a.xlsx", [GOOD]), SHEET, b"<worksheet>" + b" " * 40_000_000)
    monkeypatch.setattr("exchange.reader.CalamineWorkbook", None)  # parsing it would fail otherwise
    assert refusal(path).code == "workbook_too_large"


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path):
    path = with_part(workbook(tmp_path / "a.xlsx", [GOOD]), SHEET, b"<worksheet>" + b" " * 40_000_000)
    raw = path.read_bytes().replace((40_000_011).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    path.write_bytes(raw)
    assert refusal(path).code in {"workbook_too_large", "not_a_workbook"}


def test_a_cell_far_away_is_refused_instead_of_filling_memory(tmp_path):
    far = (
        b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    path = with_part(workbook(tmp_path / "a.xlsx", [GOOD]), SHEET, far)
    assert refusal(path).code == "workbook_too_large"


def test_too_many_cells_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_CELLS", 20)
    assert refusal(workbook(tmp_path / "a.xlsx", [GOOD] * 5)).code == "workbook_too_large"


def test_an_entity_bomb_is_refused(tmp_path):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]><workbook>&a;</workbook>'
    path = with_part(workbook(tmp_path / "a.xlsx", [GOOD]), "xl/workbook.xml", bomb)
    assert refusal(path).code == "not_a_workbook"


def test_missing_headers_are_listed(tmp_path):
    header = [name for name in HEADER if name not in ("姓名", "证件号码")] + ["别的"]
    found = refusal(workbook(tmp_path / "a.xlsx", [GOOD], header))
    assert found.code == "missing_header"
    assert "姓名、证件号码" in found.sentence


def test_a_missing_optional_column_is_reported_and_rows_are_taken(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", [GOOD[:3] + GOOD[4:]], [name for name in HEADER if name != "联系电话"]
    )
    opened = open_sheet(SPEC, path)
    assert opened.missing == ["联系电话"]
    (row,) = typed_rows(SPEC, opened)
    assert "phone" not in row.values
    assert not row.faults


def test_a_file_without_any_known_header_is_refused(tmp_path):
    assert refusal(workbook(tmp_path / "a.xlsx", [[1, 2]], ["甲", "乙"])).code == "missing_header"


def test_a_duplicate_header_is_refused_with_its_columns(tmp_path):
    found = refusal(workbook(tmp_path / "a.xlsx", [[*GOOD, "李四"]], [*HEADER, "姓 名"]))
    assert found.code == "duplicate_header"
    assert "B、H" in found.sentence


def test_headers_are_found_by_name_whatever_width_their_brackets_have(tmp_path):
    header = ["序号", "姓名\n", "身份证号", "联系电话", "金额(元)", "识别 时间", "是否参加大病保险", "备注"]
    opened = open_sheet(SPEC, workbook(tmp_path / "a.xlsx", [GOOD], header, above=3))
    assert set(opened.places) == {column.key for column in COLUMNS}
    assert (opened.header_row, opened.unknown) == (4, ["备注"])


@pytest.mark.parametrize("value", [411081196603045674, 4.11081196603046e17])
def test_an_id_in_a_numeric_cell_is_refused_not_repaired(tmp_path, value):
    (message,) = faults(workbook(tmp_path / "a.xlsx", [cell("证件号码", value)]))
    assert message.startswith("第 2 行“证件号码”是数值单元格")
    assert "15 位" in message


def test_a_phone_in_a_numeric_cell_is_refused(tmp_path):
    assert "数值单元格" in faults(workbook(tmp_path / "a.xlsx", [cell("联系电话", 13812345678)]))[0]


def test_a_wrong_check_digit_is_named(tmp_path):
    (message,) = faults(workbook(tmp_path / "a.xlsx", [cell("证件号码", "411081196603045671")]))
    assert "校验位" in message


@pytest.mark.parametrize(
    ("header", "value"), [("证件号码", "411***********5674"), ("联系电话", "138****5678")]
)
def test_a_masked_file_is_refused(tmp_path, header, value):
    assert "脱敏文件不能导入" in faults(workbook(tmp_path / "a.xlsx", [cell(header, value)]))[0]


@pytest.mark.parametrize("header", ["姓名", "金额（元）", "序号"])
def test_a_formula_cell_is_refused_with_its_place(tmp_path, header):
    (message,) = faults(workbook(tmp_path / "a.xlsx", [GOOD, cell(header, "=1+1")], above=1))
    assert message == f"第 4 行“{header}”是公式，请复制后用“选择性粘贴—数值”改为数值再上传。"


@pytest.mark.parametrize(
    ("header", "value", "word"),
    [
        ("姓名", None, "不能为空"),
        ("金额（元）", "很多", "不是金额"),
        ("金额（元）", "1.005", "精确到分"),
        ("识别时间", "2014-02-30", "不是存在的日期"),
        ("识别时间", "去年", "应写作"),
        ("是否参加大病保险", "大概", "不在规定选项中"),
    ],
)
def test_every_bad_cell_says_row_column_and_what_to_do(tmp_path, header, value, word):
    (message,) = faults(workbook(tmp_path / "a.xlsx", [cell(header, value)]))
    assert message.startswith(f"第 2 行“{header}”")
    assert word in message


@pytest.mark.parametrize("text", ["202305", "2023年05月", "2023年5月", "2023-05", "2023.5"])
def test_months_are_read_as_months(tmp_path, text):
    (row,) = read(workbook(tmp_path / "a.xlsx", [cell("识别时间", text)]))
    assert row.values["on"] == Month(2023, 5)


def test_an_empty_cell_is_not_given_and_not_zero(tmp_path):
    (row,) = read(workbook(tmp_path / "a.xlsx", [cell("金额（元）", None)]))
    assert row.values["amount"] is NOT_GIVEN


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_csv_files_of_both_encodings_are_read(tmp_path, encoding):
    path = tmp_path / "a.csv"
    lines = [HEADER, [*GOOD[:2], '="411081196603045674"', *GOOD[3:]]]
    path.write_text("\n".join(",".join(map(str, line)) for line in lines), encoding=encoding)
    (row,) = read(path)
    assert row.values["id_number"] == "411081196603045674"
    assert row.values["amount"] == 10050


def test_styled_but_empty_rows_do_not_count_as_rows(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [GOOD])
    book = openpyxl.load_workbook(path)
    for row in range(3, 200):
        book.active.cell(row, 1).number_format = "0.00"
    book.save(path)
    assert len(read(path)) == 1
