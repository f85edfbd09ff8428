"""The set-based engine against a plain reading of the same rules, household by household, unknowns included."""

import random

import pytest

from monitoring.models import RiskSign, RunTally
from monitoring.screening.engine import screening_execute
from tests.monitoring import world as fake
from tests.monitoring.world import household, plan


def low_income(net, members):
    if net is None or members is None:
        return "unknown"
    return "hit" if net < 500_000 * members else "clear"


def water(safe):
    return "unknown" if safe is None else "clear" if safe else "hit"


@pytest.mark.parametrize("seed", range(3))
def test_engine_and_oracle_agree(places, fake_metrics, seed):
    pick, villages = random.Random(seed), ["411081100001", "411081100002", "411081101001"]
    expected: dict[str, set[str]] = {"T-1": set(), "T-2": set()}
    counts = {"T-1": {"hit": 0, "clear": 0, "unknown": 0}, "T-2": {"hit": 0, "clear": 0, "unknown": 0}}
    for _ in range(40):
        members = pick.choice([None, 1, 2, 5])
        line = 500_000 * (members or 1)
        net = pick.choice([None, -100, 0, line - 1, line, line + 1])
        safe = pick.choice([None, True, False])
        row = household(places[pick.choice(villages)], net=net, members=members, water=safe)
        for key, answer in (("T-1", low_income(net, members)), ("T-2", water(safe))):
            counts[key][answer] += 1
            if answer == "hit":
                expected[key].add(f"household:{row.pk}")
    run = fake.claimed()
    screening_execute(run, plan(fake.low_income(), fake.unsafe_water()))
    for key, subjects in expected.items():
        found = set(RiskSign.objects.filter(rule_key=key).values_list("subject_key", flat=True))
        assert found == subjects
        tally = RunTally.objects.get(run=run, rule_key=key)
        assert {"hit": tally.hit, "clear": tally.clear, "unknown": tally.unknown} == counts[key]
