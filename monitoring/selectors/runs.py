"""Reads of runs."""

from django.db.models import QuerySet

from accounts.actor import Actor
from common.errors import NotFound
from monitoring.models import RunFault, RunTally, ScreeningRun
from villages.models import Division, Level


def counties() -> list[str]:
    """The codes of the counties that are kept here; a county only standing in for a missing parent is none."""
    rows = Division.objects.filter(level=Level.COUNTY, is_stub=False, valid_to__isnull=True)
    return list(rows.order_by("code").values_list("code", flat=True))


def run_claim(run_id: int) -> ScreeningRun | None:
    """The run, now in this worker's hands, or None."""
    return ScreeningRun.claim(run_id)


def run_list(*, actor: Actor, kind: str = "", state: str = "") -> QuerySet[ScreeningRun]:
    """Runs of the actor's area, newest first."""
    rows: QuerySet[ScreeningRun] = ScreeningRun.objects.within(actor.scope("monitoring.view_runs"))
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(state=state)
    return rows.select_related("requested_by").order_by("-pk")


def run_get(*, actor: Actor, pk: int) -> ScreeningRun:
    found = run_list(actor=actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def tallies_of(run: ScreeningRun) -> QuerySet[RunTally]:
    return RunTally.objects.filter(run=run).order_by("rule_key")


def faults_of(actor: Actor, run: ScreeningRun) -> QuerySet[RunFault]:
    """What could not be judged, in the actor's area."""
    return RunFault.objects.filter(run=run).within(actor.scope("monitoring.view_runs")).order_by("pk")


def last_done(*, actor: Actor, kind: str) -> ScreeningRun | None:
    """The newest finished run of a kind over the actor's county or area."""
    prefixes = actor.scope("monitoring.view").prefixes or actor.scope("monitoring.view").assigned
    if not prefixes:
        return None
    codes = {code[:length] for code in prefixes for length in range(2, len(code) + 1)}
    rows = ScreeningRun.objects.filter(kind=kind, state=ScreeningRun.State.DONE, scope_code__in=codes)
    return rows.order_by("as_of", "pk").last()
