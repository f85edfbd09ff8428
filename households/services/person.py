"""Members: who belongs to the household, what is known of them, from when."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.actor import Actor
from common.errors import Conflict, Invalid, NotFound
from common.text import clean, initials
from households.codes import LeaveKind, Relation
from households.inputs import PersonInput
from households.models import Household, Membership, Person, PersonSituation
from households.services.numbers import person_numbers_set
from households.services.rows import (
    check_version,
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
def member_add(*, actor: Actor, household: Household, entry: PersonInput, on: date) -> Person:
    """A new member from `on`. Refuses a second head, a mistyped ID number, and one that a living record has."""
    permit(actor, "households.edit", household)
    not_in_future(on)
    household = locked(household)
    person = member_write(actor, household, entry, on)
    household_refresh(actor, household, "成员增加")
    audit.record(actor, "households.member_add", household, person=person.pk)
    return person


@transaction.atomic
def member_leave(
    *,
    actor: Actor,
    household: Household,
    person: Person,
    on: date,
    kind: str,
    successor: Person | None = None,
) -> Membership:
    """A member leaves on `on`. A head who leaves others behind needs a `successor` among them."""
    permit(actor, "households.edit", household)
    not_in_future(on)
    if kind not in LeaveKind.values:
        raise Invalid("请选择减少原因。", field="kind")
    household = locked(household)
    membership = member_of(household, person, lock=True)
    stay = Membership.objects.filter(household=household, effective_to__isnull=True).exclude(pk=membership.pk)
    if on < membership.effective_from:
        raise Invalid("离开日期早于加入日期。", field="on")
    membership.end(on)
    membership.change_kind = kind
    membership.save(update_fields=["effective_to", "end_recorded_at", "change_kind"])
    if membership.relation == Relation.HEAD and stay.exists():
        if successor is None or not stay.filter(person=successor).exists():
            raise Invalid(
                "户主离开时须在留下的成员中指定新户主。", field="successor", code="successor_needed"
            )
        key = {"household": household, "person": successor}
        spell_set(Membership, key, on, {"relation": Relation.HEAD.value, "change_kind": ""}, actor=actor)
    if kind == LeaveKind.DEATH:
        person.died_on, person.is_live = on, False
        save_by(actor, person, "死亡")
    household_refresh(actor, household, "成员减少")
    audit.record(actor, "households.member_leave", household, person=person.pk, kind=kind)
    return membership


@transaction.atomic
def person_edit(
    *,
    actor: Actor,
    person: Person,
    changes: dict[str, Any],
    numbers: dict[str, str] | None = None,
    version: int | None = None,
) -> Person:
    """Change a member's own fields; Stale with both values when somebody saved in between."""
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
    check_version(person, version, changes)
    for name, value in changes.items():
        setattr(person, name, value)
    person.name = clean(person.name)
    person.initials = initials(person.name)
    person_numbers_set(actor, person, numbers or {})
    person.version += 1
    save_by(actor, person)
    household_refresh(actor, household)
    audit.record(
        actor, "households.person_edit", person, scope_code=household.scope_code,
        fields=sorted({*changes, *(numbers or {})}),
    )  # fmt: skip
    return person


@transaction.atomic
def person_situation_record(
    *, actor: Actor, person: Person, on: date, changes: dict[str, Any], source: str = ""
) -> PersonSituation:
    """From `on` the changed fields hold; the others go on as they were."""
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
    spell, changed = spell_amend(PersonSituation, {"person": person}, on, changes, actor=actor, source=source)
    if changed:
        household_refresh(actor, household)
        audit.record(
            actor,
            "households.person_situation_record",
            person,
            scope_code=household.scope_code,
            fields=sorted(changes),
        )
    return spell
