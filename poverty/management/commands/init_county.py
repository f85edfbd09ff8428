"""manage.py init_county --code 411081 --admin NAME [--officer NAME] [--file CSV] [--json]: an empty system made ready."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils import timezone

from common.commands import JsonCommand
from poverty.county import county_init


class Command(JsonCommand):
    help = "Load one county's divisions and make its first two accounts with one-time passwords."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--code", required=True, help="six digits, e.g. 411081")
        parser.add_argument("--admin", required=True, metavar="NAME", help="user name of the administrator")
        parser.add_argument(
            "--officer", default="officer", metavar="NAME", help="user name of the county officer"
        )
        parser.add_argument(
            "--file", type=Path, help="CSV of divisions, where the product does not know the county"
        )

    def work(self, actor: Any, options: dict[str, Any]) -> dict[str, Any]:
        done = county_init(
            actor=actor,
            code=options["code"],
            admin=options["admin"],
            officer=options["officer"],
            today=timezone.localdate(),
            file=options["file"],
        )
        return asdict(done)

    def text(self, body: dict[str, Any]) -> str:
        lines = [f"{body['name']}（{body['code']}）已就绪，区划 {body['divisions']} 个。首次登录须修改密码："]
        lines += [f"  {one['username']:<20}{one['password']}" for one in body["accounts"]]
        return "\n".join(lines)
