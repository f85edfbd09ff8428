"""Freezing a quarter, lifting a freeze, and judging a frozen quarter again."""

from collections.abc import Callable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actor import Actor, require
from accounts.audit import record
from common.dates import Quarter
from common.errors import Conflict, Invalid, NotFound
from common.queue import enqueue_on_commit
from common.text import clean
from monitoring.models import QuarterFreeze, ScreeningRun
from monitoring.selectors import counties
from monitoring.services.parts import TASK
from monitoring.services.runs import screening_run_execute
from policies.services import packs_in_force

PERMISSION = "monitoring.freeze_quarter"
SHORTEST_REASON = 4


def quarter_freeze(  # noqa: PLR0913 - the parts of one request
    *, actor: Actor, scope_code: str, quarter: Quarter, today: date, note: str = "", send: bool = True
) -> QuarterFreeze:
    """Freeze a quarter of a county that has ended, or return the freeze that stands; one that failed is begun again.

    Refuses a quarter that is not over, a code that is no county, and a day without policy packs. Touches no sign.
    """
    require(actor, PERMISSION, at=scope_code)
    _may_be_frozen(scope_code, quarter, today)
    standing = QuarterFreeze.objects.filter(
        scope_code=scope_code, quarter=str(quarter), lifted_at__isnull=True
    ).select_related("run")
    found = standing.first()
    if found is not None:
        return _begin_again(actor, found, send=send) if found.has_failed else found
    try:
        with transaction.atomic():
            run = _run(actor, ScreeningRun.Kind.FREEZE, scope_code, quarter, send=send)
            frozen = QuarterFreeze.objects.create(
                scope_code=scope_code, quarter=str(quarter), run=run, frozen_by_id=actor.user_id, note=clean(note)[:200]
            )  # fmt: skip
            record(actor, "monitoring.quarter_frozen", frozen, quarter=str(quarter))
    except IntegrityError:  # somebody else asked at the same moment
        return standing.get()
    return frozen


def _may_be_frozen(scope_code: str, quarter: Quarter, today: date) -> None:
    if scope_code not in counties():
        raise Invalid(
            f"封库以县为单位，“{scope_code}”不是县级区划代码。", code="not_a_county", field="division"
        )
    if today < quarter.last_day:
        raise Invalid(
            f"{quarter} 还没有结束，{quarter.last_day} 起才能封库。", code="quarter_not_over", field="quarter"
        )
    packs = packs_in_force(quarter.last_day, scope_code)
    if not packs:
        raise Invalid(f"{quarter.last_day} {packs.sentence}", code="no_pack_in_force", field="quarter")


def _run(
    actor: Actor, kind: str, scope_code: str, quarter: Quarter, *, send: bool, **more: object
) -> ScreeningRun:
    values = {"key": f"{kind}:{scope_code}:{quarter}"} | more
    run = ScreeningRun.objects.create(
        kind=kind, scope_code=scope_code, as_of=quarter.last_day, quarter=str(quarter), is_acting=False,
        requested_by_id=actor.user_id, **values,
    )  # fmt: skip
    if send:
        enqueue_on_commit(TASK, run.pk)
    return run


def _locked(pk: int) -> QuarterFreeze:
    found = QuarterFreeze.objects.select_for_update(of=("self",)).select_related("run").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def _begin_again(actor: Actor, frozen: QuarterFreeze, *, send: bool) -> QuarterFreeze:
    """The run of a freeze failed or was refused: a new one takes its place."""
    frozen = _locked(frozen.pk)
    if frozen.has_failed:
        quarter = Quarter.parse(frozen.quarter)
        frozen.run = _run(actor, ScreeningRun.Kind.FREEZE, frozen.scope_code, quarter, send=send)
        frozen.save(update_fields=["run"])
        record(actor, "monitoring.quarter_frozen", frozen, quarter=frozen.quarter, again=True)
    return frozen


@transaction.atomic
def quarter_lift(*, actor: Actor, pk: int, reason: str) -> QuarterFreeze:
    """Lift a freeze, with a reason. The record and its figures stay; the quarter may be frozen anew."""
    frozen = _locked(pk)
    if not actor.may(PERMISSION, at=frozen.scope_code):
        raise NotFound
    text = clean(reason)
    if len(text) < SHORTEST_REASON:
        raise Invalid(
            f"请写明解封的原因（不少于 {SHORTEST_REASON} 个字）。", code="reason_needed", field="reason"
        )
    if frozen.lifted_at is not None:
        raise Conflict(f"{frozen.quarter} 的这次封库已于 {frozen.lifted_at:%Y-%m-%d} 解封。", code="lifted")
    if frozen.run.is_open:
        raise Conflict(f"{frozen.quarter} 正在封库，完成后才能解封。", code="freeze_running")
    frozen.lifted_at, frozen.lifted_by_id, frozen.lift_reason = timezone.now(), actor.user_id, text[:200]
    frozen.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    record(actor, "monitoring.freeze_lifted", frozen, reason=frozen.lift_reason, quarter=frozen.quarter)
    return frozen


@transaction.atomic
def quarter_judge_again(*, actor: Actor, pk: int, send: bool = True) -> ScreeningRun:
    """Judge a frozen quarter by the records of today and the packs of the freeze. One that is under way is returned."""
    frozen = _locked(pk)
    if not actor.may(PERMISSION, at=frozen.scope_code):
        raise NotFound
    if not frozen.is_readable:
        raise Conflict(f"{frozen.quarter} 还没有封库完成，不能重新判断。", code="not_frozen")
    if frozen.again is not None and frozen.again.is_open:
        return frozen.again
    run = _run(
        actor, ScreeningRun.Kind.REJUDGE, frozen.scope_code, Quarter.parse(frozen.quarter), send=send,
        key=f"{ScreeningRun.Kind.REJUDGE}:{frozen.pk}", packs=frozen.packs,
    )  # fmt: skip
    frozen.again = run
    frozen.save(update_fields=["again"])
    record(actor, "monitoring.quarter_judged_again", frozen, quarter=frozen.quarter)
    return run


# --- here and now, for the command --------------------------------------------------------------------------------------


def done_here(run: ScreeningRun, say: Callable[[str], None]) -> ScreeningRun:
    """Do a queued run in this process. Refuses where another process is at it."""
    claimed = ScreeningRun.claim(run.pk)
    if claimed is None:
        raise Conflict("这个季度正在另一个进程中处理，请稍后再试。", code="run_busy")
    return screening_run_execute(claimed, lambda done, total, what: say(f"{done}/{total} {what}"))


def freeze_standing(scope_code: str, quarter: Quarter) -> QuarterFreeze:
    """The freeze of the quarter that stands, or NotFound with a sentence."""
    found = QuarterFreeze.objects.filter(scope_code=scope_code, quarter=str(quarter), lifted_at__isnull=True)
    if (one := found.select_related("run").first()) is None:
        raise NotFound(f"{quarter} 没有封库。", code="not_frozen")
    return one
