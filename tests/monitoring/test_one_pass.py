"""One pass over the sheet: as many rules as come, and nothing to write where nothing has changed."""

from datetime import timedelta

import pytest
from django.db.models import Q

from monitoring.models import CollectionDuty, RiskSign, RunTally
from monitoring.screening.answers import (
    TOGETHER,
    Counted,
    answers_by_area,
    answers_count,
    answers_fill,
    opens_list,
)
from monitoring.screening.engine import screening_execute
from monitoring.screening.sheets import sheets_fill
from tests.monitoring import world
from tests.monitoring.world import DAY, facts_set, household, plan

pytestmark = pytest.mark.usefixtures("fake_metrics")


@pytest.fixture
def village(places):
    return places["411081100001"]


def lines(number):
    """Rules of which the n-th holds below n yuan a head; one more speaks about nobody."""
    rules = [
        world.low_income(n * 100, key=f"L-{n}", topic=f"line-{n}", effect="case", asks=n == number)
        for n in range(1, number + 1)
    ]
    return [
        *rules,
        world.low_income(key="L-0", hit=Q(pk__in=()), clear=Q(pk__in=()), out=Q(pk__isnull=False)),
    ]


def test_more_rules_than_one_number_holds(village):
    number = 2 * TOGETHER + 3
    rich, middle, unknown = (
        household(village, net=10**9),
        household(village, net=4 * 100 * TOGETHER),
        household(village),
    )
    run = world.claimed()
    assert run.close(result=screening_execute(run, plan(*lines(number))))
    tallies = {row.rule_key: (row.hit, row.clear, row.unknown) for row in RunTally.objects.filter(run=run)}
    for n in range(1, number + 1):
        assert tallies[f"L-{n}"] == ((1, 1, 1) if n > TOGETHER else (0, 2, 1)), n
    assert tallies["L-0"] == (0, 0, 0)
    signs = RiskSign.objects.filter(closed_on__isnull=True)
    assert set(signs.values_list("household", flat=True)) == {middle.pk}
    assert set(signs.values_list("rule_key", flat=True)) == {
        f"L-{n}" for n in range(TOGETHER + 1, number + 1)
    }
    assert signs.get(rule_key=f"L-{number}").limits == f"line={number * 100}"
    assert CollectionDuty.objects.get().household == unknown
    facts_set(middle, net=10**9)
    facts_set(rich, net=1)
    again = world.claimed(as_of=DAY + timedelta(days=1))
    again.close(result=screening_execute(again, plan(*lines(number), as_of=again.as_of)))
    again.refresh_from_db()
    assert (again.opened, again.closed) == (number, number - TOGETHER)


def test_what_stands_already_is_not_written_again(village):
    low, water = household(village, net=1), household(village, net=1, water=False)
    run = world.claimed()
    screening_execute(run, plan())
    run.close(result={})
    again = world.claimed()
    sheets_fill(again, plan())
    answers_fill(again, plan())
    assert answers_count(plan())["T-1"].hit == 2
    assert opens_list(again, plan()) == {}
    RiskSign.objects.filter(rule_key="T-1", household=low).update(
        evidence="net_income_fen=2;income_members=4"
    )
    RiskSign.objects.filter(rule_key="T-2", household=water).update(closed_on=DAY)
    assert opens_list(again, plan()) == {0: 1, 1: 1}


def test_two_persons_of_one_household_are_one_question(village):
    """A rule about persons that alone asks its topic: both are unknown, the household is asked once."""
    home = household(village, net=10**9)
    nobody_knows = world.school_age(key="P-1", asks=True, hit=Q(pk__in=()), out=None)
    run = world.claimed()
    run.close(result=screening_execute(run, plan(nobody_knows)))
    assert RunTally.objects.get(run=run, rule_key="P-1").unknown == 2
    assert CollectionDuty.objects.get().household == home


def test_answers_by_area_add_up_to_those_of_the_run(places):
    for number, code in enumerate(("411081100001", "411081100001", "411081101001")):
        household(places[code], net=10**9 if number else 1, water=None)
    run, rules = world.claimed(), plan()
    sheets_fill(run, rules)
    answers_fill(run, rules)
    whole, added = answers_count(rules), {}
    for code, counted in answers_by_area(rules, "household"):
        assert code in ("411081100001", "411081101001")
        for key, one in counted.items():
            before = added.get(key, Counted(0, 0, 0, 0))
            added[key] = Counted(
                *(getattr(before, name) + getattr(one, name) for name in ("hit", "clear", "out", "unknown"))
            )
    assert added == {key: whole[key] for key in added}
    assert set(added) == {rule.key for rule in rules.rules_of("household")}
