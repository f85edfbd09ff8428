"""Dated facts of a household: living conditions, guarantees, statuses, safety net, the named helper."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.actor import Actor
from accounts.models import User
from common.errors import Conflict, Invalid, Stale
from common.text import clean
from exchange.services import file_store
from households.codes import (
    EXITED,
    GuaranteeKind,
    GuaranteeState,
    MonitorClass,
    PovertyStatus,
    SafetyNetKind,
    StatusDimension,
)
from households.inputs import EditNote
from households.models import (
    Guarantee,
    HelperAssignment,
    Household,
    HouseholdSituation,
    Person,
    SafetyNet,
    StatusSpell,
)
from households.services.basis import check_base, explained
from households.services.person import member_of
from households.services.rows import (
    household_refresh,
    locked,
    not_in_future,
    permit,
    save_by,
    spell_amend,
    spell_set,
)


@transaction.atomic
def household_situation_record(
    *,
    actor: Actor,
    household: Household,
    on: date,
    changes: dict[str, Any],
    source: str = "",
    edit: EditNote | None = None,
) -> HouseholdSituation:
    """From `on` the changed living conditions hold; the others go on as they were. Stale as everywhere."""
    permit(actor, "households.edit", household)
    not_in_future(on)
    household = locked(household)
    key, edit = {"household": household}, edit or EditNote()
    check_base(HouseholdSituation, key, edit.base, changes)
    spell, changed = spell_amend(HouseholdSituation, key, on, changes, actor=actor, source=source)
    if changed:
        explained(spell, clean(edit.reason))
        household_refresh(actor, household)
        audit.record(actor, "households.situation_record", household, fields=sorted(changes))
    return spell


def guarantee_write(
    actor: Actor, household: Household, kind: str, on: date, values: dict[str, Any], source: str = ""
) -> tuple[Guarantee, bool]:
    """The next spell of one guarantee; permission, lock and cache are the caller's. A paper stays with what it proves."""
    if kind not in GuaranteeKind.values:
        raise Invalid("没有这项保障。", field="kind")
    if values.get("state") not in GuaranteeState.values:
        raise Invalid("请选择保障状态。", field="state")
    key = {"household": household, "kind": kind}
    held = Guarantee.objects.filter(**key, effective_to__isnull=True).first()
    same = held and (held.state, held.evidence) == (values["state"], values.get("evidence", ""))
    if held and same and values.get("file") is None:
        values = {**values, "file": held.file}
    return spell_set(Guarantee, key, on, values, actor=actor, source=source)


@transaction.atomic
def guarantee_record(  # noqa: PLR0913 - what holds since when, by what proof, and what the form was based on
    *,
    actor: Actor,
    household: Household,
    kind: str,
    state: str,
    on: date,
    evidence: str = "",
    edit: EditNote | None = None,
) -> Guarantee:
    """One of the five guarantees from `on`, with a paper where one is given; the same state and evidence again change
    nothing. Stale when somebody set another one since the form was made."""
    permit(actor, "households.edit", household)
    not_in_future(on)
    household = locked(household)
    edit = edit or EditNote()
    shown: dict[str, Any] = {"state": state, "evidence": clean(evidence)}
    check_base(Guarantee, {"household": household, "kind": kind}, edit.base, shown)
    paper = None
    if edit.upload is not None:
        paper = file_store(
            actor=actor,
            source=edit.upload,
            name=edit.upload.name,
            kind="evidence",
            scope_code=household.scope_code,
        )
    spell, changed = guarantee_write(actor, household, kind, on, shown | {"file": paper})
    if changed:
        explained(spell, clean(edit.reason))
        household_refresh(actor, household)
        audit.record(actor, "households.guarantee_record", household, kind=kind, state=state)
    return spell


def status_fits(poverty: str, monitor: str) -> None:
    """A monitoring class belongs to one side: unstable to the exited, borderline to ordinary households."""
    if monitor == MonitorClass.UNSTABLE_EXITED and poverty not in EXITED:
        raise Invalid("脱贫不稳定户须是脱贫户，请先核对脱贫属性。", field="value", code="status_misfit")
    if monitor == MonitorClass.BORDERLINE and poverty != PovertyStatus.ORDINARY:
        raise Invalid("边缘易致贫户须是一般农户，请先核对脱贫属性。", field="value", code="status_misfit")


