"""manage.py seed_demo [--seed 1] [--scale 1] [--if-empty] [--check] [--json]: the demonstration county."""

from dataclasses import asdict
from typing import Any

from common.commands import JsonCommand, Outcome
from common.errors import Conflict
from poverty.demo.build import Order
from poverty.demo.check import county_figures
from poverty.demo.loading import PACK, is_empty, seed_county, seed_mark


class Command(JsonCommand):
    help = "Build the demonstration county Yuzhou with generated people, or --check its figures against the document's."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--pack", default=PACK, choices=[PACK])
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--scale", type=float, default=1.0, help="multiplies the households, default 1")
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where the database holds anything"
        )
        parser.add_argument(
            "--check", action="store_true", help="compare every figure with the document; never writes"
        )

    def work(self, actor: Any, options: dict[str, Any]) -> dict[str, Any] | Outcome:
        if options["check"]:
            return self._check(options["scale"])
        if options["if_empty"] and not is_empty():
            self.say("数据库非空，未装入演示数据。")
            return {"seeded": False}
        order = Order(options["seed"], options["scale"])
        result = seed_county(actor, order, self.say)
        if not result.seeded:
            self.say("演示数据已装入，未做改动。")
        return asdict(result)

    def _check(self, scale: float) -> Outcome:
        mark = seed_mark()
        if scale != 1 or (mark is not None and float(mark.detail.get("scale", 1)) != 1):
            raise Conflict("只有规模为 1 的演示数据能与文件逐项核对。", code="scaled")
        figures = county_figures()
        return Outcome({"figures": figures}, ok=all(figure["equal"] for figure in figures))

    def text(self, body: dict[str, Any]) -> str:
        if "figures" not in body:
            return body.get("accounts") or ""
        lines = [
            f"{'=' if one['equal'] else '≠'}  第{one['clause']}条  {one['name']}: 文件 {one['document']}，演示 {one['demo']}"
            for one in body["figures"]
        ]
        return "\n".join(lines)
