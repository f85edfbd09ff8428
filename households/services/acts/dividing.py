"""One household becomes two, two become one, or the head changes."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.actor import Actor
from common.errors import Conflict, Invalid
from common.text import clean
from households.codes import ActKind, Inherited, MonitorClass, PovertyStatus, Relation, StatusDimension
from households.inputs import ActNote, SplitInput
from households.models import HelperAssignment, Household, HouseholdAct, Person, Residence, StatusSpell
from households.services.acts.journal import Who, Witness, act_write, sent_before
from households.services.acts.steps import (
    living,
    locked_both,
    open_memberships,
    reason_needed,
    relations_set,
    rows_closed,
    taken_in,
    taken_out,
    ticked_ended,
)
from households.services.household import next_number
from households.services.living import status_fits
from households.services.numbers import household_numbers_set
from households.services.points import points_moved
from households.services.rows import household_refresh, locked, not_in_future, permit, save_by, spell_set


def _split_checked(entry: SplitInput, members: dict[int, Any]) -> dict[int, str]:
    """Who goes and as what; at least one stays, and those who stay have a head."""
    going = {**entry.relations, entry.head_id: Relation.HEAD.value}
    if not set(going) <= set(members):
        raise Invalid("分出的成员须是这户的现有成员。", field="head", code="not_a_member")
    if set(going) == set(members):
        raise Invalid("至少须有一名成员留在原户；整户搬走请办理整户迁移。", field="head", code="nobody_stays")
    if sum(relation == Relation.HEAD for relation in going.values()) != 1:
        raise Invalid("新户须有且只有一名户主。", field="head", code="second_head")
    if not entry.inherited <= set(Inherited.values):
        raise Invalid("承继项目不正确。", field="inherited")
    old = next((pk for pk, row in members.items() if row.relation == Relation.HEAD), None)
    if old in going and (entry.stay_head_id not in members or entry.stay_head_id in going):
        raise Invalid(
            "原户主分出时，须在留下的成员中指定新户主。", field="stay_head", code="successor_needed"
        )
    return going


def _new_household(actor: Actor, old: Household, entry: SplitInput, on: date) -> Household:
    """The new household beside the old one, with what it takes over and nothing else."""
    number = clean(entry.household_no) or next_number(old.village)
    if Household.objects.filter(household_no=number).exists():
        raise Conflict("户编号已存在。", field="household_no", code="household_no_taken")
    takes = entry.inherited
    fresh = Household(household_no=number, village=old.village, scope_code=old.scope_code)
    if Inherited.HAMLET in takes:
        fresh.hamlet = old.hamlet
    if Inherited.CAUSES in takes:
        fresh.main_cause, fresh.risks = old.main_cause, list(old.risks)
    if Inherited.POVERTY in takes:
        fresh.identified_on = old.identified_on
    if Inherited.MONITOR in takes:
        fresh.risk_identified_on, fresh.risk_removed_on = old.risk_identified_on, old.risk_removed_on
    numbers: dict[str, str] = {name: old.number(name) for name in ("phone", "bank_account") if name in takes}
    household_numbers_set(fresh, numbers)
    save_by(actor, fresh, "分户")
    spell_set(Residence, {"household": fresh}, on, {"village": old.village}, actor=actor)
    poverty = old.poverty_status if Inherited.POVERTY in takes else PovertyStatus.ORDINARY.value
    monitor = old.monitor_class if Inherited.MONITOR in takes else MonitorClass.NONE.value
    status_fits(poverty, monitor)
    for dimension, value in ((StatusDimension.POVERTY, poverty), (StatusDimension.MONITOR, monitor)):
        key = {"household": fresh, "dimension": dimension.value}
        spell_set(StatusSpell, key, on, {"value": value, "reason": "分户"}, actor=actor)
    held = HelperAssignment.objects.filter(household=old, effective_to__isnull=True).first()
    if held is not None and Inherited.HELPER in takes:
        values = {"user": held.user, "name": held.name, "unit": held.unit}
        spell_set(HelperAssignment, {"household": fresh}, on, values, actor=actor)
    return fresh


@transaction.atomic
def household_split(
    *, actor: Actor, household: Household, entry: SplitInput, on: date, note: ActNote
) -> HouseholdAct:
    """Some members form a household of their own from `on`, in the same village. What it takes over is chosen, with a
    reason; refuses when nobody stays or either side would be without a head."""
    permit(actor, "households.edit", household)
    not_in_future(on)
    reason_needed(note)
    household = living(locked(household))
    if done := sent_before(note, ActKind.SPLIT, household):
        return done
    members = open_memberships(household)
    going = _split_checked(entry, members)
    witness = Witness(household, measures=note.stop_measures)
    for person_id in going:
        taken_out(members[person_id], on, "split")
    fresh = _new_household(actor, household, entry, on)
    witness.include(fresh)
    for person_id, relation in sorted(going.items(), key=lambda item: item[1] != Relation.HEAD):
        taken_in(actor, fresh, person_id, on, (relation, "split"))
    if entry.stay_head_id and entry.stay_head_id not in going:
        relations_set(actor, household, entry.stay_head_id, note.relations, on)
    ticked_ended(household, on, note, actor)
    for row in (household, fresh):
        household_refresh(actor, row, "分户")
    return act_write(actor, ActKind.SPLIT, witness, on, note, Who(entry.head_id, fresh.pk))


@transaction.atomic
def household_merge(
    *, actor: Actor, household: Household, other: Household, on: date, note: ActNote
) -> HouseholdAct:
    """The members of `other` belong to `household` from `on`, with the relations of the note; `other` closes.
    Needs the permission in both places, and a reason."""
    permit(actor, "households.edit", household)
    permit(actor, "households.edit", other)
    not_in_future(on)
    reason_needed(note)
    household, other = locked_both(household, other)
    if done := sent_before(note, ActKind.MERGED, household):
        return done
    living(household)
    living(other)
    witness = Witness(household, other, measures=note.stop_measures)
    members = open_memberships(other)
    for person_id in members:
        if note.relations.get(person_id, "") in ("", Relation.HEAD):
            raise Invalid(
                "请为并入的每名成员选择与户主的关系。", field=f"relation_{person_id}", code="relation_needed"
            )
    for person_id, membership in members.items():
        taken_out(membership, on, "merged")
        taken_in(actor, household, person_id, on, (note.relations[person_id], "merged"))
    ticked_ended(other, on, note, actor)
    points_moved(actor, household, other, on, note.uuid or uuid4())
    rows_closed(actor, other, on, "并户")
    for row in (household, other):
        household_refresh(actor, row, "并户")
    return act_write(actor, ActKind.MERGED, witness, on, note, Who(other_id=other.pk))


@transaction.atomic
def head_change(*, actor: Actor, household: Household, head: Person, on: date, note: ActNote) -> HouseholdAct:
    """`head` is head from `on`; the note re-states the relation of every other member. Refuses the head there is."""
    permit(actor, "households.edit", household)
    not_in_future(on)
    household = living(locked(household))
    if done := sent_before(note, ActKind.HEAD_CHANGED, household):
        return done
    members = open_memberships(household)
    if head.pk in members and members[head.pk].relation == Relation.HEAD:
        raise Invalid("该成员现在就是户主。", field="head", code="same_head")
    missing = [pk for pk in members if pk != head.pk and not note.relations.get(pk)]
    if missing:
        raise Invalid(
            "请为每名成员重新选择与新户主的关系。", field=f"relation_{missing[0]}", code="relation_needed"
        )
    witness = Witness(household)
    relations_set(actor, household, head.pk, note.relations, on)
    household_refresh(actor, household, "更换户主")
    return act_write(actor, ActKind.HEAD_CHANGED, witness, on, note, Who(head.pk))
