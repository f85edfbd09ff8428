"""manage.py export_sheet LAYOUT --out FILE [--division CODE] [--as-of DATE] [--json]: full values, audited."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from accounts.actor import Actor
from common.commands import JsonCommand, date_argument
from common.dates import business_today
from common.errors import Invalid
from exchange.services.exports import ExportInput, export_now


class Command(JsonCommand):
    help = "Write a sheet of the whole area (or --division) to a file, with full values."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("layout", metavar="LAYOUT")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE")
        parser.add_argument("--division", default="", metavar="CODE")
        parser.add_argument("--as-of", type=date_argument, metavar="DATE")

    def work(self, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        path: Path = options["out"]
        if path.suffix.lower() != ".xlsx" or not path.parent.is_dir():
            raise Invalid("--out 应为已有目录中的 .xlsx 文件。", code="bad_path")
        entry = ExportInput(
            layout=options["layout"],
            as_of=options["as_of"] or business_today(),
            scope_code=options["division"],
            full=True,
            reason="命令行导出",
        )
        return {"rows": export_now(actor=actor, entry=entry, path=path), "file": str(path)}
