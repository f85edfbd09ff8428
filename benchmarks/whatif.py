"""What-if over a kept fact sheet: the answer, the page with its list, and why one household is on it."""

from argparse import Namespace
from dataclasses import replace
from decimal import Decimal
from statistics import median
from typing import Any

from accounts.actor import operator_actor
from benchmarks.clock import timed, versions
from benchmarks.runs import claimed
from monitoring.models import ScreeningRun
from monitoring.screening.planning import plan_for
from monitoring.screening.sheets import sheets_drop, sheets_fill
from monitoring.selectors import whatif as selectors
from monitoring.whatif.moves import Question

LINE = "yuzhou-2020/exit_income_line"
TIMES = 3
EXPLAINED = 15


def measure(options: Namespace) -> dict[str, Any]:
    """On a sheet of its own: what the first filling costs, then the questions."""
    run = claimed()
    _, filled = timed(lambda: sheets_fill(run, plan_for(run)))
    played = play(run)
    sheets_drop(run)
    run.close(error="benchmark")
    return {"fill": filled, "whatif": played, "versions": versions()}


def questions(run: ScreeningRun) -> dict[str, Question]:
    """One line moved; the same, with all rules looked at; nothing moved, with all that ask for a check; one rule off."""
    plain = Question(run.scope_code, run.as_of)
    line = replace(plain, values={LINE: Decimal(4_500)})
    packs = selectors.base_packs(plain)
    off = next(rule.key for rule in selectors.side(packs).rules if rule.opens_case)
    return {
        "one line moved": line,
        "one line moved, all rules looked at": replace(line, look="all"),
        "one rule off, all that ask for a check": replace(plain, off=frozenset([off]), look="case"),
    }


def play(run: ScreeningRun) -> dict[str, dict[str, float]]:
    """Medians of each question: the answer, the whole page (answer, first page of the list, sentences), one household explained."""
    actor, found = operator_actor(), {}
    for name, question in questions(run).items():
        rounds = [_once(actor, run, question) for _ in range(TIMES)]
        found[name] = {part: median(one[part] for one in rounds) for part in rounds[0]}
    return found


def _once(actor: Any, run: ScreeningRun, question: Question) -> dict[str, float]:
    answer, answered = timed(lambda: selectors.answer_of(actor=actor, question=question, run=run))
    which = "in" if answer.total.came else "out" if answer.total.went else "moved"
    page, listed = timed(lambda: selectors.rows_page(answer, which, None))
    told, said = timed(lambda: selectors.in_words(answer, page.rows))
    assert told, "nobody is on the list, so nothing is measured"
    assert all(one.why for one in told), "a household on the list that no rule hits"
    single = [timed(lambda row=row: selectors.in_words(answer, [row]))[1] for row in page.rows[:EXPLAINED]]
    return {
        "households": float(answer.total.moved), "came": float(answer.total.came), "went": float(answer.total.went),
        "answer": answered["wall"], "page": answered["wall"] + listed["wall"] + said["wall"], "one": median(took["wall"] for took in single),
        "one_cpu": median(took["cpu"] for took in single), "answer_cpu": answered["cpu"],
    }  # fmt: skip
