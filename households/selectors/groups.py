"""Counting and listing the special groups. The count of a cell and the list behind it are the same condition."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, Prefetch, QuerySet, Value, When
from django.db.models.functions import Substr

from accounts.actor import Actor
from common.dated import holding_q
from common.errors import NotFound
from households.groups import Frame, Group, Standards, groups_for
from households.models import PersonSituation
from policies.selectors import packs_in_force
from villages.models import COUNTY_DIGITS, Division
from villages.scope import DivisionScope

VIEW = "households.view"
BELONGS, UNKNOWN = 1, 2
TOWNSHIP, VILLAGE = 9, 12


@dataclass
class Tally:
    """Persons and households of a group, and those of whom it is unknown, in one place."""

    persons: int = 0
    households: int = 0
    unknown: int = 0
    parts: dict[str, int] = field(default_factory=dict)


@dataclass
class GroupCount:
    """A group with its total and its places; `missing` says which standard the county has not set."""

    group: Group
    total: Tally = field(default_factory=Tally)
    places: dict[str, Tally] = field(default_factory=dict)
    part_titles: tuple[tuple[str, str], ...] = ()
    missing: str = ""

    @property
    def part_rows(self) -> list[tuple[str, str, int]]:
        return [(code, title, self.total.parts.get(code, 0)) for code, title in self.part_titles]


def frame_of(scope: DivisionScope, as_of: date) -> Frame:
    """The area on a day, with the standards of its county."""
    code = next(iter((*scope.prefixes, *scope.assigned)), "")
    return Frame(scope, as_of, Standards(packs_in_force(as_of, code[:COUNTY_DIGITS])))


def _subjects(frame: Frame, group: Group) -> QuerySet[Any]:
    return frame.members if group.subject == "person" else frame.households


def _in_state(frame: Frame, group: Group, state: int) -> QuerySet[Any]:
    """Those who belong, or of whom it is unknown. Whoever belongs is not also unknown."""
    rows = _subjects(frame, group)
    belongs, unknown = group.build(frame)
    if state == BELONGS:
        return rows.filter(belongs)
    open_case = Case(When(belongs, then=Value(0)), When(unknown, then=Value(1)), default=Value(0))
    return rows.alias(is_open=open_case).filter(is_open=1)


def _counted(frame: Frame, group: Group, length: int, state: int) -> QuerySet[Any]:
    is_person = group.subject == "person"
    place = Substr("household__scope_code" if is_person else "scope_code", 1, length)
    rows = _in_state(frame, group, state).annotate(place=place).order_by()
    home = "household_id" if is_person else "pk"
    return rows.values("place").annotate(subjects=Count("pk"), homes=Count(home, distinct=True))


def group_count(frame: Frame, group: Group, length: int = TOWNSHIP) -> GroupCount:
    """One group by place: two statements, and one more where the group has parts."""
    found = GroupCount(group)
    try:
        rows = [(state, row) for state in (BELONGS, UNKNOWN) for row in _counted(frame, group, length, state)]
        parts = group.parts(frame) if group.parts else ()
        found.part_titles = tuple((code, title) for code, title, _ in parts)
        if parts:
            sums = {f"part_{code}": Count("pk", filter=condition) for code, _, condition in parts}
            totals = _subjects(frame, group).filter(group.build(frame)[0]).order_by().aggregate(**sums)
            found.total.parts = {code: totals[f"part_{code}"] for code, _, _ in parts}
    except NotFound as missing:
        found.missing = missing.sentence
        return found
    for state, row in rows:
        for tally in (found.total, found.places.setdefault(row["place"], Tally())):
            if state == UNKNOWN:
                tally.unknown += row["subjects"]
            else:
                tally.persons += row["subjects"] if group.subject == "person" else 0
                tally.households += row["homes"]
    return found


def group_counts(*, actor: Actor, as_of: date, area: str = "", heading: str = "") -> list[GroupCount]:
    """The groups the actor may see (under one heading where named), by township, inside a township by village."""
    scope = actor.scope(VIEW).narrowed(area or None)
    frame = frame_of(scope, as_of)
    length = VILLAGE if len(area) >= TOWNSHIP else TOWNSHIP
    wanted = [group for group in groups_for(scope.field_groups) if heading in ("", group.heading)]
    return [group_count(frame, group, length) for group in wanted]


def group_members(
    *, actor: Actor, group: Group, as_of: date, area: str = "", state: int = BELONGS, part: str = ""
) -> QuerySet[Any]:
    """Memberships or households of a group in the actor's area, or those of whom it is unknown."""
    return members_in(
        frame_of(actor.scope(VIEW).narrowed(area or None), as_of), group, state=state, part=part
    )


def members_in(frame: Frame, group: Group, *, state: int = BELONGS, part: str = "") -> QuerySet[Any]:
    """As group_members, for an export that has its scope already."""
    rows = _in_state(frame, group, state)
    parts = group.parts(frame) if group.parts else ()
    if parts:
        whens = [When(condition, then=Value(code)) for code, _, condition in parts]
        rows = rows.annotate(group_part=Case(*whens, default=Value("")))
        if part:
            rows = rows.filter(group_part=part)
    if group.subject == "household":
        return rows.select_related("village__parent").annotate(living_grade=F("held__danger_grade"))
    held = PersonSituation.objects.filter(holding_q(frame.as_of))
    return rows.select_related("person", "household__village__parent").prefetch_related(
        Prefetch("person__situations", queryset=held, to_attr="open_situations")
    )


def place_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of the places of a count; one statement."""
    rows = Division.objects.filter(code__in=set(codes))
    return {row.code: row.short_name or row.name for row in rows}
