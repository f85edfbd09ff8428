"""The ledger goes out, comes back, and only what somebody changed in between is written."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import operator_actor
from accounts.models import AuditEntry
from exchange.models import ImportBatch
from exchange.services.exports import ExportInput, export_now
from exchange.services.imports import import_now
from households.models import Guarantee, HouseholdSituation, Person, PersonSituation
from tests.cast import actor as acting
from tests.exchange.world import TODAY, full_household
from tests.factories.households import make_household, make_status

HEADERS = [
    "序号", "县(市、区、旗)", "乡(镇)", "行政村", "自然村", "户编号", "人编号", "姓名", "证件号码", "人数", "与户主关系", "民族",
    "文化程度", "在校生状况", "健康状况", "劳动技能", "务工时间（月）", "是否参加大病保险", "致贫原因1", "危房户", "是否解决安全饮用水",
    "人均纯收入", "户联系电话", "人联系电话", "首次识别时间", "人员识别时间", "户类型", "易返贫致贫户(监测对象)类型", "风险是否消除",
    "风险识别时间", "风险消除时间",
]  # fmt: skip


def exported(path: Path, actor=None, **entry) -> Path:
    entry = {"layout": "YTP_REN_2022", "as_of": TODAY, "full": True} | entry
    export_now(actor=actor or operator_actor(), entry=ExportInput(**entry), path=path)
    return path


def imported(path: Path, actor=None, *, commit=True, layout="YTP_REN_2022") -> ImportBatch:
    with path.open("rb") as source:
        return import_now(
            actor=actor or operator_actor(),
            source=source,
            name=path.name,
            layout=layout,
            as_of=TODAY,
            commit=commit,
        )


def edited(path: Path, change: Callable) -> Path:
    """Change cells of the data sheet: `change(sheet, column)` where column(header) gives its number."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    numbers = {cell.value: cell.column for cell in sheet[1]}
    change(sheet, numbers.__getitem__)
    book.save(path)
    return path


def counts(batch: ImportBatch) -> dict[str, int]:
    return {name: getattr(batch, name) for name in ("rows", "new", "changed", "unchanged", "refused")}


def messages(batch: ImportBatch) -> list[str]:
    return [error.message for error in batch.errors.all()]


def test_the_ledger_has_the_31_columns_in_order_and_one_row_per_member(county, tmp_path):
    sheet = openpyxl.load_workbook(exported(tmp_path / "out.xlsx")).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert list(rows[0]) == HEADERS
    assert len(rows) - 1 == 3 + 3 + 1 + 3
    head = dict(zip(HEADERS, rows[1], strict=True))
    assert head["与户主关系"] == "户主"
    assert head["人数"] == 3
    assert head["人均纯收入"] == pytest.approx(8333.33)
    assert head["户类型"] == "脱贫户"
    assert head["在校生状况"] is None
    assert sheet.freeze_panes == "I2"


def test_an_exported_ledger_comes_back_unchanged_in_every_row(county, tmp_path):
    batch = imported(exported(tmp_path / "out.xlsx"))
    assert counts(batch) == {"rows": 10, "new": 0, "changed": 0, "unchanged": 10, "refused": 0}
    assert messages(batch) == []
    assert not AuditEntry.objects.filter(verb__startswith="households.").exists()


def test_changed_cells_are_written_and_nothing_else(county, tmp_path):
    def change(sheet, column):
        sheet.cell(2, column("务工时间（月）")).value = 3
        sheet.cell(2, column("健康状况")).value = "残疾,长期慢性病"
        sheet.cell(2, column("户联系电话")).value = "13712345678"
        sheet.cell(2, column("危房户")).value = "是"
        sheet.cell(3, column("文化程度")).value = None  # says nothing
        sheet.cell(4, column("姓名")).value = "李改名"

    batch = imported(edited(exported(tmp_path / "out.xlsx"), change))
    assert counts(batch) == {"rows": 10, "new": 0, "changed": 2, "unchanged": 8, "refused": 0}
    head = Person.objects.get(person_no="411081000000000101")
    situation = PersonSituation.objects.get(person=head, effective_to=None)
    assert (situation.work_months, situation.is_disabled, situation.is_healthy) == (3, True, False)
    household = county.households[0]
    household.refresh_from_db()
    assert household.number("phone") == "13712345678"
    assert HouseholdSituation.objects.get(household=household, effective_to=None).danger_grade == ""
    assert Guarantee.objects.get(household=household, kind="housing", effective_to=None).state == "not_met"
    assert Person.objects.get(person_no="411081000000000103").name == "李改名"
    again = imported(tmp_path / "out.xlsx")
    assert again.unchanged == 10


def test_a_preview_writes_nothing(county, tmp_path):
    def change(sheet, column):
        sheet.cell(2, column("姓名")).value = "李改名"

    batch = imported(edited(exported(tmp_path / "out.xlsx"), change), commit=False)
    assert (batch.changed, batch.committed_at) == (1, None)
    assert not Person.objects.filter(name="李改名").exists()


def test_derived_and_status_columns_are_compared_but_never_written(county, tmp_path):
    def change(sheet, column):
        sheet.cell(2, column("人均纯收入")).value = 1
        sheet.cell(2, column("户类型")).value = "一般农户"
        sheet.cell(2, column("序号")).value = "甲"

    batch = imported(edited(exported(tmp_path / "out.xlsx"), change))
    assert counts(batch)["unchanged"] == 10
    assert {error.level for error in batch.errors.all()} == {"remark"}
    assert any("户类型" in text and "未改动" in text for text in messages(batch))
    county.households[0].refresh_from_db()
    assert county.households[0].poverty_status == "exited_with_policy"


