"""manage.py backup [--to FOLDER] [--json]"""

from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.audit import record
from common.commands import JsonCommand
from poverty.archive import backup_write


class Command(JsonCommand):
    help = (
        "Write database and files into one archive. The keys (DATA_KEYS) are not in it: keep them elsewhere."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--to", type=Path, default=settings.VAR_DIR / "backups", help="folder, default: VAR_DIR/backups"
        )

    def work(self, actor: Any, options: dict[str, Any]) -> dict[str, Any]:
        # Recorded first, so that the archive itself tells of its making.
        record(actor, "poverty.backup_made")
        return backup_write(options["to"])
