"""metric_table [--write]: the page docs/metrics.md from the registry of metrics."""

from typing import Any

from django.core.management.base import CommandParser

from accounts.actor import Actor
from common.commands import JsonCommand, Outcome
from policies.metric_table import table_path, table_text


class Command(JsonCommand):
    help = "Compare docs/metrics.md with the registered metrics (exit 1 when it is old), or write it anew."
    acts = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="write the page")

    def work(self, actor: Actor | None, options: dict[str, Any]) -> Outcome:
        path, text = table_path(), table_text()
        if options["write"]:
            path.write_text(text, encoding="utf-8")
        current = path.exists() and path.read_text(encoding="utf-8") == text
        return Outcome({"path": str(path), "current": current}, ok=current)

    def text(self, body: dict[str, Any]) -> str:
        state = "与登记的指标一致" if body["current"] else "已过时，请运行 manage.py metric_table --write"
        return f"{body['path']}：{state}。"
