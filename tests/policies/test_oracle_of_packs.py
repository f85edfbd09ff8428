"""Every active rule of every pack against plain Python, on rows of random facts around its own limits, unknowns included."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from common.dates import add_months
from monitoring.models import ScreeningRun
from policies.evaluate import compile_rule
from policies.metrics import metrics_of
from policies.selectors import folder_codes
from tests.policies.golden import pack_of
from tests.policies.oracle import outcome
from tests.policies.sheets import SHEETS

ROWS = 60
DAYS = {"yuzhou-2020": (2020, 9, 30), "xuchang-2023": (2023, 12, 31), "shangqiu-2018": (2018, 10, 31)}


def _limits(pack, as_of):
    """Numbers, words and days that stand in the pack, so that random facts fall on both sides of them and upon them."""
    numbers, words, days = {0, 1, 2, 3}, [], [as_of]
    for param in pack.params.values():
        for value in param.on(as_of).values:
            if isinstance(value, Decimal):
                numbers.add(int(value * (param.unit.fen or 1)))
                if param.unit.base in ("days", "months"):
                    shift = {
                        "days": lambda n: as_of - timedelta(days=n),
                        "months": lambda n: add_months(as_of, -n),
                    }
                    days.append(shift[param.unit.base](int(value)))
            elif isinstance(value, str):
                words.append(value)
    return sorted(numbers), words, days


def _fact(pick, metric, limits, line):
    numbers, _, days = limits
    if pick.random() < 0.12:
        return None
    if metric.type == "flag":
        return pick.random() < 0.5
    if metric.type == "date":
        return pick.choice(days) + timedelta(days=pick.choice((-1, 0, 1)))
    if metric.type == "code":
        return pick.choice(sorted(metric.labels))
    if metric.type == "fen":
        return line * pick.choice((1, 3)) + pick.choice((-1, 0, 1))
    return pick.choice([n for n in numbers if n < 2000]) + pick.choice((-1, 0, 0, 1))


def _rows(pick, subject, pack, as_of, run):
    limits = _limits(pack, as_of)
    lines = [n for n in limits[0] if n >= 1000] or [400_000]
    for number in range(ROWS):
        line = pick.choice(lines)
        facts = {name: _fact(pick, metric, limits, line) for name, metric in metrics_of(subject).items()}
        yield SHEETS[subject](
            run=run, subject_id=number, subject_key=f"{subject}:{number}", scope_code="411081", **facts
        )


@pytest.mark.django_db
@pytest.mark.parametrize("code", folder_codes())
@pytest.mark.parametrize("subject", ["household", "person", "village", "township"])
def test_every_rule_answers_as_plain_python_does(code, subject):
    pack, metrics = pack_of(code), metrics_of(subject)
    as_of = date(*DAYS.get(code, (2020, 12, 20)))
    run = ScreeningRun.objects.create(key=f"random {code} {subject}", scope_code="411081", as_of=as_of)
    SHEETS[subject].objects.bulk_create(
        list(_rows(random.Random(f"{code}/{subject}"), subject, pack, as_of, run))
    )
    rows = list(SHEETS[subject].objects.filter(run=run).order_by("pk").values())
    params = {key: param.on(as_of) for key, param in pack.params.items()}
    for rule in (one for one in pack.active_rules if one.subject == subject):
        compiled = compile_rule(rule, pack.params, metrics, as_of=as_of)
        answers = SHEETS[subject].objects.filter(run=run).order_by("pk").annotate(outcome=compiled.outcome)
        expected = [outcome(rule, row, params, as_of) for row in rows]
        assert list(answers.values_list("outcome", flat=True)) == expected, rule.key
