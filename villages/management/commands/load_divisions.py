"""manage.py load_divisions FILE [--json]: the list of divisions, CSV with code,name,level,parent_code."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils import timezone

from common.commands import JsonCommand
from common.errors import Invalid
from villages.ports import record
from villages.services import divisions_load, read_rows


class Command(JsonCommand):
    help = "Load administrative divisions from a CSV file (also .csv.gz). Loading the same file twice changes nothing."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)

    def work(self, actor: Any, options: dict[str, Any]) -> dict[str, Any]:
        if not options["file"].is_file():
            raise Invalid(f"没有文件 {options['file']}。", code="no_file")
        result = divisions_load(read_rows(options["file"]), timezone.localdate())
        record(actor, "villages.loaded", None, **asdict(result))
        return asdict(result)
