"""The engine on fake metrics: open, refresh, close, unknown, faults, areas, re-judgement, restart."""

from datetime import date, timedelta

import pytest
from django.db.models import Q

from common.runs import LostRun
from households.models import Membership
from monitoring.models import (
    CollectionDuty,
    HouseholdFacts,
    PersonFacts,
    RiskCase,
    RiskSign,
    RunFault,
    RunOutcome,
    RunTally,
    ScreeningRun,
)
from monitoring.screening import engine, signs
from monitoring.screening.engine import screening_execute
from tests.monitoring import world
from tests.monitoring.world import DAY, facts_set, household, plan

pytestmark = pytest.mark.usefixtures("fake_metrics")


@pytest.fixture
def village(places):
    return places["411081100001"]


def screen(*rules, as_of=DAY, scope="411081", **values):
    run = world.claimed(scope, as_of, **values)
    assert run.close(result=screening_execute(run, plan(*rules, as_of=as_of)))
    run.refresh_from_db()
    return run


def everything():
    return (
        list(RiskSign.objects.order_by("pk").values()),
        list(RiskCase.objects.order_by("pk").values()),
        list(CollectionDuty.objects.order_by("pk").values()),
    )


def test_a_hit_opens_a_sign_and_one_case_per_household(village):
    row = household(village, net=1_000_000, water=False)
    run = screen()
    opened = RiskSign.objects.filter(household=row)
    assert {sign.rule_key for sign in opened} == {"T-1", "T-2", "T-3"}
    assert RiskCase.objects.get().household == row
    assert {sign.case for sign in opened} == {RiskCase.objects.get()}
    sign = opened.get(rule_key="T-1")
    assert sign.evidence == "net_income_fen=1000000;income_members=4"
    assert (sign.limits, sign.opened_on, sign.last_true_on) == ("line=500000", DAY, DAY)
    assert (run.opened, run.closed, run.evaluated, run.skipped) == (3, 0, 1, 0)
    assert RiskCase.objects.get().due_on == DAY + timedelta(days=15)


def test_a_second_run_changes_nothing(village):
    household(village, net=1_000_000)
    household(village, net=None, water=False)
    screen()
    before = everything()
    again = screen()
    assert everything() == before
    assert (again.opened, again.closed) == (0, 0)


def test_clear_closes_and_unknown_neither_opens_nor_closes(village):
    row = household(village, net=1_000_000, water=None)
    screen()
    assert not RiskSign.objects.filter(rule_key="T-2").exists()
    facts_set(row, net=None)
    screen(as_of=DAY + timedelta(days=1))
    assert RiskSign.objects.get(rule_key="T-1").closed_on is None
    facts_set(row, net=9_000_000)
    run = screen(as_of=DAY + timedelta(days=2))
    closed = RiskSign.objects.get(rule_key="T-1")
    assert (closed.closed_on, closed.closed_run, closed.close_reason) == (run.as_of, run, signs.CLEARED)
    assert run.closed == 1


def test_changed_figures_refresh_the_same_episode(village):
    row = household(village, net=1_000_000)
    screen()
    facts_set(row, net=900_000)
    run = screen(as_of=DAY + timedelta(days=30))
    sign = RiskSign.objects.get(rule_key="T-1")
    assert "900000" in sign.evidence
    assert (sign.opened_on, sign.last_true_on, run.opened) == (DAY, run.as_of, 0)


def test_a_sign_that_comes_back_is_a_new_episode(village):
    row = household(village, net=1_000_000)
    screen()
    facts_set(row, net=9_000_000)
    screen(as_of=DAY + timedelta(days=1))
    facts_set(row, net=1_000_000)
    screen(as_of=DAY + timedelta(days=2))
    assert RiskSign.objects.filter(rule_key="T-1").count() == 2


def test_who_left_the_population_or_the_rule_loses_the_sign(village):
    row = household(village, net=1_000_000, born=date(2004, 1, 1))
    screen()
    assert RiskSign.objects.get(rule_key="T-3").closed_on is None
    screen(as_of=date(2021, 1, 5))  # 17 by then: the rule no longer speaks about this person
    assert RiskSign.objects.get(rule_key="T-3").close_reason == signs.LEFT
    row.is_live = False
    row.save()
    screen(as_of=date(2021, 1, 6))
    assert RiskSign.objects.get(rule_key="T-1").close_reason == signs.LEFT


