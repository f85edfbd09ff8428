"""Asking for runs, doing them, and looking after those that lost their message or their worker."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actor import Actor, require
from accounts.audit import record
from common.dates import Quarter
from common.errors import Invalid
from common.queue import enqueue, enqueue_on_commit
from common.runs import SILENCE, Run
from monitoring.freezing.keeping import freeze_execute
from monitoring.models import ScreeningRun
from monitoring.screening.areas import Part, parts_of
from monitoring.screening.engine import Busy, Progress, crossing, screening_execute
from monitoring.screening.planning import plan_for
from monitoring.screening.sheets import sheets_sweep
from monitoring.services.parts import TASK, part_ended, parts_make, parts_sweep
from monitoring.whatif.sheets import facts_execute, facts_expire
from villages.models import COUNTY_DIGITS, Division

PERMISSION = {
    ScreeningRun.Kind.HOUSEHOLDS: "monitoring.run_screening",
    ScreeningRun.Kind.FUNDS: "monitoring.check_funds",
    ScreeningRun.Kind.WHATIF: "monitoring.run_screening",
}
# What a run of these kinds does; every other kind screens.
WORK = {
    ScreeningRun.Kind.WHATIF: facts_execute,
    ScreeningRun.Kind.FREEZE: freeze_execute,
    ScreeningRun.Kind.REJUDGE: freeze_execute,
}
RESEND_AFTER = SILENCE  # a message that nobody has taken by then is lost


def judged_day(quarter: Quarter | None, today: date, as_of: date | None = None) -> date:
    """The day a run judges: the earlier of the quarter's end and today, unless a day is given."""
    if as_of is not None:
        return as_of
    return min(quarter.last_day, today) if quarter else today


def day_that_ended() -> date:
    """What the night judges: yesterday, so that a quarter's last day is judged before the next one begins.

    With a fixed business date (demonstration) that day itself.
    """
    return settings.BUSINESS_DATE or timezone.localdate() - timedelta(days=1)


def screening_run_request(  # noqa: PLR0913 - the parts of one request
    *,
    actor: Actor,
    kind: str,
    scope_code: str,
    as_of: date,
    quarter: Quarter | None = None,
    only_changed: bool = False,
    once: bool = False,
    send: bool = True,
    split: str = "",
) -> ScreeningRun:
    """Queue a run, or return the open one for the same thing. `once`: also one that was done for the same day.

    Over more than a county, or a county of very many households, it becomes a run in parts (areas.parts_of); `split` says
    by what instead: "township" or "county".
    """
    require(actor, PERMISSION[ScreeningRun.Kind(kind)], at=scope_code)
    if not Division.objects.filter(code=scope_code).exists():
        raise Invalid(f"没有代码为“{scope_code}”的区划。", field="division", code="unknown_division")
    words = [
        kind,
        scope_code,
        as_of.isoformat(),
        str(quarter or ""),
        "changed" if only_changed else "",
        split,
    ]
    key = ":".join(word for word in words if word)
    same = ScreeningRun.objects.filter(key=key)
    if once and (done := same.filter(state=Run.State.DONE).last()):
        return done
    if (waiting := same.filter(state__in=Run.OPEN).last()) is not None:
        return waiting
    parts = parts_of(kind, scope_code, split)
    try:
        with transaction.atomic():
            run = ScreeningRun.objects.create(
                key=key, kind=kind, scope_code=scope_code, as_of=as_of, quarter=str(quarter or ""),
                only_changed=only_changed, requested_by_id=actor.user_id, split=_split(parts),
            )  # fmt: skip
            record(
                actor,
                "monitoring.run_requested",
                run,
                kind=kind,
                as_of=as_of,
                quarter=str(quarter or ""),
                parts=len(parts),
            )
            if parts:
                parts_make(run, parts, send=send)
            elif send:
                enqueue_on_commit(TASK, run.pk)
    except IntegrityError:
        return same.get(state__in=Run.OPEN)
    return run


def _split(parts: Sequence[Part]) -> str:
    """By what a run is split; where only some counties are split by township, it is split by county."""
    if not parts:
        return ""
    by_county = any(len(part.code) <= COUNTY_DIGITS for part in parts)
    return ScreeningRun.Split.COUNTY if by_county else ScreeningRun.Split.TOWNSHIP


def screening_run_execute(run: ScreeningRun, progress: Progress | None = None) -> ScreeningRun:
    """Do a claimed run and close it under its token.

    A refusal ends it as refused, a bug as failed (and is raised); a run that must wait goes back to the queue; a run that
    another worker took over is left alone. After the last part of a run, the run itself is closed, however the part ended.
    """
    try:
        with run.guarded(Busy):
            work = WORK.get(ScreeningRun.Kind(run.kind), screening_execute)
            with crossing():
                result = work(run, plan_for(run), progress)
            run.close(result=result)
    finally:
        part_ended(run)
    run.refresh_from_db()
    return run


# --- runs that lost their message or their worker -----------------------------------------------------------------------

_swept: list[tuple[type[Run], Callable[[Run], str]]] = []


def register_swept(model: type[Run], task_of: Callable[[Run], str]) -> None:
    """Runs of other rooms that the sweeper looks after as well; `task_of` names the Celery task of one run."""
    if model not in [known for known, _ in _swept]:
        _swept.append((model, task_of))


def runs_sweep() -> int:
    """Send again what is queued for too long or silent, and drop the fact sheets of dead runs. Returns how many were sent."""
    watched: list[tuple[type[Run], Callable[[Run], str]]] = [(ScreeningRun, lambda run: TASK), *_swept]
    sent = sum(_resend(model, task_of) for model, task_of in watched) + parts_sweep()
    facts_expire()
    sheets_sweep()
    return sent


def _resend(model: type[Run], task_of: Callable[[Run], str]) -> int:
    before = timezone.now() - RESEND_AFTER
    old = Q(sent_at__isnull=True, queued_at__lt=before) | Q(sent_at__lt=before)
    count = 0
    for run in model._default_manager.filter(model.waiting(), model.sendable()).filter(
        old | Q(state=Run.State.RUNNING)
    ):
        if enqueue(task_of(run), run.pk):
            model._default_manager.filter(pk=run.pk).update(sent_at=timezone.now())
            count += 1
    return count
