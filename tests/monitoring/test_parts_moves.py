"""A household or a person that moves between two areas while a run judges them one after the other: nothing is lost or doubled."""

from datetime import date, timedelta

import pytest

from accounts.actor import operator_actor
from households.models import Household, Membership
from monitoring.models import CollectionDuty, RiskCase, RiskSign
from monitoring.screening import engine
from monitoring.screening.signs import CLEARED, LEFT
from monitoring.services import runs as run_services
from tests.monitoring.parts_world import (
    COUNTY,
    TOWNSHIP_A,
    TOWNSHIP_B,
    ask,
    do,
    here,
    on_another_connection,
    part,
    prefecture,
)
from tests.monitoring.world import DAY, facts_set, household, plan

pytestmark = pytest.mark.usefixtures("fake_metrics")
NEXT = DAY + timedelta(days=1)


@pytest.fixture
def places(db, monkeypatch):
    monkeypatch.setattr(run_services, "plan_for", lambda run: plan(as_of=run.as_of))
    return prefecture()


@pytest.fixture
def operator(places):
    return operator_actor()


@pytest.fixture
def row(places, operator):
    """Poor, and one of unknown income; signs, tasks and a duty are open in township A. In B lives one that is poor as well."""
    household(places["411081101001"], net=1_000_000, water=True, born=date(1990, 1, 1))
    row = household(places["411081100001"], net=1_000_000)
    poor = household(places["411081100001"], net=None)
    here(operator, COUNTY)
    assert RiskCase.objects.get(household=row).scope_code.startswith(TOWNSHIP_A)
    return row, poor


def move(places, *rows):
    """As household_move leaves it: the household, not what hangs on it."""
    for row in rows:
        Household.objects.filter(pk=row.pk).update(village=places["411081101001"], scope_code="411081101001")


def open_signs():
    return {
        (key, subject): scope[:9]
        for key, subject, scope in RiskSign.objects.filter(closed_on__isnull=True).values_list(
            "rule_key", "subject_key", "scope_code"
        )
    }


def twice_open():
    """Signs, tasks and duties must be what they were, only elsewhere."""
    return (
        set(open_signs()),
        RiskCase.objects.exclude(state="closed").count(),
        CollectionDuty.objects.filter(closed_on__isnull=True).count(),
    )


def test_who_is_read_by_neither_part_keeps_everything(places, operator, row):
    before = twice_open()
    run = ask(operator, COUNTY, split="township", as_of=NEXT)
    do(part(run, TOWNSHIP_B))
    move(places, *row)
    do(part(run, TOWNSHIP_A))
    assert twice_open() == before
    assert set(open_signs().values()) == {TOWNSHIP_B}
    assert {case.scope_code for case in RiskCase.objects.all()} == {"411081101001"}
    assert {duty.scope_code for duty in CollectionDuty.objects.all()} == {"411081101001"}
    for one in row:
        facts_set(one, net=9_000_000)
    here(operator, TOWNSHIP_B, days=2)
    assert RiskSign.objects.get(rule_key="T-1", household=row[0]).close_reason == CLEARED
    assert not CollectionDuty.objects.filter(closed_on__isnull=True).exists()


def test_who_is_read_by_both_parts_has_one_sign(places, operator, row):
    before = twice_open()
    run = ask(operator, COUNTY, split="township", as_of=NEXT)
    do(part(run, TOWNSHIP_A))
    move(places, *row)
    do(part(run, TOWNSHIP_B))
    assert twice_open() == before
    assert set(open_signs().values()) == {TOWNSHIP_B}


