"""What an act changed, measured by a look before and a look after, and the one place that writes an act."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts import audit
from accounts.actor import Actor
from common.errors import Conflict
from common.text import clean
from exchange.services import file_store
from households.codes import ActKind, Relation
from households.inputs import ActNote
from households.models import (
    AidMeasure,
    HelperAssignment,
    Household,
    HouseholdAct,
    Membership,
    Person,
    Residence,
    SafetyNet,
    StatusSpell,
)

SPELLS: dict[str, type[Any]] = {
    "membership": Membership,
    "residence": Residence,
    "status": StatusSpell,
    "helper": HelperAssignment,
    "safety_net": SafetyNet,
}
SET: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "household": (Household, ("is_live", "village_id", "scope_code")),
    "person": (Person, ("is_live", "died_on")),
    "measure": (AidMeasure, ("state", "ended_on")),
}


def spell_keys(table: str, row: Any) -> list[str]:
    """What a spell speaks about. Two acts with a key in common depend on each other."""
    if table == "membership":
        head = [f"head:{row.household_id}"] if row.relation == Relation.HEAD else []
        return [f"member:{row.person_id}", *head]
    if table == "status":
        return [f"status:{row.household_id}:{row.dimension}"]
    if table == "safety_net":
        return [f"net:{row.household_id}:{row.person_id or 0}:{row.kind}"]
    return [f"{table}:{row.household_id}"]


@dataclass
class Look:
    spells: dict[tuple[str, int], Any] = field(default_factory=dict)
    rows: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


class Witness:
    """Looks at the open rows of the households (and at named persons and measures) before the act and after it."""

    def __init__(
        self, *households: Household, persons: Iterable[int] = (), measures: Iterable[int] = ()
    ) -> None:
        self.households = [row.pk for row in households]
        self.ids = {"person": set(persons), "measure": set(measures)}
        self.before = self._look()

    def include(self, household: Household) -> None:
        """A household the act has made."""
        self.households.append(household.pk)

    def _look(self) -> Look:
        seen = Look()
        for table, model in SPELLS.items():
            rows = model._default_manager.filter(household_id__in=self.households, effective_to__isnull=True)
            for row in rows:
                seen.spells[table, row.pk] = row
                if table == "membership":
                    self.ids["person"].add(row.person_id)
        for name, (model, columns) in SET.items():
            wanted = self.households if name == "household" else self.ids[name]
            if wanted:
                found = model._default_manager.filter(pk__in=wanted).values("pk", *columns)
                seen.rows |= {(name, row.pop("pk")): row for row in found}
        return seen

    def changed(self) -> dict[str, Any]:
        """The lines of the act's `changed`, with the keys later acts are held against."""
        now, lines, writes, reads = self._look(), [], set(), set()
        for (table, pk), row in self.before.spells.items():
            if (table, pk) not in now.spells:
                kept = {"change_kind": row.change_kind} if table == "membership" else {}
                lines.append({"row": table, "id": pk, "did": "ended", "before": kept})
                writes |= set(spell_keys(table, row))
        for (table, pk), row in now.spells.items():
            if (table, pk) not in self.before.spells:
                lines.append({"row": table, "id": pk, "did": "opened"})
                writes |= set(spell_keys(table, row))
                if table == "membership":
                    reads.add(f"head:{row.household_id}")
        for (name, pk), after in now.rows.items():
            before = self.before.rows.get((name, pk))
            if before == after:
                continue
            values = {key: _plain(value) for key, value in (before or {}).items()}
            line = {"row": name, "id": pk, "did": "set" if before else "made", "before": values}
            lines.append(line | {"after": {key: _plain(value) for key, value in after.items()}})
            writes.add(f"{name}:{pk}")
        reads |= {f"household:{pk}" for pk in self.households}
        return {"lines": lines, "writes": sorted(writes), "reads": sorted(reads)}


@dataclass(frozen=True)
class Who:
    """Whom an act is about, beside the household it is filed under."""

    person_id: int | None = None
    other_id: int | None = None
    detail: str = ""


def sent_before(note: ActNote, kind: ActKind, household: Household) -> HouseholdAct | None:
    """The act this form has already made. The same number for anything else is refused."""
    found = HouseholdAct.objects.filter(uuid=note.uuid).first() if note.uuid else None
    if found is not None and (found.kind, found.household_id) != (kind, household.pk):
        raise Conflict("这份表单已用于另一项变动，请刷新页面后重新填写。", code="act_uuid_reused")
    return found


def act_write(
    actor: Actor, kind: ActKind, witness: Witness, on: date, note: ActNote, who: Who | None = None
) -> HouseholdAct:
    """The act's row, filed under the first household of the witness. Permission and lock are the caller's."""
    household = Household.objects.get(pk=witness.households[0])
    who = who or Who()
    evidence = None
    if note.upload is not None:
        evidence = file_store(
            actor=actor, source=note.upload, name=note.upload.name, kind="evidence",
            scope_code=household.scope_code,
        )  # fmt: skip
    given = {"uuid": note.uuid} if note.uuid else {}
    act = HouseholdAct.objects.create(
        kind=kind, detail=who.detail, household=household, other_id=who.other_id, person_id=who.person_id, on=on,
        reason=clean(note.reason)[:200], evidence=evidence, changed=witness.changed(), actor_id=actor.user_id, **given,
    )  # fmt: skip
    audit.record(actor, "households.act", household, reason=act.reason, act=act.pk, kind=str(kind))
    return act
