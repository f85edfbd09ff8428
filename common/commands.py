"""The base of our management commands: --json for other programs, --as for the audit trail, exit codes 0, 1 and 2.

A subclass writes `work(actor, options)` and returns a dict or an Outcome. What it has to say meanwhile goes through
`say()`, to standard error: standard output carries the answer only.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.dates import Quarter
from common.errors import DomainError

DONE, REFUSED, WRONG_ARGUMENTS = 0, 1, 2

_actor_source: list[Callable[[str | None], Any]] = []


def register_actor_source(source: Callable[[str | None], Any]) -> None:
    """Told by accounts, which stands above this room, how an acting person is made from a user name."""
    _actor_source[:] = [source]


@dataclass(frozen=True)
class Outcome:
    """An answer that is printed whole and yet ends with 1, such as a comparison that found a difference."""

    body: dict[str, Any]
    ok: bool = True


def plain(value: object) -> object:
    """What json cannot write by itself. Money comes as text already (common.money.yuan_text)."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def date_argument(text: str) -> date:
    """For `type=`: 2020-09-30, anything else is a wrong argument."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期应写作 2020-09-30 的形式，“{text}”不是。") from None


def quarter_argument(text: str) -> Quarter:
    """For `type=`: 2020Q3, anything else is a wrong argument."""
    try:
        return Quarter.parse(text)
    except DomainError as wrong:
        raise argparse.ArgumentTypeError(wrong.sentence) from None


class JsonParser(CommandParser):
    """Wrong arguments end with 2, and with --json say so on standard output too."""

    def error(self, message: str) -> Any:
        if self.called_from_command_line and "--json" in sys.argv:
            sys.stdout.write(json.dumps({"error": "arguments", "detail": message}, ensure_ascii=False) + "\n")
        super().error(message)


class JsonCommand(BaseCommand):
    """See the module's text. `acts = False` for a command that needs no acting person (backup, restore)."""

    acts = True

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Django's parser with our own class and the two arguments every command has."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.__class__ = JsonParser  # Django offers no way to name the class of the parser
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        if self.acts:
            parser.add_argument("--as", dest="acting", metavar="USER", help="acting user, default: operator")
        return parser

    def work(self, actor: Any, options: dict[str, Any]) -> dict[str, Any] | Outcome:
        raise NotImplementedError

    def text(self, body: dict[str, Any]) -> str:
        """The answer for people; override where lines of key and value do not serve."""
        return "\n".join(f"{name}: {value}" for name, value in body.items())

    def say(self, message: str) -> None:
        self.stderr.write(message, ending="\n")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            actor = _actor_source[0](options.get("acting")) if self.acts else None
            outcome = self.work(actor, options)
        except (DomainError, CommandError) as refusal:
            self._refuse(refusal, as_json=options["json"])
            return
        if isinstance(outcome, dict):
            outcome = Outcome(outcome)
        if options["json"]:
            self._print(outcome.body)
        else:
            self.stdout.write(self.text(outcome.body))
        if not outcome.ok:
            sys.exit(REFUSED)

    def _print(self, body: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(body, ensure_ascii=False, default=plain))

    def _refuse(self, refusal: DomainError | CommandError, *, as_json: bool) -> None:
        sentence = refusal.sentence if isinstance(refusal, DomainError) else str(refusal)
        if not as_json:
            raise CommandError(sentence, returncode=REFUSED) from refusal
        code = refusal.code if isinstance(refusal, DomainError) else "refused"
        self._print({"error": code, "detail": sentence})
        sys.exit(REFUSED)
