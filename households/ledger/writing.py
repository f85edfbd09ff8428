"""What an imported ledger row does: the services of the case file, called for the differences only."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounts.actor import Actor
from common import pii
from common.errors import NotFound
from exchange.sheet import NOT_GIVEN, BlankMeans, Month
from households import codes, services
from households.inputs import HouseholdInput, PersonInput
from households.ledger.rows import HEALTH, Entry, Population
from households.models import Household, Person
from villages.models import Division
from villages.names import short_name
from villages.selectors import division_choices

HEALTH_FIELDS = dict(
    zip(HEALTH, ("is_healthy", "has_chronic_illness", "has_serious_illness", "is_disabled"), strict=True)
)
SITUATION = {
    "education": "education", "schooling": "schooling", "labour_skill": "labour_skill", "work_months": "work_months",
    "serious_illness_insurance": "has_serious_illness_insurance",
}  # fmt: skip
PERSON = {"name": "name", "ethnicity": "ethnicity", "person_identified_on": "identified_on"}
HOUSEHOLD = {"hamlet": "hamlet", "main_cause": "main_cause", "household_identified_on": "identified_on"}
EVIDENCE = {True: "导入表：危房户“是”", False: "导入表：危房户“否”"}


def _plain(value: Any) -> Any:
    """A cell's value as the services take it: a month is its first day."""
    if isinstance(value, BlankMeans):
        return value.code
    return value.first_day if isinstance(value, Month) else value


def _given(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        column: _plain(values[key])
        for key, column in names.items()
        if key in values and values[key] is not NOT_GIVEN
    }


def _situation(values: Mapping[str, Any]) -> dict[str, Any]:
    changes = _given(values, SITUATION)
    health = values.get("health", NOT_GIVEN)
    if health is not NOT_GIVEN:
        changes |= {column: name in health for name, column in HEALTH_FIELDS.items()}
    return changes


class Places:
    """The villages of the actor's area by the names ledgers use."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._found: dict[tuple[str, str], list[Division]] | None = None

    def _index(self) -> dict[tuple[str, str], list[Division]]:
        if self._found is None:
            self._found = {}
            for village in division_choices(self._actor, "village", "households.edit"):
                township = village.parent.name if village.parent else ""
                for name in {village.name, village.short_name, short_name(village.name)}:
                    self._found.setdefault((township, name), []).append(village)
        return self._found

    def find(self, values: Mapping[str, Any]) -> Division | None:
        """The one village of this township and name, or None."""
        township, name = str(values.get("township") or ""), str(values.get("village") or "")
        found = self._index().get((township, name)) or self._index().get((township, short_name(name))) or []
        return found[0] if len(found) == 1 else None

    @staticmethod
    def same(current: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
        """Do the given names mean the village on record? 张庄村委会 and 张庄 are one village."""
        for key in ("county", "township"):
            if given.get(key, NOT_GIVEN) and given[key] != current[key]:
                return False
        village = given.get("village", NOT_GIVEN)
        return not village or short_name(str(village)) == short_name(current["village"] or "")


class LedgerWriter:
    """Writes what one row says; each call stands in a transaction of its own."""

    def __init__(self, actor: Actor, on: date, population: Population, source: str) -> None:
        self.actor, self.on, self.population, self.source = actor, on, population, source

    @property
    def is_border(self) -> bool:
        return bool(self.population.monitor)

    def change(self, entry: Entry, wanted: Mapping[str, Any], shared: Mapping[str, Any]) -> None:
        """Write the differences of a member on record, and of the household where this row speaks for it."""
        person = Person.objects.get(pk=entry.person_id)
        household = Household.objects.get(pk=entry.household_id)
        self._person(person, wanted)
        if relation := wanted.get("relation"):
            services.member_relation_set(
                actor=self.actor, household=household, person=person, relation=relation, on=self.on
            )
        if situation := _situation(wanted):
            services.person_situation_record(
                actor=self.actor, person=person, on=self.on, changes=situation, source=self.source
            )
        self._household(household, shared)

    def _person(self, person: Person, wanted: Mapping[str, Any]) -> None:
        changes = _given(wanted, PERSON)
        numbers = _given(wanted, {"id_number": "id_number", "person_phone": "phone"})
        if "id_number" in numbers:
            changes["birth_date"] = pii.birth_date_of(numbers["id_number"])  # it follows from the number
        if changes or numbers:
            services.person_edit(actor=self.actor, person=person, changes=changes, numbers=numbers)

    def _household(self, household: Household, shared: Mapping[str, Any]) -> None:
        changes = _given(shared, HOUSEHOLD)
        numbers = _given(shared, {"household_phone": "phone"})
        if changes or numbers:
            services.household_edit(actor=self.actor, household=household, changes=changes, numbers=numbers)
        if "water_safe" in shared:
            self._living(household, {"water_safe": shared["water_safe"]})
        if "dangerous_house" in shared:
            self._danger(household, shared["dangerous_house"])

    def _living(self, household: Household, changes: dict[str, Any]) -> None:
        services.household_situation_record(
            actor=self.actor, household=household, on=self.on, changes=changes, source=self.source
        )

    def _danger(self, household: Household, dangerous: bool) -> None:
        """是 or 否 is no grade: it is kept as the state of the housing guarantee, and a grade that contradicts it ends."""
        state = codes.GuaranteeState.NOT_MET if dangerous else codes.GuaranteeState.MET
        services.guarantee_record(
            actor=self.actor,
            household=household,
            kind=codes.GuaranteeKind.HOUSING.value,
            state=state.value,
            on=self.on,
            evidence=EVIDENCE[dangerous],
        )
        self._living(household, {"danger_grade": ""})

    def add(self, household_no: str, values: Mapping[str, Any]) -> None:
        """A new member of a household on record (or registered by an earlier row)."""
        household = Household.objects.filter(household_no=household_no).first()
        if household is None:
            raise NotFound("该户的户主行未能登记，本行一并退回，请改正户主行后重新导入。")
        services.member_add(actor=self.actor, household=household, entry=self._member(values), on=self.on)

    def _member(self, values: Mapping[str, Any]) -> PersonInput:
        phone = values.get("person_phone") or ""
        return PersonInput(
            name=values["name"],
            relation=values["relation"],
            id_number=values["id_number"],
            phone=phone,
            ethnicity=values.get("ethnicity") or "",
            person_no=values["person_no"],
            identified_on=_plain(values.get("person_identified_on")) or None,
            situation=_situation(values),
        )

    def register(self, village: Division, values: Mapping[str, Any]) -> None:
        """A new household with its head. The ledger does not say 享受 or 不享受: the milder claim, still to be checked."""
        poverty = codes.PovertyStatus.EXITED_WITH_POLICY
        if self.is_border or values.get("kind") == "ordinary":
            poverty = codes.PovertyStatus.ORDINARY
        monitor = _plain(values.get("monitor_class")) or codes.MonitorClass.NONE.value
        if self.is_border:
            monitor = codes.MonitorClass.BORDERLINE.value
        entry = HouseholdInput(
            household_no=values["household_no"],
            hamlet=values.get("hamlet") or "",
            main_cause=values.get("main_cause") or "",
            identified_on=_plain(values.get("household_identified_on")) or None,
            phone=values.get("household_phone") or "",
            poverty_status=poverty.value,
            monitor_class=monitor,
        )
        household = services.household_register(
            actor=self.actor, village=village, entry=entry, head=self._member(values), on=self.on
        )
        living = {key: values[key] for key in ("water_safe", "dangerous_house") if key in values}
        self._household(household, {key: value for key, value in living.items() if value is not NOT_GIVEN})
