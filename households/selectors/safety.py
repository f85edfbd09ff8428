"""低保渐退 and 单人保 of one household and of an area: what the figures say, for people to judge."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from households import codes
from households.metrics.income import above_allowance, standards, standing
from households.metrics.parts import holding
from households.models import Household, IncomeRecord, Membership, PersonSituation, SafetyNet
from households.models.household import HouseholdQuerySet
from households.rules import per_head
from households.rules_taper import Collected, TaperState, taper_state
from households.selectors.households import HouseholdFilters, household_list
from households.terms import (
    SEVERE_GRADES,
    SINGLE_MULTIPLE,
    STANDARD,
    TAPER_MONTHS,
    TAPER_MULTIPLE,
    TAPER_WARNING,
    Term,
    Terms,
)
from policies.metrics import Judged
from villages.models import COUNTY_DIGITS

TAPERS = {"soon": "渐退期将满", "running": "渐退期内", "ended": "渐退期已满", "all": "全部高于标准的"}
SingleOutcome = Literal["hit", "clear", "unknown"]


@dataclass(frozen=True)
class TaperView:
    """Where the allowance of a household stands, with figures and sources. Per-head figures are for the screen only."""

    household: Household
    state: TaperState
    months: Term
    multiple: Term
    standard: Term

    @property
    def per_head_fen(self) -> int | None:
        latest = self.state.latest
        return per_head(latest.fen, latest.members) if latest else None

    @property
    def ceiling_fen(self) -> int | None:
        """Income per head above which there is no taper."""
        if self.multiple.number is None or self.state.standard_fen is None:
            return None
        return int(self.multiple.number * self.state.standard_fen)


@dataclass(frozen=True)
class SinglePerson:
    """A severely disabled or seriously ill member of a household outside the allowance, beside the line. No decision."""

    membership: Membership
    reasons: tuple[str, ...]
    outcome: SingleOutcome
    fen: int | None
    members: int | None
    assumed: bool
    line_fen: int | None
    source: str

    @property
    def per_head_fen(self) -> int | None:
        return per_head(self.fen, self.members)


def _collected(row: IncomeRecord) -> Collected:
    return Collected(row.period_end, row.collected_on, row.members, row.disposable_fen, row.net_fen)


def taper_view(household: Household, records: Iterable[IncomeRecord], terms: Terms) -> TaperView:
    months, multiple, standard = terms[TAPER_MONTHS], terms[TAPER_MULTIPLE], terms[STANDARD]
    state = taper_state(
        [_collected(row) for row in records], standard.fen_on,
        months=months.whole, multiple=multiple.number, as_of=terms.judged.as_of,
    )  # fmt: skip
    return TaperView(household, state, months, multiple, standard)


def _on_allowance(judged: Judged) -> QuerySet[SafetyNet]:
    rows: QuerySet[SafetyNet] = SafetyNet.objects.filter(holding("", judged), kind__in=codes.ALLOWANCE)
    return rows.order_by()


def taper_of(*, household: Household, as_of: date) -> TaperView | None:
    """The taper of a household (obtained by household_get); None when it is not on the allowance that day."""
    terms = Terms.of(household.scope_code, as_of)
    if not _on_allowance(terms.judged).filter(household=household).exists():
        return None
    return taper_view(household, standing(terms.judged).filter(household=household), terms)


def taper_list(*, actor: Actor, area: str, kind: str, terms: Terms) -> HouseholdQuerySet:
    """Living households on the allowance whose income stands above the standard: in the taper, near its end, or past it.

    `terms` are those of the county looked at; the state of each row is then judged by its own county.
    """
    judged = terms.judged
    above = above_allowance(judged)
    months = terms[TAPER_MONTHS].whole
    if months is not None and kind == "ended":
        above = above.filter(allowance_above_months__gte=months)
    elif months is not None and kind in ("soon", "running"):
        above = above.filter(allowance_above_months__lt=months)
        if kind == "soon":
            above = above.filter(allowance_above_months__gte=terms[TAPER_WARNING].whole or months)
    rows = household_list(actor=actor, filters=HouseholdFilters(area=area))
    return rows.filter(pk__in=above.values("subject_id"))


def with_income_history(rows: HouseholdQuerySet, judged: Judged) -> HouseholdQuerySet:
    """What a list row of tapers needs, in a constant number of queries."""
    records = standing(judged).order_by("-period_end")
    return rows.select_related("village__parent").prefetch_related(
        Prefetch("incomes", queryset=records, to_attr="yearly_records")
    )


def taper_views(rows: Iterable[Household], as_of: date) -> list[TaperView]:
    """The tapers of households that `with_income_history` has read."""
    terms: dict[str, Terms] = {}
    found = []
    for row in rows:
        county = row.scope_code[:COUNTY_DIGITS]
        known = terms.setdefault(county, terms.get(county) or Terms.of(county, as_of))
        records = row.yearly_records  # type: ignore[attr-defined] # Prefetch(to_attr=...) sets it
        found.append(taper_view(row, records, known))
    return found


def _severe_members(terms: Terms) -> QuerySet[Membership]:
    """Members who are severely disabled or seriously ill, in living households outside 低保 and 特困."""
    judged, grades = terms.judged, [int(value) for value in _grades(terms)]
    held = PersonSituation.objects.filter(holding("", judged), person_id=OuterRef("person_id"))
    severe = held.filter(Q(has_serious_illness=True) | Q(disability_grade__in=grades))
    covered = SafetyNet.objects.filter(holding("", judged), household_id=OuterRef("household_id"))
    rows: QuerySet[Membership] = Membership.objects.filter(
        holding("", judged), Exists(severe), ~Exists(covered), household__is_live=True
    )
    latest = standing(judged).filter(household_id=OuterRef("household_id")).order_by("-period_end", "-pk")
    return rows.annotate(
        fen=Subquery(latest.annotate(fen=Coalesce("disposable_fen", "net_fen")).values("fen")[:1]),
        disposable=Subquery(latest.values("disposable_fen")[:1]),
        heads=Subquery(latest.values("members")[:1]),
        standard=standards(judged),
    )


def _grades(terms: Terms) -> tuple[Any, ...]:
    param = terms[SEVERE_GRADES].param
    return param.values if param else ()


def _is_known() -> Q:
    return Q(fen__isnull=False, heads__gt=0, standard__isnull=False)


def _below(multiple: Any) -> Q:
    """income < multiple x standard x members, in whole numbers: the multiple in hundredths."""
    return Q(hundredfold__lt=F("standard") * F("heads") * int(multiple * 100))


def single_person_list(*, actor: Actor, area: str, kind: str, terms: Terms) -> QuerySet[Membership]:
    """Members to look at for 单人保: below the line (`hit`), or with an income nobody has collected (`unknown`)."""
    rows = _severe_members(terms).filter(
        household__in=household_list(actor=actor, filters=HouseholdFilters(area=area)).order_by().values("pk")
    )
    multiple = terms[SINGLE_MULTIPLE].number
    if kind == "unknown" or multiple is None:
        rows = rows.exclude(_is_known())
    else:
        rows = rows.annotate(hundredfold=F("fen") * 100).filter(_is_known() & _below(multiple))
    situations = PersonSituation.objects.filter(holding("", terms.judged))
    return rows.select_related("person", "household__village__parent").prefetch_related(
        Prefetch("person__situations", queryset=situations, to_attr="held_situations")
    )


def _reasons(row: Any, grades: Iterable[int]) -> tuple[str, ...]:
    held = row.person.held_situations[0] if row.person.held_situations else None
    if held is None:
        return ()
    severe = held.disability_grade in set(grades)
    found = [f"{held.disability_grade} 级残疾"] if severe else []
    return tuple(found + (["患有大病"] if held.has_serious_illness else []))


def single_views(rows: Iterable[Any], terms: Terms) -> list[SinglePerson]:
    """The rows of single_person_list as the screen shows them. Below means below: exactly on the line is clear."""
    term, grades = terms[SINGLE_MULTIPLE], [int(value) for value in _grades(terms)]
    found = []
    for row in rows:
        line = None if term.number is None or row.standard is None else int(term.number * row.standard)
        known = line is not None and row.fen is not None and bool(row.heads)
        outcome: SingleOutcome = "unknown"
        if known and line is not None:
            outcome = "hit" if row.fen < line * row.heads else "clear"
        assumed = row.disposable is None and row.fen is not None
        reasons = _reasons(row, grades)
        found.append(SinglePerson(row, reasons, outcome, row.fen, row.heads, assumed, line, term.source))
    return found


def single_persons_of(*, household: Household, as_of: date) -> list[SinglePerson]:
    """The members of a household (obtained by household_get) to look at for 单人保, with those above the line too."""
    terms = Terms.of(household.scope_code, as_of)
    situations = PersonSituation.objects.filter(holding("", terms.judged))
    rows = _severe_members(terms).filter(household=household).select_related("person")
    rows = rows.prefetch_related(
        Prefetch("person__situations", queryset=situations, to_attr="held_situations")
    )
    return single_views(rows.order_by("effective_from", "pk"), terms)
