"""Screen every household of an area for return risk, here and now."""

from argparse import ArgumentParser
from typing import Any

from accounts.actor import Actor
from common.commands import JsonCommand, date_argument, quarter_argument
from common.dates import business_today
from monitoring.services import judged_day
from monitoring.services.inline import run_here


class Command(JsonCommand):
    help = "Screen households: screen --quarter 2020Q3 [--division CODE] [--as-of DAY] [--json]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quarter", type=quarter_argument, required=True, help="2020Q3")
        parser.add_argument("--division", help="division code; default: the county")
        parser.add_argument(
            "--as-of", type=date_argument, help="default: the quarter's end or today, the earlier"
        )

    def work(self, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        day = judged_day(options["quarter"], business_today(), options["as_of"])
        run = run_here(
            actor=actor, kind="households", division=options["division"], as_of=day, quarter=options["quarter"],
            say=self.say,
        )  # fmt: skip
        return run.result
