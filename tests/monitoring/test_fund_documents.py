"""check_funds with the real documents: Yuzhou's four milestones, Xuchang's four, shares, and never another year's money."""

import re
from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from monitoring.models import RiskSign, RunTally
from tests.cast import make_division
from tests.factories.funds import make_allocation, make_document, make_payment
from tests.factories.policies import publish
from tests.factories.projects import make_project
from villages.models import VillageYear

YUZHOU = (
    "YZ-R-26-02/bidding-county",
    "YZ-R-26-02/started-county",
    "YZ-R-26-02/completed-county",
    "YZ-R-26-03",
)
XUCHANG = ("XC-R024/apr", "XC-R024/jun", "XC-R024/sep", "XC-R024/dec")
name_the_county = import_module("monitoring.migrations.0010_level_keys").name_the_county
MONEY = re.compile(r"\d+\.\d\d")


@pytest.fixture(autouse=True)
def documents(world):
    publish("county-default", "yuzhou-2020", "xuchang-2023")


def year_of_money(
    world, year: int, paid_fen: int, done: dict[str, date] | None = None, day: date | None = None
):
    """100 万元 granted by the county to one industry project of the year, of which so much was paid on the day."""
    paper = make_document(
        world.county, amount_fen=100_000_000, level="county", year=year, issued_on=date(year, 1, 8)
    )
    project = make_project(world.village_a1, year=year, kind="industry", done=done)
    allocation = make_allocation(paper, project, amount_fen=100_000_000, allocated_on=date(year, 1, 9))
    if paid_fen:
        make_payment(allocation, amount_fen=paid_fen, paid_on=day or date(year, 1, 12), state="confirmed")
    return project


def marks(answer: dict) -> dict[str, dict]:
    found = {mark["code"]: mark for mark in answer["milestones"]}
    assert len(found) == len(answer["milestones"])
    assert all(
        set(mark) == {"code", "clause", "due", "target_pct", "actual_pct", "met"}
        for mark in answer["milestones"]
    )
    return found


def test_yuzhou_has_its_four_milestones_at_the_end_of_september(world, run_json):
    done = {"bidding": date(2020, 1, 20), "start": date(2020, 4, 20)}
    project = year_of_money(world, 2020, 90_000_000, done, date(2020, 8, 1))
    code, answer = run_json("check_funds", "--as-of", "2020-09-30")
    assert code == 0
    found = marks(answer)
    assert sorted(found) == sorted(YUZHOU)
    assert {key: (mark["clause"], mark["due"], mark["target_pct"]) for key, mark in found.items()} == {
        YUZHOU[0]: ("26", "2020-01-31", 100),
        YUZHOU[1]: ("26", "2020-03-31", 100),
        YUZHOU[2]: ("26", "2020-06-30", 100),
        YUZHOU[3]: ("26", "2020-09-30", 92),
    }
    assert [(found[key]["actual_pct"], found[key]["met"]) for key in YUZHOU] == [
        (100, True), (100, True), (0, False), (90, False),
    ]  # fmt: skip
    shares = {share["code"]: share for share in answer["shares"]}
    assert shares["YZ-R-8-01"] == {
        "code": "YZ-R-8-01", "clause": "8", "target_pct": 70, "actual_pct": 100, "met": True,
    }  # fmt: skip
    assert (shares["YZ-R-12-01"]["actual_pct"], shares["YZ-R-12-01"]["met"]) == (0, False)
    for row in answer["findings"]:
        assert set(row) == {"subject", "code", "clause", "observed", "limit"}
        assert row["clause"]
        assert row["observed"] is not None
        assert row["limit"] is not None
    late = {row["subject"] for row in answer["findings"] if row["code"] == "YZ-R-26-03"}
    assert late == {"division:411081", "level:county", "division:411081100", f"project:{project.pk}"}
    assert MONEY.fullmatch(answer["granted_yuan"])
    assert (answer["paid_yuan"], answer["paid_pct"]) == ("900000.00", 90)


@pytest.mark.parametrize("day", ["2021-01-15", "2021-03-01"])
def test_the_money_of_the_next_year_is_not_judged_by_the_milestones_of_2020(world, run_json, day):
    year_of_money(world, 2020, 90_000_000)
    run_json("check_funds", "--as-of", "2020-12-31")
    assert RiskSign.objects.filter(closed_on__isnull=True).exists()
    year_of_money(world, 2021, 0)
    code, answer = run_json("check_funds", "--as-of", day)
    assert code == 0
    assert (answer["pack"], answer["granted_yuan"], answer["paid_yuan"], answer["paid_pct"]) == (
        "yuzhou-2020", "1000000.00", "0.00", 0,
    )  # fmt: skip
    assert (answer["milestones"], answer["shares"], answer["findings"]) == ([], [], [])
    assert not RiskSign.objects.filter(closed_on__isnull=True).exists()
    tally = RunTally.objects.filter(rule_key="YZ-R-26-03").last()
    assert (tally.hit, tally.clear, tally.unknown) == (0, 0, 0)


