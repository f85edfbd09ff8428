"""The rows of a person ledger on a day: one query that joins what holds on that day, and two small ones beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, Count, FilteredRelation, IntegerField, Q, QuerySet, Value, When

from common import vault
from common.dated import holding_q
from households import codes
from households.models import Household, IncomeRecord, Membership, Person
from households.rules import per_head
from villages.scope import DivisionScope

CHUNK = 2000
# What a row is made of, in the order of the values in a Ledger.
FIELDS = (
    "household_id", "person_id", "relation",
    "household__village__parent__parent__name", "household__village__parent__name", "household__village__name",
    "household__hamlet", "household__household_no", "household__main_cause", "household__identified_on",
    "household__risk_identified_on", "household__risk_removed_on", "household__uuid", "household__phone_sealed",
    "person__person_no", "person__name", "person__ethnicity", "person__identified_on", "person__uuid",
    "person__id_number_sealed", "person__phone_sealed",
    "situation__education", "situation__schooling", "situation__is_healthy", "situation__has_chronic_illness",
    "situation__has_serious_illness", "situation__is_disabled", "situation__labour_skill", "situation__work_months",
    "situation__has_serious_illness_insurance",
    "living__danger_grade", "living__water_safe", "housing__state", "poverty__value", "monitor__value",
)  # fmt: skip
HEALTH = ("healthy", "chronic", "serious", "disabled")


@dataclass(frozen=True)
class Population:
    """Which households a ledger lists: by 脱贫属性 and, where named, by 监测对象类别."""

    poverty: tuple[str, ...]
    monitor: tuple[str, ...] = ()


EXITED = Population(codes.EXITED)
BORDERLINE = Population((codes.PovertyStatus.ORDINARY.value,), (codes.MonitorClass.BORDERLINE.value,))


class Entry(NamedTuple):
    """One member as a ledger shows it; keys as in households.sheets."""

    household_id: int
    person_id: int
    values: dict[str, Any]


def _join(path: str, as_of: date, **more: Any) -> FilteredRelation:
    """The row of a dated relation that holds on the day, if there is one."""
    extra = Q(**{f"{path}__{name}": value for name, value in more.items()})
    return FilteredRelation(path, condition=holding_q(as_of, prefix=f"{path}__") & extra)


def member_query(scope: DivisionScope, as_of: date) -> QuerySet[Membership]:
    """Members on the day inside the scope, head first, with everything a row shows joined."""
    head_first = Case(
        When(relation=codes.Relation.HEAD, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return (
        Membership.objects.within(scope)
        .holding(as_of)
        .annotate(
            situation=_join("person__situations", as_of),
            living=_join("household__situations", as_of),
            housing=_join("household__guarantees", as_of, kind=codes.GuaranteeKind.HOUSING.value),
            poverty=_join("household__status_spells", as_of, dimension=codes.StatusDimension.POVERTY.value),
            monitor=_join("household__status_spells", as_of, dimension=codes.StatusDimension.MONITOR.value),
            head_first=head_first,
        )
        .order_by("household__scope_code", "household_id", "head_first", "pk")
    )


def listed(rows: QuerySet[Membership], population: Population) -> QuerySet[Membership]:
    wanted = Q(poverty__value__in=population.poverty)
    if population.monitor:
        wanted &= Q(monitor__value__in=population.monitor)
    return rows.filter(wanted)


def member_counts(scope: DivisionScope, as_of: date) -> dict[int, int]:
    """Members on the day, by household."""
    rows = Membership.objects.within(scope).holding(as_of).order_by()
    return dict(rows.values_list("household_id").annotate(members=Count("pk")))


def incomes_per_head(scope: DivisionScope, as_of: date) -> dict[int, tuple[int | None, int | None]]:
    """(net income, members reckoned with) of the yearly record in force on the day, by household."""
    rows = IncomeRecord.objects.within(scope).filter(
        kind=IncomeRecord.Kind.YEAR,
        period_end__lte=as_of,
        collected_on__lte=as_of,
        superseded_at__isnull=True,
    )
    ordered = rows.order_by("household_id", "period_end").values_list("household_id", "net_fen", "members")
    return {household: (net, members) for household, net, members in ordered.iterator(chunk_size=CHUNK)}


def _unsealed(sealed: Any, model: type[Household] | type[Person], column: str, row: UUID) -> str:
    return vault.unseal(sealed, table=model._meta.db_table, column=column, row=row) if sealed else ""


def _danger(grade: str | None, guarantee: str | None) -> bool | None:
    """危房户: by the grade where one is known, else by the housing guarantee; unknown stays unknown."""
    if grade:
        return grade in (codes.DangerGrade.C, codes.DangerGrade.D)
    known = {codes.GuaranteeState.MET.value: False, codes.GuaranteeState.NOT_MET.value: True}
    return known.get(guarantee or "")


def _removed(row: Any, monitor: str, as_of: date) -> bool | None:
    if row.household__risk_removed_on and row.household__risk_removed_on <= as_of:
        return True
    return False if monitor != codes.MonitorClass.NONE else None


def _health(row: Any) -> frozenset[str]:
    flags = (
        row.situation__is_healthy,
        row.situation__has_chronic_illness,
        row.situation__has_serious_illness,
        row.situation__is_disabled,
    )
    return frozenset(name for name, held in zip(HEALTH, flags, strict=True) if held)


class _Builder:
    """Joined row -> values by column key. What is of the household is made once for all its members."""

    def __init__(self, scope: DivisionScope, as_of: date) -> None:
        self.as_of = as_of
        self.counts, self.incomes = member_counts(scope, as_of), incomes_per_head(scope, as_of)
        self.household: dict[str, Any] = {}
        self.household_id: int | None = None

    def _of_household(self, row: Any) -> dict[str, Any]:
        net, members = self.incomes.get(row.household_id, (None, None))
        monitor = row.monitor__value or codes.MonitorClass.NONE.value
        return {
            "county": row.household__village__parent__parent__name,
            "township": row.household__village__parent__name,
            "village": row.household__village__name,
            "hamlet": row.household__hamlet,
            "household_no": row.household__household_no,
            "members": self.counts.get(row.household_id),
            "main_cause": row.household__main_cause,
            "dangerous_house": _danger(row.living__danger_grade, row.housing__state),
            "water_safe": row.living__water_safe,
            "income_per_head": per_head(net, members),
            "household_phone": _unsealed(
                row.household__phone_sealed, Household, "phone_sealed", row.household__uuid
            ),
            "household_identified_on": row.household__identified_on,
            "kind": "exited" if row.poverty__value in codes.REGISTERED else "ordinary",
            "monitor_class": monitor,
            "risk_removed": _removed(row, monitor, self.as_of),
            "risk_identified_on": row.household__risk_identified_on,
            "risk_removed_on": row.household__risk_removed_on,
        }

    def entry(self, row: Any) -> Entry:
        if row.household_id != self.household_id:
            self.household_id, self.household = row.household_id, self._of_household(row)
        values = {
            **self.household,
            "person_no": row.person__person_no,
            "name": row.person__name,
            "id_number": _unsealed(
                row.person__id_number_sealed, Person, "id_number_sealed", row.person__uuid
            ),
            "relation": row.relation,
            "ethnicity": row.person__ethnicity,
            "education": row.situation__education,
            "schooling": row.situation__schooling,
            "health": _health(row),
            "labour_skill": row.situation__labour_skill,
            "work_months": row.situation__work_months,
            "serious_illness_insurance": row.situation__has_serious_illness_insurance,
            "person_phone": _unsealed(row.person__phone_sealed, Person, "phone_sealed", row.person__uuid),
            "person_identified_on": row.person__identified_on,
        }
        return Entry(row.household_id, row.person_id, values)


def ledger_entries(*, scope: DivisionScope, as_of: date, population: Population) -> Iterator[Entry]:
    """The members a ledger lists on the day, streamed."""
    builder = _Builder(scope, as_of)
    rows = listed(member_query(scope, as_of), population)
    for row in rows.values_list(*FIELDS, named=True).iterator(chunk_size=CHUNK):
        yield builder.entry(row)


def ledger_total(*, scope: DivisionScope, as_of: date, population: Population) -> int:
    return listed(member_query(scope, as_of), population).order_by().count()


class KnownMembers:
    """For an import: the members on record by 人编号, in chunks, with the household-wide figures fetched once."""

    def __init__(self, scope: DivisionScope, as_of: date) -> None:
        self.scope, self.as_of = scope, as_of
        self.builder = _Builder(scope, as_of)

    def by_number(self, numbers: Sequence[str]) -> dict[str, Entry]:
        self.builder.household_id = None
        rows = member_query(self.scope, self.as_of).filter(person__person_no__in=numbers)
        found = rows.values_list(*FIELDS, named=True)
        return {row.person__person_no: self.builder.entry(row) for row in found}


def households_by_number(numbers: Sequence[str], scope: DivisionScope) -> dict[str, int | None]:
    """户编号 -> id of a living household inside the scope; None for one that exists elsewhere."""
    anywhere = Household.objects.filter(household_no__in=numbers).values_list("household_no", flat=True)
    found: dict[str, int | None] = dict.fromkeys(anywhere)
    mine = Household.objects.within(scope).filter(household_no__in=numbers, is_live=True)
    found.update(mine.values_list("household_no", "pk"))
    return found


def persons_taken(numbers: Sequence[str]) -> set[str]:
    """Those 人编号 that exist anywhere."""
    return set(Person.objects.filter(person_no__in=numbers).values_list("person_no", flat=True))


def id_owners(hashes: Sequence[bytes]) -> dict[bytes, str]:
    """Hash of an ID number -> 人编号 of the living person who has it."""
    rows = Person.objects.filter(id_number_hash__in=hashes, is_live=True)
    pairs = rows.values_list("id_number_hash", "person_no")
    return {bytes(digest): number for digest, number in pairs if digest is not None}
