"""Counting both sides over one kept fact sheet, in a fixed number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Substr

from monitoring.models import ScreeningRun
from monitoring.screening.plan import RunRule
from monitoring.screening.sheets import sheet_rows
from monitoring.whatif.moves import Side
from policies.evaluate.compiling import NEVER
from villages.scope import below

TOWNSHIP = 9


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


def _any(rules: Iterable[RunRule]) -> Q:
    return reduce(or_, (rule.hit for rule in rules), NEVER)


def hit_q(run: ScreeningRun, rules: Sequence[RunRule]) -> Q:
    """Households that one of the rules hits, themselves or through one of their members."""
    condition = _any(rule for rule in rules if rule.subject == "household")
    of_persons = [rule for rule in rules if rule.subject == "person"]
    if of_persons:
        hit = sheet_rows(run, "person").filter(_any(of_persons), household_id__isnull=False)
        condition |= Q(household_id__in=hit.values("household_id"))
    return condition


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=1), default=0, output_field=IntegerField())


def flagged(run: ScreeningRun, area: str, sides: tuple[Side, Side], keys: set[str]) -> QuerySet:
    """The household sheet with in_base and in_moved: hit by one of the rules named, on either side."""
    base, moved = ([rule for rule in one.rules if rule.key in keys] for one in sides)
    return area_rows(run, "household", area).annotate(
        in_base=_flag(hit_q(run, base)), in_moved=_flag(hit_q(run, moved))
    )


def counts_of(run: ScreeningRun, area: str, sides: tuple[Side, Side], keys: set[str]) -> Counts:
    """Everything that is added up, in one statement."""
    watch = [hit_q(run, [rule for rule in one.rules if rule.opens_case]) for one in sides]
    rows = (
        flagged(run, area, sides, keys)
        .annotate(
            watch_base=_flag(Q(is_monitored=True) | watch[0]), watch_moved=_flag(Q(is_monitored=True) | watch[1]),
            township=Substr("scope_code", 1, TOWNSHIP),
        )
        .order_by()
        .values(
            "township", "poverty_status", "monitor_class", "is_monitored", "in_base", "in_moved", "watch_base", "watch_moved"
        )
        .annotate(n=Count("pk"), persons=Sum("members"), known=Count("members"))
    )  # fmt: skip
    found = Counts()
    for row in rows:
        _add(found, row)
    return found


def _add(found: Counts, row: dict[str, Any]) -> None:
    found.total.add(row)
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
        got = area_rows(run, subject, area).aggregate(**sums) if sums else {}
        for number, key in enumerate(asked):
            found[key] = RuleCount(
                key, subject, *(got[f"{name}_{number}"] for name in ("base", "moved", "came", "went"))
            )
    return [found[key] for key in keys]
