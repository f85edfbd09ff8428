"""Check the data of an area for doubtful values, here and now."""

from argparse import ArgumentParser
from typing import Any

from accounts.actor import Actor
from common.commands import JsonCommand, date_argument
from monitoring.services.quality import quality_here


class Command(JsonCommand):
    help = "Check the data: check_data [--division CODE] [--as-of DAY] [--json]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--division", help="division code; default: the county")
        parser.add_argument("--as-of", type=date_argument, help="the day ages are counted to; default: today")

    def work(self, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        run = quality_here(actor=actor, division=options["division"], as_of=options["as_of"], say=self.say)
        return run.result
