"""与户主关系 of a member, dated. Changing the head is an act of its own (member_leave with a successor)."""

from datetime import date

from django.db import transaction

from accounts import audit
from accounts.actor import Actor
from common.errors import Conflict, Invalid
from households.codes import Relation
from households.models import Household, Membership, Person
from households.services.person import member_of
from households.services.rows import household_refresh, locked, not_in_future, permit, spell_set


@transaction.atomic
def member_relation_set(
    *, actor: Actor, household: Household, person: Person, relation: str, on: date
) -> Membership:
    """The member's relation to the head from `on`; the same relation again changes nothing."""
    permit(actor, "households.edit", household)
    not_in_future(on)
    if relation not in Relation.values:
        raise Invalid("没有这种与户主关系。", field="relation")
    household = locked(household)
    current = member_of(household, person, lock=True)
    if current.relation == relation:
        return current
    if Relation.HEAD in (relation, current.relation):
        raise Conflict("更换户主请在户页面办理。", field="relation", code="head_change")
    key = {"household": household, "person": person}
    spell, _ = spell_set(Membership, key, on, {"relation": relation, "change_kind": ""}, actor=actor)
    household_refresh(actor, household)
    audit.record(actor, "households.member_relation_set", household, person=person.pk, relation=relation)
    return spell
