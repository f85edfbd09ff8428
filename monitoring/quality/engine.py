"""A run from claim to close: fill the sheets, one pass per subject, then only what was found. Killed anywhere, it is repeated whole."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from common.errors import Invalid
from common.runs import SILENCE
from monitoring.quality import faults
from monitoring.quality.catalogue import Catalogue, Check
from monitoring.quality.conditions import Meaning, counters_of
from monitoring.quality.fill import sheets_fill
from monitoring.quality.models import DataFault, QualityRun
from monitoring.quality.sheets import SHEETS, HouseholdSheet, PersonSheet
from monitoring.quality.tables import sheets_drop
from monitoring.screening.engine import Busy, overlapping
from monitoring.screening.hold import walking, writing
from monitoring.screening.temporary import passing
from villages.models import COUNTY_DIGITS, Division

Progress = Callable[[int, int, str], None]


def quality_execute(
    run: QualityRun, catalogue: Catalogue, progress: Progress | None = None
) -> dict[str, Any]:
    """Do the work of a claimed run and return its result; the caller closes it. Raises Busy when another run is at this area,
    Invalid when a later day has been checked already."""
    tell = progress or (lambda done, total, what: None)
    _begin(run, catalogue)
    checks = _runnable(run, catalogue.checks)
    meaning = Meaning(run.as_of, catalogue.value, counters_of(checks))
    steps = len(SHEETS) + 2
    tell(0, steps, "整理核查表")
    with walking(run):
        sheets_fill(run.scope_code, run.as_of)
        faults.counts_fill(meaning)
    for done, subject in enumerate(SHEETS, start=1):
        _judge(run, subject, [check for check in checks if check.subject == subject], meaning)
        run.beat(done=done, total=steps)
        tell(done, steps, subject)
    with _writing(run):
        faults.faults_retire(run, [check.number for check in catalogue.checks])
        faults.exemptions_mark(run.scope_code, run.as_of)
    result = _finish(run, checks)
    tell(steps, steps, "完成")
    return result


@contextmanager
def _writing(run: QualityRun) -> Iterator[None]:
    """One short transaction under the run's token, with the memory and without the compiling of statements as wide as these."""
    with writing(run), passing():
        yield


def _begin(run: QualityRun, catalogue: Catalogue) -> None:
    """Under the county's lock: one run at a time over an area, and never back to an earlier day."""
    with transaction.atomic():
        list(Division.objects.select_for_update().filter(code=run.scope_code[:COUNTY_DIGITS]))
        same = overlapping(QualityRun.objects.exclude(pk=run.pk), run.scope_code)
        living = same.filter(state=QualityRun.State.RUNNING, heartbeat_at__gte=timezone.now() - SILENCE)
        earlier = Q(started_at__lt=run.started_at) | Q(started_at=run.started_at, pk__lt=run.pk)
        if living.filter(earlier).exists():
            raise Busy("同一区域正有一次疑点数据核查在进行，本次将在其结束后自动开始。")
        later = same.filter(state=QualityRun.State.DONE, as_of__gt=run.as_of).order_by("-as_of").first()
        if later is not None:
            raise Invalid(
                f"该区域已核查到 {later.as_of}，不能再按更早的日期核查。", code="day_passed", field="as_of"
            )
        with _writing(run):
            QualityRun.objects.filter(pk=run.pk).update(pack_checksum=catalogue.checksum)


def _runnable(run: QualityRun, checks: Sequence[Check]) -> list[Check]:
    """Checks that compare with other places need the whole county; in a smaller area their faults stay as they are."""
    whole = len(run.scope_code) <= COUNTY_DIGITS
    return [check for check in checks if whole or not check.is_wide]


def _judge(run: QualityRun, subject: str, checks: Sequence[Check], meaning: Meaning) -> None:
    """All checks of one subject: one pass over its sheet, then one statement for each check that found something."""
    if not checks:
        return
    with walking(run):
        faults.hits_find(subject, checks, meaning)
    counted = faults.hits_counted(checks)
    here = faults.faults_here(run.scope_code).filter(subject_kind=subject).order_by()
    standing = dict(here.values_list("rule_key").annotate(n=Count("pk")))
    with _writing(run):
        for at, (check, found) in enumerate(zip(checks, counted, strict=True)):
            if standing.get(check.number):
                faults.faults_close(run, check, at)
            if found:
                faults.faults_open(run, check, at)


def _finish(run: QualityRun, checks: Sequence[Check]) -> dict[str, Any]:
    here = faults.faults_here(run.scope_code).order_by()
    open_now = dict(here.filter(exemption__isnull=True).values_list("rule_key").annotate(n=Count("pk")))
    counts = {
        "households": HouseholdSheet.objects.count(),
        "persons": PersonSheet.objects.count(),
        "rules": len(checks),
        "opened": DataFault.objects.filter(found_run=run).count(),
        "closed": DataFault.objects.filter(closed_run=run).count(),
    }
    totals = {"still_open": sum(open_now.values()), "exempt": here.filter(exemption__isnull=False).count()}
    with _writing(run):
        QualityRun.objects.filter(pk=run.pk).update(**counts, **totals)
    sheets_drop()
    return {
        "run": run.pk, "as_of": run.as_of.isoformat(), **counts, "open": totals["still_open"], "exempt": totals["exempt"],
        "by_rule": {check.number: open_now.get(check.number, 0) for check in checks},
    }  # fmt: skip
