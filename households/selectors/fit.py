"""Does the help answer the risk: of one household, and of everybody in an area in a constant number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, TextField
from django.db.models.functions import Cast

from accounts.actor import Actor
from common.dates import business_today
from households import codes
from households.metrics.events import unresolved
from households.metrics.household import labour, measures
from households.metrics.parts import holding, under_way
from households.models import AidMeasure, Guarantee, Household, HouseholdEvent
from households.models.household import HouseholdQuerySet
from households.pack_tables import FitRow, fit_table
from households.rules_measures import RiskFit, risk_fits
from households.selectors.households import HouseholdFilters, household_list
from households.selectors.measures import help_of
from households.terms import INCOME_MEASURES_MIN, LABOUR_MIN, Term, Terms
from policies.metrics import Judged
from villages.models import COUNTY_DIGITS

NOT_MET = codes.GuaranteeState.NOT_MET
GAPS = {
    "unanswered": "有风险无对应措施",
    "no_development": "有劳动力无开发式帮扶",
    "few_income": "增收措施项数不足",
}


@dataclass(frozen=True)
class HouseholdFit:
    """The risks of a household beside its running help. `unknown`: nobody has named a risk, a cause or an event yet."""

    household: Household
    fits: tuple[RiskFit, ...]
    running: tuple[AidMeasure, ...]
    unknown: bool
    removed: bool

    @property
    def unanswered(self) -> tuple[RiskFit, ...]:
        return () if self.removed else tuple(fit for fit in self.fits if fit.state == "unanswered")

    @property
    def is_security_only(self) -> bool:
        """仅有综合保障: something is given, and nothing of it helps to earn or answers otherwise."""
        kinds = {row.category for row in self.running}
        return kinds == {codes.MeasureCategory.SOCIAL_SECURITY.value}


@dataclass(frozen=True)
class GapFilters:
    """Which gap, where, and of whom: monitored households only, or everybody."""

    gap: str = "unanswered"
    area: str = ""
    everybody: bool = False


def _prefetched(rows: HouseholdQuerySet, judged: Judged) -> HouseholdQuerySet:
    lost = Guarantee.objects.filter(holding("", judged), state=NOT_MET)
    happened = HouseholdEvent.objects.filter(unresolved("", judged)).order_by("-happened_on", "pk")
    running = AidMeasure.objects.filter(under_way("", judged)).order_by("category", "-started_on", "pk")
    return rows.prefetch_related(
        Prefetch("guarantees", queryset=lost, to_attr="lost_guarantees"),
        Prefetch("events", queryset=happened, to_attr="open_events"),
        Prefetch("measures", queryset=running.select_related("person"), to_attr="running_measures"),
    )


def _risks(household: Any, table: Mapping[str, FitRow]) -> dict[str, tuple[str, ...]]:
    """Risk -> how it is seen: named on the household, a guarantee lost, an event that is not resolved."""
    found: dict[str, list[str]] = {
        cause: ["已登记"] for cause in household.risks if cause in codes.Cause.values
    }
    for row in table.values():
        seen = [
            f"{one.get_kind_display()}未保障"
            for one in household.lost_guarantees
            if one.kind in row.guarantees
        ]
        seen += [
            f"{one.happened_on} {one.get_kind_display()}"
            for one in household.open_events
            if one.kind in row.events
        ]
        if seen:
            found.setdefault(row.cause, []).extend(seen)
    return {cause: tuple(evidence) for cause, evidence in found.items()}


def is_removed(household: Household, as_of: date) -> bool:
    """风险已消除: the removal stands and nothing was identified after it."""
    gone = household.risk_removed_on
    found = household.risk_identified_on
    return gone is not None and gone <= as_of and (found is None or found <= gone)


def fit_of_rows(rows: Iterable[Household], judged: Judged) -> list[HouseholdFit]:
    """The fit of households that `with_fit` has read; the table of each county is asked once."""
    tables: dict[str, dict[str, FitRow]] = {}
    found = []
    for household in rows:
        county = household.scope_code[:COUNTY_DIGITS]
        if county not in tables:
            tables[county] = fit_table(Terms.of(county, judged.as_of).packs)
        table, seen = tables[county], household
        risks = _risks(seen, table)
        running = tuple(seen.running_measures)  # type: ignore[attr-defined] # Prefetch(to_attr=...) sets it
        wanted = {cause: row.categories for cause, row in table.items()}
        found.append(
            HouseholdFit(
                household=household,
                fits=risk_fits(risks, [help_of(row) for row in running], wanted),
                running=running,
                unknown=not risks and not household.main_cause and not seen.open_events,  # type: ignore[attr-defined]
                removed=is_removed(household, judged.as_of),
            )
        )
    return found


def with_fit(rows: HouseholdQuerySet, judged: Judged) -> HouseholdQuerySet:
    """What a list row needs, in a constant number of queries."""
    return _prefetched(rows.select_related("village__parent"), judged)


def measure_fit(*, household: Household, as_of: date | None = None) -> HouseholdFit:
    """Per risk of one household (obtained by household_get): answered by which measures, not answered, or no rule for it."""
    judged = Judged(as_of or business_today())
    rows = _prefetched(Household.objects.filter(pk=household.pk), judged)
    found: HouseholdFit = fit_of_rows(rows, judged)[0]
    return found


def _seen(row: FitRow, judged: Judged) -> Q:
    """Households with this risk."""
    seen = Q(named__contains=f'"{row.cause}"')
    if row.guarantees:
        lost = Guarantee.objects.filter(
            holding("", judged), household_id=OuterRef("pk"), state=NOT_MET, kind__in=row.guarantees
        )
        seen |= Q(Exists(lost))
    if row.events:
        happened = HouseholdEvent.objects.filter(
            unresolved("", judged), household_id=OuterRef("pk"), kind__in=row.events
        )
        seen |= Q(Exists(happened))
    return seen


def _unanswered(table: Mapping[str, FitRow], judged: Judged) -> Q:
    """Households with at least one risk that no running measure of a fitting category answers."""
    found = Q(pk__in=())
    for row in table.values():
        answers = AidMeasure.objects.filter(
            under_way("", judged), household_id=OuterRef("pk"), category__in=row.categories
        )
        found |= _seen(row, judged) & ~Q(Exists(answers))
    return found


def _removed(judged: Judged) -> Q:
    """As is_removed, for a whole area."""
    gone = Q(risk_removed_on__isnull=False, risk_removed_on__lte=judged.as_of)
    return gone & (Q(risk_identified_on__isnull=True) | Q(risk_identified_on__lte=F("risk_removed_on")))


def income_measures_term(terms: Terms) -> Term:
    """How many income measures a household with labour should have, and who says so."""
    return terms[INCOME_MEASURES_MIN]


def gap_list(*, actor: Actor, filters: GapFilters, terms: Terms) -> HouseholdQuerySet:
    """Living households of the actor's area where help falls short of what the packs show; nothing is enforced."""
    rows = household_list(actor=actor, filters=HouseholdFilters(area=filters.area))
    if not filters.everybody:
        rows = rows.exclude(monitor_class=codes.MonitorClass.NONE)
    judged = terms.judged
    if filters.gap == "unanswered":
        rows = rows.annotate(named=Cast("risks", TextField()))
        return rows.filter(_unanswered(fit_table(terms.packs), judged) & ~_removed(judged))
    rows = rows.filter(Q(poverty_status__in=codes.REGISTERED) | ~Q(monitor_class=codes.MonitorClass.NONE))
    least_labour, least = terms[LABOUR_MIN].whole or 1, income_measures_term(terms).whole or 1
    able = labour(judged).filter(labour_members__gte=least_labour).values("subject_id")
    few = measures(judged).filter(income_measures__lt=1 if filters.gap == "no_development" else least)
    return rows.filter(pk__in=able).filter(pk__in=few.values("subject_id"))
