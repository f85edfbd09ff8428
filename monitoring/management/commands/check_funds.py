"""Compare what was paid with the milestones and shares of the documents in force."""

from argparse import ArgumentParser
from typing import Any

from accounts.actor import Actor
from common.commands import JsonCommand, Outcome, date_argument
from monitoring.services.inline import run_here


class Command(JsonCommand):
    help = "Check funds: check_funds --as-of DAY [--division CODE] [--json]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as-of", type=date_argument, required=True, help="judged at the end of this day"
        )
        parser.add_argument(
            "--division", help="division code, also of a prefecture or province; default: the county"
        )

    def work(self, actor: Actor, options: dict[str, Any]) -> dict[str, Any] | Outcome:
        run = run_here(
            actor=actor, kind="funds", division=options["division"], as_of=options["as_of"], say=self.say
        )
        return Outcome(run.result, ok=not run.result.get("not_judged"))
