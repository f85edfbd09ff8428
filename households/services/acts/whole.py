"""Acts on the whole household: it moves, ends, and comes back."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.actor import Actor, require
from common.errors import Conflict, Invalid
from households.codes import ActKind, Relation
from households.inputs import ActNote
from households.models import Household, HouseholdAct, Residence
from households.services.acts.journal import Witness, act_write, sent_before
from households.services.acts.steps import (
    living,
    person_found,
    reason_needed,
    rows_closed,
    taken_in,
    ticked_ended,
)
from households.services.rows import household_refresh, locked, not_in_future, permit, save_by, spell_set
from villages.models import Division, Level


@transaction.atomic
def household_move(
    *, actor: Actor, household: Household, village: Division, on: date, note: ActNote | None = None
) -> Household:
    """The household lives in another village from `on`; needs the permission in both places. Refuses the village it is in."""
    permit(actor, "households.edit", household)
    require(actor, "households.edit", at=village.code)
    not_in_future(on)
    note = note or ActNote()
    if village.level != Level.VILLAGE:
        raise Invalid("农户须登记在行政村或社区。", field="village")
    household = living(locked(household))
    if sent_before(note, ActKind.MOVED, household):
        return household
    if household.village_id == village.pk:
        raise Invalid("这户现在就在该村，请选择迁入的村。", field="village", code="same_village")
    witness = Witness(household)
    spell_set(Residence, {"household": household}, on, {"village": village}, actor=actor)
    household.village, household.scope_code = village, village.code
    household.version += 1
    save_by(actor, household, "迁移")
    household_refresh(actor, household)
    act_write(actor, ActKind.MOVED, witness, on, note)
    audit.record(actor, "households.move", household, to=village.code)
    return household


@transaction.atomic
def household_close(
    *, actor: Actor, household: Household, on: date, reason: str, note: ActNote | None = None
) -> Household:
    """注销: the household ends, its members, helper and residence with it; nothing is deleted. Refuses without a reason."""
    permit(actor, "households.edit", household)
    not_in_future(on)
    note = note or ActNote(reason=reason)
    reason_needed(note)
    household = locked(household)
    if sent_before(note, ActKind.CLOSED, household):
        return household
    living(household)
    witness = Witness(household, measures=note.stop_measures)
    ticked_ended(household, on, note, actor)
    rows_closed(actor, household, on, reason)
    household_refresh(actor, household, reason)
    act_write(actor, ActKind.CLOSED, witness, on, note)
    audit.record(actor, "households.close", household, reason=reason[:200])
    return household


@transaction.atomic
def household_reopen(
    *, actor: Actor, household: Household, relations: Mapping[int, str], on: date, note: ActNote
) -> HouseholdAct:
    """A closed household lives again from `on` with these people, exactly one of them its head. Needs a reason; refuses
    a household that lives, the dead, and whoever belongs elsewhere by now."""
    permit(actor, "households.edit", household)
    not_in_future(on)
    reason_needed(note)
    household = locked(household)
    if done := sent_before(note, ActKind.REOPENED, household):
        return done
    if household.is_live:
        raise Conflict("这户没有注销，不需要恢复。", code="household_live")
    if sum(relation == Relation.HEAD for relation in relations.values()) != 1:
        raise Invalid("恢复后须有且只有一名户主。", field=None, code="second_head")
    witness = Witness(household, persons=relations)
    for person_id, relation in sorted(relations.items(), key=lambda item: item[1] != Relation.HEAD):
        if not (person := person_found(person_id)).is_live:
            raise Conflict(f"{person.name} 已登记死亡或撤销，不能恢复为成员。", code="dead")
        if not household.memberships.filter(person=person).exists():
            raise Invalid(f"{person.name} 不曾是这户的成员，恢复后再按新增成员办理。", code="not_a_member")
        taken_in(actor, household, person_id, on, (relation, "reopened"))
    spell_set(Residence, {"household": household}, on, {"village": household.village}, actor=actor)
    household.is_live = True
    household.version += 1
    save_by(actor, household, note.reason)
    household_refresh(actor, household, "恢复")
    return act_write(actor, ActKind.REOPENED, witness, on, note)
