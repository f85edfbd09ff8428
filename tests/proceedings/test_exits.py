"""贫困户退出 and 贫困村出列: the checklist must be filled and met, the household agrees, the village counts as one subject."""

import pytest

from common.errors import Conflict, Invalid
from proceedings import checks, services
from proceedings.models import Kind, Proceeding
from proceedings.services import OpenInput
from tests.cast import actor
from tests.proceedings import walk
from tests.proceedings.walk import DAY, do, lead, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def poor(world, cast):
    return walk.home(world, cast, poverty_status="unexited")


def village_exit(cast, village, who="li", **kw) -> Proceeding:
    values = {"kind": Kind.VILLAGE_EXIT, "source": "cadre", "on": DAY, "reason": "贫困发生率已达标"}
    return services.proceeding_open(
        actor=actor(getattr(cast, who)), given=OpenInput(**(values | kw)), village=village
    )


def test_an_unfilled_standard_answers_so_and_does_not_pass(poor, cast):
    row = opened(poor, cast, Kind.HOUSEHOLD_EXIT, who="li")
    assert checks.findings(checks.HOUSEHOLD_EXIT, row) == ["标准未录入"]
    with pytest.raises(Conflict, match="标准未录入") as refusal:
        do(row, "evaluate", cast)
    assert refusal.value.code == "standard_not_met"


def test_an_unmet_standard_is_told_and_a_met_one_passes(poor, cast):
    row = opened(poor, cast, Kind.HOUSEHOLD_EXIT, who="li")
    checks.register_check(checks.HOUSEHOLD_EXIT, lambda found: ["人均纯收入未采集"])
    with pytest.raises(Conflict, match="人均纯收入未采集"):
        do(row, "evaluate", cast)
    walk.standards_met()
    lead(row, cast, "exited")
    poor.refresh_from_db()
    assert (poor.poverty_status, row.outcome) == ("exited_with_policy", "已退出")
    assert (row.notice_until - row.noticed_on).days == 7


def test_the_standard_is_asked_again_by_the_township_and_the_county(poor, cast):
    walk.standards_met()
    row = lead(opened(poor, cast, Kind.HOUSEHOLD_EXIT, who="li"), cast, "township_review")
    checks.register_check(checks.HOUSEHOLD_EXIT, lambda found: ["住房安全未采集"])
    with pytest.raises(Conflict):
        do(row, "review", cast)
    walk.standards_met()
    do(row, "review", cast)
    checks.register_check(checks.HOUSEHOLD_EXIT, lambda found: ["住房安全未采集"])
    with pytest.raises(Conflict):
        do(row, "decide", cast)


def test_a_household_that_does_not_agree_does_not_exit(poor, cast):
    walk.standards_met()
    row = lead(opened(poor, cast, Kind.HOUSEHOLD_EXIT, who="li"), cast, "consenting")
    do(row, "refuse", cast, opinion="住房未修好，不同意退出")
    poor.refresh_from_db()
    assert (row.state, poor.poverty_status) == ("not_exited", "unexited")


def test_the_check_is_made_by_two(poor, cast):
    walk.standards_met()
    row = lead(opened(poor, cast, Kind.HOUSEHOLD_EXIT, who="li"), cast, "checking")
    with pytest.raises(Invalid) as refusal:
        do(row, "check", cast, details={"visitors": "刘支书"})
    assert refusal.value.field == "visitors"


def test_a_village_goes_its_own_way(world, cast):
    row = village_exit(cast, world.village_a1)
    assert (row.household, row.state, row.subject) == (None, "checking", world.village_a1.name)
    with pytest.raises(Conflict, match="标准未录入"):
        do(row, "check", cast)
    walk.standards_met()
    lead(row, cast, "exited")
    assert row.closed_on is not None


def test_a_village_has_one_open_exit_and_its_households_go_on(world, cast, home):
    village_exit(cast, world.village_a1)
    with pytest.raises(Conflict):
        village_exit(cast, world.village_a1)
    assert opened(home, cast).state == "clue"
    assert village_exit(cast, world.village_a2).state == "checking"


def test_a_village_exit_is_of_a_village(world, cast):
    with pytest.raises(Invalid):
        village_exit(cast, world.township_a)
    with pytest.raises(Invalid):
        village_exit(cast, None)


def test_stray_checks_are_no_checks(db):
    with pytest.raises(LookupError):
        checks.register_check("horoscope", lambda row: [])
