"""screen and check_funds as other programs call them, on the real rules, metrics and packs."""

from datetime import date

import pytest

from monitoring.models import RiskCase, RiskSign, ScreeningRun
from tests.factories.funds import make_allocation, make_document, make_payment
from tests.factories.households import (
    make_event,
    make_guarantee,
    make_household,
    make_living,
    make_visit,
    make_year_income,
)
from tests.factories.projects import make_project

SCREEN = {
    "quarter", "as_of", "pack", "packs", "households", "opened", "closed", "open", "skipped", "by_rule",
    "unknown_by_rule",
}  # fmt: skip
CHECK = {"as_of", "pack", "granted_yuan", "paid_yuan", "paid_pct", "milestones", "shares", "findings"}
pytestmark = pytest.mark.usefixtures("packs")


@pytest.fixture
def household(world):
    """Exited, income far below the line, water unsafe, never visited, ill."""
    row = make_household(world.village_a1, members=3, poverty_status="exited_with_policy")
    make_year_income(row, 2019, net_fen=600_000, members=3)
    make_living(row, water_safe=False)
    make_guarantee(row, "housing", "not_met")
    make_event(row, "serious_illness", date(2020, 7, 1))
    return row


def test_screen_answers_with_the_agreed_keys_and_finds(household, world, run_json):
    make_household(world.village_b1, members=2)
    code, answer = run_json("screen", "--quarter", "2020Q3", "--as-of", "2020-09-20")
    assert code == 0
    assert set(answer) == SCREEN
    assert (answer["quarter"], answer["as_of"], answer["pack"]) == ("2020Q3", "2020-09-20", "yuzhou-2020")
    assert set(answer["packs"]) == {"yuzhou-2020", "county-default"}
    assert (answer["households"], answer["skipped"]) == (2, 0)
    assert answer["opened"] == answer["open"] == sum(answer["by_rule"].values()) > 3
    assert set(answer["by_rule"]) == set(answer["unknown_by_rule"])
    topics = set(RiskSign.objects.filter(household=household).values_list("topic", flat=True))
    assert {"income_low", "serious_illness", "housing_unsafe"} <= topics
    assert RiskCase.objects.filter(household=household, state="open").count() == 1


def test_screen_twice_changes_nothing(household, run_json):
    _, first = run_json("screen", "--quarter", "2020Q3", "--as-of", "2020-09-20")
    before = list(RiskSign.objects.order_by("pk").values())
    _, second = run_json("screen", "--quarter", "2020Q3", "--as-of", "2020-09-20")
    assert (second["opened"], second["closed"]) == (0, 0)
    assert second["by_rule"] == first["by_rule"]
    assert list(RiskSign.objects.order_by("pk").values()) == before
    assert ScreeningRun.objects.filter(state="done").count() == 2


def test_screen_without_a_visit_is_a_duty_and_a_visit_cures_it(household, run_json):
    run_json("screen", "--quarter", "2020Q3", "--as-of", "2020-09-20")
    duty = RiskSign.objects.get(household=household, topic="visit_quarter")
    assert (duty.effect, duty.case, duty.closed_on) == ("duty", None, None)
    make_visit(household, date(2020, 9, 21))
    run_json("screen", "--quarter", "2020Q3", "--as-of", "2020-09-22")
    duty.refresh_from_db()
    assert duty.closed_on == date(2020, 9, 22)


def test_screen_of_one_township(household, world, run_json):
    make_household(world.village_b1)
    _, answer = run_json("screen", "--quarter", "2020Q3", "--as-of", "2020-09-20", "--division", "411081101")
    assert answer["households"] == 1
    assert not RiskSign.objects.filter(household=household).exists()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--quarter", "2020Q3", "--as-of", "2001-01-01"), "no_pack_in_force"),
        (("--quarter", "2020Q3", "--division", "410999"), "unknown_division"),
    ],
)
def test_screen_refuses_with_a_sentence(world, run_json, arguments, error):
    code, answer = run_json("screen", *arguments)
    assert (code, answer["error"]) == (1, error)
    assert answer["detail"]


