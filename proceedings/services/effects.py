"""What a decided proceeding does to the household and to the check task it came from."""

from accounts.actor import Actor
from common.text import clean
from households.codes import MonitorClass, PovertyStatus, StatusDimension
from households.services import household_risks_set, monitoring_restore, status_set
from monitoring.services.cases import case_conclude
from proceedings.inputs import ActInput
from proceedings.models import Kind, Proceeding, State
from proceedings.models.proceeding import END_STATES


def ended(row: Proceeding, to: str) -> str:
    """The outcome in words."""
    label = State(to).label
    if to == State.MONITORED:
        return f"{label}（{row.get_proposed_class_display()}）"
    if to == State.REMOVED:
        return f"{label}（{row.get_removal_way_display()}）"
    return str(label)


def take_effect(actor: Actor, row: Proceeding, act: str, given: ActInput) -> None:
    """Carry out what the act has decided, in the same transaction. Each service refuses on its own account."""
    if act == "decide":
        _decided(actor, row, given)
    elif act == "restore" and row.household is not None:
        monitoring_restore(actor=actor, household=row.household, on=given.on, reason=given.opinion)
    elif row.case is not None and row.decided_on is None and row.state in END_STATES:
        case_conclude(actor=actor, case=row.case, accept=False, reason=clean(given.opinion), on=given.on)


def _decided(actor: Actor, row: Proceeding, given: ActInput) -> None:
    household, reason = row.household, clean(given.opinion)
    if household is None:
        return
    if row.kind == Kind.IDENTIFICATION:
        status_set(
            actor=actor, household=household, dimension=StatusDimension.MONITOR, value=row.proposed_class,
            on=given.on, reason=reason,
        )  # fmt: skip
        household_risks_set(actor=actor, household=household, risks=row.risks, reason=reason)
        if row.case is not None:
            case_conclude(actor=actor, case=row.case, accept=True, reason=reason, on=given.on)
    elif row.kind == Kind.REMOVAL:
        status_set(
            actor=actor, household=household, dimension=StatusDimension.MONITOR, value=MonitorClass.NONE,
            on=given.on, reason=reason,
        )  # fmt: skip
    elif row.kind == Kind.HOUSEHOLD_EXIT:
        status_set(
            actor=actor, household=household, dimension=StatusDimension.POVERTY,
            value=PovertyStatus.EXITED_WITH_POLICY, on=given.on, reason=reason,
        )  # fmt: skip
