"""FUND_CHECK: 万元, merged head, signatures, and only the area's rows."""

from datetime import date

import openpyxl
import pytest

from accounts.actor import operator_actor
from common.errors import NotFound
from exchange.services.exports import ExportInput, export_now
from monitoring.services import run_here
from tests.cast import actor
from tests.factories.funds import make_allocation, make_document, make_entry, make_payment
from tests.factories.policies import publish
from tests.factories.projects import make_project

AS_OF = date(2020, 9, 30)


@pytest.fixture
def money(world, cast, files_dir):
    document = make_document(world.county, amount_fen=200_000_000_00, year=2020, issued_on=date(2020, 2, 1))
    for village in (world.village_a1, world.village_b1):
        allocation = make_allocation(document, make_project(village, year=2020), amount_fen=30_000_000)
        make_entry(make_payment(allocation, amount_fen=20_000_000, paid_on=date(2020, 6, 1)))


def table(who, path) -> list[tuple]:
    export_now(actor=actor(who), entry=ExportInput("FUND_CHECK", AS_OF), path=path)
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


def test_the_table_has_title_unit_head_and_signatures(money, cast, tmp_path):
    rows = table(cast.officer, tmp_path / "a.xlsx")
    assert rows[0][0] == "财政专项扶贫资金拨付进度核查表"
    assert "禹州市" in rows[1][0]
    assert "单位：万元" in rows[1][6]
    assert rows[3][2:5] == ("指标下达", "分配到项目", "已拨付")
    assert rows[-1][0] == "填表人："
    county = next(row for row in rows if row[0] == "县")
    assert county[2:5] == (20000, 60, 40)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert sheet.freeze_panes == "C5"
    assert "A1:L1" in {str(merged) for merged in sheet.merged_cells.ranges}
    assert sheet["D5"].number_format == "#,##0.00"


def test_without_a_target_in_force_nothing_is_called_late_or_in_time(money, cast, tmp_path):
    county = next(row for row in table(cast.officer, tmp_path / "a.xlsx") if row[0] == "县")
    assert (county[9], county[10]) == (None, "—")


def test_a_clerk_sees_the_rows_of_the_own_township_only(money, cast, tmp_path):
    rows = table(cast.li, tmp_path / "a.xlsx")
    kinds = [(row[0], row[1]) for row in rows[4:] if row[0] in {"县", "资金级次", "乡镇", "项目"}]
    assert [kind for kind, _ in kinds] == ["乡镇", "项目"]
    assert kinds[0][1] == "火龙镇"


def test_an_area_outside_is_not_found(money, cast, world, tmp_path):
    entry = ExportInput("FUND_CHECK", AS_OF, scope_code=world.township_b.code)
    with pytest.raises(NotFound):
        export_now(actor=actor(cast.li), entry=entry, path=tmp_path / "a.xlsx")


def test_with_the_documents_in_force_the_table_names_target_shortfall_clause_and_findings(
    money, cast, tmp_path
):
    publish("yuzhou-2020")
    run_here(actor=operator_actor(), kind="funds", division="411081", as_of=AS_OF, say=lambda _: None)
    rows = table(cast.officer, tmp_path / "a.xlsx")
    township = next(row for row in rows if row[0] == "乡镇" and row[1] == "火龙镇")
    assert (township[6], township[7], township[9], township[10]) == (
        66.66,
        92,
        7.6,
        "滞后",
    )  # 20 of 30 万元 paid; what falls short is never rounded up
    assert township[8].date() == AS_OF
    assert "26" in township[11]
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    marks = list(book["节点与占比"].iter_rows(values_only=True))
    assert ("未达到", "第26条") in {row[5:7] for row in marks}
    assert {row[0] for row in marks[1:]} == {"时间节点", "资金占比"}
    findings = list(book["发现问题"].iter_rows(values_only=True))
    assert any(row[0] == "火龙镇" and "92" in row[2] for row in findings)
    others = table(cast.li, tmp_path / "b.xlsx")
    assert not any(row[1] == "顺店镇" for row in others)
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert book["节点与占比"].max_row == 1
    assert not any(row[0] == "顺店镇" for row in book["发现问题"].iter_rows(values_only=True))


def test_the_system_actor_reports_the_counties_below_its_wide_area(money, world, tmp_path):
    publish("yuzhou-2020")
    export_now(actor=operator_actor(), entry=ExportInput("FUND_CHECK", AS_OF), path=tmp_path / "a.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].iter_rows(values_only=True))
    assert rows[1][0] == "填报单位：禹州市"
    assert next(row for row in rows if row[0] == "县")[7] == 92
