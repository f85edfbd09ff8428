"""manage.py restore FILE --yes [--json]"""

from pathlib import Path
from typing import Any

from accounts.actor import operator_actor
from accounts.audit import record
from common.commands import JsonCommand
from common.errors import Conflict, Invalid
from common.rotation import keys_fit
from poverty.archive import backup_restore


class Command(JsonCommand):
    help = "Replace database and files by those of a backup. Stop web and worker first."
    acts = False  # the acting person is looked up in the restored database

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="replace what is there")

    def work(self, actor: Any, options: dict[str, Any]) -> dict[str, Any]:
        if not options["file"].is_file():
            raise Invalid(f"没有文件 {options['file']}。", code="no_file")
        if not options["yes"]:
            raise Conflict("恢复会覆盖现有数据，请加 --yes 确认。", code="not_confirmed")
        answer = backup_restore(options["file"])
        record(operator_actor(), "poverty.restored", None, made_at=answer["made_at"])
        fit = keys_fit()
        if fit is False:
            self.say("警告：当前 DATA_KEYS 打不开备份中的加密号码，请换回备份时的密钥。")
        return answer | {"keys_fit": fit}
