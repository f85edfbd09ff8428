"""Members who go: died, married out, moved, imprisoned, emigrated; or into another household."""

from datetime import date

from django.db import transaction

from accounts import audit
from accounts.actor import Actor
from common.errors import Invalid
from households.codes import ActKind, LeaveKind
from households.inputs import ActNote
from households.models import Household, HouseholdAct, Membership, Person
from households.services.acts.journal import Who, Witness, act_write, sent_before
from households.services.acts.steps import (
    after_leaving,
    living,
    locked_both,
    person_dead,
    person_found,
    taken_in,
    taken_out,
    ticked_ended,
)
from households.services.person import member_of
from households.services.rows import household_refresh, locked, not_in_future, permit


@transaction.atomic
def member_leave(  # noqa: PLR0913 - who, whence, when, why, who follows, what goes with it
    *,
    actor: Actor,
    household: Household,
    person: Person,
    on: date,
    kind: str,
    successor: Person | None = None,
    note: ActNote | None = None,
) -> Membership:
    """A member leaves on `on`, once per form. A head who leaves others behind needs a `successor` among them;
    with the last member the household closes."""
    permit(actor, "households.edit", household)
    not_in_future(on)
    note = note or ActNote()
    if kind not in LeaveKind.values:
        raise Invalid("请选择减少原因。", field="kind")
    household = living(locked(household))
    if sent_before(note, ActKind.LEFT, household):
        return Membership.objects.filter(household=household, person=person).latest("pk")
    membership = member_of(household, person, lock=True)
    witness = Witness(household, persons=[person.pk], measures=note.stop_measures)
    taken_out(membership, on, kind)
    if kind == LeaveKind.DEATH:
        person_dead(actor, person_found(person.pk), on)
        person.refresh_from_db()
    ticked_ended(household, on, note, actor)
    after_leaving(actor, household, successor.pk if successor else None, on, note)
    household_refresh(actor, household, "成员减少")
    act_write(actor, ActKind.LEFT, witness, on, note, Who(person.pk, detail=kind))
    audit.record(actor, "households.member_leave", household, person=person.pk, kind=kind)
    return membership


@transaction.atomic
def member_transfer(  # noqa: PLR0913 - who, whence, whither, when, as what, what goes with it
    *,
    actor: Actor,
    household: Household,
    other: Household,
    person: Person,
    relation: str,
    on: date,
    note: ActNote,
    successor: Person | None = None,
) -> HouseholdAct:
    """A member of `household` belongs to `other` from `on`; needs the permission in both places. As with leaving, a head
    needs a successor and an emptied household closes."""
    permit(actor, "households.edit", household)
    permit(actor, "households.edit", other)
    not_in_future(on)
    household, other = locked_both(household, other)
    if done := sent_before(note, ActKind.TRANSFERRED, household):
        return done
    living(household)
    living(other)
    membership = member_of(household, person, lock=True)
    witness = Witness(household, other, persons=[person.pk], measures=note.stop_measures)
    taken_out(membership, on, "transferred")
    taken_in(actor, other, person.pk, on, (relation, "transferred"))
    ticked_ended(household, on, note, actor)
    after_leaving(actor, household, successor.pk if successor else None, on, note)
    for row in (household, other):
        household_refresh(actor, row, "成员转户")
    who = Who(person.pk, other.pk)
    return act_write(actor, ActKind.TRANSFERRED, witness, on, note, who)
