"""Members: who belongs to the household, what is known of them, from when."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.actor import Actor
from common.errors import Conflict, Invalid, NotFound
from common.text import clean, initials
from households.codes import Relation
from households.inputs import EditNote, PersonInput
from households.models import Household, Membership, Person, PersonSituation
from households.services.basis import check_base, check_version, explained
from households.services.numbers import person_numbers_set
from households.services.rows import (
    household_refresh,
    locked,
    not_in_future,
    permit,
    save_by,
    spell_amend,
    spell_set,
)

EDITABLE = ("name", "gender", "birth_date", "id_kind", "ethnicity", "political", "identified_on")


def _next_number(household: Household) -> str:
    number = Membership.objects.filter(household=household).values("person").distinct().count() + 1
    while Person.objects.filter(person_no=f"{household.household_no[:27]}{number:02d}").exists():
        number += 1
    return f"{household.household_no[:27]}{number:02d}"


def member_of(household: Household, person: Person, *, lock: bool = False) -> Membership:
    """The open membership of this person in this household, or NotFound."""
    rows = Membership.objects.filter(household=household, person=person, effective_to__isnull=True)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise NotFound("该人员现不是这户的家庭成员。")
    return found


def member_write(actor: Actor, household: Household, entry: PersonInput, on: date) -> Person:
    """Make the person and the membership; permission and lock are the caller's."""
    name = clean(entry.name)
    if not name:
        raise Invalid("请填写姓名。", field="name")
    relation = Membership.objects.filter(
        household=household, effective_to__isnull=True, relation=Relation.HEAD
    )
    if entry.relation == Relation.HEAD and relation.exists():
        raise Conflict("这户已有户主。", field="relation", code="second_head")
    person = Person(
        person_no=clean(entry.person_no) or _next_number(household),
        name=name,
        initials=initials(name),
        gender=entry.gender,
        birth_date=entry.birth_date,
        id_kind=entry.id_kind,
        ethnicity=entry.ethnicity,
        political=entry.political,
        identified_on=entry.identified_on,
    )
    if Person.objects.filter(person_no=person.person_no).exists():
        raise Conflict("人编号已存在。", field="person_no", code="person_no_taken")
    given = {"id_number": entry.id_number, "phone": entry.phone, "disability_card": entry.disability_card}
    person_numbers_set(actor, person, given)
    save_by(actor, person, "新增成员")
    key = {"household": household, "person": person}
    spell_set(Membership, key, on, {"relation": entry.relation, "change_kind": entry.join_kind}, actor=actor)
    if entry.situation:
        spell_amend(PersonSituation, {"person": person}, on, dict(entry.situation), actor=actor)
    return person


@transaction.atomic
def person_edit(
    *,
    actor: Actor,
    person: Person,
    changes: dict[str, Any],
    numbers: dict[str, str] | None = None,
    version: int | None = None,
    reason: str = "",
) -> Person:
    """Change a member's own fields; Stale with both values when somebody changed the same ones in between."""
    membership = (
        Membership.objects.filter(person=person, effective_to__isnull=True)
        .select_related("household")
        .first()
    )
    if membership is None:
        raise NotFound
    permit(actor, "households.edit", membership.household)
    household = locked(membership.household)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if stray := set(changes) - set(EDITABLE):
        raise Invalid("有项目不能在此修改。", field=sorted(stray)[0])
    check_version(person, version, changes, numbers)
    for name, value in changes.items():
        setattr(person, name, value)
    person.name = clean(person.name)
    person.initials = initials(person.name)
    person_numbers_set(actor, person, numbers or {})
    person.version += 1
    save_by(actor, person, clean(reason))
    household_refresh(actor, household)
    audit.record(
        actor, "households.person_edit", person, scope_code=household.scope_code,
        fields=sorted({*changes, *(numbers or {})}),
    )  # fmt: skip
    return person


@transaction.atomic
def person_situation_record(
    *,
    actor: Actor,
    person: Person,
    on: date,
    changes: dict[str, Any],
    source: str = "",
    edit: EditNote | None = None,
) -> PersonSituation:
    """From `on` the changed fields hold; the others go on as they were. Stale when somebody changed the same ones
    since the spell the edit is based on."""
    membership = (
        Membership.objects.filter(person=person, effective_to__isnull=True)
        .select_related("household")
        .first()
    )
    if membership is None:
        raise NotFound
    permit(actor, "households.edit", membership.household)
    not_in_future(on)
    household = locked(membership.household)
    edit = edit or EditNote()
    check_base(PersonSituation, {"person": person}, edit.base, changes)
    spell, changed = spell_amend(PersonSituation, {"person": person}, on, changes, actor=actor, source=source)
    if changed:
        explained(spell, clean(edit.reason))
        household_refresh(actor, household)
        audit.record(
            actor,
            "households.person_situation_record",
            person,
            scope_code=household.scope_code,
            fields=sorted(changes),
        )
    return spell
