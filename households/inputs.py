"""What the doors hand to the services: small frozen values, already of the right type. Money is whole 分."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from households import codes


@dataclass(frozen=True)
class PersonInput:
    """A person to register. Empty numbers are not given; birth date and gender follow from an ID number."""

    name: str
    relation: str
    gender: str = ""
    birth_date: date | None = None
    id_kind: str = codes.IdKind.ID_CARD.value
    id_number: str = ""
    phone: str = ""
    disability_card: str = ""
    ethnicity: str = "汉族"
    political: str = ""
    person_no: str = ""
    identified_on: date | None = None
    join_kind: str = ""
    situation: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class HouseholdInput:
    """The household's own facts. `household_no` empty: the next number of the village is given."""

    household_no: str = ""
    hamlet: str = ""
    main_cause: str = ""
    risks: tuple[str, ...] = ()
    identified_on: date | None = None
    phone: str = ""
    bank_account: str = ""
    poverty_status: str = codes.PovertyStatus.ORDINARY.value
    monitor_class: str = codes.MonitorClass.NONE.value


@dataclass(frozen=True)
class IncomeInput:
    """Income of a year (ending 30 September) or a quarter. None is unknown, never zero."""

    kind: str
    period_end: date
    collected_on: date
    period_start: date | None = None
    members: int | None = None
    wage_fen: int | None = None
    business_fen: int | None = None
    property_fen: int | None = None
    transfer_fen: int | None = None
    production_cost_fen: int | None = None
    self_paid_fen: int | None = None
    claims_fen: int | None = None
    disposable_fen: int | None = None


@dataclass(frozen=True)
class MeasureInput:
    category: str
    item: str
    started_on: date
    ended_on: date | None = None
    person_id: int | None = None
    amount_fen: int | None = None
    provider: str = ""
    document: str = ""
    state: str = "active"
    effect: str = ""


@dataclass(frozen=True)
class GuaranteeChange:
    kind: str
    state: str
    evidence: str = ""


@dataclass(frozen=True)
class EventReport:
    kind: str
    happened_on: date
    person_id: int | None = None
    note: str = ""


@dataclass(frozen=True)
class SituationChange:
    """What changed about one member, by field of PersonSituation."""

    person_id: int
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class VisitInput:
    """One visit as the client sends it. `uuid` is made by the client and is the idempotency key."""

    uuid: UUID
    visited_on: date
    kind: str = "home"
    nothing_changed: bool = False
    present: str = ""
    difficulties: str = ""
    wishes: str = ""
    note: str = ""
    guarantees: tuple[GuaranteeChange, ...] = ()
    events: tuple[EventReport, ...] = ()
    situations: tuple[SituationChange, ...] = ()
    living: Mapping[str, Any] = field(default_factory=dict)
    income: IncomeInput | None = None
    position_consent: bool = False
    latitude: Decimal | None = None
    longitude: Decimal | None = None

    @property
    def reports_change(self) -> bool:
        return bool(self.guarantees or self.events or self.situations or self.living)


@dataclass(frozen=True)
class ActNote:
    """What goes with every 家庭变动. `uuid` comes from the form: the same one again is the same act.

    `relations`: the relation to the head of members who stay, by person, where the act re-states them.
    `end_nets`, `stop_measures`: what the clerk ticked to end on the same day; nothing ends unasked.
    """

    uuid: UUID | None = None
    reason: str = ""
    upload: Any = None
    relations: Mapping[int, str] = field(default_factory=dict)
    end_nets: tuple[int, ...] = ()
    stop_measures: tuple[int, ...] = ()


@dataclass(frozen=True)
class SplitInput:
    """A new household out of an old one: its head, the others' relation to him, what it takes over.

    `stay_head_id` is the new head of those who stay, needed when the old head goes.
    """

    head_id: int
    relations: Mapping[int, str] = field(default_factory=dict)
    inherited: frozenset[str] = frozenset()
    stay_head_id: int | None = None
    household_no: str = ""


@dataclass(frozen=True)
class EditNote:
    """What an edit was based on (the version, or the key of the spell that was open; 0 for none), and why it is made."""

    base: int | None = None
    reason: str = ""
    upload: Any = None


@dataclass(frozen=True)
class PaperInput:
    kind: str
    title: str
    issued_on: date | None = None
    person_id: int | None = None
    uuid: UUID | None = None
