"""Screening a county: the product's run against the plain loop and against DuckDB on the same facts."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.actor import operator_actor
from benchmarks.clock import medians, timed, versions
from benchmarks.duck import Duck, Lists
from benchmarks.loop import judge
from common.dates import Quarter
from households.models import Household
from monitoring.models import RiskSign, RunTally, ScreeningRun
from monitoring.screening import engine
from monitoring.screening.plan import Plan
from monitoring.screening.planning import packs_for, plan_for
from monitoring.screening.sheets import sheet_rows, sheets_drop
from monitoring.selectors.runs import counties
from monitoring.services import screening_run_request

DAY = date(2020, 9, 20)
QUARTER = Quarter.parse("2020Q3")
EVERY = 7  # of the open signs this part is closed before a round, and as many wrong ones are opened


def measure(options: Namespace) -> dict[str, Any]:
    """One run whose facts are kept for DuckDB and for the plain loop, then the rounds."""
    first = claimed()
    first.keep_facts = True
    ScreeningRun.objects.filter(pk=first.pk).update(keep_facts=True)
    plan = plan_for(first)
    run_once(first)
    duck, loading = timed(lambda: Duck(first, plan))
    sample, looped = loop_sample(first, plan, options.sample)
    sheets_drop(first)
    rounds, ducks = [], []
    for number in range(options.rounds):
        disturb(number)
        expected, figures = timed(duck.judge)
        ducks.append(figures)
        run, figures = run_once(claimed())
        rounds.append(figures)
        compare(run, expected)
    households = first.evaluated
    return {
        "households": households, "persons": persons(duck), "rules": len(plan.rules), "rounds": options.rounds,
        "versions": versions(), "ours": medians(rounds), "duck": medians(ducks), "load": loading, "sample": sample,
        "loop": looped, "loop_whole": {name: looped[name] * households / sample for name in ("wall", "cpu")},
        "signs": RiskSign.objects.filter(closed_on__isnull=True).count(),
    }  # fmt: skip


def persons(duck: Duck) -> int:
    return duck.db.execute("SELECT count(*) FROM monitoring_personfacts").fetchone()[0]


def claimed() -> ScreeningRun:
    actor = operator_actor()
    run = screening_run_request(
        actor=actor, kind="households", scope_code=counties()[0], as_of=DAY, quarter=QUARTER, send=False
    )
    taken = ScreeningRun.claim(run.pk)
    assert taken is not None, "another process screens this database"
    return taken


@contextmanager
def fill_clocked(spent: dict[str, float]) -> Iterator[None]:
    real = engine.sheets_fill

    def clocked(*args: Any) -> None:
        _, figures = timed(lambda: real(*args))
        spent.update(fill=figures["wall"], fill_cpu=figures["cpu"])

    engine.sheets_fill = clocked
    try:
        yield
    finally:
        engine.sheets_fill = real


def run_once(run: ScreeningRun) -> tuple[ScreeningRun, dict[str, float]]:
    """The whole run as the worker does it: plan, facts, signs, cases, duties, result."""
    spent: dict[str, float] = {}

    def work() -> None:
        assert run.close(result=engine.screening_execute(run, plan_for(run)))

    with fill_clocked(spent):
        _, figures = timed(work)
    run.refresh_from_db()
    return run, figures | spent


def disturb(number: int) -> None:
    """So that a round has something to open and to close: end some signs, and open as many where a rule is clear."""
    signs = RiskSign.objects.filter(closed_on__isnull=True, subject_kind="household")
    with transaction.atomic():
        some = list(signs.annotate(part=F("pk") % EVERY).filter(part=number % EVERY))
        before = DAY - timedelta(days=1)
        RiskSign.objects.filter(pk__in=[sign.pk for sign in some]).update(closed_on=before)
        taken = set(signs.values_list("rule_key", "subject_key"))
        made = []
        for sign, household in zip(some, Household.objects.filter(is_live=True).order_by("?"), strict=False):
            key = f"household:{household.pk}"
            if (sign.rule_key, key) not in taken:
                taken.add((sign.rule_key, key))
                sign.pk, sign.subject_key, sign.household = None, key, household
                sign.scope_code, sign.closed_on, sign.case = household.scope_code, None, None
                made.append(sign)
        RiskSign.objects.bulk_create(made, batch_size=500)


def compare(run: ScreeningRun, expected: Lists) -> None:
    """Equal work first: the same signs opened, the same closed, the same number unknown for every rule."""
    opened = set(run.signs_opened.values_list("rule_key", "subject_key"))
    closed = set(run.signs_closed.values_list("rule_key", "subject_key"))
    assert opened == expected["opened"], f"opened: {len(opened)} against {len(expected['opened'])}"
    assert closed == expected["closed"], f"closed: {len(closed)} against {len(expected['closed'])}"
    for key, unknown in RunTally.objects.filter(run=run).values_list("rule_key", "unknown"):
        assert unknown == sum(rule == key for rule, _ in expected["unknown"]), key


def loop_sample(run: ScreeningRun, plan: Plan, size: int) -> tuple[int, dict[str, float]]:
    """The plain loop over some households; its answers must be those of the sheets."""
    everybody = sheet_rows(run, "household").order_by("subject_id").values_list("subject_id", flat=True)
    chosen = sorted(Random(1).sample(list(everybody), min(size, run.evaluated)))
    packs = packs_for(run)
    again = claimed()
    answers, figures = timed(lambda: judge(again, plan, packs, chosen))
    check_answers(run, plan, answers, chosen)
    again.close(result={})
    return len(chosen), figures


def check_answers(
    run: ScreeningRun, plan: Plan, answers: dict[tuple[str, str], str], chosen: list[int]
) -> None:
    seen = 0
    for rule in plan.rules:
        rows = rule.answered(sheet_rows(run, rule.subject).filter(household_id__in=chosen))
        for key, said in rows.values_list("subject_key", "answer"):
            seen += 1
            assert answers[rule.key, key] == said, (
                f"{rule.key} {key}: {answers[rule.key, key]} against {said}"
            )
    assert seen == len(answers), f"{seen} answers against {len(answers)}"
