"""Play with the packs in force over a kept fact sheet: nothing is adopted, no sign changes."""

import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from accounts.actor import Actor
from common.commands import JsonCommand, date_argument
from common.dates import business_today
from common.errors import Invalid
from monitoring.selectors import whatif as selectors
from monitoring.selectors.whatif import Answer
from monitoring.services.inline import county_of
from monitoring.services.whatif import facts_here
from monitoring.whatif.moves import Question, searched


def split(text: str) -> tuple[str, str]:
    """PACK/PARAM=VALUE in two."""
    ref, equals, value = text.partition("=")
    if not equals or "/" not in ref:
        raise Invalid(f"“{text}”应写作 政策包/参数=数值。", code="bad_set", field="set")
    return ref.strip(), value


class Command(JsonCommand):
    help = "What if: whatif --set PACK/PARAM=VALUE [--off RULE] [--division CODE] [--as-of DAY] [--json]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--set", action="append", default=[], help="PACK/PARAM=VALUE, may be repeated")
        parser.add_argument(
            "--off", action="append", default=[], help="a rule to switch off, may be repeated"
        )
        parser.add_argument("--pack-a", type=int, help="number of a stored pack instead of the one in force")
        parser.add_argument("--pack-b", type=int, help="number of the stored pack to compare with")
        parser.add_argument(
            "--look", choices=("changed", "case", "all"), default="changed", help="which rules"
        )
        parser.add_argument("--division", help="division code; default: the county")
        parser.add_argument("--as-of", type=date_argument, help="default: today")

    def work(self, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        area, day = county_of(options["division"]), options["as_of"] or business_today()
        question = _question(actor, area, day, options)
        run = facts_here(actor=actor, area=area, as_of=day, say=self.say)
        begun = time.perf_counter()
        answer = selectors.answer_of(actor=actor, question=question, run=run)
        body = body_of(answer)
        self.say(f"{time.perf_counter() - begun:.3f} s")
        return body


def _question(actor: Actor, area: str, day: date, options: dict[str, Any]) -> Question:
    selectors.may_play(actor, area)
    packs_only = Question(area, day, pack_a=options["pack_a"], pack_b=options["pack_b"])
    base = selectors.base_packs(packs_only)
    target = selectors.moved_side(packs_only, base)
    values = selectors.values_read(target, dict(split(text) for text in options["set"]))
    known = {rule.key for rule in searched(target)}
    for key in options["off"]:
        if key not in known:
            raise Invalid(f"规则 {key} 没有生效，不能关闭。", code="unknown_rule", field="off")
    return Question(
        area, day, values, frozenset(options["off"]), options["pack_a"], options["pack_b"], options["look"]
    )


def body_of(answer: Answer) -> dict[str, Any]:
    """The answer for other programs."""
    total, visits = answer.total, answer.visits
    return {
        "as_of": answer.question.as_of,
        "rules": list(answer.keys),
        "base": {"households": total.base, "persons": total.base_persons},
        "moved": {"households": total.moved, "persons": total.moved_persons},
        "in": total.came,
        "out": total.went,
        "by_township": [
            {"code": code, "name": name, "base": one.base, "moved": one.moved, "in": one.came, "out": one.went}
            for code, name, one in answer.townships()
        ],
        "visits": {
            "watch_base": visits.watch_base, "watch_moved": visits.watch_moved, "base": visits.base,
            "moved": visits.moved, "more": visits.more,
        },
    }  # fmt: skip
