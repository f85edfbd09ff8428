"""A whole prefecture as the state lists it: loaded, and screened with the packs that hold there."""

from datetime import date

import pytest
from django.db import transaction

from monitoring.models import ScreeningRun
from tests.factories.households import make_household, make_living, make_year_income
from tests.factories.policies import publish
from tests.monitoring.parts_world import left_behind
from villages.loading import FOLDER, divisions_load, read_rows
from villages.models import Division, Level

PREFECTURE = "4114"
COUNTIES = ("411402", "411481")
SIZES = {Level.PREFECTURE: 1, Level.COUNTY: 11, Level.TOWNSHIP: 199, Level.VILLAGE: 4834}
SCREEN = ("screen", "--quarter", "2020Q3", "--as-of", "2020-09-20", "--division")


@pytest.fixture
def shangqiu(db):
    return divisions_load(read_rows(FOLDER / "shangqiu.csv.gz"), date(2018, 10, 31))


def sizes():
    kept = Division.objects.filter(code__startswith=PREFECTURE)
    return {level: kept.filter(level=level, is_stub=False).count() for level in SIZES}


def test_the_whole_list_is_loaded_and_twice_changes_nothing(shangqiu, run_json):
    assert (shangqiu.new, shangqiu.stubs) == (sum(SIZES.values()), 1)
    assert sizes() == SIZES
    code, again = run_json("load_divisions", FOLDER / "shangqiu.csv.gz")
    assert (code, again["new"], again["changed"], again["unchanged"]) == (0, 0, 0, sum(SIZES.values()))
    assert sizes() == SIZES


def test_parts_judge_each_county_by_its_packs_as_its_own_run_does(db, run_json):
    """Two families in one village of two counties: one poor and without safe water, one of which little is known."""
    rows = read_rows(FOLDER / "shangqiu.csv.gz")
    divisions_load([row for row in rows if row.code.startswith(COUNTIES)], date(2018, 10, 31))
    Division.objects.filter(code=PREFECTURE).update(is_stub=False)
    publish("county-default", "shangqiu-2018")
    counties = list(Division.objects.filter(level=Level.COUNTY, is_stub=False).order_by("code"))
    for number, county in enumerate(counties):
        village = Division.objects.filter(level=Level.VILLAGE, code__startswith=county.code).order_by("code")[
            number
        ]
        poor = make_household(village, members=3, poverty_status="unexited")
        make_year_income(poor, 2019, net_fen=600_000, members=3)
        make_living(poor, water_safe=False)
        make_household(village, members=2)
    with transaction.atomic():
        answers = [run_json(*SCREEN, county.code) for county in counties]
        expected = left_behind()
        transaction.set_rollback(True)
    code, whole = run_json(*SCREEN, PREFECTURE)
    assert (code, whole["households"], whole["not_judged"]) == (0, 4, [])
    assert (whole["pack"], set(whole["packs"])) == ("shangqiu-2018", {"county-default", "shangqiu-2018"})
    assert left_behind() == expected
    assert whole["open"] == sum(one["open"] for _, one in answers) == len(expected[0]) > 4
    for name in ("by_rule", "unknown_by_rule"):
        assert whole[name] == {key: sum(one[name][key] for _, one in answers) for key in answers[0][1][name]}
    parts = ScreeningRun.objects.filter(parent__scope_code=PREFECTURE)
    assert {part.scope_code for part in parts} == {county.code for county in counties}
