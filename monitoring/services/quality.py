"""Asking for checks of the data, doing them, and exempting what a county says is right."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actor import Actor, require
from accounts.audit import record
from common.dates import business_today
from common.errors import Conflict, Invalid, NotFound
from common.queue import enqueue_on_commit
from common.runs import Run
from common.text import clean
from monitoring.models import DataFault, FaultExemption, QualityRun
from monitoring.quality.catalogue import Catalogue, catalogue_in_force
from monitoring.quality.engine import quality_execute
from monitoring.quality.faults import exemptions_mark
from monitoring.screening.engine import Busy
from monitoring.services.inline import county_of
from villages.models import Division

TASK = "monitoring.quality_run"
RUN, EXEMPT = "monitoring.run_screening", "monitoring.exempt_fault"
Progress = Callable[[int, int, str], None]


def quality_run_request(
    *, actor: Actor, scope_code: str, as_of: date | None = None, once: bool = False, send: bool = True
) -> QualityRun:
    """Queue a check of the data of an area, or return the open one. Refused without the right there, for a place that is not,
    and while the checks are not published. `once`: also one that was done for the same day."""
    require(actor, RUN, at=scope_code)
    if not Division.objects.filter(code=scope_code).exists():
        raise Invalid(f"没有代码为“{scope_code}”的区划。", field="division", code="unknown_division")
    day = as_of or business_today()
    catalogue_in_force(day, scope_code)
    key = f"quality:{scope_code}:{day.isoformat()}"
    same = QualityRun.objects.filter(key=key)
    if once and (done := same.filter(state=Run.State.DONE).last()):
        return done
    try:
        with transaction.atomic():
            run = QualityRun.objects.create(
                key=key, scope_code=scope_code, as_of=day, requested_by_id=actor.user_id
            )
            record(actor, "monitoring.quality_requested", run, scope_code=scope_code, as_of=day)
            if send:
                enqueue_on_commit(TASK, run.pk)
    except IntegrityError:
        return same.get(state__in=Run.OPEN)
    return run


def quality_run_execute(run: QualityRun, progress: Progress | None = None) -> QualityRun:
    """Do a claimed run and close it under its token: refused, failed or done; one that must wait goes back to the queue."""
    with run.guarded(Busy):
        catalogue = catalogue_in_force(run.as_of, run.scope_code)
        run.close(result=quality_execute(run, catalogue, progress))
    run.refresh_from_db()
    return run


def quality_here(
    *, actor: Actor, division: str | None, say: Callable[[str], None], as_of: date | None = None
) -> QualityRun:
    """Ask for a check of the data and do it in this process. Refused where another process is at the same one."""
    run = quality_run_request(actor=actor, scope_code=county_of(division), as_of=as_of, send=False)
    claimed = QualityRun.claim(run.pk)
    if claimed is None:
        raise Conflict("同一次疑点数据核查正在另一个进程中进行，请稍后再试。", code="run_busy")
    return quality_run_execute(claimed, lambda done, total, what: say(f"{done}/{total} {what}"))


# --- exemptions ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ExemptionInput:
    """`area` empty: only this one subject; a division code: every fault of the rule in that area."""

    reason: str
    until: date
    area: str = ""


def _checked(actor: Actor, fault: DataFault, entry: ExemptionInput, today: date) -> Catalogue:
    catalogue = catalogue_in_force(today, fault.scope_code)
    most = int(str(catalogue.value("exemption_most_days")))
    if len(clean(entry.reason)) < 4:
        raise Invalid("请写明豁免原因（不少于 4 个字）。", field="reason", code="reason_needed")
    if entry.until < today:
        raise Invalid("有效期不能早于今天。", field="until", code="until_past")
    if entry.until > today + timedelta(days=most):
        raise Invalid(f"豁免有效期最长 {most} 天，请改为更早的日期。", field="until", code="until_far")
    if entry.area and not fault.scope_code.startswith(entry.area):
        raise Invalid("豁免的区域须包含这条疑点所在的村。", field="area", code="area_elsewhere")
    require(actor, EXEMPT, at=entry.area or fault.scope_code)
    return catalogue


@transaction.atomic
def fault_exempt(
    *, actor: Actor, pk: int, entry: ExemptionInput, today: date | None = None
) -> FaultExemption:
    """Say with a reason and a last day that a doubted value, or every such value of an area, is right.

    Refused for closed faults, without a reason, beyond the longest time, outside the county officer's area.
    """
    fault = (
        DataFault.objects.within(actor.scope(EXEMPT)).select_for_update(of=("self",)).filter(pk=pk).first()
    )
    if fault is None:
        raise NotFound
    if fault.closed_on is not None:
        raise Conflict("这条疑点已经关闭，不需要豁免。", code="fault_closed")
    day = today or business_today()
    _checked(actor, fault, entry, day)
    subject, code = ("", entry.area) if entry.area else (fault.subject_key, fault.scope_code)
    same = FaultExemption.objects.filter(
        rule_key=fault.rule_key, subject_key=subject, scope_code=code, ended_at__isnull=True
    )
    same.update(ended_at=timezone.now(), ended_by_id=actor.user_id)
    made = FaultExemption.objects.create(
        rule_key=fault.rule_key, subject_key=subject, scope_code=code, reason=clean(entry.reason)[:200], until=entry.until,
        created_by_id=actor.user_id,
    )  # fmt: skip
    exemptions_mark(entry.area or fault.scope_code, day)
    record(
        actor,
        "monitoring.fault_exempted",
        made,
        scope_code=code,
        reason=made.reason,
        rule=made.rule_key,
        until=made.until,
    )
    return made


@transaction.atomic
def exemption_end(*, actor: Actor, pk: int, today: date | None = None) -> FaultExemption:
    """Take an exemption back: what it covered is to be mended again. Repeating it changes nothing."""
    row = (
        FaultExemption.objects.within(actor.scope(EXEMPT))
        .select_for_update(of=("self",))
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise NotFound
    if row.ended_at is None:
        row.ended_at, row.ended_by_id = timezone.now(), actor.user_id
        row.save(update_fields=["ended_at", "ended_by"])
        exemptions_mark(row.scope_code, today or business_today())
        record(actor, "monitoring.exemption_ended", row, scope_code=row.scope_code, rule=row.rule_key)
    return row