@pytest.fixture
def money(world):
    """80 of 100 万元 paid by September, in one started project that is not complete."""
    paper = make_document(world.county, amount_fen=100_000_000, level="county")
    project = make_project(
        world.village_a1, kind="industry",
        done={"bidding": date(2020, 1, 20), "start": date(2020, 4, 20)},
    )  # fmt: skip
    allocation = make_allocation(paper, project, amount_fen=100_000_000)
    make_payment(allocation, amount_fen=80_000_000, paid_on=date(2020, 8, 1), state="confirmed")
    return project


def test_check_funds_answers_with_the_agreed_keys_and_finds(money, run_json):
    code, answer = run_json("check_funds", "--as-of", "2020-09-30")
    assert code == 0
    assert set(answer) == CHECK
    assert (answer["granted_yuan"], answer["paid_yuan"], answer["paid_pct"]) == (
        "1000000.00",
        "800000.00",
        80,
    )
    paid = next(mark for mark in answer["milestones"] if mark["code"] == "YZ-R-26-03")
    assert paid == {
        "code": "YZ-R-26-03", "clause": "26", "due": "2020-09-30", "target_pct": 92, "actual_pct": 80, "met": False
    }  # fmt: skip
    assert all(
        set(mark) == {"code", "clause", "target_pct", "actual_pct", "met"} for mark in answer["shares"]
    )
    late = [row for row in answer["findings"] if row["code"] == "YZ-R-26-03"]
    assert {row["subject"] for row in late} >= {"division:411081", "division:411081100", "level:county"}
    assert late[0] | {"subject": ""} == {
        "subject": "",
        "code": "YZ-R-26-03",
        "clause": "26",
        "observed": 80,
        "limit": 92,
    }
    project = f"project:{money.pk}"
    assert any(row["subject"] == project and "started" in row["code"] for row in answer["findings"]) is False
    assert any(row["subject"] == project and "completed" in row["code"] for row in answer["findings"])


def test_check_funds_twice_adds_nothing(money, run_json):
    _, first = run_json("check_funds", "--as-of", "2020-09-30")
    signs = list(RiskSign.objects.order_by("pk").values())
    _, second = run_json("check_funds", "--as-of", "2020-09-30")
    assert first == second
    assert list(RiskSign.objects.order_by("pk").values()) == signs


def test_check_funds_of_an_older_day_answers_alike_and_touches_nothing(money, run_json):
    run_json("check_funds", "--as-of", "2020-10-31")
    signs = list(RiskSign.objects.order_by("pk").values())
    _, answer = run_json("check_funds", "--as-of", "2020-09-30")
    assert answer["paid_pct"] == 80
    assert any(row["code"] == "YZ-R-26-03" for row in answer["findings"])
    assert list(RiskSign.objects.order_by("pk").values()) == signs
    assert ScreeningRun.objects.order_by("pk").last().is_acting is False


def test_a_milestone_before_its_day_is_open_unless_reached(money, run_json):
    _, answer = run_json("check_funds", "--as-of", "2020-09-29")
    paid = next(mark for mark in answer["milestones"] if mark["code"] == "YZ-R-26-03")
    assert (paid["actual_pct"], paid["met"]) == (80, None)
    assert not [row for row in answer["findings"] if row["code"] == "YZ-R-26-03"]
    extra = make_allocation(
        make_document(money.village.parent.parent, amount_fen=1, level="city"), money, amount_fen=1
    )
    make_payment(extra, amount_fen=1, paid_on=date(2020, 8, 2), state="confirmed")


def test_check_funds_of_one_township(money, run_json):
    code, answer = run_json("check_funds", "--as-of", "2020-09-30", "--division", "411081100")
    assert code == 0
    assert answer["granted_yuan"] is None
    assert all(not row["subject"].startswith("level:") for row in answer["findings"])


def test_check_funds_without_any_money_knows_nothing(world, run_json):
    code, answer = run_json("check_funds", "--as-of", "2020-09-30")
    assert code == 0
    assert answer["paid_pct"] is None
    assert answer["findings"] == []
