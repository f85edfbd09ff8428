"""Giving the list of a check to the townships: who has to mend what, and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from accounts.actor import Actor, require
from accounts.audit import record
from common.dates import business_today
from common.errors import Conflict, Invalid, NotFound
from common.runs import Run
from common.text import clean
from monitoring.models import FaultHandover, QualityRun
from monitoring.quality.catalogue import catalogue_in_force
from monitoring.selectors.handover import handed_of, last_run_of
from monitoring.services.quality import RUN


@dataclass(frozen=True)
class HandoverInput:
    areas: Sequence[str]
    due_on: date
    note: str = ""


def _checked(run: QualityRun, entry: HandoverInput, today: date) -> None:
    if run.state != Run.State.DONE:
        raise Conflict("这次核查还没有完成，请等完成后再发乡镇。", code="run_open")
    newest = last_run_of(run.scope_code)
    if newest is not None and newest.pk != run.pk:
        raise Conflict("已有更新的核查，请发最近一次的清单。", code="run_old")
    if not entry.areas:
        raise Invalid("请至少选择一个乡镇。", field="areas", code="none_chosen")
    most = int(str(catalogue_in_force(today, run.scope_code).value("mend_days")))
    if entry.due_on < today:
        raise Invalid("改正期限不能早于今天。", field="due_on", code="due_past")
    if entry.due_on > today + timedelta(days=most):
        raise Invalid(f"改正期限最长 {most} 天，请改为更早的日期。", field="due_on", code="due_far")


@transaction.atomic
def faults_hand_over(
    *, actor: Actor, run_pk: int, entry: HandoverInput, today: date | None = None
) -> list[FaultHandover]:
    """Write down for each township that it has the list of this run and by when it is to be mended. A township that has it
    already keeps its first deadline. Returns the new ones; refused for an old or unfinished run, without a township that has
    something to mend, for a deadline in the past or beyond the time that mending may take."""
    day = today or business_today()
    run = (
        QualityRun.objects.within(actor.scope(RUN)).select_for_update(of=("self",)).filter(pk=run_pk).first()
    )
    if run is None:
        raise NotFound
    _checked(run, entry, day)
    made = []
    for code in sorted(set(entry.areas)):
        require(actor, RUN, at=code)
        handed = handed_of(run, code, day).count() if code.startswith(run.scope_code) else 0
        if not handed or FaultHandover.objects.filter(run=run, scope_code=code).exists():
            continue
        row = FaultHandover.objects.create(
            run=run,
            scope_code=code,
            due_on=entry.due_on,
            note=clean(entry.note)[:200],
            handed=handed,
            created_by_id=actor.user_id,
        )
        record(
            actor, "monitoring.faults_handed_over", row, scope_code=code, due_on=entry.due_on, faults=handed
        )
        made.append(row)
    if not made:
        raise Conflict(
            "所选乡镇没有待改正的疑点，或这次核查的清单已经发过。", field="areas", code="nothing_to_hand"
        )
    return made
