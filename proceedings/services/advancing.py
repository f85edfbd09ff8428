"""Moving a proceeding: one act, one step, one winner of two who press at once."""

from typing import Any

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.errors import Conflict, Stale
from common.transitions import step_for, transition_apply
from proceedings import checks
from proceedings.details import details_clean
from proceedings.flow import FLOWS, RETURN
from proceedings.inputs import ActInput
from proceedings.limits import NOTICE_CLOSE, LimitsInForce
from proceedings.models import Kind, Proceeding, State
from proceedings.models.proceeding import END_STATES
from proceedings.services.conditions import Conditions
from proceedings.services.effects import ended, take_effect
from proceedings.services.opening import class_checked
from proceedings.services.papers import files_add, require_here
from proceedings.services.rows import day_checked, locked, step_add, step_written


@transaction.atomic
def proceeding_advance(*, actor: Actor, proceeding: Proceeding, act: str, given: ActInput) -> Proceeding:
    """Do one act of the flow: the table says who may and what must hold; the step is written with opinion and papers.

    Refuses the wrong state, person, place, day, a missing paper. Of two at once one gets Conflict; the same form twice
    (uuid) is one step.
    """
    row = locked(proceeding)
    if step_written(row, act, given.uuid) is not None:
        return row
    if row.closed_on is not None:
        raise Conflict("这项程序已经办结。", code="wrong_state")
    flow = FLOWS[row.kind]
    arrow = step_for(flow, row.state, act)
    require_here(actor, arrow.need, row)
    if given.version is not None and given.version != row.version:
        raise Stale("这项程序刚刚被他人办理过，请核对后再办。")
    day_checked(given.on, row.state_since)
    details = details_clean(row.kind, act, given.details)
    before, due_before = row.state, row.due_on
    kept = checks.frozen(arrow.also, row)
    transition_apply(
        row, flow, act,
        may=lambda permission: require_here(actor, permission, row),
        conditions=Conditions(actor, row, act, given, details).named(),
        **_values(row, act, arrow.to, given, details),
    )  # fmt: skip
    step = step_add(
        actor, row, act, on=given.on, from_state=before, opinion=given.opinion, details=details | kept, due_on=due_before,
        uuid=given.uuid,
    )  # fmt: skip
    files_add(actor, row, given.files, on=given.on, step=step)
    take_effect(actor, row, act, given)
    record(actor, "proceedings.moved", row, kind=row.kind, act=act, to=arrow.to, on=given.on)
    return row


@transaction.atomic
def proceeding_return(*, actor: Actor, proceeding: Proceeding, given: ActInput) -> Proceeding:
    """One step back, with a reason, by whoever works on the step it is at."""
    return proceeding_advance(actor=actor, proceeding=proceeding, act=RETURN, given=given)


def _values(row: Proceeding, act: str, to: str, given: ActInput, details: dict[str, Any]) -> dict[str, Any]:
    """What the act changes on the proceeding besides its state."""
    limits = LimitsInForce(given.on, row.scope_code)
    values: dict[str, Any] = {
        "state_since": given.on, "due_on": limits.due(to, given.on), "version": row.version + 1,
        "packs": {**row.packs, **limits.checksums},
    }  # fmt: skip
    values |= _notice_values(row, act, to, given, details, limits)
    values |= _class_values(row, details)
    if act == "decide":
        values["decided_on"] = given.on
        if row.kind == Kind.IDENTIFICATION:
            values["measures_due_on"] = limits.of("proceeding_measure_days").end(given.on)
    if to in END_STATES:
        values |= {"closed_on": given.on, "due_on": None, "outcome": ended(row, to)}
    return values


def _notice_values(  # noqa: PLR0913 - the notice is about all of these
    row: Proceeding, act: str, to: str, given: ActInput, details: dict[str, Any], limits: LimitsInForce
) -> dict[str, Any]:
    if act == "publish":
        starts_on = given.on
        if details.get("starts_on"):
            starts_on = given.on.fromisoformat(details["starts_on"])
            day_checked(starts_on, row.state_since)
            if starts_on > given.on:
                raise Conflict("公示起始日期不能晚于办理日期。", code="date_in_future", field="starts_on")
        until = limits.notice(row.kind).end(starts_on)
        return {"noticed_on": starts_on, "notice_until": until, "due_on": limits.of(NOTICE_CLOSE).end(until)}
    if act == RETURN and row.state == State.NOTICED:
        return {"noticed_on": None, "notice_until": None}
    if to == State.NOTICED:  # sent back by the reviewer: the notice has hung, its papers are mended
        return {"due_on": limits.of(NOTICE_CLOSE).end(given.on)}
    return {}


def _class_values(row: Proceeding, details: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if details.get("proposed_class") and row.household is not None:
        class_checked(details["proposed_class"], row.household)
        values["proposed_class"] = details["proposed_class"]
    if details.get("risks"):
        values["risks"] = details["risks"]
    return values
