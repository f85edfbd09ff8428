"""Screen every household of an area for return risk, here and now or by the workers."""

from argparse import ArgumentParser
from typing import Any

from accounts.actor import Actor
from common.commands import JsonCommand, Outcome, date_argument, quarter_argument
from common.dates import business_today
from monitoring.models import ScreeningRun
from monitoring.services import judged_day
from monitoring.services.inline import run_here


class Command(JsonCommand):
    help = "Screen households: screen --quarter 2020Q3 [--division CODE] [--as-of DAY] [--split township] [--workers] [--json]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quarter", type=quarter_argument, required=True, help="2020Q3")
        parser.add_argument(
            "--division", help="division code, also of a prefecture or province; default: the county"
        )
        parser.add_argument(
            "--as-of", type=date_argument, help="default: the quarter's end or today, the earlier"
        )
        parser.add_argument(
            "--split",
            choices=ScreeningRun.Split.values,
            default="",
            help="parts; default: counties above a county, townships above SCREENING_SPLIT_HOUSEHOLDS households",
        )
        parser.add_argument(
            "--workers",
            action="store_true",
            help="the workers do it; wait for them and print the same answer",
        )

    def work(self, actor: Actor, options: dict[str, Any]) -> dict[str, Any] | Outcome:
        """An answer that lacks an area ends with 1: the sum then is not that of the whole area."""
        day = judged_day(options["quarter"], business_today(), options["as_of"])
        run = run_here(
            actor=actor, kind="households", division=options["division"], as_of=day, quarter=options["quarter"],
            say=self.say, split=options["split"], workers=options["workers"],
        )  # fmt: skip
        if run.error:
            self.say(run.error)
        return Outcome(
            run.result, ok=run.state == ScreeningRun.State.DONE and not run.result.get("not_judged")
        )
