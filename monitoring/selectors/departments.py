"""Reads of departments' lists: the calendar, batches, rows and differences, inside the actor's area and field groups."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Left

from accounts.actor import Actor
from common.errors import NotFound
from exchange import files
from exchange.heads import head_of
from monitoring.departments.columns import WANTED, proposed
from monitoring.departments.models import (
    DepartmentBatch,
    DepartmentDifference,
    DepartmentMapping,
    DepartmentRow,
)
from monitoring.departments.tables import Listing, Listings, Period, listings_in_force
from villages.models import COUNTY_DIGITS

VIEW, UPLOAD, WORK = "monitoring.view", "monitoring.upload_department", "monitoring.work_difference"
State = DepartmentDifference.State
TABS = (("unfinished", "未办结"), *State.choices, ("all", "全部"))


@dataclass(frozen=True)
class DifferenceFilters:
    state: str = "unfinished"
    kind: str = ""
    area: str = ""
    listing: str = ""
    batch: int = 0


@dataclass(frozen=True)
class Owed:
    """One list for one period: what has come, or since when it is late."""

    listing: Listing
    period: Period
    due_on: date
    batch: DepartmentBatch | None
    is_late: bool
    is_running: bool


def batch_claim(run_id: int) -> DepartmentBatch | None:
    """The batch, now in this worker's hands, or None."""
    return DepartmentBatch.claim(run_id)


def county_of(actor: Actor, permission: str = VIEW) -> str:
    """The county in which the actor serves."""
    scope = actor.scope(permission)
    codes = [code for code in (*scope.prefixes, *scope.assigned) if len(code) >= COUNTY_DIGITS]
    if not codes:
        raise NotFound("部门数据按县办理，您的任职不在县及以下。", code="no_county")
    return codes[0][:COUNTY_DIGITS]


def listings_seen(*, actor: Actor, day: date, permission: str = VIEW) -> tuple[Listings, list[Listing]]:
    """The lists in force, and of them those of the actor's field groups."""
    found = listings_in_force(day, county_of(actor, permission))
    groups = actor.scope(permission).field_groups
    return found, [one for one in found.rows if one.group in groups]


def calendar(*, actor: Actor, day: date) -> list[Owed]:
    """Of every list the running period and the one before it, with the newest batch of each; and what is older and still owed."""
    county = county_of(actor)
    _, lists = listings_seen(actor=actor, day=day)
    rows = DepartmentBatch.objects.filter(scope_code=county, listing__in=[one.code for one in lists])
    # A file whose columns nobody has named yet has not been read: it does not count as handed in.
    dead = (DepartmentBatch.State.FAILED, DepartmentBatch.State.REFUSED)
    good = rows.exclude(state__in=dead).exclude(stage=DepartmentBatch.Stage.MAPPING).order_by("pk")
    newest = {(batch.listing, batch.period): batch for batch in good}
    found = []
    for one in lists:
        for at, period in enumerate(one.periods(day)):
            batch, due = newest.get((one.code, period.code)), one.due_on(period)
            if at >= 2 and batch is not None:
                continue
            found.append(Owed(one, period, due, batch, batch is None and day > due, day <= period.last))
    return sorted(found, key=lambda owed: (not owed.is_late, owed.due_on, owed.listing.department))


def batch_list(*, actor: Actor, permission: str = UPLOAD) -> QuerySet[DepartmentBatch]:
    rows: QuerySet[DepartmentBatch] = DepartmentBatch.objects.within(actor.scope(permission))
    return rows.select_related("requested_by", "file").order_by("-pk")


def batch_get(*, actor: Actor, pk: int) -> DepartmentBatch:
    found = batch_list(actor=actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class MappingPage:
    header_row: int
    headers: list[str]
    sample: list[list[str]]
    columns: tuple[tuple[str, str], ...]
    initial: dict[str, str]


def mapping_page(*, batch: DepartmentBatch, columns: tuple[str, ...]) -> MappingPage:
    """The file's headers with what each wanted column probably is: as remembered, else by the usual names."""
    path: Path = files.full_path(batch.file.path)
    number, headers, sample = head_of(path)
    saved = DepartmentMapping.objects.filter(listing=batch.listing, scope_code=batch.scope_code).first()
    kept = {key: head for key, head in (saved.headers if saved else {}).items() if head in headers}
    initial = proposed(columns, headers) | kept | batch.mapping
    return MappingPage(number, headers, sample, tuple((key, WANTED[key].header) for key in columns), initial)


def match_counts(batch: DepartmentBatch) -> dict[str, int]:
    """Rows by the way they were matched; every way is named."""
    counted = dict(batch.rows.order_by().values_list("match").annotate(n=Count("pk")))
    return {way: counted.get(way, 0) for way in DepartmentRow.Match.values}


def proposals(batch: DepartmentBatch) -> QuerySet[DepartmentRow]:
    rows: QuerySet[DepartmentRow] = batch.rows.filter(match=DepartmentRow.Match.PROPOSED)
    return rows.select_related("person", "household__village__parent").order_by("number")


def difference_list(*, actor: Actor, filters: DifferenceFilters) -> QuerySet[DepartmentDifference]:
    rows: QuerySet[DepartmentDifference] = DepartmentDifference.objects.within(
        actor.scope(VIEW).narrowed(filters.area or None)
    )
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.listing:
        rows = rows.filter(listing=filters.listing)
    if filters.batch:
        rows = rows.filter(batch_id=filters.batch)
    if filters.state == "unfinished":
        return rows.filter(state__in=DepartmentDifference.UNFINISHED)
    return rows if filters.state == "all" else rows.filter(state=filters.state)


def with_places(rows: QuerySet[DepartmentDifference]) -> QuerySet[DepartmentDifference]:
    return rows.select_related("household__village__parent", "person", "row", "batch", "worked_by")


def state_counts(*, actor: Actor, filters: DifferenceFilters) -> dict[str, int]:
    """How many there are behind each tab, under the other filters."""
    every = DifferenceFilters("all", filters.kind, filters.area, filters.listing, filters.batch)
    counted = dict(
        difference_list(actor=actor, filters=every).order_by().values_list("state").annotate(n=Count("pk"))
    )
    found: dict[str, int] = {state: counted.get(state, 0) for state in State.values}
    found["unfinished"] = found[State.OPEN] + found[State.WORKING]
    found["all"] = sum(counted.values())
    return found


def difference_get(*, actor: Actor, pk: int, permission: str = VIEW) -> DepartmentDifference:
    rows: Any = DepartmentDifference.objects.within(actor.scope(permission))
    found: DepartmentDifference | None = with_places(rows).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Progress:
    code: str
    total: int
    unfinished: int

    @property
    def done(self) -> int:
        return self.total - self.unfinished


def progress(*, actor: Actor, batch: DepartmentBatch) -> list[Progress]:
    """By township (the county's code for those without a household): how many there are and how many are not worked yet."""
    rows = DepartmentDifference.objects.within(actor.scope(UPLOAD)).filter(batch=batch).order_by()
    counted = rows.annotate(place=Left("scope_code", 9)).values_list("place", "state").annotate(n=Count("pk"))
    found: dict[str, list[int]] = {}
    for place, state, number in counted:
        pair = found.setdefault(place, [0, 0])
        pair[0] += number
        pair[1] += number if state in DepartmentDifference.UNFINISHED else 0
    return [Progress(code, *pair) for code, pair in sorted(found.items())]
