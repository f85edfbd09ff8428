"""Freeze a quarter here and now, lift a freeze, or judge a frozen quarter again."""

from argparse import ArgumentParser
from typing import Any

from accounts.actor import Actor
from common.commands import JsonCommand, quarter_argument
from common.dates import business_today
from monitoring.models import QuarterFreeze
from monitoring.selectors.freezing import difference_for, figures_for, freeze_get
from monitoring.services.freezing import (
    done_here,
    freeze_standing,
    quarter_freeze,
    quarter_judge_again,
    quarter_lift,
)
from monitoring.services.inline import county_of


class Command(JsonCommand):
    help = "Freeze a quarter: freeze_quarter --quarter 2020Q3 [--division CODE] [--lift --reason TEXT | --again] [--json]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quarter", type=quarter_argument, required=True, help="2020Q3")
        parser.add_argument("--division", help="code of the county; default: the county")
        parser.add_argument("--note", default="", help="kept with the freeze")
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--lift", action="store_true", help="lift the freeze that stands; needs --reason")
        act.add_argument(
            "--again", action="store_true", help="judge the frozen quarter again and tell what is different"
        )
        parser.add_argument("--reason", default="", help="why the freeze is lifted")

    def work(self, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        county, quarter = county_of(options["division"]), options["quarter"]
        if options["lift"]:
            standing = freeze_standing(county, quarter)
            return self._lifted(quarter_lift(actor=actor, pk=standing.pk, reason=options["reason"]))
        if options["again"]:
            return self._again(actor, freeze_standing(county, quarter))
        frozen = quarter_freeze(
            actor=actor, scope_code=county, quarter=quarter, today=business_today(), note=options["note"], send=False
        )  # fmt: skip
        if not frozen.is_frozen:
            done_here(frozen.run, self.say)
        return self._frozen(actor, freeze_get(actor=actor, pk=frozen.pk))

    def _frozen(self, actor: Actor, frozen: QuarterFreeze) -> dict[str, Any]:
        figures = figures_for(actor=actor, frozen=frozen)
        return {
            "freeze": frozen.pk,
            "quarter": frozen.quarter,
            "division": frozen.scope_code,
            "state": "frozen",
            "as_of": frozen.run.as_of,
            "frozen_at": frozen.frozen_at,
            "packs": frozen.packs.get("checksums", {}),
            "households": figures.total.households,
            "persons": figures.total.persons,
            "monitored": figures.total.monitored,
            "skipped": figures.total.not_judged,
            "hits": figures.hits,
            "by_rule": {line.key: line.hit for line in figures.rules},
        }

    def _lifted(self, frozen: QuarterFreeze) -> dict[str, Any]:
        return {
            "freeze": frozen.pk, "quarter": frozen.quarter, "division": frozen.scope_code, "state": "lifted",
            "lifted_at": frozen.lifted_at, "reason": frozen.lift_reason,
        }  # fmt: skip

    def _again(self, actor: Actor, frozen: QuarterFreeze) -> dict[str, Any]:
        done_here(quarter_judge_again(actor=actor, pk=frozen.pk, send=False), self.say)
        found = difference_for(actor=actor, frozen=freeze_get(actor=actor, pk=frozen.pk))
        changed = found.changed if found else []
        return {
            "freeze": frozen.pk, "quarter": frozen.quarter, "division": frozen.scope_code, "state": "frozen",
            "came": sum(line.came for line in changed), "went": sum(line.went for line in changed),
            "by_rule": {
                line.key: {"frozen": line.frozen, "again": line.again, "came": line.came, "went": line.went}
                for line in changed
            },
        }  # fmt: skip
