"""Who is to be visited when, who is late, and how far each place and helper has got."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import IntegerField, Value
from django.db.models.functions import Coalesce, Greatest

from accounts.actor import Actor
from common.dated import holding_q
from households.models import HelperAssignment, Household, StatusSpell
from households.models.household import HouseholdQuerySet
from households.plan.query import FIRST, Placed, acts, nothing_later, state_of
from households.plan.states import LATE, ONE, OPEN, PlanState, Standing, period_first, standing
from households.selectors.households import HouseholdFilters, household_list, with_place_and_helper
from policies.pack.plan import TOPICS, PlanLine
from policies.plan import Obligation, plan_in_force, plan_mentions
from policies.selectors import packs_in_force
from villages.models import Division, Level
from villages.scope import DivisionScope

VIEW = "households.view"
COUNTY, CHUNK = 6, 500
# Groups of states for the filter; a single state is named by its number.
STATE_GROUPS: dict[str, tuple[str, tuple[int, ...]]] = {
    "open": ("未完成", OPEN),
    "late": ("逾期（含从未走访）", LATE),
}


@dataclass(frozen=True)
class PlanFilters:
    """What the list may be narrowed by. `state`: a group or the number of a state. `helper`: the name of the helper."""

    area: str = ""
    topic: str = ""
    state: str = ""
    poverty_status: str = ""
    monitor_class: str = ""
    helper: str = ""
    mine: bool = False

    @property
    def states(self) -> tuple[int, ...]:
        if self.state in STATE_GROUPS:
            return STATE_GROUPS[self.state][1]
        return tuple(value for value in PlanState.values if str(value) == self.state)


@dataclass(frozen=True)
class PlanRow:
    """A household with what is asked of it, the most pressing first."""

    household: Household
    standings: tuple[Standing, ...]


def _counties(scope: DivisionScope) -> list[str]:
    """The counties a scope touches; one wider than a county is looked up."""
    codes = {code[:COUNTY] for code in (*scope.prefixes, *scope.assigned) if len(code) >= COUNTY}
    for wide in (code for code in scope.prefixes if len(code) < COUNTY):
        rows = Division.objects.filter(level=Level.COUNTY, code__startswith=wide)
        codes |= set(rows.values_list("code", flat=True))
    return sorted(codes)


def plan_for(scope: DivisionScope, as_of: date) -> tuple[Placed, ...]:
    """The obligations in force in the scope, in the order in which they decide."""
    counties = _counties(scope)
    many = len(counties) > 1
    return tuple(
        Placed(one, code if many else "")
        for code in counties
        for one in plan_in_force(packs_in_force(as_of, code))
    )


def plan_lines(*, actor: Actor, as_of: date) -> tuple[tuple[Placed, ...], tuple[tuple[str, PlanLine], ...]]:
    """What the page explains: the obligations that are counted, and what documents say without a number."""
    scope = actor.scope(VIEW)
    mentions = [
        (pack.title, line)
        for code in _counties(scope)
        for pack, line in plan_mentions(packs_in_force(as_of, code))
    ]
    return plan_for(scope, as_of), tuple(mentions)


def plan_topics(plan: Iterable[Placed]) -> list[tuple[str, str]]:
    """The topics that somebody asks for here."""
    asked = {placed.obligation.topic for placed in plan}
    return [(topic, word) for topic, word in TOPICS.items() if topic in asked]


def _state(plan: Sequence[Placed], topic: str, as_of: date) -> Any:
    """The state of one topic, or without one of the most pressing; null or 0 where nothing is asked."""
    asked = [one for one, _ in plan_topics(plan) if topic in ("", one)]
    by_column = bool(asked) and nothing_later(as_of)
    states = [
        state_of([p for p in plan if p.obligation.topic == one], as_of, by_column=by_column) for one in asked
    ]
    if not states:
        return Value(None, output_field=IntegerField(null=True))
    return states[0] if len(states) == 1 else Greatest(*(Coalesce(state, Value(0)) for state in states))


def with_state(rows: HouseholdQuerySet, plan: Sequence[Placed], topic: str, as_of: date) -> HouseholdQuerySet:
    """Annotates `plan_state`; of those of whom nothing is asked it is null or 0."""
    return rows.annotate(plan_state=_state(plan, topic, as_of))


def visit_plan(*, actor: Actor, as_of: date, filters: PlanFilters | None = None) -> HouseholdQuerySet:
    """Living households of the actor's area of whom something is asked. One statement; `plan_state` is an alias."""
    asked = filters or PlanFilters()
    plan = plan_for(actor.scope(VIEW), as_of)
    rows = asked_of(actor, as_of, asked).alias(plan_state=_state(plan, asked.topic, as_of))
    return rows.filter(plan_state__in=asked.states) if asked.states else rows.filter(plan_state__gt=0)


