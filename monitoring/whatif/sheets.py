"""The fact sheet that what-if plays on: filled once by a background run, kept for a day, replaced by the next one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from common.runs import Run
from monitoring.models import ScreeningRun
from monitoring.screening.hold import writing
from monitoring.screening.plan import Plan
from monitoring.screening.sheets import sheet_rows, sheets_fill

# Long enough for a working day of playing; figures older than that are filled again, not shown.
KEPT = timedelta(hours=24)
STEPS = 2


def facts_execute(
    run: ScreeningRun, plan: Plan, progress: Callable[[int, int, str], None] | None = None
) -> dict[str, Any]:
    """Fill the sheets of a claimed what-if run and keep them. Judges nothing and touches no sign."""
    tell = progress or (lambda done, total, what: None)
    run.beat(done=0, total=STEPS)
    tell(0, STEPS, "整理事实表")
    run.known_at, run.keep_facts, run.is_acting = timezone.now(), True, False
    sheets_fill(run, plan)
    run.beat(done=1, total=STEPS)
    run.evaluated = sheet_rows(run, "household").count()
    run.skipped = (
        run.faults.filter(subject_key__startswith="household:").values("subject_key").distinct().count()
    )
    run.packs = {"narrowest": plan.narrowest, "checksums": dict(plan.packs)}
    fields = ("known_at", "keep_facts", "is_acting", "evaluated", "skipped", "packs")
    with writing(run):
        ScreeningRun.objects.filter(pk=run.pk).update(**{name: getattr(run, name) for name in fields})
        _same_place(run).exclude(pk=run.pk).update(keep_facts=False)
    run.beat(done=STEPS, total=STEPS)
    tell(STEPS, STEPS, "完成")
    return {"as_of": run.as_of.isoformat(), "households": run.evaluated, "skipped": run.skipped}


def _same_place(run: ScreeningRun) -> Any:
    done = ScreeningRun.objects.filter(kind=ScreeningRun.Kind.WHATIF, state=Run.State.DONE)
    return done.filter(scope_code=run.scope_code, as_of=run.as_of)


def facts_expire() -> int:
    """Let go of what-if sheets older than a day; the sweep of sheets then removes their rows. Returns how many runs."""
    old = ScreeningRun.objects.filter(
        kind=ScreeningRun.Kind.WHATIF, keep_facts=True, known_at__lt=timezone.now() - KEPT
    )
    return old.exclude(state=Run.State.RUNNING).update(keep_facts=False)