@pytest.mark.parametrize(
    ("day", "paid", "met"),
    [
        ("2023-04-29", 20, [None, None, None, None]),
        ("2023-04-29", 30, [True, None, None, None]),
        ("2023-04-30", 20, [False, None, None, None]),
        ("2023-07-01", 60, [True, True, None, None]),
        ("2023-12-31", 80, [True, True, True, False]),
        ("2023-12-31", 100, [True, True, True, True]),
    ],
)
def test_xuchang_asks_30_50_75_and_100_percent_in_2023(world, run_json, day, paid, met):
    year_of_money(world, 2023, paid * 1_000_000)
    code, answer = run_json("check_funds", "--as-of", day)
    assert code == 0
    found = marks(answer)
    assert sorted(found) == sorted(XUCHANG)
    assert [(found[key]["due"], found[key]["target_pct"], found[key]["clause"]) for key in XUCHANG] == [
        ("2023-04-30", 30, "17"), ("2023-06-30", 50, "17"), ("2023-09-30", 75, "17"), ("2023-12-31", 100, "17"),
    ]  # fmt: skip
    assert [found[key]["met"] for key in XUCHANG] == met
    assert {found[key]["actual_pct"] for key in XUCHANG} == {paid}
    assert {share["code"] for share in answer["shares"]} == {"XC-R013"}
    assert Decimal(answer["paid_yuan"]) == paid * 10_000
    late = {key for key, reached in zip(XUCHANG, met, strict=True) if reached is False}
    assert {row["code"] for row in answer["findings"]} == late


def test_money_that_nobody_granted_is_unknown_and_not_late(world, run_json):
    code, answer = run_json("check_funds", "--as-of", "2023-12-31")
    assert code == 0
    assert (answer["granted_yuan"], answer["paid_yuan"], answer["paid_pct"]) == ("0.00", "0.00", None)
    assert {mark["met"] for mark in answer["milestones"]} == {None}
    assert answer["findings"] == []


def test_a_poor_village_below_its_collective_income_is_a_finding_on_the_page(world, run_json, cast, login):
    for village, kind, fen in (
        (world.village_a1, "poor", 9_999_999),
        (world.village_b1, "key_nonpoor", 5_000_000),
    ):
        VillageYear.objects.create(division=village, year=2019, village_class=kind, collective_income_fen=fen)
    code, answer = run_json("check_funds", "--as-of", "2020-09-30")
    assert code == 0
    found = {(one["subject"], one["code"]) for one in answer["findings"]}
    assert found == {(f"village:{world.village_a1.code}", "YZ-R-12-02/poor")}
    page = login(cast.officer).get(reverse("monitoring:fund-check")).content.decode()
    assert "贫困村集体经济收入不达标" in page
    assert world.village_a1.name in page
    run_json("check_funds", "--as-of", "2021-01-15")
    assert not RiskSign.objects.filter(subject_kind="village", closed_on__isnull=True).exists()


def test_the_same_level_of_two_counties_is_found_in_each(world, run_json):
    """Both are late; neither takes the other's finding, and looking again finds nothing new."""
    other = make_division("411082", "长葛市", "county", world.county.parent)
    for county in (world.county, other):
        make_document(county, amount_fen=100_000_000, level="county", year=2023, issued_on=date(2023, 1, 8))
    for _ in range(2):
        for county in (world.county, other):
            code, answer = run_json("check_funds", "--as-of", "2023-12-31", "--division", county.code)
            assert code == 0
            assert "level:county" in {row["subject"] for row in answer["findings"]}
    late = RiskSign.objects.filter(closed_on__isnull=True, subject_key__startswith="level:")
    assert set(late.values_list("subject_key", "scope_code")) == {
        ("level:county@411081", "411081"), ("level:county@411082", "411082"),
    }  # fmt: skip
    assert not RiskSign.objects.filter(closed_on__isnull=False).exists()


def test_findings_of_levels_from_before_are_given_their_county(world, run_json):
    make_document(world.county, amount_fen=100_000_000, level="county", year=2023, issued_on=date(2023, 1, 8))
    run_json("check_funds", "--as-of", "2023-12-31")
    RiskSign.objects.filter(subject_key__startswith="level:").update(subject_key="level:county")
    name_the_county(apps, None)
    assert set(RiskSign.objects.values_list("subject_key", flat=True)) >= {"level:county@411081"}
    assert not RiskSign.objects.filter(subject_key="level:county").exists()