@pytest.mark.parametrize("at", ["rule_apply", "cases_attach", "duties_ask"])
def test_who_moves_in_after_the_facts_were_read_keeps_everything(places, operator, row, monkeypatch, at):
    """Township B has read its facts; then the household moves there, and township A hands over what is open."""
    before = twice_open()
    run = ask(operator, COUNTY, split="township", as_of=NEXT)
    real, moved = getattr(engine, at), []

    def meanwhile(first, *rest):
        if first.scope_code == TOWNSHIP_B and not moved:
            moved.append(True)
            move(places, *row)
            with on_another_connection():
                do(part(run, TOWNSHIP_A))
        return real(first, *rest)

    monkeypatch.setattr(engine, at, meanwhile)
    do(part(run, TOWNSHIP_B))
    assert moved
    assert twice_open() == before
    assert set(open_signs().values()) == {TOWNSHIP_B}


@pytest.mark.parametrize("at", ["sheets_fill", "rule_apply", "cases_attach", "duties_ask"])
def test_who_moves_away_after_the_facts_were_read_keeps_everything(places, operator, row, monkeypatch, at):
    """Township A is about to read its facts, or has read them with the household; then it moves to B, which is judged and takes the signs over."""
    before = twice_open()
    run = ask(operator, COUNTY, split="township", as_of=NEXT)
    real, moved = getattr(engine, at), []

    def meanwhile(first, *rest):
        if first.scope_code == TOWNSHIP_A and not moved:
            moved.append(True)
            move(places, *row)
            with on_another_connection():
                do(part(run, TOWNSHIP_B))
        return real(first, *rest)

    monkeypatch.setattr(engine, at, meanwhile)
    do(part(run, TOWNSHIP_A))
    assert twice_open() == before
    here(operator, COUNTY, days=2)
    assert twice_open() == before
    assert set(open_signs().values()) == {TOWNSHIP_B}


def test_a_task_is_not_closed_while_its_sign_is_open_elsewhere(places, operator, row, monkeypatch):
    """B reads and judges the household the moment it has come; A, which still holds the task, finds no sign of its own."""
    before = twice_open()
    run = ask(operator, COUNTY, split="township", as_of=NEXT)
    real = engine.sheets_fill

    def meanwhile(judging, plan):
        if judging.scope_code == TOWNSHIP_A:
            do(part(run, TOWNSHIP_B))
        else:
            move(places, *row)
        real(judging, plan)

    monkeypatch.setattr(engine, "sheets_fill", meanwhile)
    do(part(run, TOWNSHIP_A))
    assert twice_open() == before
    assert RiskCase.objects.get(household=row[0]).scope_code.startswith(TOWNSHIP_A)  # until its next run


def test_a_child_that_goes_to_another_household_takes_its_sign_along(places, operator, row):
    other = household(places["411081101001"], net=9_000_000, water=True)
    child = Membership.objects.get(household=row[0], relation="son")
    run = ask(operator, COUNTY, split="township", as_of=NEXT)
    do(part(run, TOWNSHIP_B))
    Membership.objects.filter(pk=child.pk).update(household=other)
    do(part(run, TOWNSHIP_A))
    sign = RiskSign.objects.get(rule_key="T-3", subject_key=f"person:{child.person_id}")
    assert (sign.closed_on, sign.household, sign.scope_code) == (None, other, "411081101001")


def test_who_is_nowhere_any_more_loses_the_sign(places, operator, row):
    Household.objects.filter(pk=row[0].pk).update(is_live=False)
    here(operator, COUNTY, days=1, split="township")
    assert set(RiskSign.objects.filter(household=row[0]).values_list("close_reason", flat=True)) == {LEFT}
    assert not RiskCase.objects.filter(household=row[0]).exclude(state="closed").exists()


def test_a_household_of_another_county_is_left_to_that_county(places, operator, row):
    Household.objects.filter(pk=row[0].pk).update(village=places["411082100001"], scope_code="411082100001")
    here(operator, COUNTY, days=1)
    assert RiskSign.objects.get(rule_key="T-1", household=row[0]).scope_code == "411082100001"
    facts_set(row[0], net=9_000_000)
    here(operator, "411082", days=1)
    assert RiskSign.objects.get(rule_key="T-1", household=row[0]).close_reason == CLEARED