def asked_of(actor: Actor, as_of: date, asked: PlanFilters) -> HouseholdQuerySet:
    """The households the filters leave, whatever their state."""
    rows = household_list(
        actor=actor,
        filters=HouseholdFilters(
            area=asked.area,
            poverty_status=asked.poverty_status,
            monitor_class=asked.monitor_class,
            mine=asked.mine,
        ),
    )
    if asked.helper:
        named = HelperAssignment.objects.filter(holding_q(as_of), name=asked.helper)
        rows = rows.filter(pk__in=named.values("household_id"))
    return rows


def plan_rows(
    households: Sequence[Household], plan: Sequence[Placed], as_of: date, topic: str = ""
) -> list[PlanRow]:
    """Each household with its obligations, due dates and last acts; as many questions as there are lines."""
    ids = [household.pk for household in households]
    plan = [placed for placed in plan if topic in ("", placed.obligation.topic)]
    spells = _spells(ids)
    days = {placed.obligation.key: _days(placed.obligation, ids, as_of) for placed in plan}
    found = []
    for household in households:
        mine = [p for p in plan if household.scope_code.startswith(p.county)]
        chosen = _chosen([p.obligation for p in mine], spells[household.pk], as_of)
        standings = [
            standing(one, days[one.key][household.pk], _since(one, spells[household.pk], as_of), as_of)
            for one in chosen
        ]
        standings.sort(key=lambda row: (-row.state.value, row.due_on))
        found.append(PlanRow(household, tuple(standings)))
    return found


Spells = list[StatusSpell]


def _spells(ids: Sequence[int]) -> dict[int, Spells]:
    found: dict[int, Spells] = defaultdict(list)
    for spell in StatusSpell.objects.filter(household_id__in=ids).order_by("effective_from", "pk"):
        found[spell.household_id].append(spell)
    return found


def _days(obligation: Obligation, ids: Sequence[int], as_of: date) -> dict[int, list[date]]:
    last = date(as_of.year, 12, 31) if obligation.topic == "collect" else as_of
    rows = acts(obligation, FIRST, last, as_of).filter(household_id__in=ids)
    found: dict[int, list[date]] = defaultdict(list)
    for household, day in rows.values_list("household_id", "day"):
        found[household].append(day)
    return found


def _holds(spell: StatusSpell, on: date) -> bool:
    return spell.effective_from <= on and (spell.effective_to is None or on < spell.effective_to)


def _fits(line: PlanLine, spells: Spells, on: date) -> bool:
    held = {(spell.dimension, spell.value) for spell in spells if _holds(spell, on)}
    sets = (("poverty", line.poverty), ("monitor", line.monitor))
    return all(any((name, value) in held for value in values) for name, values in sets if values)


def _chosen(plan: Sequence[Obligation], spells: Spells, as_of: date) -> list[Obligation]:
    """Of each topic the first line that fits."""
    found: dict[str, Obligation] = {}
    for one in plan:
        if one.topic not in found and _fits(one.line, spells, as_of):
            found[one.topic] = one
    return list(found.values())


def _unbroken(spells: Spells, name: str, values: Sequence[str], as_of: date) -> date:
    """The first day of the run of spells with these values that reaches the day."""
    start = as_of
    for spell in reversed(spells):
        is_empty = spell.effective_to is not None and spell.effective_to <= spell.effective_from
        if spell.dimension != name or spell.effective_from > as_of or is_empty:
            continue
        if spell.value not in values or (spell.effective_to is not None and spell.effective_to < start):
            break
        start = min(start, spell.effective_from)
    return start


def _since(obligation: Obligation, spells: Spells, as_of: date) -> date:
    """From when the household is of the line's classes; who was so at the end of the period before owes that one."""
    sets = (("poverty", obligation.line.poverty), ("monitor", obligation.line.monitor))
    since = max((_unbroken(spells, name, values, as_of) for name, values in sets if values), default=FIRST)
    if obligation.is_once:
        return since
    before = period_first(as_of, obligation.months) - ONE
    return before if since > before and _fits(obligation.line, spells, before) else since


def overdue_in(scope: DivisionScope, as_of: date) -> Iterable[tuple[PlanRow, Standing]]:
    """Every missed obligation inside a scope, household by household, a chunk of them at a time."""
    plan = plan_for(scope, as_of)
    rows = listed(with_state(Household.objects.within(scope).filter(is_live=True), plan, "", as_of))
    late = list(rows.filter(plan_state__in=LATE).order_by("pk"))
    for at in range(0, len(late), CHUNK):
        for row in plan_rows(late[at : at + CHUNK], plan, as_of):
            yield from ((row, one) for one in row.standings if one.state.value in LATE)


def listed(rows: HouseholdQuerySet) -> HouseholdQuerySet:
    """The joins a row of the list needs."""
    return with_place_and_helper(rows)
