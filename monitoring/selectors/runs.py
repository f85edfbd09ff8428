"""Reads of runs."""

from django.db.models import QuerySet

from accounts.actor import Actor
from common.errors import NotFound
from monitoring.models import RunFault, RunTally, ScreeningRun
from monitoring.models.seeing import rule_seen_q
from villages.models import Division, Level
from villages.selectors import area_of


def counties() -> list[str]:
    """The codes of the counties that are kept here; a county only standing in for a missing parent is none."""
    rows = Division.objects.filter(level=Level.COUNTY, is_stub=False, valid_to__isnull=True)
    return list(rows.order_by("code").values_list("code", flat=True))


def place_choices(
    *, actor: Actor, permission: str, levels: tuple[str, ...] = ("county", "township", "village")
) -> QuerySet[Division]:
    """The standing places where a permission holds, for drop-downs."""
    rows = Division.objects.within(area_of(actor, permission))
    return rows.filter(level__in=levels, valid_to__isnull=True, is_stub=False).order_by("code")


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
    _name_places([found])
    return found


def tallies_of(actor: Actor, run: ScreeningRun) -> QuerySet[RunTally]:
    """The answers per rule, of the rules whose signs the actor may see."""
    seen = rule_seen_q(actor.scope("monitoring.view_runs").field_groups)
    return RunTally.objects.filter(seen, run=run).order_by("rule_key")


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


def _name_places(runs: list[ScreeningRun]) -> None:
    """Each run learns the name of its area, as `place`."""
    codes = {run.scope_code for run in runs}
    names = dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
    for run in runs:
        run.place = names.get(run.scope_code, "")  # type: ignore[attr-defined]


def run_page(rows: QuerySet[ScreeningRun], before: str | None, size: int = 50) -> dict[str, object]:
    """Runs are read from the newest down: one page below `before`."""
    if before and before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: size + 1])
    _name_places(found)
    return {"rows": found[:size], "next": found[size - 1].pk if len(found) > size else None}
