"""Reads of runs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import Left

from accounts.actor import Actor
from common.errors import NotFound
from common.runs import Run
from monitoring.models import RunFault, RunTally, ScreeningRun
from monitoring.models.seeing import rule_seen_q
from villages.models import Division, Level
from villages.scope import area_q
from villages.selectors import area_of

VIEW = "monitoring.view_runs"
SO_FAR = {name: Sum(name) for name in ("opened", "closed", "evaluated", "skipped")}
ANSWERS = ("hit", "clear", "unknown", "faulty")


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


def run_rows(*, actor: Actor) -> QuerySet[ScreeningRun]:
    """Runs of the actor's area, and the parts of runs."""
    rows: QuerySet[ScreeningRun] = ScreeningRun.objects.within(actor.scope(VIEW))
    return rows.select_related("requested_by")


def run_list(*, actor: Actor, kind: str = "", state: str = "") -> QuerySet[ScreeningRun]:
    """Runs of the actor's area, newest first. A part stands in the page of its run; where the run is of a larger area than
    the actor's, the part is all there is to see."""
    seen = area_q("parent__scope_code", actor.scope(VIEW).prefixes)
    rows = run_rows(actor=actor).filter(Q(parent__isnull=True) | ~seen)
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(state=state)
    return rows.order_by("-pk")


def run_get(*, actor: Actor, pk: int) -> ScreeningRun:
    """One run or part. A run in parts that is still open counts what its parts have come to so far."""
    found = run_rows(actor=actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    _name_places([found])
    if found.split and found.is_open:
        for name, number in ScreeningRun.objects.filter(parent=found).aggregate(**SO_FAR).items():
            setattr(found, name, number or 0)
    return found


def run_above(*, actor: Actor, run: ScreeningRun) -> ScreeningRun | None:
    """The run that this one is a part of, where the actor may see it."""
    if run.parent_id is None:
        return None
    found = run_rows(actor=actor).filter(pk=run.parent_id).first()
    if found is not None:
        _name_places([found])
    return found


@dataclass(frozen=True)
class PartsPage:
    rows: Sequence[ScreeningRun]
    next: str  # the area after which the next page begins
    states: Sequence[tuple[str, int]]  # state in words -> how many, of all parts


def parts_page(*, actor: Actor, run: ScreeningRun, after: str | None, size: int = 100) -> PartsPage:
    """The parts of a run in the order of their areas, and how many there are in each state."""
    parts = run_rows(actor=actor).filter(parent=run)
    counted = dict(parts.order_by().values_list("state").annotate(n=Count("pk")))
    states = [(str(state.label), counted[state.value]) for state in Run.State if state.value in counted]
    rows = list(parts.filter(scope_code__gt=(after or "")[:20]).order_by("scope_code")[: size + 1])
    _name_places(rows)
    return PartsPage(rows[:size], rows[size - 1].scope_code if len(rows) > size else "", states)


def packs_by_county(run: ScreeningRun) -> list[tuple[str, dict[str, str]]]:
    """By which packs each county of a run in parts is judged: its name, and checksums by code."""
    counties: dict[str, dict] = run.packs.get("counties", {})
    names = dict(Division.objects.filter(code__in=counties).values_list("code", "name")) if counties else {}
    return [(names.get(code, code), packs["checksums"]) for code, packs in sorted(counties.items())]


def tallies_of(actor: Actor, run: ScreeningRun) -> Sequence[RunTally]:
    """The answers per rule, of the rules whose signs the actor may see; of a run in parts their sums."""
    seen = RunTally.objects.filter(rule_seen_q(actor.scope(VIEW).field_groups)).order_by("rule_key")
    if not run.split:
        return list(seen.filter(run=run))
    summed = (
        seen.filter(run__parent=run)
        .values("rule_key")
        .annotate(**{f"all_{name}": Sum(name) for name in ANSWERS})
    )
    rows = cast(Iterable[dict[str, Any]], summed)
    return [
        RunTally(rule_key=row["rule_key"], **{name: row[f"all_{name}"] for name in ANSWERS}) for row in rows
    ]


def faults_of(actor: Actor, run: ScreeningRun) -> QuerySet[RunFault]:
    """What could not be judged, in the actor's area. A rule that cannot be judged is told once for each county, not by every part."""
    rows = RunFault.objects.within(actor.scope(VIEW)).order_by("pk")
    if not run.split:
        return rows.filter(run=run)
    mine = RunFault.objects.filter(run__parent=run).order_by()
    told = mine.values("subject_key", "sentence", county=Left("scope_code", 6)).annotate(first=Min("pk"))
    return rows.filter(pk__in=told.values("first"))


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
