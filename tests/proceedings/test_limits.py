"""Limits below, at and above, in calendar and working days; packs, also narrower ones, say how many."""

from datetime import date, timedelta

import pytest

from common.errors import Conflict
from policies.pack.canonical import checksum_of
from proceedings import selectors
from proceedings.limits import OF_STATE, USUAL, Limit, LimitsInForce
from proceedings.models import OPEN_STATES, State
from proceedings.selectors import Filters
from proceedings.wording import Marks
from tests.cast import actor
from tests.factories.households import make_situation
from tests.factories.policies import make_pack, publish
from tests.proceedings import walk
from tests.proceedings.walk import DAY, do, lead, monitored, opened, removal

pytestmark = pytest.mark.django_db
FRIDAY_BEFORE_HOLIDAY = date(2020, 9, 25)


def parameter(value, unit: str = "days") -> dict:
    return {"value": value, "unit": unit, "basis": "county", "meaning": "x", "meaning_zh": "测试"}


def narrow(place: str, **parameters) -> None:
    """A pack of a place that names only these."""
    content = {
        "document": {"code": f"own-{place}", "title": "测试", "place": place, "effective_from": "2020-01-01"},
        "parameters": {"param": parameters},
    }
    make_pack(f"own-{place}", place=place, content=content, checksum=checksum_of(content))


def test_the_county_pack_names_every_limit_the_code_reads(db):
    publish("county-default")
    limits = LimitsInForce(DAY, "411081100201")
    for name, usual in USUAL.items():
        assert limits.packs.param(name).value == usual, name
        if name.endswith("_days") and name != "proceeding_soon_days":
            assert limits.packs.param(f"{name}_working").value is False
    assert set(OF_STATE.values()) <= set(USUAL)


def test_a_narrower_pack_decides_for_its_township_only(world, db):
    publish("county-default")
    narrow(
        "411081100", proceeding_visit_days=parameter(7), proceeding_visit_days_working=parameter(True, "flag")
    )
    assert LimitsInForce(DAY, "411081100201").of("proceeding_visit_days") == Limit(7, True)
    assert LimitsInForce(DAY, "411081101201").of("proceeding_visit_days") == Limit(3, False)
    assert LimitsInForce(DAY, "411081100201").of("proceeding_compare_days") == Limit(5, False)


def test_calendar_and_working_days_over_the_national_holiday():
    assert Limit(5, False).end(FRIDAY_BEFORE_HOLIDAY) == date(2020, 9, 30)
    assert Limit(5, True).end(FRIDAY_BEFORE_HOLIDAY) == date(2020, 10, 9)  # 27 and 28..30 Sept, then 9 Oct
    assert (Limit(5, True).words, Limit(5, False).words) == ("5 个工作日", "5 个自然日")
    assert not Limit(5, True).estimated(FRIDAY_BEFORE_HOLIDAY)
    assert Limit(5, True).estimated(date(2099, 1, 1))
    assert not Limit(5, False).estimated(date(2099, 1, 1))


def test_each_step_gets_its_own_days_and_keeps_what_held(clue, cast):
    assert clue.due_on == DAY + timedelta(days=2)
    assert clue.overall_due_on == DAY + timedelta(days=15)
    do(clue, "accept", cast, on=DAY + timedelta(days=4))
    assert clue.due_on == DAY + timedelta(days=7)
    assert clue.steps.last().due_on == DAY + timedelta(days=2)
    told = selectors.steps_of(clue)[-1]
    assert told.late == 2


@pytest.mark.parametrize(("ahead", "mark"), [(0, ""), (1, "soon"), (2, "soon"), (3, "overdue")])
def test_a_step_is_yellow_one_day_before_and_red_after_its_last_day(clue, cast, ahead, mark):
    today = DAY + timedelta(days=ahead)
    assert Marks(today).step(clue).mark == mark
    li = actor(cast.li)
    for due in ("soon", "overdue"):
        found = selectors.proceeding_list(actor=li, filters=Filters(due=due), today=today)
        assert found.exists() == (mark == due), due
    numbers = selectors.counts(actor=li, today=today)
    assert (numbers["soon"], numbers["overdue"]) == (int(mark == "soon"), int(mark == "overdue"))


def test_the_whole_way_is_red_by_itself_until_the_decision(home, cast):
    row = lead(opened(home, cast), cast, "county_decision")
    late = row.overall_due_on + timedelta(days=1)
    row.due_on = late + timedelta(days=9)
    row.save()
    li = actor(cast.li)
    assert selectors.counts(actor=li, today=late)["overdue"] == 1
    assert selectors.counts(actor=li, today=late - timedelta(days=1))["overdue"] == 0
    assert Marks(late).whole(row).mark == "overdue"
    do(row, "decide", cast, on=late)
    assert Marks(late).whole(row).mark == ""


@pytest.mark.parametrize(("ahead", "passes"), [(4, False), (5, True), (6, True)])
def test_a_notice_hangs_its_days(home, cast, ahead, passes):
    row = lead(opened(home, cast), cast, "noticed")
    day = row.noticed_on + timedelta(days=ahead)
    if passes:
        do(row, "close_notice", cast, on=day)
    else:
        with pytest.raises(Conflict, match="还差 1 天") as refusal:
            do(row, "close_notice", cast, on=day)
        assert refusal.value.code == "notice_running"


