"""The order of stages, without a database."""

from datetime import date

import pytest

from projects.rules import (
    STAGES,
    StageDates,
    current_stage,
    done_order_fault,
    planned_order_fault,
    reached,
    stage_views,
)

TODAY = date(2020, 9, 20)
JAN, MAR, JUN, SEP = date(2020, 1, 20), date(2020, 3, 20), date(2020, 6, 20), date(2020, 9, 20)


def stages(**done: date | None) -> dict[str, StageDates]:
    return {kind: StageDates(done_on=done.get(kind)) for kind in STAGES}


def test_plans_in_order_are_accepted_also_with_gaps_and_on_one_day():
    assert planned_order_fault({"bidding": JAN, "start": None, "completion": JAN}) is None


def test_plans_out_of_order_name_both_dates():
    fault = planned_order_fault({"bidding": MAR, "completion": JAN})
    assert "计划完工日期 2020-01-20" in fault
    assert "计划招标日期 2020-03-20" in fault


@pytest.mark.parametrize(
    ("kind", "day", "words"),
    [
        ("bidding", date(2020, 9, 21), "晚于今天"),
        ("start", MAR, "请先登记招标"),
        ("acceptance", SEP, "请先登记招标"),
    ],
)
def test_what_cannot_have_been_done_is_said(kind, day, words):
    assert words in done_order_fault(stages(), kind, day, TODAY)


def test_a_stage_on_today_is_not_in_the_future():
    assert done_order_fault(stages(), "bidding", TODAY, TODAY) is None


def test_a_day_before_the_stage_before_is_refused():
    assert "顺序" in done_order_fault(stages(bidding=MAR), "start", JAN, TODAY)
    assert done_order_fault(stages(bidding=MAR), "start", MAR, TODAY) is None


def test_correcting_a_day_must_fit_the_later_stages_too():
    assert "顺序" in done_order_fault(stages(bidding=JAN, start=MAR), "bidding", JUN, TODAY)
    assert done_order_fault(stages(bidding=JAN, start=MAR), "bidding", MAR, TODAY) is None


def test_a_stage_the_project_does_not_have_is_not_waited_for_and_not_recorded():
    without = {"start": StageDates(), "acceptance": StageDates()}
    assert done_order_fault(without, "start", MAR, TODAY) is None
    assert "没有“招标”" in done_order_fault(without, "bidding", JAN, TODAY)


def test_the_current_stage_is_the_last_one_done_by_the_day():
    rows = stages(bidding=JAN, start=MAR, completion=JUN)
    assert current_stage(rows, date(2020, 6, 19)) == "start"
    assert current_stage(rows, JUN) == "completion"
    assert current_stage(rows, date(2020, 1, 1)) == ""


@pytest.mark.parametrize(
    ("planned", "done", "state", "late"),
    [
        (JAN, JAN, "done", 0),
        (JAN, date(2020, 1, 21), "done_late", 1),
        (None, JAN, "done", 0),
        (date(2020, 9, 19), None, "late", 1),
        (SEP, None, "planned", 0),
        (None, None, "unplanned", 0),
        (date(2020, 9, 19), date(2020, 9, 21), "late", 1),  # done after the day that is looked at
    ],
)
def test_a_stage_says_where_it_stands(planned, done, state, late):
    (view, *others) = stage_views({"bidding": StageDates(planned, done)}, TODAY)
    assert (view.state, view.days_late) == (state, late)
    assert [other.state for other in others] == ["absent"] * 3


def test_reached_knows_stages_that_do_not_exist_from_projects_never_planned():
    assert reached({"start": True}, "start")
    assert not reached({"start": False}, "start")
    assert reached({"start": False}, "bidding")
    assert not reached({}, "bidding")
