"""A run in this very process, for the commands; or left to the workers and waited for."""

import logging
import time
from collections.abc import Callable
from datetime import date

from accounts.actor import Actor
from common.dates import Quarter
from common.errors import Conflict, DomainError, Invalid
from common.runs import SILENCE, Run
from monitoring.models import ScreeningRun
from monitoring.screening.engine import Busy
from monitoring.selectors.runs import counties
from monitoring.services.parts import parts_left, parts_settle
from monitoring.services.runs import screening_run_execute, screening_run_request

log = logging.getLogger(__name__)
Say = Callable[[str], None]
PAUSE_SECONDS = 1
# Nobody has taken anything up for so long, although the sweeper looks more often: no worker is at work.
PATIENCE = 3 * SILENCE


def county_of(division: str | None) -> str:
    """The named division, or the one county there is."""
    if division:
        return division
    known = counties()
    if len(known) != 1:
        raise Invalid("请用 --division 指明区划代码。", code="division_needed", field="division")
    return known[0]


def run_here(  # noqa: PLR0913 - the parts of one request
    *,
    actor: Actor,
    kind: str,
    division: str | None,
    as_of: date,
    say: Say,
    quarter: Quarter | None = None,
    split: str = "",
    workers: bool = False,
) -> ScreeningRun:
    """Ask for a run and do it here, saying how far it is; with `workers` they do it and this process waits.

    Refuses where another process is at the same run. A run in parts is shared with whoever else is at it; the parts that
    fail or are refused do not stop the others, and stand in the result.
    """
    run = screening_run_request(
        actor=actor,
        kind=kind,
        scope_code=county_of(division),
        as_of=as_of,
        quarter=quarter,
        send=workers,
        split=split,
    )
    if workers:
        return _waited(run, say)
    if run.split:
        return _parts_here(run, say)
    claimed = ScreeningRun.claim(run.pk)
    if claimed is None:
        raise Conflict("同一批处理正在另一个进程中进行，请稍后再试。", code="run_busy")
    return screening_run_execute(claimed, lambda done, total, what: say(f"{done}/{total} {what}"))


def _parts_here(parent: ScreeningRun, say: Say) -> ScreeningRun:
    """Every part that nobody else has taken, one after the other, until the whole is closed."""
    while not (parts_settle(parent.pk) or _is_over(parent)):
        waiting = parts_left(parent.pk).filter(ScreeningRun.waiting()).order_by("scope_code")
        # A part that had to wait for another run went back to the queue: once round, then a pause.
        if not any([_part_here(pk, say) for pk in list(waiting.values_list("pk", flat=True))]):
            time.sleep(PAUSE_SECONDS)
    return _answered(parent)


def _part_here(pk: int, say: Say) -> bool:
    """Do one part. False when it is not done: somebody else has it, or it has to wait."""
    part = ScreeningRun.claim(pk)
    if part is None:
        return False
    try:
        screening_run_execute(part, lambda done, total, what: say(f"{part.scope_code} {done}/{total} {what}"))
    except Busy:
        return False
    except DomainError as refusal:
        say(f"{part.scope_code} {refusal.sentence}")
    except Exception:
        # The part's row says that it failed; its siblings must not be lost for it.
        log.exception("part %s of run %s failed", part.pk, part.parent_id)
    return True


def _waited(run: ScreeningRun, say: Say) -> ScreeningRun:
    """Wait for the workers. Refuses when none has moved for long; the run stays queued and is done once one is there."""
    seen, moved = (-1, -1), time.monotonic()
    while not _is_over(run):
        run.refresh_from_db()
        at_work = parts_left(run.pk).filter(state=Run.State.RUNNING).count()
        if (
            (now := (run.done_count, at_work)) != seen
            or at_work
            or (run.state == Run.State.RUNNING and not run.split)
        ):
            if now != seen:
                say(f"{run.done_count}/{run.total_count or '?'} {run.get_state_display()}")
            seen, moved = now, time.monotonic()
        if time.monotonic() - moved > PATIENCE.total_seconds():
            raise Conflict(
                "没有后台进程接手，批处理仍在排队；请启动后台进程，或不加 --workers 重新运行。",
                code="no_worker",
            )
        time.sleep(PAUSE_SECONDS)
    return _answered(run)


def _is_over(run: ScreeningRun) -> bool:
    return not ScreeningRun.objects.filter(pk=run.pk, state__in=Run.OPEN).exists()


def _answered(run: ScreeningRun) -> ScreeningRun:
    """The closed run; a refusal of the whole is raised, as it is where a run is done here."""
    run.refresh_from_db()
    if run.state == Run.State.REFUSED or (run.state == Run.State.FAILED and not run.result):
        raise Conflict(run.error or "批处理没有完成。", code="run_refused")
    return run
