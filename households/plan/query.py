"""The plan as conditions of one query: who is asked for what, who has done it, who has missed a period.

Every condition is membership in a set (pk IN ...) that the database makes once, so 16,000 households cost as many scans as
there are lines, not as there are households.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from common.dated import holding_q
from common.dates import add_months
from households.codes import StatusDimension
from households.models import IncomeRecord, StatusSpell, Visit
from households.plan.states import ONE, PlanState, before_due, period_first, period_last
from policies.pack.plan import PlanLine
from policies.plan import Obligation

FIRST = date(1900, 1, 1)


@dataclass(frozen=True)
class Placed:
    """An obligation where it holds: the code of the county, empty for everywhere the caller looks."""

    obligation: Obligation
    county: str = ""


COLUMNS = {StatusDimension.POVERTY.value: "poverty_status", StatusDimension.MONITOR.value: "monitor_class"}


def nothing_later(on: date) -> bool:
    """Has no class changed after that day? Then the columns kept on the household say what the spells say, and cheaper."""
    later = Q(effective_from__gt=on) | Q(effective_to__gt=on)
    return not StatusSpell.objects.filter(later).exists()


def _of_class(dimension: str, values: Sequence[str], on: date, *, by_column: bool) -> Q:
    if not values:
        return Q()
    if by_column:
        return Q(**{f"{COLUMNS[dimension]}__in": values})
    spells = StatusSpell.objects.filter(holding_q(on), dimension=dimension, value__in=values)
    return Q(pk__in=spells.order_by().values("household_id"))


def of_line(line: PlanLine, on: date, *, by_column: bool = False) -> Q:
    """The households of the line's classes on that day."""
    poverty = _of_class(StatusDimension.POVERTY.value, line.poverty, on, by_column=by_column)
    return poverty & _of_class(StatusDimension.MONITOR.value, line.monitor, on, by_column=by_column)


def acts(obligation: Obligation, first: date, last: date, as_of: date) -> QuerySet:
    """What counts between two days as far as it had happened by `as_of`: rows with `household_id` and `day`."""
    if obligation.topic == "collect":
        rows = IncomeRecord.objects.filter(
            kind=IncomeRecord.Kind.QUARTER, superseded_at__isnull=True, collected_on__lte=as_of,
            period_end__gte=first, period_end__lte=last,
        )  # fmt: skip
        return rows.order_by().annotate(day=F("period_end"))
    line = obligation.line
    visits = Visit.objects.filter(
        visited_on__gte=first, visited_on__lte=min(last, as_of), kind__in=line.counts
    )
    if line.roles:
        on = F("visited_on")
        lasts = Q(visitor__postings__effective_to__isnull=True) | Q(visitor__postings__effective_to__gt=on)
        visits = visits.filter(
            lasts, visitor__postings__role__code__in=line.roles, visitor__postings__effective_from__lte=on
        ).distinct()
    return visits.order_by().annotate(day=F("visited_on"))


def _acted(obligation: Obligation, first: date, last: date, as_of: date) -> Q:
    """The households with as many counted acts as asked between the two days."""
    rows = acts(obligation, first, last, as_of)
    if obligation.times > 1 and not obligation.is_once:
        counted = rows.values("household_id").annotate(acts=Count("pk", distinct=True))
        rows = counted.filter(acts__gte=obligation.times)
    return Q(pk__in=rows.values("household_id"))


def _ever(obligation: Obligation, as_of: date) -> Q:
    return Q(pk__in=acts(obligation, FIRST, as_of, as_of).values("household_id"))


def _late(obligation: Obligation, as_of: date) -> Case:
    """Late, or never done at all."""
    overdue = When(_ever(obligation, as_of), then=Value(PlanState.OVERDUE.value))
    return Case(overdue, default=Value(PlanState.NEVER.value), output_field=IntegerField())


def _whens(placed: Placed, as_of: date, *, by_column: bool) -> list[When]:
    one = placed.obligation
    fits = of_line(one.line, as_of, by_column=by_column)
    if placed.county:
        fits &= Q(scope_code__startswith=placed.county)
    if one.start and one.until:
        done = When(fits & _acted(one, one.start, as_of, as_of), then=Value(PlanState.DONE.value))
        if as_of > one.until:
            return [done, When(fits, then=_late(one, as_of))]
        return [done, When(fits, then=Value(before_due(one.until, as_of, one.soon_days).value))]
    first, last = period_first(as_of, one.months), period_last(as_of, one.months)
    whens = [When(fits & _acted(one, first, last, as_of), then=Value(PlanState.DONE.value))]
    before = first - ONE
    if one.begins <= before:  # the period before was already asked of those who were of the class at its end
        served = _acted(one, add_months(first, -one.months), before, as_of)
        # Who was served comes first: the costlier set of classes is made only where somebody was not.
        whens.append(When(fits & ~served & of_line(one.line, before), then=_late(one, as_of)))
    whens.append(When(fits, then=Value(before_due(last, as_of, one.soon_days).value)))
    return whens


def state_of(plan: Iterable[Placed], as_of: date, *, by_column: bool = False) -> Case:
    """The PlanState of each household for one topic; null where nothing is asked. The first line that fits holds."""
    whens = [when for placed in plan for when in _whens(placed, as_of, by_column=by_column)]
    return Case(*whens, default=None, output_field=IntegerField(null=True))
