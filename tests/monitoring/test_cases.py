"""People decide: muting, asking again, proposals, settling; a later run never undoes a decision."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from common.errors import Conflict, Invalid, NotPermitted
from households.codes import MonitorClass
from monitoring.models import Decision, RiskCase, RiskSign
from monitoring.screening.engine import screening_execute
from monitoring.services import CaseDecision, case_assign, case_conclude, case_decide, case_decline
from tests.cast import actor
from tests.monitoring import world as fake
from tests.monitoring.world import DAY, facts_set, household, plan

pytestmark = pytest.mark.usefixtures("fake_metrics")
NO_RISK = CaseDecision("no_risk", "子女务工，收入已恢复")
PROPOSAL = CaseDecision("propose", "收入确实偏低，家中有病人", MonitorClass.BORDERLINE)


def screen(days=0, **changes):
    run = fake.claimed("411081", DAY + timedelta(days=days))
    rules = (fake.low_income(**changes), fake.unsafe_water())
    run.close(result=screening_execute(run, plan(*rules, as_of=run.as_of)))
    run.refresh_from_db()
    return run


@pytest.fixture
def row(world):
    return household(world.village_a1, net=1_000_000)


@pytest.fixture
def case(row, cast):
    screen()
    return RiskCase.objects.get()


def test_no_risk_mutes_the_signs_and_ends_the_case(case, cast):
    decision = case_decide(actor=actor(cast.li), case=case, decision=NO_RISK, on=DAY)
    sign = RiskSign.objects.get()
    case.refresh_from_db()
    assert (sign.muted_by, sign.closed_on) == (decision, None)
    assert (case.state, case.closed_on) == ("closed", DAY)
    topic = decision.topics.get()
    assert (topic.topic, topic.rule_key, topic.evidence) == ("income_low", "T-1", sign.evidence)
    assert AuditEntry.objects.filter(verb="monitoring.case_decided").count() == 1


def test_a_later_run_leaves_a_decision_alone(case, cast):
    case_decide(actor=actor(cast.li), case=case, decision=NO_RISK, on=DAY)
    screen(1)
    screen(90)
    sign = RiskSign.objects.get()
    assert sign.muted_by is not None
    assert RiskCase.objects.count() == 1


def test_figures_within_the_band_do_not_ask_again_and_beyond_do(case, row, cast):
    case_decide(actor=actor(cast.li), case=case, decision=NO_RISK, on=DAY)
    facts_set(row, net=1_000_000 - 9_999)
    screen(1)
    assert RiskSign.objects.get().muted_by is not None
    facts_set(row, net=1_000_000 - 10_000)
    screen(2)
    sign = RiskSign.objects.get()
    assert sign.muted_by is None
    assert sign.case.state == "open"
    assert sign.case != case
    assert Decision.objects.count() == 1


def test_a_decision_survives_a_new_rule_for_the_same_topic(case, cast):
    case_decide(actor=actor(cast.li), case=case, decision=NO_RISK, on=DAY)
    screen(1, key="T-9")
    fresh = RiskSign.objects.get(rule_key="T-9")
    assert fresh.muted_by is not None
    assert RiskSign.objects.get(rule_key="T-1").close_reason == "规则已废止"


def test_another_topic_still_asks(case, row, cast):
    case_decide(actor=actor(cast.li), case=case, decision=NO_RISK, on=DAY)
    facts_set(row, net=1_000_000, water=False)
    screen(1)
    assert RiskSign.objects.get(rule_key="T-2").case.state == "open"
    assert RiskSign.objects.get(rule_key="T-1").muted_by is not None


def test_a_decision_with_an_end_asks_again_after_it(case, cast):
    until = CaseDecision("no_risk", "三个月后再看", until=DAY + timedelta(days=90))
    case_decide(actor=actor(cast.li), case=case, decision=until, on=DAY)
    screen(89)
    assert RiskSign.objects.get().muted_by is not None
    screen(90)
    assert RiskSign.objects.get().muted_by is None


def test_a_proposal_waits_for_the_county_and_sets_no_status(case, row, cast):
    case_decide(actor=actor(cast.li), case=case, decision=PROPOSAL, on=DAY)
    case.refresh_from_db()
    row.refresh_from_db()
    assert case.state == "proposed"
    assert row.monitor_class == MonitorClass.NONE
    screen(1)
    case.refresh_from_db()
    assert case.state == "proposed"
    assert RiskCase.objects.count() == 1


def test_a_path_that_ends_well_closes_the_case_and_the_same_figures_do_not_come_back(case, row, cast):
    case_decide(actor=actor(cast.li), case=case, decision=PROPOSAL, on=DAY)
    case_conclude(actor=actor(cast.officer), case=case, accept=True, reason="县级会议同意", on=DAY)
    row.refresh_from_db()
    case.refresh_from_db()
    assert row.monitor_class == MonitorClass.NONE  # the status is the path's to set, see tests/proceedings
    assert (case.state, case.close_reason) == ("closed", "已纳入监测")
    screen(1)
    assert RiskCase.objects.exclude(state="closed").count() == 0
    assert RiskSign.objects.get().muted_by is not None
    again = case_conclude(actor=actor(cast.officer), case=case, accept=False, reason="再说一次", on=DAY)
    assert again.close_reason == "已纳入监测"


def test_the_county_declines_and_the_same_figures_do_not_come_back(case, row, cast):
    case_decide(actor=actor(cast.li), case=case, decision=PROPOSAL, on=DAY)
    declined = case_decline(actor=actor(cast.officer), case=case, reason="子女有赡养能力", on=DAY)
    assert (declined.state, declined.close_reason) == ("closed", "不予纳入监测")
    screen(1)
    row.refresh_from_db()
    assert row.monitor_class == MonitorClass.NONE
    assert RiskCase.objects.exclude(state="closed").count() == 0


def test_a_refusal_without_a_path_still_ends_the_case(case, cast, monkeypatch):
    monkeypatch.setattr("monitoring.paths._paths", [])
    case_decide(actor=actor(cast.li), case=case, decision=PROPOSAL, on=DAY)
    with pytest.raises(Invalid):
        case_decline(actor=actor(cast.officer), case=case, reason=" ", on=DAY)
    with pytest.raises(NotPermitted):
        case_decline(actor=actor(cast.li), case=case, reason="不同意", on=DAY)
    assert case_decline(actor=actor(cast.officer), case=case, reason="不同意", on=DAY).state == "closed"
    with pytest.raises(Conflict):
        case_decline(actor=actor(cast.officer), case=case, reason="不同意", on=DAY)


def test_who_proposes_does_not_decline(case, cast):
    officer = cast.officer
    Decision.objects.create(
        case=case, actor=officer, outcome="propose", proposed_class="borderline", reason="x"
    )
    RiskCase.objects.update(state="proposed")
    with pytest.raises(Conflict):
        case_decline(actor=actor(officer), case=case, reason="不同意", on=DAY)


@pytest.mark.parametrize("who", ["zhao", "auditor", "officer", "leader", "dept", "admin"])
def test_others_may_not_decide(case, cast, who):
    with pytest.raises(NotPermitted):
        case_decide(actor=actor(getattr(cast, who)), case=case, decision=NO_RISK, on=DAY)
    assert not Decision.objects.exists()


def test_a_helper_may_judge_but_not_propose(case, cast):
    with pytest.raises(NotPermitted):
        case_decide(actor=actor(cast.wang), case=case, decision=PROPOSAL, on=DAY)
    case_decide(actor=actor(cast.wang), case=case, decision=NO_RISK, on=DAY)


@pytest.mark.parametrize(
    "wrong",
    [
        CaseDecision("no_risk", " "),
        CaseDecision("maybe", "说不清楚"),
        CaseDecision("propose", "需要纳入"),
        CaseDecision("propose", "需要纳入", MonitorClass.UNSTABLE_EXITED),
        CaseDecision("no_risk", "没有问题", MonitorClass.BORDERLINE),
    ],
)
def test_a_decision_must_make_sense(case, cast, wrong):
    with pytest.raises(Invalid):
        case_decide(actor=actor(cast.li), case=case, decision=wrong, on=DAY)


def test_two_people_decide_at_once_and_one_wins(case, cast):
    case_decide(actor=actor(cast.li), case=case, decision=NO_RISK, on=DAY)
    with pytest.raises(Conflict):
        case_decide(actor=actor(cast.rev), case=case, decision=NO_RISK, on=DAY)


def test_a_check_is_taken_and_handed_back(case, cast):
    assert case_assign(actor=actor(cast.li), case=case, user_id=cast.li.pk).assignee == cast.li
    assert case_assign(actor=actor(cast.li), case=case, user_id=None).assignee is None
