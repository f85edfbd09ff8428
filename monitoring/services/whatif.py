"""Asking for the fact sheet that what-if is played on."""

from collections.abc import Callable
from datetime import date

from accounts.actor import Actor
from common.errors import Conflict
from monitoring.models import ScreeningRun
from monitoring.selectors.whatif import PERMISSION, facts_run, may_play
from monitoring.services.runs import screening_run_execute, screening_run_request

COUNTY = 6


def facts_request(*, actor: Actor, area: str, as_of: date, send: bool = True) -> ScreeningRun:
    """Queue the filling of a sheet, of the whole county where the actor has it; one that waits already is returned. Refuses as may_play."""
    may_play(actor, area)
    county = area[:COUNTY]
    scope = county if actor.may(PERMISSION, at=county) else area
    return screening_run_request(
        actor=actor, kind=ScreeningRun.Kind.WHATIF, scope_code=scope, as_of=as_of, send=send
    )


def facts_here(*, actor: Actor, area: str, as_of: date, say: Callable[[str], None]) -> ScreeningRun:
    """The kept sheet, filled in this process when there is none. Refuses where another process is filling it."""
    may_play(actor, area)
    if found := facts_run(area, as_of):
        return found
    run = facts_request(actor=actor, area=area, as_of=as_of, send=False)
    claimed = ScreeningRun.claim(run.pk)
    if claimed is None:
        raise Conflict("事实表正在另一个进程中整理，请稍后再试。", code="run_busy")
    return screening_run_execute(claimed, lambda done, total, what: say(f"{done}/{total} {what}"))
