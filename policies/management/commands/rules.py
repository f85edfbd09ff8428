"""rules [--pack CODE]: every rule of the documents with its state, and why one does not run."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounts.actor import Actor
from common.commands import JsonCommand
from policies.accounting import accounts_of, counts_of
from policies.pack import load_folder
from policies.pack.read_catalogue import STATES
from policies.selectors import folder_codes, packs_folder

WORDS = {**STATES, "runs": STATES["active"]}


class Command(JsonCommand):
    help = "List every rule of the documents: state, metrics, and what one that does not run is waiting for."
    acts = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pack", metavar="CODE", help="one pack folder; default: every document")

    def work(self, actor: Actor | None, options: dict[str, Any]) -> dict[str, Any]:
        """Without a pack only documents are listed: a county's own rules are no part of the catalogue."""
        wanted, known = options["pack"], folder_codes()
        if wanted and wanted not in known:
            raise CommandError(f"没有政策包 {wanted}，可用：{'、'.join(known)}。")
        packs = [load_folder(packs_folder() / code) for code in ([wanted] if wanted else known)]
        accounts = [one for pack in packs if wanted or pack.catalogue for one in accounts_of(pack)]
        return {
            "pack": wanted or "",
            "rules": [account.body for account in accounts],
            "total": len(accounts),
            "counts": counts_of(accounts),
        }

    def text(self, body: dict[str, Any]) -> str:
        lines = [
            f"{rule['code']:<16} {rule['clause']:<10} {WORDS[rule['state']]}  {rule['title']}{_why(rule)}"
            for rule in body["rules"]
        ]
        counts = "，".join(f"{WORDS[state]} {number} 条" for state, number in body["counts"].items())
        return "\n".join([*lines, f"共 {body['total']} 条：{counts}。"])


def _why(rule: dict[str, Any]) -> str:
    return f"（{rule['reason']}）" if rule["reason"] else ""
