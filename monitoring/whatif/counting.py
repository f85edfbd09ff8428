"""Counting both sides over one kept fact sheet, in a fixed number of statements."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Substr

from households.models import Membership
from monitoring.models import ScreeningRun
from monitoring.screening.plan import RunRule
from monitoring.screening.sheets import sheet_rows
from monitoring.screening.sql import compiled
from monitoring.screening.temporary import passing
from monitoring.whatif.moves import Side
from policies.evaluate.compiling import NEVER
from villages.models import TOWNSHIP_DIGITS
from villages.scope import below


@dataclass
class Tally:
    """Households and their members on both sides, and who comes and goes."""

    base: int = 0
    moved: int = 0
    base_persons: int = 0
    moved_persons: int = 0
    came: int = 0
    went: int = 0
    came_persons: int = 0
    went_persons: int = 0

    def add(self, row: dict[str, Any]) -> None:
        n, persons = row["n"], row["persons"] or 0
        if row["in_base"]:
            self.base, self.base_persons = self.base + n, self.base_persons + persons
        if row["in_moved"]:
            self.moved, self.moved_persons = self.moved + n, self.moved_persons + persons
        if row["in_moved"] and not row["in_base"]:
            self.came, self.came_persons = self.came + n, self.came_persons + persons
        if row["in_base"] and not row["in_moved"]:
            self.went, self.went_persons = self.went + n, self.went_persons + persons


@dataclass
class Counts:
    total: Tally = field(default_factory=Tally)
    by_township: dict[str, Tally] = field(default_factory=dict)
    by_class: dict[tuple[str, str], Tally] = field(default_factory=dict)
    monitored: int = 0
    watch_base: int = 0
    watch_moved: int = 0
    members_unknown: int = 0
    households: int = 0  # of the area, hit or not


@dataclass(frozen=True)
class RuleCount:
    key: str
    subject: str
    base: int
    moved: int
    came: int
    went: int


def area_rows(run: ScreeningRun, subject: str, area: str) -> QuerySet:
    """The rows of a sheet inside an area."""
    rows = sheet_rows(run, subject)
    return rows if area == run.scope_code else rows.filter(below("scope_code", area))


def keys_of(subject: str, households: Sequence[int]) -> list[str]:
    """The keys of the rows that may be theirs: the sheet has an index on them, and none on households."""
    if subject != "person":
        return [f"household:{pk}" for pk in households]
    members = Membership.objects.filter(household__in=households).values_list("person_id", flat=True)
    return [f"person:{pk}" for pk in members]


def _sheet(run: ScreeningRun, subject: str, among: Sequence[int] | None) -> QuerySet:
    """A sheet, or the rows of these households on it."""
    rows = sheet_rows(run, subject)
    return rows if among is None else rows.filter(subject_key__in=keys_of(subject, among))


def _any(rules: Iterable[RunRule]) -> Q:
    return reduce(or_, (rule.hit for rule in rules), NEVER)


def _of(subject: str, rules: Iterable[RunRule]) -> list[RunRule]:
    return [rule for rule in rules if rule.subject == subject]


def _persons(run: ScreeningRun, rules: Iterable[RunRule], among: Sequence[int] | None = None) -> QuerySet:
    """The households one of whose members a rule hits."""
    hit = _sheet(run, "person", among).filter(_any(rules), household_id__isnull=False)
    return hit.order_by().values("household_id")


def hit_q(run: ScreeningRun, rules: Sequence[RunRule]) -> Q:
    """Households that one of the rules hits, themselves or through one of their members."""
    condition = _any(_of("household", rules))
    if of_persons := _of("person", rules):
        condition |= Q(household_id__in=_persons(run, of_persons))
    return condition


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=1), default=0, output_field=IntegerField())


@dataclass(frozen=True)
class Parted:
    """Rules of both sides: those that judge alike, which are asked once, and those that stand on one side only."""

    both: tuple[RunRule, ...]
    base: tuple[RunRule, ...]
    moved: tuple[RunRule, ...]


def parted(sides: tuple[Side, Side], wanted: Callable[[RunRule], bool]) -> Parted:
    base, moved = ({rule.key: rule for rule in one.rules if wanted(rule)} for one in sides)
    alike = {key for key, rule in base.items() if key in moved and str(rule.hit) == str(moved[key].hit)}
    only = (tuple(rule for key, rule in part.items() if key not in alike) for part in (base, moved))
    return Parted(tuple(base[key] for key in base if key in alike), *only)


def rows_that(  # noqa: PLR0913 - the sheet, the question, the list, and how much of it
    run: ScreeningRun,
    area: str,
    sides: tuple[Side, Side],
    keys: set[str],
    which: str,
    among: Sequence[int] | None = None,
) -> QuerySet:
    """The rows of households that come in ("in"), drop out ("out"), or are hit on the moved side ("moved"); `among`
    these households only.

    Each with in_moved, the side it is on. What is hit is asked first: few rows are left for the many rules of the rest.
    """
    of = parted(sides, lambda rule: rule.key in keys)
    hit, spared = {"in": (of.moved, (*of.both, *of.base)), "out": (of.base, (*of.both, *of.moved))}.get(
        which, ((*of.both, *of.moved), ())
    )
    rows = area_rows(run, "household", area).annotate(
        in_moved=Value(int(which != "out"), output_field=IntegerField())
    )
    if not hit:
        return rows.none()
    if among is not None:
        rows = rows.filter(subject_key__in=keys_of("household", among))
    persons, spared_persons = _of("person", hit), _of("person", spared)
    if persons or spared_persons:
        own = (
            _sheet(run, "household", among)
            .filter(_any(_of("household", hit)))
            .order_by()
            .values("household_id")
        )
        plus = [own, _persons(run, persons, among)] if persons else [own]
        rows = rows.filter(household_id__in=_without(plus, _persons(run, spared_persons, among)))
    else:
        rows = rows.filter(_any(hit))
    if own_spared := _of("household", spared):
        rows = rows.annotate(spared=_flag(_any(own_spared))).filter(spared=0)
    return rows


def _without(plus: Sequence[QuerySet], minus: QuerySet) -> RawSQL:
    """As sets, which both databases keep outside of the memory of a statement where they must; NOT IN they would not."""
    parts: list[str] = []
    params: list[Any] = []
    for rows, word in [*((one, "UNION") for one in plus), (minus, "EXCEPT")]:
        if (source := compiled(rows)) is not None:
            parts += [word, source[0]] if parts else [source[0]]
            params += source[1]
    return RawSQL(" ".join(parts), params)  # noqa: S611 - compiled querysets


def counts_of(run: ScreeningRun, area: str, sides: tuple[Side, Side], keys: set[str]) -> Counts:
    """Everything that is added up, in one statement. A rule that judges alike on both sides is asked once."""
    named = parted(sides, lambda rule: rule.key in keys), parted(sides, lambda rule: rule.opens_case)
    lists = {
        f"{name}_{part}": getattr(of, part)
        for name, of in zip(("in", "watch"), named, strict=True)
        for part in ("both", "base", "moved")
    }
    same = _same_as(lists)
    asked = {name: _flag(hit_q(run, rules)) for name, rules in lists.items() if rules and name not in same}
    rows = (
        area_rows(run, "household", area)
        .annotate(township=Substr("scope_code", 1, TOWNSHIP_DIGITS), **asked)
        .order_by()
        .values("township", "poverty_status", "monitor_class", "is_monitored", *asked)
        .annotate(n=Count("pk"), persons=Sum("members"), known=Count("members"))
    )
    found = Counts()
    with passing():
        for row in rows:
            flags = dict.fromkeys(lists, 0) | row
            _add(found, row | _on_sides(flags | {name: flags[other] for name, other in same.items()}))
    return found


def _on_sides(flags: Mapping[str, Any]) -> dict[str, bool]:
    """in_base and so on: hit by what stands on that side only or on both. Whoever is monitored is watched anyway."""
    found = {
        f"{name}_{side}": bool(flags[f"{name}_both"] or flags[f"{name}_{side}"])
        for name in ("in", "watch")
        for side in ("base", "moved")
    }
    watched = bool(flags["is_monitored"])
    return found | {name: watched or found[name] for name in ("watch_base", "watch_moved")}


def _same_as(lists: Mapping[str, tuple[RunRule, ...]]) -> dict[str, str]:
    """Lists that are asked under another name already."""
    found: dict[str, str] = {}
    for part in ("both", "base", "moved"):
        if lists[f"in_{part}"] and {rule.key for rule in lists[f"in_{part}"]} == {
            rule.key for rule in lists[f"watch_{part}"]
        }:
            found[f"watch_{part}"] = f"in_{part}"
    return found


def _add(found: Counts, row: dict[str, Any]) -> None:
    found.total.add(row)
    found.households += row["n"]
    found.by_township.setdefault(row["township"], Tally()).add(row)
    group = (
        ("monitor", row["monitor_class"] or "")
        if row["is_monitored"]
        else ("poverty", row["poverty_status"] or "")
    )
    found.by_class.setdefault(group, Tally()).add(row)
    found.monitored += row["n"] if row["is_monitored"] else 0
    found.watch_base += row["n"] if row["watch_base"] else 0
    found.watch_moved += row["n"] if row["watch_moved"] else 0
    if row["in_base"] or row["in_moved"]:
        found.members_unknown += row["n"] - row["known"]


def rule_counts(
    run: ScreeningRun, area: str, sides: tuple[Side, Side], keys: Sequence[str]
) -> list[RuleCount]:
    """Subjects per rule on both sides, one statement for each kind of subject."""
    base, moved = ({rule.key: rule for rule in one.rules} for one in sides)
    found = {}
    for subject in ("household", "person"):
        asked = [key for key in keys if (base.get(key) or moved[key]).subject == subject]
        sums: dict[str, Any] = {}
        for number, key in enumerate(asked):
            one, two = (part[key].hit if key in part else NEVER for part in (base, moved))
            came = Case(When(one, then=0), When(two, then=1), default=0)
            went = Case(When(two, then=0), When(one, then=1), default=0)
            for name, said in (("base", _flag(one)), ("moved", _flag(two)), ("came", came), ("went", went)):
                sums[f"{name}_{number}"] = Sum(said, output_field=IntegerField(), default=Value(0))
        with passing():
            got = area_rows(run, subject, area).aggregate(**sums) if sums else {}
        for number, key in enumerate(asked):
            found[key] = RuleCount(
                key, subject, *(got[f"{name}_{number}"] for name in ("base", "moved", "came", "went"))
            )
    return [found[key] for key in keys]
