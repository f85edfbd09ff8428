"""manage.py demo_accounts [--json]: the accounts of the demonstration, as seeding wrote them down."""

from typing import Any

from common.commands import JsonCommand
from common.errors import NotFound
from poverty.demo.accounts import accounts_file


class Command(JsonCommand):
    help = "Print the accounts of the demonstration county."
    acts = False

    def work(self, actor: Any, options: dict[str, Any]) -> dict[str, Any]:
        path = accounts_file()
        if not path.is_file():
            raise NotFound("没有演示账号：演示数据未装入，或 demo-accounts.txt 已删除。")
        return {"file": str(path), "accounts": path.read_text(encoding="utf-8")}

    def text(self, body: dict[str, Any]) -> str:
        return str(body["accounts"])
