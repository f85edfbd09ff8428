"""manage.py rotate_keys [--json]: after a new key was put first in DATA_KEYS."""

from typing import Any

from accounts.audit import record
from common.commands import JsonCommand
from common.rotation import rotate


class Command(JsonCommand):
    help = "Re-encrypt every sealed number under the newest key. The old key may be removed afterwards."

    def work(self, actor: Any, options: dict[str, Any]) -> dict[str, Any]:
        tables = rotate()
        total = sum(tables.values())
        record(actor, "poverty.keys_rotated", None, values=total)
        return {"values": total, "tables": tables}