def test_a_retired_rule_closes_its_signs(village):
    household(village, net=1_000_000, water=False)
    screen()
    screen(world.low_income(), as_of=DAY + timedelta(days=1))
    assert RiskSign.objects.get(rule_key="T-2").close_reason == signs.RETIRED
    assert RiskSign.objects.get(rule_key="T-1").closed_on is None


def test_tallies_count_hit_clear_unknown(village):
    for net in (1, 2, 9_000_000, None):
        household(village, net=net)
    run = screen()
    tally = RunTally.objects.get(run=run, rule_key="T-1")
    assert (tally.hit, tally.clear, tally.unknown) == (2, 1, 1)
    children = RunTally.objects.get(run=run, rule_key="T-3")
    assert (children.hit, children.clear, children.unknown) == (4, 0, 0)


def test_faults_are_listed_and_left_out_and_keep_their_signs(village):
    row = household(village, net=1_000_000)
    screen()
    Membership.objects.filter(household=row).update(relation="other")
    run = screen(as_of=DAY + timedelta(days=1))
    fault = RunFault.objects.get(run=run)
    assert (fault.subject_key, fault.sentence) == (f"household:{row.pk}", "没有户主，请指定一名户主。")
    assert (run.evaluated, run.skipped) == (0, 1)
    assert RiskSign.objects.get(rule_key="T-1").closed_on is None
    assert RiskSign.objects.get(rule_key="T-3").closed_on is None


def test_two_heads_a_dead_family_and_double_years_are_faults(village):
    two, gone = household(village), household(village)
    Membership.objects.filter(household=two).update(effective_to=date(2021, 1, 1))
    Membership.objects.filter(household=two, relation="son").update(relation="head")
    for membership in Membership.objects.filter(household=gone):
        membership.person.died_on = date(2020, 1, 1)
        membership.person.save()
    double = household(village)
    facts_set(double)
    record = double.incomes.get()
    record.pk, record.period_end = None, date(2019, 8, 31)
    record.save()
    run = screen()
    found = dict(RunFault.objects.filter(run=run).values_list("subject_key", "sentence"))
    assert "两名户主" in found[f"household:{two.pk}"]
    assert "在世" in found[f"household:{gone.pk}"]
    assert "两份年度收支" in found[f"household:{double.pk}"]


def test_a_township_is_judged_alone(places):
    here = household(places["411081100001"], net=1_000_000)
    there = household(places["411081101001"], net=1_000_000)
    run = screen(scope="411081100")
    assert {sign.household for sign in RiskSign.objects.all()} == {here}
    assert run.evaluated == 1
    screen()
    facts_set(here, net=9_000_000)
    facts_set(there, net=9_000_000)
    screen(scope="411081100", as_of=DAY + timedelta(days=1))
    left = RiskSign.objects.filter(rule_key="T-1", closed_on__isnull=True)
    assert {sign.household for sign in left} == {there}


def test_a_re_judgement_stores_outcomes_and_touches_no_sign(village):
    household(village, net=1_000_000)
    household(village, net=None)
    screen()
    before = everything()
    run = screen(as_of=DAY - timedelta(days=30))
    assert not run.is_acting
    assert everything() == before
    outcomes = RunOutcome.objects.filter(run=run, rule_key="T-1").values_list("outcome", flat=True)
    assert sorted(outcomes) == ["hit", "unknown"]
    assert (run.opened, run.closed) == (0, 0)


def test_a_duty_asks_for_what_is_unknown_and_ends_when_it_is_known(village):
    row = household(village, net=None)
    screen()
    duty = CollectionDuty.objects.get()
    assert (duty.household, duty.topic, duty.rule_key) == (row, "income_low", "T-1")
    assert not RiskSign.objects.filter(rule_key="T-1").exists()
    facts_set(row, net=9_000_000)
    screen(as_of=DAY + timedelta(days=1))
    duty.refresh_from_db()
    assert duty.closed_on == DAY + timedelta(days=1)


