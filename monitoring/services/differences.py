"""Working a difference to its end: our record is mended, their list is wrong, or the matter is explained."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor
from accounts.audit import record
from common.dates import business_today
from common.errors import Conflict, Invalid, NotFound
from common.text import clean
from households.inputs import EditNote
from households.models import SafetyNet
from households.services import safety_net_close, safety_net_open
from monitoring.departments.models import DepartmentDifference

WORK = "monitoring.work_difference"
State, Kind = DepartmentDifference.State, DepartmentDifference.Kind
ENDS = (State.CONFIRMED, State.THEIRS_WRONG, State.EXPLAINED)
BULK_MOST = 500


@dataclass(frozen=True)
class SettleInput:
    """`on`: since when our record changes, where it is mended."""

    outcome: str
    reason: str = ""
    on: date | None = None


def _locked(actor: Actor, pk: int) -> DepartmentDifference:
    rows = DepartmentDifference.objects.within(actor.scope(WORK)).select_for_update(of=("self",))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _to_end(row: DepartmentDifference) -> None:
    if not row.is_unfinished:
        raise Conflict("这条差异已经办结，请刷新后再看。", code="already_settled")


def _save(actor: Actor, row: DepartmentDifference, state: str, reason: str = "") -> None:
    row.state, row.reason, row.worked_by_id, row.worked_at = (
        state, clean(reason)[:200], actor.user_id, timezone.now()
    )  # fmt: skip
    row.save(update_fields=["state", "reason", "worked_by", "worked_at"])


@transaction.atomic
def difference_start(*, actor: Actor, pk: int) -> DepartmentDifference:
    """Take a difference up. Repeating it changes nothing; refused once it is settled or outside the actor's area."""
    row = _locked(actor, pk)
    _to_end(row)
    if row.state == State.OPEN:
        _save(actor, row, State.WORKING)
        record(actor, "monitoring.difference_started", row)
    return row


@transaction.atomic
def difference_settle(
    *, actor: Actor, pk: int, entry: SettleInput, today: date | None = None
) -> DepartmentDifference:
    """End a difference. Confirmed: our 低保 record is mended from the given day by the household's own service, with the list
    as its reason; a clue or somebody we do not have is only noted. The same answer twice is one; refused without a reason
    where theirs is wrong or explained, without a day where a record changes, and once settled otherwise."""
    row = _locked(actor, pk)
    if row.state == entry.outcome in ENDS:
        return row
    _to_end(row)
    if entry.outcome not in ENDS:
        raise Invalid("请选择核对结论。", field="outcome", code="outcome_needed")
    if entry.outcome != State.CONFIRMED and len(clean(entry.reason)) < 4:
        raise Invalid("请写明理由（不少于 4 个字）。", field="reason", code="reason_needed")
    if entry.outcome == State.CONFIRMED and mends(row):
        _mend(actor, row, entry, today or business_today())
    _save(actor, row, entry.outcome, entry.reason)
    record(actor, "monitoring.difference_settled", row, reason=row.reason, kind=row.kind, state=row.state)
    return row


def mends(row: DepartmentDifference) -> bool:
    """Would confirming this change a record of ours?"""
    return row.household_id is not None and row.kind != Kind.CLUE


def _mend(actor: Actor, row: DepartmentDifference, entry: SettleInput, today: date) -> None:
    if entry.on is None:
        raise Invalid("请填写从哪天起更正我方记录。", field="on", code="day_needed")
    if entry.on > today:
        raise Invalid("更正日期不能晚于今天。", field="on", code="day_ahead")
    household = row.household
    assert household is not None  # noqa: S101 - mends() asked
    single = row.subject_key.startswith("person:")
    if row.kind == Kind.OURS_ONLY:
        safety_net_close(actor=actor, spell=_spell(row, single=single), on=entry.on)
        return
    fen = row.theirs_fen
    note = EditNote(reason=f"{row.batch.department}名单 {row.batch.period} 比对")
    safety_net_open(
        actor=actor, household=household, kind=row.net_kind, on=entry.on, monthly_fen=fen, edit=note,
        person=row.person if single else None,
    )  # fmt: skip


def _spell(row: DepartmentDifference, *, single: bool) -> SafetyNet:
    held = SafetyNet.objects.filter(household=row.household, kind=row.net_kind, effective_to__isnull=True)
    spell = (held.filter(person=row.person) if single else held.filter(person__isnull=True)).first()
    if spell is None:
        raise Conflict("我方记录已经停发，请改选“情况说明”。", code="already_closed")
    return spell


@transaction.atomic
def differences_theirs_wrong(*, actor: Actor, pks: Iterable[int], reason: str) -> int:
    """Several at once: theirs is wrong, for one reason. What is settled or elsewhere is left alone. Returns how many."""
    wanted = sorted(set(pks))
    if not wanted:
        raise Invalid("请至少勾选一条差异。", field="pick", code="none_chosen")
    if len(wanted) > BULK_MOST:
        raise Invalid(f"一次最多办理 {BULK_MOST} 条。", code="too_many")
    if len(clean(reason)) < 4:
        raise Invalid("请写明理由（不少于 4 个字）。", field="reason", code="reason_needed")
    mine = DepartmentDifference.objects.within(actor.scope(WORK)).filter(
        pk__in=wanted, state__in=DepartmentDifference.UNFINISHED
    )
    found = list(mine.select_for_update(of=("self",)))
    for row in found:
        _save(actor, row, State.THEIRS_WRONG, reason)
        record(actor, "monitoring.difference_settled", row, reason=row.reason, kind=row.kind, state=row.state)
    return len(found)