def test_an_empty_cell_never_overwrites_the_unknown(county, tmp_path):
    imported(exported(tmp_path / "out.xlsx"))
    bare = Person.objects.get(person_no="411081000000000301")
    assert not PersonSituation.objects.filter(person=bare).exists()


def test_an_empty_schooling_cell_means_not_at_school_for_a_known_pupil(county, tmp_path):
    def change(sheet, column):
        sheet.cell(4, column("在校生状况")).value = None

    batch = imported(edited(exported(tmp_path / "out.xlsx"), change))
    assert batch.changed == 1
    pupil = Person.objects.get(person_no="411081000000000103")
    assert PersonSituation.objects.get(person=pupil, effective_to=None).schooling == "not_at_school"


def test_a_household_speaks_through_its_head(county, tmp_path):
    def change(sheet, column):
        sheet.cell(3, column("自然村")).value = "西头"

    batch = imported(edited(exported(tmp_path / "out.xlsx"), change))
    assert batch.changed == 0
    assert any("户主行为准" in text for text in messages(batch))


def test_rows_of_another_township_read_like_rows_that_do_not_exist(county, tmp_path):
    path = exported(tmp_path / "out.xlsx")
    batch = imported(path, acting(county.li))
    assert counts(batch) == {"rows": 10, "new": 0, "changed": 0, "unchanged": 7, "refused": 3}
    assert all("没有找到，或不在您的管辖范围内" in text for text in messages(batch))
    assert batch.remarks_file is not None


def test_a_clerk_exports_no_row_of_the_other_township(county, tmp_path):
    path = exported(tmp_path / "zhao.xlsx", acting(county.zhao), full=False)
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))[1:]
    assert {row[3] for row in rows} == {"康城村委会"}
    assert len(rows) == 3


def test_new_members_and_new_households_are_registered(county, tmp_path):
    def change(sheet, column):
        numbers = ["110101194912310029", "110101196001010039"]
        for at, (household, person, relation) in enumerate((
            ("4110810000000777", "411081000000077701", "户主"), ("4110810000000001", "411081000000000109", "之孙子"),
        )):  # fmt: skip
            row = sheet.max_row + 1
            for key, value in {
                "县(市、区、旗)": "禹州市", "乡(镇)": "火龙镇", "行政村": "刘沟", "户编号": household, "人编号": person,
                "姓名": "赵新户", "证件号码": _valid(numbers[at]), "与户主关系": relation, "首次识别时间": "201406",
                "户类型": "脱贫户",
            }.items():  # fmt: skip
                sheet.cell(row, column(key)).value = value

    batch = imported(edited(exported(tmp_path / "out.xlsx"), change))
    assert (batch.new, batch.refused, batch.unchanged) == (2, 0, 10), messages(batch)
    added = Person.objects.get(person_no="411081000000077701")
    household = added.memberships.get().household
    assert (household.scope_code, household.poverty_status) == (county.ours.code, "exited_with_policy")
    assert str(household.identified_on) == "2014-06-01"
    county.households[0].refresh_from_db()
    assert county.households[0].members_count == 4


def _valid(number: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return (
        number[:17] + "10X98765432"[sum(int(d) * w for d, w in zip(number[:17], weights, strict=True)) % 11]
    )


def test_a_clerk_cannot_bring_in_new_households(county, tmp_path):
    def change(sheet, column):
        for key, value in {
            "乡(镇)": "火龙镇", "行政村": "刘沟", "户编号": "4110810000000777", "人编号": "411081000000077701",
            "姓名": "赵新户", "证件号码": _valid("110101194912310029"), "与户主关系": "户主",
        }.items():  # fmt: skip
            sheet.cell(12, column(key)).value = value

    batch = imported(edited(exported(tmp_path / "out.xlsx"), change), acting(county.li))
    assert any("须由县级主管导入" in text for text in messages(batch))


def test_the_border_ledger_lists_border_households_only(county, tmp_path):
    make_household(county.ours, members=2, poverty_status="ordinary", monitor_class="borderline")
    path = exported(tmp_path / "border.xlsx", layout="BYY_REN_2022")
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))[1:]
    assert len(rows) == 2
    assert {row[26] for row in rows} == {"一般农户"}
    assert {row[27] for row in rows} == {"边缘易致贫户"}
    assert imported(path, layout="BYY_REN_2022").unchanged == 2


def test_the_day_decides_who_is_listed(county, tmp_path):
    make_status(county.households[0], "poverty", "returned", date(2020, 6, 1))
    later = exported(tmp_path / "later.xlsx")
    earlier = exported(tmp_path / "earlier.xlsx", as_of=date(2020, 5, 1))
    assert openpyxl.load_workbook(later).worksheets[0].max_row == 8
    assert openpyxl.load_workbook(earlier).worksheets[0].max_row == 11


def test_the_number_of_queries_does_not_grow_with_the_rows(county, tmp_path):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            exported(tmp_path / "out.xlsx")
        return len(seen)

    queries()  # the operator and the date's packs are looked up once
    few = queries()
    for number in range(20, 40):
        full_household(county.ours, number)
    assert queries() == few
