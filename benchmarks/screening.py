"""Screening a county: the product's run against the plain loop and against DuckDB on the same facts."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from django.db import transaction

from benchmarks import whatif
from benchmarks.clock import medians, timed, versions
from benchmarks.duck import Duck
from benchmarks.loop import judge
from benchmarks.runs import DAY, claimed
from households.models import Household
from monitoring.models import RiskSign, RunTally, ScreeningRun
from monitoring.screening import engine
from monitoring.screening.plan import Plan
from monitoring.screening.planning import packs_for, plan_for
from monitoring.screening.sheets import sheet_rows, sheets_drop

EVERY = 7  # of the open signs this part is closed before a round, and as many wrong ones are opened


def measure(options: Namespace) -> dict[str, Any]:
    """Facts are filled a few times and kept; on them ours and DuckDB take turns, then the plain loop and what-if."""
    run = claimed()
    plan, fills = plan_for(run), []
    for _ in range(options.fills):
        _, figures = timed(lambda: engine.sheets_fill(run, plan))
        fills.append(figures)
    standing, first = timed(lambda: judge_once(run, plan))
    duck, loading = timed(lambda: Duck(run, plan))
    rounds, ducks = [], []
    for number in range(options.rounds):
        disturb(number)
        _, figures = timed(duck.judge)
        ducks.append(figures)
        run = again(run)
        spent, figures = timed(partial(judge_once, run, plan))
        rounds.append(figures | spent)
        compare(run, duck)
    sizes = {"households": run.evaluated, "persons": persons(duck)}
    del duck
    sample, looped_rules, looped = loop_sample(run, plan, options.sample)
    played = whatif.play(run)
    sheets_drop(run)
    return sizes | {
        "rules": len(plan.rules), "rounds": options.rounds, "fills": options.fills, "versions": versions(),
        "fill": medians(fills), "first": first | standing, "ours": medians(rounds), "duck": medians(ducks), "load": loading,
        "sample": sample, "loop": looped, "loop_rules": looped_rules, "whatif": played,
        "loop_whole": {name: looped[name] * sizes["households"] / sample for name in ("wall", "cpu")},
        "signs": RiskSign.objects.filter(closed_on__isnull=True).count(),
    }  # fmt: skip


def persons(duck: Duck) -> int:
    return duck.db.execute("SELECT count(*) FROM monitoring_personfacts").fetchone()[0]


def judge_once(run: ScreeningRun, plan: Plan) -> dict[str, float]:
    """What the worker does once the facts are there, to the end of the run. Returns the seconds of its parts."""
    spent = dict.fromkeys(("lists", "lists_cpu", "follow", "follow_cpu"), 0.0)
    parts = {
        "standings": "lists", "rule_apply": "lists", "signs_retire": "lists",
        "signs_mute": "follow", "cases_attach": "follow", "duties_ask": "follow",
    }  # fmt: skip
    with ExitStack() as patches:
        for name, part in parts.items():
            patches.enter_context(clocked(name, spent, part))
        patches.enter_context(replaced("sheets_fill", lambda run, plan: None))
        patches.enter_context(replaced("sheets_drop", lambda run: None))
        assert run.close(result=engine.screening_execute(run, plan))
    run.refresh_from_db()
    return spent


@contextmanager
def replaced(name: str, other: Any) -> Iterator[None]:
    """A function of the engine, for a while."""
    real = getattr(engine, name)
    setattr(engine, name, other)
    try:
        yield
    finally:
        setattr(engine, name, real)


@contextmanager
def clocked(name: str, spent: dict[str, float], part: str) -> Iterator[None]:
    real = getattr(engine, name)

    def timing(*args: Any) -> Any:
        result, figures = timed(lambda: real(*args))
        spent[part] += figures["wall"]
        spent[f"{part}_cpu"] += figures["cpu"]
        return result

    with replaced(name, timing):
        yield


def again(run: ScreeningRun) -> ScreeningRun:
    """The run claimed once more with its facts; what it has written so far is put down to an older one."""
    older, _ = ScreeningRun.objects.get_or_create(
        key="benchmark:before", defaults={"kind": run.kind, "scope_code": run.scope_code, "as_of": run.as_of, "state": "failed"}
    )  # fmt: skip
    run.signs_opened.update(opened_run=older)
    run.signs_closed.update(closed_run=older)
    ScreeningRun.objects.filter(pk=run.pk).update(state="queued", token=None)
    taken = ScreeningRun.claim(run.pk)
    assert taken is not None, "another process screens this database"
    return taken


def disturb(number: int) -> None:
    """So that a round has something to open and to close: end some signs, and open as many where a rule is clear."""
    signs = RiskSign.objects.filter(closed_on__isnull=True, subject_kind="household")
    with transaction.atomic():
        chosen = list(signs.order_by("pk").values_list("pk", flat=True))[number % EVERY :: EVERY]
        some = list(RiskSign.objects.filter(pk__in=chosen))
        before = DAY - timedelta(days=1)
        RiskSign.objects.filter(pk__in=chosen).update(closed_on=before)
        taken = set(signs.values_list("rule_key", "subject_key"))
        made = []
        homes = Household.objects.filter(is_live=True).order_by("?").only("pk", "scope_code")[: len(some)]
        for sign, household in zip(some, homes, strict=False):
            key = f"household:{household.pk}"
            if (sign.rule_key, key) not in taken:
                taken.add((sign.rule_key, key))
                sign.pk, sign.subject_key, sign.household = None, key, household
                sign.scope_code, sign.closed_on, sign.case = household.scope_code, None, None
                made.append(sign)
        RiskSign.objects.bulk_create(made, batch_size=500)


def compare(run: ScreeningRun, duck: Duck) -> None:
    """Equal work: the same signs opened, the same closed, the same number unknown for every rule."""
    for name, signs in (("opened", run.signs_opened), ("closed", run.signs_closed)):
        ours, theirs = set(signs.values_list("rule_key", "subject_key")), duck.listed(name)
        assert ours, f"nothing {name}: nothing is compared"
        assert ours == theirs, f"{name}: {len(ours)} against {len(theirs)}"
    unknown = duck.counted("unknown")
    for key, counted in RunTally.objects.filter(run=run).values_list("rule_key", "unknown"):
        assert counted == unknown.get(key, 0), f"{key}: {counted} unknown against {unknown.get(key, 0)}"


def loop_sample(run: ScreeningRun, plan: Plan, size: int) -> tuple[int, int, dict[str, float]]:
    """The plain loop over some households: how many, by how many rules, its figures. Its answers must be those of the sheets."""
    everybody = sheet_rows(run, "household").order_by("subject_id").values_list("subject_id", flat=True)
    chosen = sorted(Random(1).sample(list(everybody), min(size, run.evaluated)))
    packs = packs_for(run)
    answers, figures = timed(lambda: judge(run, plan, packs, chosen))
    return len(chosen), check_answers(run, plan, answers, chosen), figures


def check_answers(
    run: ScreeningRun, plan: Plan, answers: dict[tuple[str, str], str], chosen: list[int]
) -> int:
    """The answers are those of the sheets. Returns how many rules the loop judged by."""
    judged = {rule for rule, _ in answers}
    assert judged, "the loop judged nothing"
    seen = 0
    for rule in plan.rules:
        if rule.key not in judged:
            continue
        rows = rule.answered(sheet_rows(run, rule.subject).filter(household_id__in=chosen))
        for key, said in rows.values_list("subject_key", "answer"):
            seen += 1
            assert answers[rule.key, key] == said, (
                f"{rule.key} {key}: {answers[rule.key, key]} against {said}"
            )
    assert seen == len(answers), f"{seen} answers against {len(answers)}"
    return len(judged)
