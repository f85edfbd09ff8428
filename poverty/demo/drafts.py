"""A household and its people while they are being made up, before they become rows."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from poverty.demo.plan import GroupPlan

NOBODY = UUID(int=0)  # until population.number_and_name


@dataclass(slots=True)
class PersonDraft:
    relation: str
    male: bool
    born: date
    student: bool = False  # under sixteen or at school on the document's day
    pk: int = 0
    uuid: UUID = NOBODY
    number: str = ""
    name: str = ""
    identity: str = ""
    joined: date = date.min
    left: date | None = None
    joined_as: str = ""
    healthy: bool = True
    chronic: bool = False
    serious: bool = False
    disability: tuple[str, int] | None = None  # kind, grade
    labour: str = ""
    schooling: str = ""
    education: str = ""
    work_place: str = ""
    work_months: int | None = None
    turn: tuple[date, str] | None = None  # what 2020 changed about this person, and when

    @property
    def works(self) -> bool:
        return bool(self.work_months)


@dataclass(slots=True)
class HouseholdDraft:
    group: GroupPlan
    size: int
    students: int = 0
    pk: int = 0
    uuid: UUID = NOBODY
    number: str = ""
    village_id: int = 0
    code: str = ""  # of the village
    village_name: str = ""
    township_name: str = ""
    hui: bool = False
    people: list[PersonDraft] = field(default_factory=list)
    identified_on: date = date.min
    exited_on: date | None = None
    risk_on: date | None = None
    cause: str = ""
    risks: list[str] = field(default_factory=list)
    allowance_on: date | None = None
    allowance_kind: str = ""
    helper_user: int | None = None
    helper_name: str = ""
    helper_unit: str = ""
    danger_until: date | None = None  # lived in a dangerous house until then (date.max: still does)
    last_visit: date | None = None
    marks: set[str] = field(default_factory=set)  # what story.py lets happen here
    events: list["EventDraft"] = field(default_factory=list)

    @property
    def head(self) -> PersonDraft:
        return self.people[0]

    def able(self) -> list[PersonDraft]:
        return [person for person in self.people if person.labour in ("ordinary", "skilled", "weak_or_half")]

    def children_at_school(self) -> list[PersonDraft]:
        """Of the age of compulsory schooling on the business day."""
        return [person for person in self.people if 2004 <= person.born.year <= 2013 and person.student]


@dataclass(slots=True)
class EventDraft:
    """Something that happens to a household or to one of its people in 2020."""

    person: PersonDraft | None
    kind: str
    happened_on: date
    resolved_on: date | None
    note: str