@transaction.atomic
def status_set(  # noqa: PLR0913 - what, since when, why, and what the form was based on
    *,
    actor: Actor,
    household: Household,
    dimension: str,
    value: str,
    on: date,
    reason: str,
    edit: EditNote | None = None,
) -> StatusSpell:
    """脱贫属性 or 监测对象类别 from `on`, by a person with a reason. Refuses classes that do not fit together."""
    permit(actor, "households.set_status", household)
    not_in_future(on)
    choices = {StatusDimension.POVERTY.value: PovertyStatus, StatusDimension.MONITOR.value: MonitorClass}
    if dimension not in choices or value not in choices[dimension].values:
        raise Invalid("没有这种状态。", field="value")
    if not clean(reason):
        raise Invalid("请填写认定原因。", field="reason", code="reason_needed")
    household = locked(household)
    after = {
        StatusDimension.POVERTY.value: household.poverty_status,
        StatusDimension.MONITOR.value: household.monitor_class,
        dimension: value,
    }
    status_fits(after[StatusDimension.POVERTY.value], after[StatusDimension.MONITOR.value])
    key = {"household": household, "dimension": dimension}
    check_base(StatusSpell, key, edit.base if edit else None, {"value": value})
    held = StatusSpell.objects.filter(**key, effective_to__isnull=True, value=value).first()
    if held is not None:
        return held
    spell, _ = spell_set(StatusSpell, key, on, {"value": value, "reason": clean(reason)[:200]}, actor=actor)
    _risk_dates(household, dimension, value, on)
    household.version += 1
    save_by(actor, household, reason)
    household_refresh(actor, household, reason)
    audit.record(
        actor,
        "households.status_set",
        household,
        reason=reason[:200],
        dimension=dimension,
        value=value,
        on=on,
    )
    return spell


def _risk_dates(household: Household, dimension: str, value: str, on: date) -> None:
    if dimension != StatusDimension.MONITOR:
        return
    if value == MonitorClass.NONE:
        household.risk_removed_on = on
    elif household.monitor_class == MonitorClass.NONE:
        household.risk_identified_on, household.risk_removed_on = on, None


@transaction.atomic
def safety_net_open(  # noqa: PLR0913 - what, whose, since when, how much, and what the form was based on
    *,
    actor: Actor,
    household: Household,
    kind: str,
    on: date,
    person: Person | None = None,
    monthly_fen: int | None = None,
    edit: EditNote | None = None,
) -> SafetyNet:
    """低保 or 特困 from `on`, for the household or for one member; a new amount opens a new spell. The edit's base is the
    newest spell the form knew of: a spell of the same kind opened since is Stale."""
    permit(actor, "households.edit", household)
    not_in_future(on)
    if kind not in SafetyNetKind.values:
        raise Invalid("请选择类别。", field="kind")
    household = locked(household)
    if person is not None:
        member_of(household, person)
    same = SafetyNet.objects.filter(household=household, kind=kind, effective_to__isnull=True)
    current = (same.filter(person=person) if person else same.filter(person__isnull=True)).first()
    if current is not None and current.monthly_fen == monthly_fen:
        return current
    edit = edit or EditNote()
    if current is not None and edit.base is not None and current.pk > edit.base:
        raise Stale(values={"monthly_fen": (current.monthly_fen, monthly_fen)}, base=current.pk)
    if current is not None:
        if on < current.effective_from:
            raise Conflict(
                f"已有 {current.effective_from} 起的记录，不能补记更早的变化。", code="later_record"
            )
        current.end(on)
        current.save(update_fields=["effective_to", "end_recorded_at"])
    spell = SafetyNet.objects.create(
        household=household, person=person, kind=kind, monthly_fen=monthly_fen, effective_from=on,
        recorded_by_id=actor.user_id, change_reason=clean(edit.reason)[:100],
    )  # fmt: skip
    household_refresh(actor, household)
    audit.record(actor, "households.safety_net_open", household, kind=kind)
    return spell


@transaction.atomic
def safety_net_close(*, actor: Actor, spell: SafetyNet, on: date) -> SafetyNet:
    """The spell ends on `on`; ending it twice is refused."""
    permit(actor, "households.edit", spell.household)
    not_in_future(on)
    household = locked(spell.household)
    spell = SafetyNet.objects.select_for_update().get(pk=spell.pk)
    if spell.effective_to is not None:
        raise Conflict("这项保障已经停发。", code="already_closed")
    if on < spell.effective_from:
        raise Invalid("停发日期早于开始日期。", field="on")
    spell.end(on)
    spell.save(update_fields=["effective_to", "end_recorded_at"])
    household_refresh(actor, household)
    audit.record(actor, "households.safety_net_close", household, kind=spell.kind)
    return spell


@transaction.atomic
def helper_assign(  # noqa: PLR0913 - who, of which unit, since when, and what the form was based on
    *,
    actor: Actor,
    household: Household,
    on: date,
    name: str,
    user: User | None = None,
    unit: str = "",
    edit: EditNote | None = None,
) -> HelperAssignment:
    """Who is answerable for this household from `on`; the one before ends that day. Stale as everywhere."""
    permit(actor, "households.assign_helper", household)
    not_in_future(on)
    name = clean(name) or (user.full_name if user else "")
    if not name:
        raise Invalid("请填写帮扶责任人。", field="name")
    household = locked(household)
    values = {"user": user, "name": name, "unit": clean(unit)}
    edit = edit or EditNote()
    check_base(HelperAssignment, {"household": household}, edit.base, values)
    spell, changed = spell_set(HelperAssignment, {"household": household}, on, values, actor=actor)
    if changed:
        explained(spell, clean(edit.reason))
        household_refresh(actor, household)
        audit.record(actor, "households.helper_assign", household, user=user.pk if user else None)
    return spell