def test_a_duty_of_two_rules_ends_only_when_both_can_judge(village):
    rules = (world.low_income(), world.unsafe_water(topic="income_low", asks=True))
    row = household(village, net=None, water=None)
    screen(*rules)
    facts_set(row, net=9_000_000, water=None)
    screen(*rules, as_of=DAY + timedelta(days=1))
    assert CollectionDuty.objects.get().closed_on is None


def test_a_case_without_signs_left_is_over(village):
    row = household(village, net=1_000_000, born=date(1990, 1, 1))
    screen()
    facts_set(row, net=9_000_000)
    screen(as_of=DAY + timedelta(days=1))
    case = RiskCase.objects.get()
    assert (case.state, case.closed_on) == ("closed", DAY + timedelta(days=1))


def test_killed_half_way_the_next_claim_ends_the_same(village, monkeypatch):
    for net in (1, 2, None, 9_000_000):
        household(village, net=net, water=False)
    run = world.claimed()
    real, calls = engine.rule_apply, []

    def dies_at_the_second(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(engine, "rule_apply", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        screening_execute(run, plan())
    monkeypatch.setattr(engine, "rule_apply", real)
    ScreeningRun.objects.filter(pk=run.pk).update(heartbeat_at=run.started_at - timedelta(minutes=5))
    second = ScreeningRun.claim(run.pk)
    screening_execute(second, plan())
    second.close(result={})
    second.refresh_from_db()
    assert RiskSign.objects.filter(closed_on__isnull=True).count() == 2 + 4 + 4
    assert second.opened == 10
    assert not HouseholdFacts.objects.exists()
    before = everything()
    screen()
    assert everything() == before


def test_a_worker_that_lost_its_run_writes_nothing(village):
    household(village, net=1)
    run = world.claimed()
    ScreeningRun.objects.filter(pk=run.pk).update(heartbeat_at=run.started_at - timedelta(minutes=5))
    assert ScreeningRun.claim(run.pk) is not None
    with pytest.raises(LostRun):
        screening_execute(run, plan())
    assert not RiskSign.objects.exists()
    assert run.close(result={"wrong": True}) is False


def test_a_second_run_of_the_area_steps_back(village):
    first = world.claimed()
    second = world.claimed("411081100")
    with pytest.raises(engine.Busy):
        screening_execute(second, plan())
    screening_execute(first, plan())


def test_the_night_judges_only_what_changed_but_everything_that_moves_with_time(village):
    touched, left = household(village, net=9_000_000), household(village, net=9_000_000)
    last = screen()
    ScreeningRun.objects.filter(pk=last.pk).update(known_at=last.known_at + timedelta(hours=1))
    for row in (touched, left):
        facts_set(row, net=1)
    touched.touched_at = last.known_at + timedelta(hours=2)
    touched.save()
    RiskSign.objects.filter(rule_key="T-3").delete()
    screen(as_of=DAY + timedelta(days=1), only_changed=True)
    assert RiskSign.objects.get(rule_key="T-1").household == touched
    assert RiskSign.objects.filter(rule_key="T-3").count() == 2


def test_frozen_facts_stay_and_others_go(village):
    household(village, net=1)
    screen(keep_facts=True)
    assert HouseholdFacts.objects.count() == 1
    assert PersonFacts.objects.count() == 2
    screen()
    assert HouseholdFacts.objects.count() == 1


def test_a_rule_that_no_row_can_meet_is_harmless(village):
    household(village, net=1)
    screen(world.low_income(hit=Q(pk__in=()), clear=Q(pk__in=())))
    assert not RiskSign.objects.exists()


def test_a_list_is_counted_and_opens_no_sign(village):
    household(village, net=1_000_000)
    run = screen(world.low_income(effect="list"))
    assert not RiskSign.objects.exists()
    assert RunTally.objects.get(run=run).hit == 1


def test_signs_of_a_rule_that_has_become_a_list_are_closed(village):
    household(village, net=1_000_000)
    screen(world.low_income())
    screen(world.low_income(effect="list"))
    assert RiskSign.objects.get().close_reason == signs.RETIRED
