"""The doors of seeding: when it may run, what it does beside the rows, and the mark it leaves."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts import audit
from accounts.actor import Actor, operator_actor
from accounts.models import AuditEntry, User
from common.errors import Conflict
from households.models import Household
from poverty.demo.accounts import new_password, write_accounts_file
from poverty.demo.after import judge_county, publish_packs
from poverty.demo.build import Order, build_county
from poverty.demo.departments import receive_list
from poverty.demo.paths import walk_paths
from poverty.demo.plan import BUSINESS_DAY
from poverty.demo.writer import Say
from villages import loading as division_loading
from villages.services import divisions_load, read_rows

MARK = "demo.seeded"
PACK = "yuzhou-2020"
DIVISIONS = Path(division_loading.FOLDER) / "yuzhou.csv"


@dataclass(frozen=True)
class Seeded:
    """What the command answers."""

    seeded: bool
    seed: int
    scale: float
    rows: dict[str, int]
    accounts: str = ""


def seed_mark() -> AuditEntry | None:
    """The entry an earlier seeding left, if there was one."""
    return AuditEntry.objects.filter(verb=MARK).order_by("pk").first()


def is_empty() -> bool:
    """Nobody but the system's own accounts, and no household."""
    return not User.objects.filter(is_system=False).exists() and not Household.objects.exists()


def seed_refusal(pack: str, seed: int, scale: float) -> str | None:
    """The sentence that says why this database gets no demonstration, or None."""
    if pack != PACK:
        return f"演示数据只有 {PACK} 一种，没有“{pack}”。"
    if not (settings.EMBEDDED or settings.DEMO):
        return "演示数据只装入内置数据库，或在 DEMO=1 时装入；本系统连接的是正式数据库。"
    if not 0 < scale <= 20:
        return "规模应大于 0，不超过 20。"
    mark = seed_mark()
    if mark is not None:
        same = mark.detail.get("seed") == seed and mark.detail.get("scale") == str(scale)
        return None if same else "数据库中已有另一种子或规模的演示数据，请换一个空数据库。"
    return None if is_empty() else "数据库中已有用户或农户，不是演示数据，未做任何改动。"


def seed_county(actor: Actor, order: Order, say: Say) -> Seeded:
    """Build the county once, publish its documents and judge it; a second call with the same seed does nothing.

    The rows come in one transaction. What follows them is taken up again where an earlier call was interrupted.
    """
    refusal = seed_refusal(PACK, order.seed, order.scale)
    if refusal:
        raise Conflict(refusal, code="refused")
    rows: dict[str, int] = {}
    text = ""
    if seed_mark() is None:
        password = new_password()
        with transaction.atomic():
            divisions_load(read_rows(DIVISIONS), BUSINESS_DAY)
            rows = build_county(Order(order.seed, order.scale, password), say)
            audit.record(
                actor, MARK, seed=order.seed, scale=str(order.scale), pack=PACK, households=rows["Household"]
            )
        text = write_accounts_file(password)
    operator = operator_actor()  # anew: before the first division was there it had no area
    publish_packs(say)
    judge_county(operator, say)
    walk_paths(say)
    receive_list(say)
    return Seeded(bool(rows), order.seed, order.scale, rows, text)
