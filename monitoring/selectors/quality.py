"""Reads of doubtful data, inside the actor's area and his groups of fields."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left

from accounts.actor import Actor
from common.errors import DomainError, NotFound
from monitoring.models import DataFault, FaultExemption, QualityRun
from monitoring.quality.catalogue import Catalogue, Check, catalogue_in_force
from monitoring.quality.faults import MENDED
from villages.models import COUNTY_DIGITS, TOWNSHIP_DIGITS, Division, Level

VIEW, EXEMPT = "monitoring.view", "monitoring.exempt_fault"
USUAL_MEND_DAYS = 30
STATES = (("open", "待改正"), ("overdue", "超期"), ("exempt", "已豁免"), ("closed", "已改正"))


@dataclass(frozen=True)
class FaultFilters:
    """What the list of faults is narrowed to; empty: everything."""

    state: str = "open"
    area: str = ""
    rule: str = ""
    topic: str = ""
    severity: str = ""


def quality_run_claim(run_id: int) -> QualityRun | None:
    """The run, now in this worker's hands, or None."""
    return QualityRun.claim(run_id)


def catalogue_for(actor: Actor, day: date) -> Catalogue | None:
    """The checks in force where the actor serves; None while none are published."""
    prefixes = actor.scope(VIEW).prefixes or actor.scope(VIEW).assigned
    for code in prefixes:
        try:
            return catalogue_in_force(day, code[:12])
        except DomainError:
            continue
    return None


def mend_days(catalogue: Catalogue | None) -> int:
    """How many days a fault may stand."""
    return int(str(catalogue.value("mend_days"))) if catalogue else USUAL_MEND_DAYS


def quality_runs(*, actor: Actor) -> QuerySet[QualityRun]:
    """Runs of the actor's area and of the areas around it, newest first: a township is checked by the county's run."""
    scope = actor.scope(VIEW)
    around = {
        code[:length]
        for code in (*scope.prefixes, *scope.assigned)
        for length in (COUNTY_DIGITS, TOWNSHIP_DIGITS)
    }
    rows: QuerySet[QualityRun] = QualityRun.objects.filter(
        Q(pk__in=QualityRun.objects.within(scope).values("pk")) | Q(scope_code__in=around)
    )
    return rows.select_related("requested_by").order_by("-pk")


