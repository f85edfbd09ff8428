"""A run from claim to close. Killed anywhere, the next claim empties, refills and repeats: same facts, same signs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from common.errors import Conflict
from common.runs import SILENCE
from households.models import Household
from monitoring.models import ScreeningRun
from monitoring.screening.follow import cases_attach, duties_ask, signs_mute
from monitoring.screening.hold import writing
from monitoring.screening.moved import follow_moves
from monitoring.screening.plan import Plan
from monitoring.screening.result import result_of
from monitoring.screening.sheets import sheet_rows, sheets_drop, sheets_fill
from monitoring.screening.signs import faulty_households, rule_apply, signs_retire, standings
from villages.models import COUNTY_DIGITS, Division

Progress = Callable[[int, int, str], None]
# A change written shortly before the last run read, but committed after it, must not be missed.
COMMIT_MARGIN = timedelta(minutes=10)
MET = ("40P01", "40001")  # deadlock, or a row changed under a snapshot


class Busy(Conflict):
    """Another run is acting in this area; this one waits in the queue."""

    code = "run_busy"


@contextmanager
def crossing() -> Iterator[None]:
    """Two runs that met at the same rows (a household moved between their areas): the one that PostgreSQL stops waits, and on
    SQLite the one that another writer has kept out for too long."""
    try:
        yield
    except OperationalError as stopped:
        if getattr(stopped.__cause__, "pgcode", None) in MET or "is locked" in str(stopped):
            raise Busy("与相邻区域的批处理同时写入同一户，稍后自动重新进行。") from stopped
        raise


def screening_execute(run: ScreeningRun, plan: Plan, progress: Progress | None = None) -> dict[str, Any]:
    """Do the work of a claimed run and return its result. The caller closes it. Raises LostRun when another worker took over, Busy when one acts."""
    tell = progress or (lambda done, total, what: None)
    since = begin(run, plan)
    steps = len(plan.rules) + 2
    tell(0, steps, "整理事实表")
    if run.is_acting:
        follow_moves(run)
    sheets_fill(run, plan)
    changed = _changed(run, since)
    known = standings(run, plan)
    for done, rule in enumerate(plan.rules, start=1):
        rule_apply(run, rule, changed, known[rule.key])
        run.beat(done=done, total=steps)
        tell(done, steps, rule.key)
    if run.is_acting:
        signs_retire(run, plan)
        if plan.kind == ScreeningRun.Kind.HOUSEHOLDS:
            signs_mute(run, plan)
            cases_attach(run, plan)
            duties_ask(run, plan)
    result = _finish(run, plan)
    run.beat(done=steps, total=steps)
    tell(steps, steps, "完成")
    return result


def overlapping(runs: QuerySet, code: str) -> QuerySet:
    """Runs whose area holds `code` or lies in it."""
    above = [code[:length] for length in range(2, len(code))]
    return runs.filter(Q(scope_code__startswith=code) | Q(scope_code__in=above))


def begin(run: ScreeningRun, plan: Plan) -> ScreeningRun | None:
    """Settle under the county's lock whether this run acts, and return the acting run it goes on from.

    A run acts when no later day has been acted on here, and one at a time: a later starter steps back. Parts of one run
    have disjoint areas and never meet; a county's run and a township's do. Nothing that acts is larger than a county, so
    one lock is all that is taken.
    """
    with transaction.atomic():
        list(Division.objects.select_for_update().filter(code=run.scope_code[:COUNTY_DIGITS]))
        same = overlapping(
            ScreeningRun.objects.filter(kind=run.kind, split="").exclude(pk=run.pk), run.scope_code
        )
        living = same.filter(state=ScreeningRun.State.RUNNING, heartbeat_at__gte=timezone.now() - SILENCE)
        earlier = Q(started_at__lt=run.started_at) | Q(started_at=run.started_at, pk__lt=run.pk)
        if living.filter(earlier).exists():
            raise Busy("同一区域正有一次批处理在进行，本次将在其结束后自动开始。")
        acted = same.filter(state=ScreeningRun.State.DONE, is_acting=True)
        run.packs = packs_of(plan)
        run.is_acting = not acted.filter(as_of__gt=run.as_of).exists() and not _outrun(run, acted)
        run.known_at = timezone.now()
        with writing(run):
            ScreeningRun.objects.filter(pk=run.pk).update(
                is_acting=run.is_acting, known_at=run.known_at, packs=run.packs
            )
        whole = [run.scope_code[:length] for length in range(2, len(run.scope_code) + 1)]
        return acted.filter(scope_code__in=whole).order_by("as_of", "pk").last()


def packs_of(plan: Plan) -> dict[str, Any]:
    """What a run keeps of the packs it judges by."""
    return {"narrowest": plan.narrowest, "checksums": dict(plan.packs)}


def _outrun(run: ScreeningRun, acted: QuerySet) -> bool:
    """A part judges by the packs of its parent's beginning. When somebody has meanwhile acted by others, those are newer."""
    if run.parent is None:
        return False
    later = acted.filter(as_of=run.as_of, known_at__gt=run.parent.queued_at)
    return any(packs != run.packs for packs in later.values_list("packs", flat=True))


def _changed(run: ScreeningRun, since: ScreeningRun | None) -> QuerySet | None:
    """The households changed since the last acting run, or None for everybody: also when the documents have changed."""
    if not run.only_changed or since is None or since.known_at is None or since.packs != run.packs:
        return None
    return Household.objects.filter(
        touched_at__gte=since.known_at - COMMIT_MARGIN, scope_code__startswith=run.scope_code
    )


def _finish(run: ScreeningRun, plan: Plan) -> dict[str, Any]:
    """Counts by the rows themselves, never by a row count that a driver reports."""
    first = plan.subjects[0]
    counts = {
        "opened": run.signs_opened.count(),
        "closed": run.signs_closed.count(),
        "evaluated": sheet_rows(run, first).count(),
        "skipped": len(faulty_households(run)),
    }
    for name, value in counts.items():
        setattr(run, name, value)
    result = result_of(run, plan)
    with writing(run):
        ScreeningRun.objects.filter(pk=run.pk).update(**counts)
        if not run.keep_facts:
            sheets_drop(run)
    return result
