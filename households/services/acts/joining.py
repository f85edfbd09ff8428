"""Members who come: born, married in, moved in, or back again."""

from datetime import date

from django.db import transaction

from accounts import audit
from accounts.actor import Actor
from common.errors import Conflict, Invalid
from households.codes import ActKind
from households.inputs import ActNote, PersonInput
from households.models import Household, HouseholdAct, Membership, Person
from households.services.acts.journal import Who, Witness, act_write, sent_before
from households.services.acts.steps import living, person_found, taken_in
from households.services.person import member_write
from households.services.rows import household_refresh, locked, not_in_future, permit


@transaction.atomic
def member_add(
    *, actor: Actor, household: Household, entry: PersonInput, on: date, note: ActNote | None = None
) -> Person:
    """A new member from `on`, once per form. Refuses a second head, a mistyped ID number, and one that a living record has."""
    permit(actor, "households.edit", household)
    not_in_future(on)
    note = note or ActNote()
    household = living(locked(household))
    if (done := sent_before(note, ActKind.JOINED, household)) and done.person:
        return done.person
    witness = Witness(household)
    person = member_write(actor, household, entry, on)
    household_refresh(actor, household, "成员增加")
    act_write(actor, ActKind.JOINED, witness, on, note, Who(person.pk, detail=entry.join_kind))
    audit.record(actor, "households.member_add", household, person=person.pk)
    return person


@transaction.atomic
def member_return(
    *, actor: Actor, household: Household, person: Person, relation: str, on: date, note: ActNote
) -> HouseholdAct:
    """Somebody who left comes (back) into this household from `on`. Refuses the dead and whoever is a member elsewhere."""
    permit(actor, "households.edit", household)
    not_in_future(on)
    household = living(locked(household))
    if done := sent_before(note, ActKind.RETURNED, household):
        return done
    person = person_found(person.pk)
    mine = Household.objects.within(actor.scope("households.edit"))
    if not Membership.objects.filter(person=person, household__in=mine).exists():
        raise Invalid("该人员不曾是您辖区内农户的成员，请按新增成员办理。", field="person")
    if person.died_on is not None:
        raise Conflict("该人员已登记死亡；登记有误的，请撤销原变动。", field="person", code="dead")
    if not person.is_live:
        raise Conflict("该人员的登记已撤销，请按新增成员办理。", field="person", code="not_live")
    witness = Witness(household, persons=[person.pk])
    taken_in(actor, household, person.pk, on, (relation, "returned"))
    household_refresh(actor, household, "成员回户")
    return act_write(actor, ActKind.RETURNED, witness, on, note, Who(person.pk))