def quality_run_get(*, actor: Actor, pk: int) -> QualityRun:
    found = quality_runs(actor=actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def last_quality_run(*, actor: Actor) -> QualityRun | None:
    return quality_runs(actor=actor).filter(state=QualityRun.State.DONE).first()


def seen_faults(*, actor: Actor, permission: str = VIEW) -> QuerySet[DataFault]:
    rows: QuerySet[DataFault] = DataFault.objects.within(actor.scope(permission))
    return rows


def exempt_q(today: date) -> Q:
    """Covered by an exemption that still holds today, also where the next run has yet to take an ended one off."""
    return Q(exemption__isnull=False, exemption__until__gte=today)


def to_mend_q(today: date) -> Q:
    return Q(exemption__isnull=True) | Q(exemption__until__lt=today)


def _of_state(rows: QuerySet[DataFault], state: str, late: date, today: date) -> QuerySet[DataFault]:
    if state == "closed":
        return rows.filter(closed_on__isnull=False)
    rows = rows.filter(closed_on__isnull=True)
    if state == "exempt":
        return rows.filter(exempt_q(today))
    rows = rows.filter(to_mend_q(today))
    return rows.filter(found_on__lt=late) if state == "overdue" else rows


def fault_list(*, actor: Actor, filters: FaultFilters, today: date) -> QuerySet[DataFault]:
    """Faults of the actor's area. Overdue: found more days ago than mending may take."""
    catalogue = catalogue_for(actor, today)
    rows: QuerySet[DataFault] = DataFault.objects.within(actor.scope(VIEW).narrowed(filters.area or None))
    rows = _of_state(rows, filters.state, today - timedelta(days=mend_days(catalogue)), today)
    if filters.rule:
        rows = rows.filter(rule_key=filters.rule)
    if filters.severity:
        rows = rows.filter(severity=filters.severity)
    if filters.topic:
        rows = rows.filter(rule_key__in=[one.number for one in (catalogue.checks if catalogue else ()) if one.topic == filters.topic])  # fmt: skip
    return rows


def with_places(rows: QuerySet[DataFault]) -> QuerySet[DataFault]:
    return rows.select_related("household__village__parent", "person", "exemption")


def fault_get(*, actor: Actor, pk: int, permission: str = VIEW) -> DataFault:
    found = with_places(seen_faults(actor=actor, permission=permission)).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def exemption_list(*, actor: Actor) -> QuerySet[FaultExemption]:
    rows: QuerySet[FaultExemption] = FaultExemption.objects.within(actor.scope(VIEW))
    return (
        rows.filter(ended_at__isnull=True)
        .select_related("created_by")
        .annotate(n=Count("faults"))
        .order_by("until", "pk")
    )


def checks_seen(actor: Actor, catalogue: Catalogue | None) -> tuple[Check, ...]:
    """The checks whose faults the actor may see: a check tells what its columns tell."""
    groups = actor.scope(VIEW).field_groups
    return tuple(check for check in (catalogue.checks if catalogue else ()) if check.field_groups <= groups)


def townships_of(actor: Actor) -> QuerySet[Division]:
    """The townships of the actor's area, his own one when he serves below it."""
    scope = actor.scope(VIEW)
    codes = [
        code[:TOWNSHIP_DIGITS] for code in (*scope.prefixes, *scope.assigned) if len(code) >= TOWNSHIP_DIGITS
    ]
    rows: QuerySet[Division] = Division.objects.filter(
        Q(pk__in=Division.objects.within(scope).values("pk")) | Q(code__in=codes),
        level=Level.TOWNSHIP, valid_to__isnull=True,
    )  # fmt: skip
    return rows.order_by("code")


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Division code -> name."""
    return dict(Division.objects.filter(code__in=set(codes)).values_list("code", "name"))


@dataclass(frozen=True)
class TownshipState:
    """How one township stands: what is open by severity, what is overdue, and how long mending took."""

    code: str
    name: str
    open: int
    errors: int
    overdue: int
    exempt: int
    mended: int
    median_days: float | None
    longest_days: int | None


def township_states(*, actor: Actor, today: date) -> list[TownshipState]:
    """Every township of the actor's area, those without a fault included."""
    late = today - timedelta(days=mend_days(catalogue_for(actor, today)))
    rows = seen_faults(actor=actor).order_by().annotate(place=Left("scope_code", TOWNSHIP_DIGITS))
    to_mend = Q(closed_on__isnull=True) & to_mend_q(today)
    counted: dict[str, dict[str, Any]] = {
        row["place"]: dict(row)
        for row in rows.values("place").annotate(
            open=Count("pk", filter=to_mend), errors=Count("pk", filter=to_mend & Q(severity="error")),
            overdue=Count("pk", filter=to_mend & Q(found_on__lt=late)),
            exempt=Count("pk", filter=Q(closed_on__isnull=True) & exempt_q(today)),
        )
    }  # fmt: skip
    took = mending_times(seen_faults(actor=actor))
    return [
        _township(place, counted.get(place.code, {}), took.get(place.code, []))
        for place in townships_of(actor)
    ]


def _township(place: Division, row: dict[str, Any], took: list[int]) -> TownshipState:
    count = [int(row.get(name, 0)) for name in ("open", "errors", "overdue", "exempt")]
    middle = median(took) if took else None
    return TownshipState(
        place.code,
        place.name,
        count[0],
        count[1],
        count[2],
        count[3],
        len(took),
        middle,
        max(took, default=None),
    )


def mending_times(rows: QuerySet[DataFault]) -> dict[str, list[int]]:
    """Township -> days from found to mended, one for each mended fault; counted in the database by pair of days."""
    found: dict[str, list[int]] = {}
    mended = rows.filter(close_reason=MENDED).order_by().annotate(place=Left("scope_code", TOWNSHIP_DIGITS))
    pairs = mended.values("place", "found_on", "closed_on").annotate(n=Count("pk"))
    for row in pairs:
        if (closed := row["closed_on"]) is not None:
            found.setdefault(row["place"], []).extend([(closed - row["found_on"]).days] * row["n"])
    return found


def township_rules(*, actor: Actor, today: date, area: str = "") -> dict[str, dict[str, int]]:
    """Rule -> township -> open faults: the table of townships and rules."""
    rows = fault_list(actor=actor, filters=FaultFilters(area=area), today=today).order_by()
    found: dict[str, dict[str, int]] = {}
    counted = (
        rows.annotate(place=Left("scope_code", TOWNSHIP_DIGITS))
        .values("rule_key", "place")
        .annotate(n=Count("pk"))
    )
    for row in counted:
        found.setdefault(row["rule_key"], {})[row["place"]] = row["n"]
    return found


def open_by_rule(*, actor: Actor, today: date) -> dict[str, int]:
    rows = seen_faults(actor=actor).filter(to_mend_q(today), closed_on__isnull=True).order_by()
    return dict(rows.values_list("rule_key").annotate(n=Count("pk")))


def state_counts(*, actor: Actor, filters: FaultFilters, today: date) -> dict[str, int]:
    """How many stand behind each tab of the list."""
    return {
        state: fault_list(actor=actor, filters=FaultFilters(state, filters.area, filters.rule, filters.topic, filters.severity), today=today).count()
        for state, _ in STATES
    }  # fmt: skip
