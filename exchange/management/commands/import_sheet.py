"""manage.py import_sheet LAYOUT FILE [--commit] [--json]: what an import would do, and with --commit does."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from accounts.actor import Actor
from common.commands import JsonCommand
from common.dates import business_today
from common.errors import Invalid
from exchange.models import ImportBatch
from exchange.selectors import batch_errors
from exchange.services.imports import import_now

COUNTS = ("rows", "new", "changed", "unchanged", "refused")


class Command(JsonCommand):
    help = "Preview a workbook (default) or write its good rows (--commit)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("layout", metavar="LAYOUT")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--commit", action="store_true", help="write the good rows")

    def work(self, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        path: Path = options["file"]
        if not path.is_file():
            raise Invalid(f"没有找到文件 {path}。", code="file_missing")
        with path.open("rb") as source:
            batch = import_now(
                actor=actor, source=source, name=path.name, layout=options["layout"],
                as_of=business_today(), commit=options["commit"],
            )  # fmt: skip
        for remark in batch_errors(batch, "remark"):
            self.say(remark.message)
        return _answer(batch)

    def text(self, body: dict[str, Any]) -> str:
        head = "，".join(
            f"{label} {body[name]}"
            for label, name in zip(("共", "新增", "变更", "无变化", "退回"), COUNTS, strict=True)
        )
        return "\n".join([head, *(error["message"] for error in body["errors"])])


def _answer(batch: ImportBatch) -> dict[str, Any]:
    errors = [
        {"row": error.row, "column": error.column, "message": error.message} for error in batch_errors(batch)
    ]
    return {name: getattr(batch, name) for name in COUNTS} | {"errors": errors}
