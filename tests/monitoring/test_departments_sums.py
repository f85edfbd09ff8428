"""Several rows of one person or household in a department's file: added up or sent back, never the first one for all."""

from datetime import date

import pytest
from openpyxl import load_workbook

from common.errors import Invalid
from monitoring.departments.feedback import feedback_write
from monitoring.departments.models import DepartmentDifference
from monitoring.departments.tables import Listing, _read, listings_in_force
from monitoring.services import departments as services
from policies.pack import Book
from tests.cast import actor
from tests.factories.households import id_number, make_household, make_person, make_safety_net
from tests.monitoring import departments_world as w

Kind = DepartmentDifference.Kind
BORN = date(1960, 6, 6)
CLUE_HEADS = ("姓名", "身份证号", "金额", "病种")
CLUE_MAPPING = {"name": "姓名", "id_number": "身份证号", "amount": "金额", "note": "病种"}


@pytest.fixture(autouse=True)
def closed_queue(monkeypatch, settings, packs):
    settings.BUSINESS_DATE = w.DAY
    monkeypatch.setattr(services, "enqueue_on_commit", lambda task, pk: None)


@pytest.fixture
def home(world):
    """A household with two members whose numbers are known: (household, number of the head, number of the other)."""
    numbers = [id_number(BORN, at) for at in (820, 821)]
    made = make_household(
        world.village_a1, poverty_status="exited_with_policy", head_name="孙测一",
        head={"birth_date": BORN, "id_number": numbers[0]},
    )  # fmt: skip
    make_person(made, name="孙测二", birth_date=BORN, id_number=numbers[1])
    return made, *numbers


def clues(user, rows, listing, period="2020Q3"):
    content = w.xlsx(rows, heads=CLUE_HEADS)
    return w.compared(user, content, CLUE_MAPPING, listing=listing, period=period)


@pytest.mark.parametrize(("bills", "said"), [
    (("2000", "2999.99"), ""), (("2000", "3000"), "2 行合计 5,000.00 元，住院，门诊"), (("2500", "2600"), "2 行合计 5,100.00 元，住院，门诊"),
    (("2000", ""), ""), (("5000", ""), "5,000.00 元，住院"),
])  # fmt: skip
def test_the_bills_of_one_person_are_added_up_before_they_meet_the_line(cast, home, bills, said):
    household, number, _ = home
    rows = [["孙测一", number, bills[0], "住院"], ["孙测一", number, bills[1], "门诊"]]
    batch = clues(cast.dept, rows, "medical_cost", "2020-08")
    assert [one.theirs for one in batch.differences.all()] == ([said] if said else [])
    assert batch.refused_count == bills.count("")
    if said:
        assert (batch.differences.get().household, batch.differences.get().ours_fen) == (household, 500_000)


@pytest.mark.parametrize(
    ("listing", "amounts", "found"),
    [
        ("medical_cost", ("3000", "3000"), 0),
        ("tuition", ("5000", "5000"), 0),
        ("tuition", ("5000", "5000.01"), 1),
        ("loan_overdue", ("1", "2"), 1),
    ],
)
def test_a_list_says_whether_persons_or_households_are_added_up(cast, home, listing, amounts, found):
    _, one, other = home
    period = "2020-08" if listing == "medical_cost" else "2020Q3"
    rows = [["孙测一", one, amounts[0], ""], ["孙测二", other, amounts[1], ""]]
    batch = clues(cast.officer, rows, listing, period)
    assert batch.differences.count() == found


def net_rows(home, *amounts, mode="整户保"):
    household, *numbers = home
    names = ("孙测一", "孙测二")
    return [
        ["", names[at], numbers[at], "", household.village.name, "农村低保", mode, amount]
        for at, amount in enumerate(amounts)
    ]


@pytest.mark.parametrize(("amounts", "kinds", "faults"), [
    (("300", "300"), [], 0), (("320", "320"), [Kind.VALUE], 0), (("300", "280"), [], 2), (("", "320"), [Kind.VALUE], 0),
])  # fmt: skip
def test_two_amounts_for_one_household_go_back_and_neither_is_taken(cast, home, amounts, kinds, faults):
    make_safety_net(home[0], monthly_fen=30_000)
    batch = w.compared(cast.officer, w.xlsx(net_rows(home, *amounts)))
    assert [one.kind for one in batch.differences.all()] == kinds
    assert batch.faults.count() == faults
    if faults:
        told = batch.faults.first().message
        assert (
            told == "第 3、4 行是同一对象，金额不一（300.00 元、280.00 元），没有比对金额，请部门确认后重报。"
        )