@pytest.mark.parametrize(("day", "passes"), [(date(2020, 10, 8), False), (date(2020, 10, 9), True)])
def test_a_notice_in_working_days_waits_for_the_holiday(home, cast, day, passes):
    narrow("411081", proceeding_notice_days_working=parameter(True, "flag"))
    row = lead(opened(home, cast, on=FRIDAY_BEFORE_HOLIDAY), cast, "noticed")
    assert row.notice_until == date(2020, 10, 9)
    if passes:
        do(row, "close_notice", cast, on=day)
    else:
        with pytest.raises(Conflict):
            do(row, "close_notice", cast, on=day)


def test_a_notice_counts_from_the_day_it_was_hung_up(home, cast):
    row = lead(opened(home, cast), cast, "evaluated")
    later = DAY + timedelta(days=3)
    do(row, "publish", cast, on=later, details={"starts_on": DAY + timedelta(days=1)})
    assert (row.noticed_on, row.notice_until) == (DAY + timedelta(days=1), DAY + timedelta(days=6))
    assert row.due_on == DAY + timedelta(days=8)


@pytest.mark.parametrize(
    ("day", "passes"), [(date(2020, 9, 6), False), (date(2020, 9, 7), True), (date(2020, 9, 8), True)]
)
def test_a_removal_waits_six_months_and_says_how_long(home, cast, day, passes):
    assert monitored(home, cast).decided_on == date(2020, 3, 7)
    if passes:
        assert removal(home, cast, on=day).state == "proposed"
    else:
        with pytest.raises(Conflict, match="还差 1 天") as refusal:
            removal(home, cast, on=day)
        assert "2020-09-07" in refusal.value.sentence


def test_a_natural_removal_does_not_wait_unless_the_pack_says_so(home, cast):
    row = monitored(home, cast)
    found = removal(home, cast, on=row.closed_on, removal_way="natural")
    assert found.removal_way == "natural"
    do(found, "keep", cast, opinion="又有新风险")
    narrow("411081", proceeding_natural_wait_months=parameter(2, "months"))
    with pytest.raises(Conflict, match="2020-05-07"):
        removal(home, cast, on=date(2020, 5, 6), removal_way="natural")


def test_an_unknown_day_of_identification_is_not_taken_for_long_ago(home, cast):
    monitored(home, cast)
    home.refresh_from_db()
    home.risk_identified_on = None
    home.save()
    with pytest.raises(Conflict) as refusal:
        removal(home, cast, on=date(2021, 1, 1))
    assert refusal.value.code == "identified_unknown"


@pytest.mark.parametrize(
    ("skill", "code"),
    [("none", "no_labour"), ("lost", "no_labour"), ("", "labour_unknown"), ("weak_or_half", "")],
)
def test_a_household_without_any_labour_stays(home, cast, skill, code):
    monitored(home, cast)
    person = home.memberships.get().person
    person.situations.all().delete()
    make_situation(person, labour_skill=skill)
    if not code:
        assert removal(home, cast).state == "proposed"
        return
    with pytest.raises(Conflict, match="1 人") as refusal:
        removal(home, cast)
    assert refusal.value.code == code


def test_labour_lost_on_the_way_stops_the_county_too(home, cast):
    monitored(home, cast)
    row = lead(removal(home, cast), cast, "county_decision")
    home.memberships.get().person.situations.update(labour_skill="lost")
    with pytest.raises(Conflict) as refusal:
        do(row, "decide", cast)
    assert refusal.value.code == "no_labour"
    home.refresh_from_db()
    assert home.monitor_class == "borderline"


@pytest.mark.parametrize("weak", ["income_stable", "guarantees_firm", "risk_gone", "no_new_risk"])
def test_one_weak_point_stops_a_removal_at_the_visit(home, cast, weak):
    monitored(home, cast)
    row = removal(home, cast)
    details = walk.details_for("removal", "visit") | {weak: "no"}
    with pytest.raises(Conflict) as refusal:
        do(row, "visit", cast, details=details)
    assert refusal.value.code == "not_firm"
    do(row, "keep", cast)
    assert (row.state, row.outcome) == ("kept", "继续监测")


@pytest.mark.parametrize(
    ("visitors", "passes"),
    [("刘支书", False), ("刘支书、刘支书", False), ("刘支书，王队员", True), ("甲 乙 丙", True)],
)
def test_a_removal_is_visited_by_two(home, cast, visitors, passes):
    monitored(home, cast)
    row = removal(home, cast)
    details = walk.details_for("removal", "visit") | {"visitors": visitors}
    if passes:
        do(row, "visit", cast, details=details)
    else:
        with pytest.raises(Exception, match="至少两人"):
            do(row, "visit", cast, details=details)


def test_the_packs_that_judged_are_kept(home, cast):
    publish("county-default")
    row = opened(home, cast)
    assert set(row.packs) == {"county-default"}
    do(row, "accept", cast)
    assert row.steps.last().packs == row.packs


def test_every_state_on_a_way_has_a_limit_but_the_notice_and_the_ends():
    assert set(OPEN_STATES) - set(OF_STATE) == {State.NOTICED}
