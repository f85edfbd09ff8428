"""publish_pack CODE --as A --approved-by B: two people publish one pack."""

from typing import Any

from django.core.management.base import CommandParser

from accounts.actor import Actor, operator_actor
from common.commands import JsonCommand
from policies.services import pack_submit_and_publish


class Command(JsonCommand):
    help = "Submit a pack folder as one user and approve it as another; prints the difference to the previous pack."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="folder name of the pack, e.g. yuzhou-2020")
        parser.add_argument("--approved-by", required=True, metavar="USER", help="the second person")

    def work(self, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        approver = operator_actor(options["approved_by"])
        done = pack_submit_and_publish(submitter=actor, approver=approver, code=options["code"])
        for old in done.superseded:
            self.say(f"{old.title}（{old.checksum[:12]}）至 {old.effective_to} 失效。")
        return {
            "pack": done.pack.code,
            "checksum": done.pack.checksum,
            "effective_from": done.pack.effective_from,
            "superseded": [old.checksum for old in done.superseded],
            "differences": [str(difference) for difference in done.differences],
        }

    def text(self, body: dict[str, Any]) -> str:
        changes = body["differences"] or [
            "首次发布，或与上一版无差异。" if not body["superseded"] else "与上一版无差异。"
        ]
        head = f"已发布 {body['pack']}（{body['checksum'][:12]}），自 {body['effective_from']} 起生效。"
        return "\n".join([head, *changes])