def test_a_household_with_doubtful_amounts_that_we_do_not_have_is_still_asked_about(cast, home):
    batch = w.compared(cast.officer, w.xlsx(net_rows(home, "300", "280")))
    one = batch.differences.get()
    assert (one.kind, one.theirs, one.theirs_fen) == (Kind.THEIRS_ONLY, "农村低保，金额不一", None)


@pytest.mark.parametrize(("amounts", "kinds", "faults"), [
    (("150", "150"), [], 0), (("150", "150.01"), [Kind.VALUE], 0), (("150", ""), [], 2),
])  # fmt: skip
def test_where_the_list_is_by_heads_the_shares_make_the_sum(cast, home, monkeypatch, amounts, kinds, faults):
    found = listings_in_force(w.DAY, "411081")
    rows = tuple(
        Listing(**(vars(one) | {"sums": "household"})) if one.code == "safety_net" else one
        for one in found.rows
    )
    monkeypatch.setattr("monitoring.departments.tables._read", lambda content, book: rows)
    make_safety_net(home[0], monthly_fen=30_000)
    batch = w.compared(cast.officer, w.xlsx(net_rows(home, *amounts)))
    assert [one.kind for one in batch.differences.all()] == kinds
    assert batch.faults.count() == faults


def test_the_department_reads_of_every_row_what_became_of_it(cast, home):
    _, one, other = home
    rows = [["孙测一", one, "2000", "住院"], ["孙测一", one, "3000", "门诊"], ["孙测二", other, "100", ""], ["孙测二", other, "", ""]]  # fmt: skip
    batch = clues(cast.dept, rows, "medical_cost", "2020-08")
    made = feedback_write(actor=actor(cast.dept), pk=batch.pk)
    lines = list(load_workbook(made.path)["反馈"].iter_rows(min_row=2, values_only=True))
    made.path.unlink()
    assert [line[8] for line in lines] == ["风险线索", "风险线索", "未达到提示标准", "退回"]
    assert "没有金额" in lines[3][10]


def test_a_list_with_a_threshold_wants_the_amount_and_the_definition_whose_rows_are_added(cast, home):
    batch, _ = w.accepted(
        cast.dept, w.xlsx([["孙测一", home[1], "", ""]], heads=CLUE_HEADS), listing="medical_cost", period="2020-08"
    )  # fmt: skip
    mapping = {key: head for key, head in CLUE_MAPPING.items() if key != "amount"}
    with pytest.raises(Invalid, match="金额"):
        services.batch_map(actor=actor(cast.dept), pk=batch.pk, mapping=mapping)
    faults: list = []
    department = {"code": "d", "name": "医保", "group": "health"}
    row = {"code": "l", "title": "名单", "department": "d", "compare": "clue", "every": "month", "due_days": 5,
           "since": "2020-08-01", "columns": ["name"], "threshold": "line", "basis": "county"}  # fmt: skip
    (old,) = _read({"department": [department], "list": [row]}, Book("departments", faults))
    assert old.sums == "person", "as a pack meant it that was published before"
    assert any("sums" in str(fault) for fault in faults)
    assert len(faults) == 1
    _read({"department": [department], "list": [row | {"sums": "person"}]}, Book("departments", faults))
    assert len(faults) == 1


@pytest.mark.parametrize(("name", "listing"), [
    ("医保", "medical_cost"), ("民政", "safety_net"), ("残联", "disability_new"), ("住建", "danger_house"), ("教育", "tuition"),
    ("人社", "job_lost"), ("水利", "water_unsafe"), ("公安", "household_register"), ("银行", "loan_overdue"), ("应急", "disaster"),
])  # fmt: skip
def test_every_department_owes_its_list_and_every_threshold_has_a_figure(cast, name, listing):
    found = listings_in_force(w.DAY, "411081")
    one = found.get(listing)
    assert one.department == name
    for key in filter(None, (one.threshold, one.threshold_other)):
        assert found.limit_fen(key) > 0
