"""爱心超市积分: earned, spent, corrected by a counter-entry. The balance is never negative, however many spend at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.actor import Actor
from common.dates import add_months, business_today
from common.errors import Conflict, DomainError, Invalid, NotPermitted
from common.text import clean
from households.codes import OTHER_REASON, PointKind
from households.models import Household, PointEntry
from households.pack_tables import PointsTable, points_table
from households.rules_points import change_of
from households.services.rows import locked, not_in_future, permit
from policies.selectors import packs_in_force

MANAGE = "households.manage_points"
POINTS_MAX = 100_000
SAME = ("kind", "on", "points", "reason_code", "reason", "store")


@dataclass(frozen=True)
class PointInput:
    """`uuid` is made by the client: the same one and the same content again is the same entry. Earning names a reason of
    the county's list, whose points count, or `other` with words and points of its own; spending names what was taken."""

    uuid: UUID
    kind: str
    on: date
    points: int | None = None
    reason_code: str = ""
    reason: str = ""
    store: str = ""


def points_table_for(household: Household, as_of: date) -> PointsTable:
    return points_table(packs_in_force(as_of, household.scope_code))


@transaction.atomic
def point_record(*, actor: Actor, household: Household, entry: PointInput) -> PointEntry:
    """Add to the ledger, once. Refuses spending more than there is, a reason that is in no list, a closed household."""
    permit(actor, MANAGE, household)
    household = locked(household)
    values = _values(household, entry)
    if known := _known(household, entry.uuid, values):
        return known
    if not household.is_live:
        raise Conflict("这户已注销，不能再记积分。", code="household_closed")
    _within_month(household, entry)
    row = _append(actor, household, entry.uuid, values, change_of(entry.kind, values["points"]))
    audit.record(actor, "households.point_record", household, entry=row.pk, kind=row.kind, points=row.points)
    return row


@transaction.atomic
def point_correct(
    *, actor: Actor, entry: PointEntry, uuid: UUID, reason: str, on: date | None = None
) -> PointEntry:
    """Undo an entry by a counter-entry; both stay. Refuses a second correction, one of a correction, and one that would
    take back points which have been spent since."""
    permit(actor, MANAGE, entry.household)
    household = locked(entry.household)
    day = on or business_today()
    not_in_future(day)
    values = {
        "kind": PointKind.CORRECTION.value, "on": day, "points": entry.points, "reason_code": entry.reason_code,
        "reason": clean(reason)[:100], "store": entry.store,
    }  # fmt: skip
    if known := _known(household, uuid, values):
        return known
    _correctable(entry, values)
    change = change_of(PointKind.CORRECTION, entry.points, corrected=entry.change)
    row = _append(actor, household, uuid, values | {"corrects": entry}, change)
    audit.record(actor, "households.point_correct", household, entry=row.pk, corrects=entry.pk)
    return row


def _correctable(entry: PointEntry, values: dict[str, Any]) -> None:
    if not values["reason"]:
        raise Invalid("请写明更正原因。", field="reason")
    if entry.kind == PointKind.CORRECTION:
        raise Conflict("更正记录不能再更正，请重新登记正确的积分。", code="correction_of_correction")
    if PointEntry.objects.filter(corrects_id=entry.pk).exists():
        raise Conflict("这条记录已经更正过。", code="already_corrected")


def _values(household: Household, entry: PointInput) -> dict[str, Any]:
    """The columns of the entry, checked against the county's list as it holds on the day."""
    not_in_future(entry.on)
    if entry.kind not in (PointKind.EARN, PointKind.SPEND):
        raise Invalid("请选择奖励积分或兑换物品。", field="kind")
    code, reason, points = "", clean(entry.reason)[:100], entry.points
    if entry.kind == PointKind.EARN:
        code, reason, points = _earned(points_table_for(household, entry.on), entry, reason)
    elif not reason:
        raise Invalid("请写明兑换了什么物品。", field="reason")
    if points is None or not 0 < points <= POINTS_MAX:
        raise Invalid("积分应是大于 0 的整数。", field="points")
    return {
        "kind": entry.kind, "on": entry.on, "points": points, "reason_code": code, "reason": reason,
        "store": clean(entry.store)[:60],
    }  # fmt: skip


