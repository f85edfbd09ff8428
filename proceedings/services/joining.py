"""How proposals of the risk check come here: a proposal opens a proceeding, or joins the one that is open."""

from datetime import date

from accounts.actor import Actor
from accounts.audit import record
from common.errors import Conflict
from common.text import clean
from monitoring.models import RiskCase
from proceedings.flow import DECLINE, OPEN
from proceedings.inputs import ActInput, OpenInput
from proceedings.models import Kind, Proceeding, Source, Step
from proceedings.services.advancing import proceeding_advance
from proceedings.services.opening import class_checked, proceeding_open
from proceedings.services.papers import require_here
from proceedings.services.rows import locked, step_add


def open_of(case: RiskCase) -> Proceeding | None:
    """The open proceeding of the household of this case."""
    found: Proceeding | None = Proceeding.objects.filter(
        household_id=case.household_id, closed_on__isnull=True
    ).first()
    return found


def proceeding_join(
    *, actor: Actor, case: RiskCase, proposed_class: str, reason: str, on: date
) -> Proceeding:
    """A proposal of the risk check: it opens an identification, or becomes part of the open one.

    Refuses while a proceeding of another kind is open. Needs the right to open proceedings there.
    """
    row = open_of(case)
    if row is None:
        given = OpenInput(
            kind=Kind.IDENTIFICATION, source=Source.SCREENING, on=on, reason=reason, case=case,
            proposed_class=proposed_class,
        )  # fmt: skip
        return proceeding_open(actor=actor, given=given, household=case.household)
    require_here(actor, OPEN, row)
    row = locked(row)
    if row.kind != Kind.IDENTIFICATION or row.decided_on is not None:
        raise Conflict(
            f"该户正在办理{row.get_kind_display()}，办结后才能建议纳入。", code="another_proceeding_open"
        )
    if not Step.objects.filter(proceeding=row, act="join").exists():
        if not row.proposed_class:
            class_checked(proposed_class, case.household)
        Proceeding.objects.filter(pk=row.pk).update(
            case=case, proposed_class=row.proposed_class or proposed_class, version=row.version + 1
        )
        row.refresh_from_db()
        step_add(
            actor, row, "join", on=max(on, row.state_since), from_state=row.state, opinion=clean(reason),
            due_on=row.due_on,
        )  # fmt: skip
        record(actor, "proceedings.joined", row, kind=row.kind)
    return row


def proceeding_decline_for(*, actor: Actor, case: RiskCase, reason: str, on: date) -> bool:
    """The county declines a proposal: its open proceeding ends too, and ends the case. False: there is none."""
    row = Proceeding.objects.filter(case=case, closed_on__isnull=True).first()
    if row is None:
        return False
    given = ActInput(on=max(on, row.state_since), opinion=reason)
    proceeding_advance(actor=actor, proceeding=row, act=DECLINE, given=given)
    return True
