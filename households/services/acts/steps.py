"""The steps acts are made of: who may, which household lives, members in and out, a head for those who stay."""

from collections.abc import Mapping
from datetime import date

from django.db.models import F, Q

from accounts.actor import Actor
from common.errors import Conflict, Invalid, NotFound
from common.text import clean
from households.codes import LeaveKind, Relation
from households.inputs import ActNote
from households.models import (
    AidMeasure,
    HelperAssignment,
    Household,
    Membership,
    Person,
    Residence,
    SafetyNet,
)
from households.services.rows import locked, save_by, spell_set

CLOSED = "这户已注销，不能办理家庭变动；确需继续的，请先办理恢复。"


def living(household: Household) -> Household:
    if not household.is_live:
        raise Conflict(CLOSED, code="household_closed")
    return household


def locked_both(one: Household, other: Household) -> tuple[Household, Household]:
    """Both households held, the lower key first, so that two acts never wait for each other."""
    if one.pk == other.pk:
        raise Invalid("转入户与转出户是同一户。", field="other", code="same_household")
    held = {row.pk: locked(row) for row in sorted((one, other), key=lambda row: row.pk)}
    return held[one.pk], held[other.pk]


def reason_needed(note: ActNote) -> None:
    if not clean(note.reason):
        raise Invalid("请填写办理原因。", field="reason", code="reason_needed")


def relation_checked(relation: str, field: str = "relation") -> str:
    if relation not in Relation.values:
        raise Invalid("请选择与户主关系。", field=field, code="relation_needed")
    return relation


def open_memberships(household: Household) -> dict[int, Membership]:
    rows = Membership.objects.filter(household=household, effective_to__isnull=True).select_for_update()
    return {row.person_id: row for row in rows.order_by("pk")}


def taken_out(membership: Membership, on: date, kind: str) -> None:
    """The membership ends on `on`. The day stands between joining and today."""
    if on < membership.effective_from:
        raise Invalid(
            f"变动日期早于该成员加入本户的日期（{membership.effective_from}）。",
            field="on",
            code="before_joining",
        )
    membership.end(on)
    membership.change_kind = kind
    membership.save(update_fields=["effective_to", "end_recorded_at", "change_kind"])


def taken_in(
    actor: Actor, household: Household, person_id: int, on: date, state: tuple[str, str]
) -> Membership:
    """A membership from `on`; `state` is (relation, why). A second head, an earlier open or later membership are refused."""
    relation, kind = state
    relation_checked(relation)
    mine = Membership.objects.filter(household=household, effective_to__isnull=True)
    if relation == Relation.HEAD and mine.filter(relation=Relation.HEAD).exists():
        raise Conflict("这户已有户主；更换户主请另行办理。", field="relation", code="second_head")
    held = Membership.objects.filter(person_id=person_id)
    if held.filter(effective_to__isnull=True).exists():
        raise Conflict("该人员现在是另一户的成员，请办理成员转户。", code="member_elsewhere")
    if held.filter(Q(effective_to__gt=on), effective_to__gt=F("effective_from")).exists():
        raise Conflict("该人员在这一天之后还有家庭成员记录，请核对日期。", field="on", code="later_record")
    key = {"household": household, "person_id": person_id}
    row, _ = spell_set(Membership, key, on, {"relation": relation, "change_kind": kind}, actor=actor)
    return row


def relations_set(
    actor: Actor, household: Household, head_id: int, relations: Mapping[int, str], on: date
) -> None:
    """`head_id` becomes head from `on`, the others get the relation given; one not named keeps his."""
    members = open_memberships(household)
    if head_id not in members:
        raise Invalid("新户主须是这户的现有成员。", field="successor", code="successor_needed")
    for person_id, row in members.items():
        wanted = relations.get(person_id, row.relation)
        if person_id == head_id:
            continue
        if wanted == Relation.HEAD:
            raise Invalid("一户只能有一名户主，请为原户主另选关系。", field=f"relation_{person_id}")
        key = {"household": household, "person_id": person_id}
        values = {"relation": relation_checked(wanted, f"relation_{person_id}")}
        if row.relation != wanted:
            spell_set(Membership, key, on, values | {"change_kind": ""}, actor=actor)
    if members[head_id].relation != Relation.HEAD:
        key = {"household": household, "person_id": head_id}
        spell_set(Membership, key, on, {"relation": Relation.HEAD.value, "change_kind": ""}, actor=actor)


def after_leaving(
    actor: Actor, household: Household, successor_id: int | None, on: date, note: ActNote
) -> None:
    """Those who stay have a head; a household that nobody is left in ends the same day."""
    stay = open_memberships(household)
    if not stay:
        rows_closed(actor, household, on, "全部成员离开")
        return
    if any(row.relation == Relation.HEAD for row in stay.values()):
        return
    if successor_id not in stay:
        raise Invalid("户主离开时须在留下的成员中指定新户主。", field="successor", code="successor_needed")
    relations_set(actor, household, successor_id, note.relations, on)


def rows_closed(actor: Actor, household: Household, on: date, reason: str) -> None:
    """The household ends: memberships, helper and residence with it. Safety nets end only where they are ticked."""
    for model in (Membership, HelperAssignment, Residence):
        for spell in model._default_manager.filter(household=household, effective_to__isnull=True):
            if on < spell.effective_from:
                raise Conflict(
                    f"这户有 {spell.effective_from} 起的{model._meta.verbose_name}记录，注销日期不能早于它。",
                    field="on",
                    code="later_record",
                )
            spell.end(on)
            spell.save(update_fields=["effective_to", "end_recorded_at"])
    household.is_live = False
    household.version += 1
    save_by(actor, household, reason)


def ticked_ended(household: Household, on: date, note: ActNote, actor: Actor) -> None:
    """End what the clerk ticked: safety nets of this household, aid measures under way."""
    nets = SafetyNet.objects.filter(household=household, pk__in=note.end_nets, effective_to__isnull=True)
    for net in nets.select_for_update():
        if on < net.effective_from:
            raise Conflict(
                f"{net.get_kind_display()}自 {net.effective_from} 起，不能在此之前停发。", field="on"
            )
        net.end(on)
        net.save(update_fields=["effective_to", "end_recorded_at"])
    active = (AidMeasure.State.PLANNED, AidMeasure.State.ACTIVE)
    measures = AidMeasure.objects.filter(household=household, pk__in=note.stop_measures, state__in=active)
    for measure in measures.select_for_update():
        measure.state, measure.ended_on = AidMeasure.State.STOPPED, max(on, measure.started_on)
        measure.version += 1
        save_by(actor, measure, note.reason or "家庭变动")


def person_dead(actor: Actor, person: Person, on: date) -> None:
    """Dead since `on`: living nowhere from then on, and the number is free."""
    person.died_on, person.is_live = on, False
    person.version += 1
    save_by(actor, person, LeaveKind.DEATH.label)


def person_found(person_id: int) -> Person:
    found = Person.objects.select_for_update().filter(pk=person_id).first()
    if found is None:
        raise NotFound("没有找到这名人员。")
    return found
