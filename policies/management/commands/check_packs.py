"""check_packs [CODE ...]: read every pack folder and list the faults."""

from typing import Any

from django.core.management.base import CommandParser

from accounts.actor import Actor
from common.commands import JsonCommand, Outcome
from policies.pack import Pack, PackError, load_folder
from policies.selectors import folder_codes, packs_folder


def _summary(pack: Pack) -> dict[str, Any]:
    return {
        "pack": pack.code,
        "checksum": pack.checksum,
        "parameters": len(pack.params),
        "rules": len(pack.active_rules),
        "planned": len(pack.rules)
        - len(pack.active_rules)
        + sum(not entry.is_active for entry in pack.catalogue),
    }


class Command(JsonCommand):
    help = "Check the pack folders: format, units, metrics, parameters. Exit 1 when one has faults."
    acts = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("codes", nargs="*", help="only these folders")

    def work(self, actor: Actor | None, options: dict[str, Any]) -> Outcome:
        packs: list[dict[str, Any]] = []
        faults: list[dict[str, str]] = []
        for code in options["codes"] or folder_codes():
            try:
                packs.append(_summary(load_folder(packs_folder() / code)))
            except PackError as error:
                faults += [
                    {"pack": code, "file": fault.file, "key": fault.key, "sentence": fault.sentence}
                    for fault in error.faults
                ]
        return Outcome({"packs": packs, "faults": faults}, ok=not faults)

    def text(self, body: dict[str, Any]) -> str:
        lines = [
            f"{pack['pack']}：参数 {pack['parameters']}，规则 {pack['rules']}（另有 {pack['planned']} 条尚不运行），校验和 {pack['checksum'][:12]}"
            for pack in body["packs"]
        ]
        lines += [
            f"{fault['pack']}/{fault['file']} [{fault['key']}]：{fault['sentence']}"
            for fault in body["faults"]
        ]
        return "\n".join(lines) or "没有政策包。"
