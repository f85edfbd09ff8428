"""A run in this very process, for the commands."""

from collections.abc import Callable
from datetime import date

from accounts.actor import Actor
from common.dates import Quarter
from common.errors import Conflict, Invalid
from monitoring.models import ScreeningRun
from monitoring.selectors.runs import counties
from monitoring.services.runs import screening_run_execute, screening_run_request


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
    say: Callable[[str], None],
    quarter: Quarter | None = None,
) -> ScreeningRun:
    """Ask for a run and do it here, saying how far it is. Refuses where another process is at the same run."""
    run = screening_run_request(
        actor=actor, kind=kind, scope_code=county_of(division), as_of=as_of, quarter=quarter, send=False
    )
    claimed = ScreeningRun.claim(run.pk)
    if claimed is None:
        raise Conflict("同一批处理正在另一个进程中进行，请稍后再试。", code="run_busy")
    return screening_run_execute(claimed, lambda done, total, what: say(f"{done}/{total} {what}"))
