"""撤销: a counter-act that undoes one act. What it undoes stays on record; what rests on it must be undone first."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.actor import Actor, require
from common.dated import Dated
from common.errors import Conflict, Invalid, NotFound
from common.text import clean
from households.codes import ActKind
from households.models import AidMeasure, Household, HouseholdAct, HouseholdEvent, Person, SafetyNet
from households.services.acts.journal import SET, SPELLS
from households.services.numbers import id_number_free
from households.services.rows import household_refresh, locked, permit, save_by

# The taper counts from the day an allowance began: its spell comes back whole, the others from the day they were cut.
WHOLE = {"safety_net"}
Line = dict[str, Any]


def later_act(act: HouseholdAct) -> HouseholdAct | None:
    """The first later act that rests on what this one wrote and still stands."""
    writes = set(act.changed.get("writes", ()))
    places = [act.household_id, *([act.other_id] if act.other_id else [])]
    later = HouseholdAct.objects.filter(
        Q(household_id__in=places) | Q(other_id__in=places), pk__gt=act.pk, reverses__isnull=True, reversed_by__isnull=True
    ).order_by("pk")  # fmt: skip
    for row in later:
        if writes & {*row.changed.get("writes", ()), *row.changed.get("reads", ())}:
            return row
    return None


def _blocked(sentence: str) -> Conflict:
    return Conflict(sentence, code="later_record")


def _lines(act: HouseholdAct, *kinds: str) -> Iterator[Line]:
    return (line for line in act.changed.get("lines", ()) if line["did"] in kinds)


def _spell(line: Line) -> Any:
    return SPELLS[line["row"]]._default_manager.select_for_update().get(pk=line["id"])


class Chains:
    """A later act may have cut a spell and been undone: the spell then goes on in another row. This knows the rows."""

    def __init__(self, act: HouseholdAct) -> None:
        places = [act.household_id, *([act.other_id] if act.other_id else [])]
        counters = HouseholdAct.objects.filter(
            Q(household_id__in=places) | Q(other_id__in=places), pk__gt=act.pk, reverses__isnull=False
        )
        self.next = {
            (table, old): new for row in counters for table, old, new in row.changed.get("again", ())
        }

    def of(self, line: Line) -> list[Any]:
        """The rows of a spell, the one that may be open last."""
        found, pk = [line["id"]], line["id"]
        while (pk := self.next.get((line["row"], pk), 0)) and pk not in found:
            found.append(pk)
        rows = SPELLS[line["row"]]._default_manager.select_for_update().in_bulk(found)
        return [rows[pk] for pk in found]


def _same_subject(table: str, row: Any) -> dict[str, Any]:
    """The key under which only one spell of the kind may be open."""
    if table == "membership":
        return {"person_id": row.person_id}
    key: dict[str, Any] = {"household_id": row.household_id}
    if table == "status":
        key["dimension"] = row.dimension
    elif table == "safety_net":
        key |= {"person_id": row.person_id, "kind": row.kind}
    return key


def _spells_free(act: HouseholdAct, chains: Chains) -> None:
    """Refuse when a spell the act opened has been ended since, or another stands where one must come back."""
    opened = set()
    for line in _lines(act, "opened"):
        row, label = chains.of(line)[-1], SPELLS[line["row"]]._meta.verbose_name
        opened.add((line["row"], row.pk))
        if row.effective_to is not None:
            raise _blocked(f"这项变动所登记的{label}在 {row.effective_to} 又有变更，须先更正后来的记录。")
    for line in _lines(act, "ended"):
        row, label = _spell(line), SPELLS[line["row"]]._meta.verbose_name
        rivals = SPELLS[line["row"]]._default_manager.filter(**_same_subject(line["row"], row))
        for rival in rivals.filter(effective_to__isnull=True):
            if (line["row"], rival.pk) not in opened:
                raise _blocked(f"已另有 {rival.effective_from} 起的{label}记录，须先更正后来的记录。")


def _homes_living(act: HouseholdAct) -> None:
    """Nobody comes back into a household that has been closed since, unless this very act closed it."""
    reopens = {
        line["id"]
        for line in _lines(act, "set")
        if line["row"] == "household" and line["before"].get("is_live")
    }
    for line in _lines(act, "ended"):
        if line["row"] == "membership":
            home = _spell(line).household
            if not home.is_live and home.pk not in reopens:
                raise _blocked(f"{home.household_no} 已注销，须先撤销注销或恢复这户，再撤销这项变动。")


def _values_free(act: HouseholdAct) -> None:
    for line in _lines(act, "set", "made"):
        model, columns = SET[line["row"]]
        now = model._default_manager.filter(pk=line["id"]).values(*columns).get()
        plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in now.items()}
        if plain != line["after"]:
            label = model._meta.verbose_name
            raise _blocked(f"这项变动之后，有关{label}的登记又有修改，须先更正后来的记录。")
        if line["did"] == "made" and line["row"] == "person":
            _person_unused(line["id"])


def _person_unused(person_id: int) -> None:
    """Somebody registered by the act may be taken back only while nothing else has been recorded of him."""
    for model in (SafetyNet, AidMeasure, HouseholdEvent):
        row = model._default_manager.filter(person_id=person_id).first()
        if row is not None:
            raise _blocked(f"已为该成员登记{model._meta.verbose_name}，不能撤销；成员离开请办理成员减少。")


def _emptied(act: HouseholdAct, chains: Chains) -> None:
    for line in _lines(act, "opened"):
        for row in chains.of(line):
            row.end(row.effective_from)
            row.save(update_fields=["effective_to", "end_recorded_at"])


def _values_back(actor: Actor, act: HouseholdAct) -> None:
    for line in _lines(act, "set", "made"):
        row: Any = SET[line["row"]][0]._default_manager.select_for_update().get(pk=line["id"])
        before = line["before"] if line["did"] == "set" else {"is_live": False}
        if isinstance(row, Person) and before["is_live"] and not row.is_live:
            id_number_free(actor, row.number("id_number"), row)
        for name, value in before.items():
            field = row._meta.get_field(name.removesuffix("_id"))
            setattr(row, name, field.to_python(value) if value is not None else None)
        row.version += 1
        save_by(actor, row, f"撤销{act.get_kind_display()}")


def _spells_back(actor: Actor, act: HouseholdAct) -> list[list[Any]]:
    """What the act ended goes on: a new row from the day of the cut, so that both records stay readable."""
    again = []
    for line in _lines(act, "ended"):
        old = _spell(line)
        model = type(old)
        kept = {field.name for field in Dated._meta.fields} | {"id"}
        values = {
            field.attname: getattr(old, field.attname)
            for field in model._meta.concrete_fields
            if field.name not in kept
        }
        start = old.effective_to
        if line["row"] in WHOLE:
            start = old.effective_from
            old.end(old.effective_from)
            old.save(update_fields=["effective_to", "end_recorded_at"])
        fresh = {**values, **line.get("before", {})}
        row = model._default_manager.create(
            **fresh, effective_from=start, recorded_by_id=actor.user_id, source="撤销变动"
        )
        again.append([line["row"], old.pk, row.pk])
    return again


def _permitted(actor: Actor, act: HouseholdAct) -> None:
    for household in (act.household, act.other):
        if household is not None:
            permit(actor, "households.edit", household)
    for line in _lines(act, "set"):
        if code := line["before"].get("scope_code"):
            require(actor, "households.edit", at=code)


@transaction.atomic
def act_reverse(*, actor: Actor, act: HouseholdAct, reason: str, uuid: UUID | None = None) -> HouseholdAct:
    """Undo one act by its counter-act. Refuses a second time, without a reason, without the permission in every place
    concerned, and while a later record rests on the act (the sentence says which)."""
    _permitted(actor, act)
    if not clean(reason):
        raise Invalid("请填写撤销原因。", field="reason", code="reason_needed")
    places = sorted({act.household_id, *([act.other_id] if act.other_id else [])})
    for pk in places:
        locked(Household(pk=pk))
    stored = HouseholdAct.objects.filter(pk=act.pk).select_related("reversed_by").first()
    if stored is None:
        raise NotFound
    if done := HouseholdAct.objects.filter(reverses=stored).first():
        if uuid and done.uuid == uuid:
            return done
        raise Conflict(f"这项变动已于 {done.at:%Y-%m-%d} 撤销。", code="already_reversed")
    if stored.kind == ActKind.REVERSED:
        raise Conflict("撤销本身不能再撤销；请重新办理原来的变动。", code="counter_act")
    if later := later_act(stored):
        raise _blocked(f"{later.on} 已办理“{later.what}”，它以这项变动为基础，须先撤销它。")
    chains = Chains(stored)
    _homes_living(stored)
    _spells_free(stored, chains)
    _values_free(stored)
    _emptied(stored, chains)
    _values_back(actor, stored)
    again = _spells_back(actor, stored)
    for pk in places:
        household_refresh(actor, locked(Household(pk=pk)), "撤销变动")
    counter = HouseholdAct.objects.create(
        kind=ActKind.REVERSED, detail=stored.kind, household_id=stored.household_id, other_id=stored.other_id,
        person_id=stored.person_id, on=stored.on, reason=clean(reason)[:200], actor_id=actor.user_id, reverses=stored,
        changed={"again": again}, **({"uuid": uuid} if uuid else {}),
    )  # fmt: skip
    audit.record(actor, "households.act_reverse", counter.household, reason=counter.reason, act=stored.pk)
    return counter
