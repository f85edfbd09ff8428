"""A proposal of the risk check begins a proceeding or joins the open one; only the county's decision ends it well."""

import pytest

from common.errors import Conflict
from households.codes import MonitorClass
from monitoring.models import RiskCase
from monitoring.services import CaseDecision, case_decide, case_decline
from proceedings.models import Kind, Proceeding
from tests.cast import actor, make_user, post
from tests.proceedings import walk
from tests.proceedings.walk import DAY, do, lead, monitored, opened, removal

pytestmark = pytest.mark.django_db
PROPOSAL = CaseDecision("propose", "收入确实偏低，家中有病人", MonitorClass.BORDERLINE)


@pytest.fixture
def case(home):
    return RiskCase.objects.create(household=home, scope_code=home.scope_code, opened_on=DAY, due_on=DAY)


def propose(case, cast):
    case_decide(actor=actor(cast.li), case=case, decision=PROPOSAL, on=DAY)
    case.refresh_from_db()


def test_a_proposal_opens_an_identification(case, home, cast):
    propose(case, cast)
    row = Proceeding.objects.get()
    assert (row.kind, row.state, row.source, row.case) == (Kind.IDENTIFICATION, "clue", "screening", case)
    assert (row.proposed_class, row.opened_by, case.state) == ("borderline", cast.li, "proposed")
    home.refresh_from_db()
    assert home.monitor_class == "none"


def test_the_decision_of_the_county_closes_the_case_and_sets_the_status(case, home, cast):
    propose(case, cast)
    row = lead(Proceeding.objects.get(), cast, "monitored")
    case.refresh_from_db()
    home.refresh_from_db()
    assert (case.state, case.close_reason, case.closed_on) == ("closed", "已纳入监测", row.decided_on)
    assert home.monitor_class == "borderline"


def test_a_proposal_joins_the_open_proceeding(home, cast):
    row = opened(home, cast)
    case = RiskCase.objects.create(household=home, scope_code=home.scope_code, opened_on=DAY, due_on=DAY)
    propose(case, cast)
    row.refresh_from_db()
    assert Proceeding.objects.count() == 1
    assert (row.case, row.proposed_class, row.state) == (case, "borderline", "clue")
    assert [step.act for step in row.steps.all()] == ["open", "join"]


def test_an_identification_takes_the_open_case_along(case, home, cast):
    row = opened(home, cast)
    assert row.case == case
    lead(row, cast, "monitored")
    case.refresh_from_db()
    assert (case.state, case.close_reason) == ("closed", "已纳入监测")


def test_declining_the_proposal_ends_both(case, home, cast):
    propose(case, cast)
    case_decline(actor=actor(cast.officer), case=case, reason="子女有赡养能力", on=DAY)
    row = Proceeding.objects.get()
    case.refresh_from_db()
    assert (row.state, row.closed_on, case.state, case.close_reason) == (
        "declined",
        DAY,
        "closed",
        "不予纳入监测",
    )


def test_an_end_at_the_village_ends_the_case_too(case, cast):
    propose(case, cast)
    row = lead(Proceeding.objects.get(), cast, "visiting")
    do(row, "not_eligible", cast, opinion="收入已恢复")
    case.refresh_from_db()
    assert (case.state, case.close_reason) == ("closed", "不予纳入监测")
    assert case.decisions.order_by("-pk").first().outcome == "no_risk"


def test_no_proposal_while_a_removal_is_open_and_nothing_is_half_done(home, cast):
    monitored(home, cast)
    row = removal(home, cast)
    case = RiskCase.objects.create(
        household=home, scope_code=home.scope_code, opened_on=row.opened_on, due_on=row.opened_on
    )
    with pytest.raises(Conflict) as refusal:
        case_decide(
            actor=actor(cast.li), case=case, on=row.opened_on,
            decision=CaseDecision("propose", "又有大病", MonitorClass.SUDDEN_HARDSHIP),
        )  # fmt: skip
    assert refusal.value.code == "another_proceeding_open"
    case.refresh_from_db()
    assert (case.state, case.decisions.count()) == ("open", 0)


def test_who_proposed_does_not_decide(case, home, cast, world):
    both = make_user("both", "双岗员")
    post(both, "township_clerk", world.township_a)
    post(both, "county_officer", world.county)
    case_decide(actor=actor(both), case=case, decision=PROPOSAL, on=DAY)
    row = lead(Proceeding.objects.get(), cast, "county_decision")
    with pytest.raises(Conflict) as refusal:
        walk.services.proceeding_advance(
            actor=actor(both), proceeding=row, act="decide", given=walk.given(row, "decide", row.state_since)
        )
    assert refusal.value.code == "same_person"
