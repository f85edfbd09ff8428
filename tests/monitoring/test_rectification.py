"""Problems: opened, worked on, checked by somebody else, closed, reopened."""

from datetime import timedelta

import pytest

from common.errors import Conflict, Invalid, NotPermitted
from monitoring.models import Rectification, RiskSign
from monitoring.services import (
    ActInput,
    ProblemInput,
    rectification_act,
    rectification_from_sign,
    rectification_open,
)
from monitoring.services.rectification import acts_for
from tests.cast import actor
from tests.monitoring import world as fake
from tests.monitoring.world import CHECKSUM, DAY

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)


@pytest.fixture
def problem(world, cast):
    given = ProblemInput(
        "audit", "火龙镇政府", world.township_a, "项目资料不全", DAY, DAY + timedelta(days=30)
    )
    return rectification_open(actor=actor(cast.officer), given=given)


def act(user, row, name, **given):
    return rectification_act(actor=actor(user), row=row, act=name, on=DAY, given=ActInput(**given))


def submitted(problem, user):
    act(user, problem, "claim")
    act(user, problem, "start", measures="补齐资料并公示")
    return act(user, problem, "submit", files=[PNG], opinion="已完成")


def test_the_whole_way(problem, cast):
    row = submitted(problem, cast.li)
    assert (row.state, row.submitted_by) == ("submitted", cast.li)
    row = act(cast.rev, row, "pass", opinion="属实")
    row = act(cast.rev, row, "close")
    assert (row.state, row.closed_on, row.checked_by) == ("closed", DAY, cast.rev)
    row = act(cast.rev, row, "reopen", opinion="回头看发现反弹")
    assert (row.state, row.closed_on) == ("reopened", None)
    acts = list(row.steps.values_list("act", flat=True))
    assert acts == ["open", "claim", "start", "submit", "pass", "close", "reopen"]
    assert row.history.count() == 7
    assert row.history.first().history_user == cast.rev
    assert row.steps.get(act="submit").files.count() == 1


def test_who_submits_does_not_check(problem, cast):
    row = submitted(problem, cast.officer)
    assert acts_for(actor(cast.officer), row) == []
    with pytest.raises(Conflict) as refusal:
        act(cast.officer, row, "pass")
    assert refusal.value.code == "same_person"
    assert act(cast.officer2, row, "pass").state == "checked"
    with pytest.raises(Conflict):
        act(cast.officer, row, "close")


def test_a_return_needs_an_opinion_and_goes_back_to_work(problem, cast):
    row = submitted(problem, cast.li)
    with pytest.raises(Invalid):
        act(cast.rev, row, "return")
    assert act(cast.rev, row, "return", opinion="照片不清").state == "working"


def test_measures_and_evidence_are_needed(problem, cast):
    act(cast.li, problem, "claim")
    with pytest.raises(Invalid) as refusal:
        act(cast.li, problem, "start")
    assert refusal.value.field == "measures"
    act(cast.li, problem, "start", measures="整改")
    with pytest.raises(Invalid) as refusal:
        act(cast.li, problem, "submit")
    assert refusal.value.field == "papers"


def test_steps_out_of_order_are_refused(problem, cast):
    with pytest.raises(Conflict):
        act(cast.rev, problem, "pass")
    with pytest.raises(Conflict):
        act(cast.li, problem, "fly")


@pytest.mark.parametrize("who", ["zhao", "auditor", "leader", "wang"])
def test_others_may_not_work_on_it(problem, cast, who):
    with pytest.raises(NotPermitted):
        act(getattr(cast, who), problem, "claim")


def test_only_the_county_opens_problems(world, cast):
    given = ProblemInput("audit", "某单位", world.township_a, "问题", DAY, DAY)
    with pytest.raises(NotPermitted):
        rectification_open(actor=actor(cast.li), given=given)


@pytest.mark.parametrize(
    ("name", "value"),
    [("unit", " "), ("description", ""), ("source", "rumour"), ("due_on", DAY - timedelta(days=1))],
)
def test_a_problem_must_be_complete(world, cast, name, value):
    values = {
        "source": "audit", "unit": "某单位", "division": world.township_a, "description": "问题",
        "found_on": DAY, "due_on": DAY,
    }  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        rectification_open(actor=actor(cast.officer), given=ProblemInput(**(values | {name: value})))
    assert refusal.value.field == name


def finding(world, **changes):
    run = fake.claimed(kind="funds")
    values = {
        "rule_key": "F-1", "topic": "payment_late", "effect": "finding", "pack_code": "test",
        "pack_checksum": CHECKSUM, "subject_kind": "fund_area", "subject_key": "division:411081100",
        "scope_code": world.township_a.code, "opened_on": DAY, "last_true_on": DAY, "opened_run": run,
    }  # fmt: skip
    return RiskSign.objects.create(**(values | changes))


def test_a_finding_opens_one_problem(world, cast):
    sign = finding(world)
    values = {
        "unit": "火龙镇政府",
        "due_on": DAY + timedelta(days=30),
        "description": "拨付滞后",
        "clause": "26",
    }
    row = rectification_from_sign(actor=actor(cast.officer), sign=sign, **values)
    assert (row.source, row.sign, row.scope_code) == ("fund_check", sign, "411081100")
    with pytest.raises(Conflict):
        rectification_from_sign(actor=actor(cast.officer2), sign=sign, **values)
    assert Rectification.objects.count() == 1


def test_a_risk_sign_opens_none(world, cast):
    sign = finding(world, effect="case")
    with pytest.raises(Invalid):
        rectification_from_sign(actor=actor(cast.officer), sign=sign, unit="某", due_on=DAY, description="某")
