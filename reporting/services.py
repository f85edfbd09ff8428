"""Taking snapshots of the figures."""

from collections import defaultdict
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actor import Actor, require
from accounts.audit import record
from common.queue import enqueue_on_commit
from common.runs import Run
from reporting.figures import FIGURES, FigureSpec
from reporting.models import Figure, ReportRun
from reporting.money import money_values
from reporting.places import township_codes
from villages.models import TOWNSHIP_DIGITS

TASK = "reporting.figures_refresh"


def figures_refresh_request(*, actor: Actor, scope_code: str, as_of: date) -> ReportRun:
    """Ask for the snapshots of a county; a run for the same day and county that is still open is returned instead."""
    require(actor, "reporting.view", at=scope_code)
    key = f"figures:{scope_code}:{as_of}"
    try:
        with transaction.atomic():
            run = ReportRun.objects.create(
                key=key, scope_code=scope_code, as_of=as_of, requested_by_id=actor.user_id
            )
            record(actor, "reporting.figures_requested", run, as_of=as_of)
            enqueue_on_commit(TASK, run.pk)
    except IntegrityError:
        run = ReportRun.objects.get(key=key, state__in=Run.OPEN)
    return run


def figures_refresh(*, run: ReportRun) -> int:
    """Take every snapshot of the run's county, replacing those of the same day. Returns the number of values.

    Replaced in one transaction: a reader sees the old set or the new one, never a mixture.
    """
    rows: list[Figure] = []
    now = timezone.now()
    areas = [run.scope_code, *township_codes(run.scope_code)]
    for done, spec in enumerate(FIGURES.values(), start=1):
        run.beat(done=done, total=len(FIGURES) + 1)
        rows += _figure_rows(spec, run, areas)
    for name, area, split, value in money_values(run.scope_code, run.as_of):
        rows.append(Figure(name=name, as_of=run.as_of, scope_code=area, split=split, value=value))
    for row in rows:
        row.taken_at = now
    with transaction.atomic():
        run.beat(done=len(FIGURES) + 1)
        Figure.objects.filter(as_of=run.as_of, scope_code__startswith=run.scope_code).delete()
        Figure.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def _figure_rows(spec: FigureSpec, run: ReportRun, areas: list[str]) -> list[Figure]:
    values: dict[tuple[str, str], int] = defaultdict(int)
    for row in spec.by_township(run.as_of, run.scope_code):
        amount = row["value"] or 0
        within = {run.scope_code, row["area"]} if len(row["area"]) == TOWNSHIP_DIGITS else {run.scope_code}
        for area in within:
            values[area, ""] += amount
            if row["slice"]:
                values[area, row["slice"]] += amount
    for area in areas:  # nothing to count is a true zero, and the page must be able to say so
        values.setdefault((area, ""), 0)
    return [
        Figure(name=spec.name, as_of=run.as_of, scope_code=area, split=split, value=value)
        for (area, split), value in sorted(values.items())
    ]