def _earned(table: PointsTable, entry: PointInput, reason: str) -> tuple[str, str, int | None]:
    row = table.earn.get(entry.reason_code)
    if row is not None:
        if entry.points not in (None, row.points):
            raise Invalid(f"“{row.label}”的标准是 {row.points} 分。", field="points", code="not_standard")
        return row.code, row.label if not reason else f"{row.label}：{reason}"[:100], row.points
    if entry.reason_code != OTHER_REASON:
        raise Invalid("请选择奖励事由。", field="reason_code")
    if not reason:
        raise Invalid("标准以外的奖励须写明事由。", field="reason")
    top = table.other_points_max
    if top is not None and entry.points is not None and entry.points > top:
        raise Invalid(f"标准以外的奖励一次不超过 {top} 分。", field="points", code="over_limit")
    return OTHER_REASON, reason, entry.points


def _within_month(household: Household, entry: PointInput) -> None:
    """A reason that counts so many times a month is not given more often; corrected entries do not count."""
    row = points_table_for(household, entry.on).earn.get(entry.reason_code)
    if entry.kind != PointKind.EARN or row is None or row.per_month is None:
        return
    first = entry.on.replace(day=1)
    given = PointEntry.objects.filter(
        household=household, kind=PointKind.EARN, reason_code=row.code, corrected_by__isnull=True,
        on__gte=first, on__lte=add_months(first, 1) - timedelta(days=1),
    )  # fmt: skip
    if given.count() >= row.per_month:
        raise Conflict(
            f"“{row.label}”每月最多记 {row.per_month} 次，{entry.on.month} 月已记满。",
            code="month_full", field="reason_code",
        )  # fmt: skip


def _known(household: Household, uuid: UUID, values: dict[str, Any]) -> PointEntry | None:
    """The entry this client has sent before; the same number with other content is refused."""
    row = PointEntry.objects.filter(uuid=uuid).first()
    if row is None:
        return None
    if row.household_id != household.pk or any(getattr(row, name) != values[name] for name in SAME):
        raise Conflict("这张表单已经提交过，内容不同。请刷新页面后重新填写。", code="point_uuid_reused")
    return row


def _append(
    actor: Actor, household: Household, uuid: UUID, values: dict[str, Any], change: int
) -> PointEntry:
    """The next line of the household's ledger. The caller holds the household's row, so nobody else writes one."""
    last = PointEntry.objects.filter(household=household).order_by("-sequence").first()
    sequence, balance = (last.sequence, last.balance_after) if last else (0, 0)
    if balance + change < 0:
        spent = values["kind"] == PointKind.SPEND
        sentence = f"现有 {balance} 分，不够兑换 {-change} 分。" if spent else (
            f"这 {-change} 分已被兑换（现有 {balance} 分），请先更正兑换记录。"
        )  # fmt: skip
        raise Conflict(sentence, code="points_short", field="points")
    try:
        with transaction.atomic():
            return PointEntry.objects.create(
                uuid=uuid, household=household, sequence=sequence + 1, change=change,
                balance_after=balance + change, recorded_by_id=actor.user_id, **values,
            )  # fmt: skip
    except IntegrityError as twice:  # the same number for another household at the same moment
        raise Conflict("这张表单已经提交过。请刷新页面后重新填写。", code="point_uuid_reused") from twice


def point_record_many(
    *, actor: Actor, households: Iterable[Household], entry: PointInput
) -> tuple[list[PointEntry], list[tuple[Household, str]]]:
    """The same reason for several households of a village, each on its own: one refused does not stop the others.

    The number of each entry follows from that of the form and the household, so the form sent again counts once.
    """
    written: list[PointEntry] = []
    refused: list[tuple[Household, str]] = []
    for household in households:
        own = replace(entry, uuid=uuid5(entry.uuid, str(household.pk)))
        try:
            written.append(point_record(actor=actor, household=household, entry=own))
        except NotPermitted:
            raise
        except DomainError as refusal:
            refused.append((household, refusal.sentence))
    return written, refused


def points_moved(actor: Actor, household: Household, other: Household, on: date, key: UUID) -> int:
    """What `other` has left goes to `household` when the two become one; both ledgers say so. Returns the points.

    The caller holds both rows. A merger that is undone does not bring them back by itself: by then they may be spent, so
    the clerk corrects the two entries.
    """
    last = PointEntry.objects.filter(household=other).order_by("-sequence").first()
    left = last.balance_after if last else 0
    if not left:
        return 0
    day = {"on": on, "points": left, "store": ""}
    spent = {
        "kind": PointKind.SPEND.value,
        "reason_code": "",
        "reason": f"并入 {household.household_no}，积分转出",
    }
    earned = {
        "kind": PointKind.EARN.value,
        "reason_code": OTHER_REASON,
        "reason": f"{other.household_no} 并入，积分转入",
    }
    _append(actor, other, uuid5(key, "out"), day | spent, -left)
    _append(actor, household, uuid5(key, "in"), day | earned, left)
    return left
