"""What was granted, allocated and paid, by county, source level, township and project: the one definition for the fund
check, the screens and the dashboard. Only special funds (财政专项扶贫资金) count; money in whole 分.

Bases: county and level over the grants of the year issued by then, township and project over what was allocated to them.
A fixed handful of statements, however many rows there are.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from funds import rules
from funds.models import Allocation, FundDocument, FundLevel, LedgerEntry
from policies.metrics import Judged
from projects.models import Milestone, Project
from projects.rules import INDUSTRY_KINDS, reached
from villages.models import COUNTY_DIGITS, TOWNSHIP_DIGITS, Division, Level

GRANTED, ALLOCATED = "granted", "allocated"
COUNTY, LEVEL, TOWNSHIP, PROJECT = "county", "level", "township", "project"


def level_key(level: str, code: str) -> str:
    """The key of the money of one source level in one county: every county has its own."""
    return f"level:{level}@{code}"


def level_of(key: str) -> str:
    """The source level of such a key."""
    return key.removeprefix("level:").partition("@")[0]


@dataclass
class AreaFigures:
    """The money and the projects of one county, level, township or project. None is unknown, or of no meaning there."""

    subject_id: int
    subject_key: str
    scope_code: str
    area_kind: str
    base_kind: str
    granted_fen: int | None
    name: str = ""
    allocated_fen: int = 0
    paid_fen: int = 0
    industry_fen: int = 0
    collective_fen: int = 0
    projects: int = 0
    bidding_done_count: int = 0
    started_count: int = 0
    works: int = 0
    completed_count: int = 0
    counted: set[int] = field(default_factory=set, repr=False)

    @property
    def level(self) -> str:
        """The source level of a row by level, else ""."""
        return level_of(self.subject_key) if self.area_kind == LEVEL else ""

    @property
    def base_fen(self) -> int:
        return (self.granted_fen or 0) if self.base_kind == GRANTED else self.allocated_fen

    @property
    def paid_pct(self) -> Decimal | None:
        return rules.percent(self.paid_fen, self.base_fen)

    @property
    def allocated_pct(self) -> Decimal | None:
        return rules.percent(self.allocated_fen, self.granted_fen)

    def row(self) -> dict[str, Any]:
        """The row of the fact sheet."""
        values = asdict(self)
        del values["name"], values["counted"]
        return values | {"base_fen": self.base_fen, "household_id": None}


@dataclass(frozen=True)
class _Share:
    """Money of one level in one project."""

    level: str
    project_id: int
    allocated_fen: int
    paid_fen: int


@dataclass(frozen=True)
class _Place:
    """A project as the figures see it; `stages` only counts for projects of the year."""

    project_id: int
    name: str
    scope_code: str
    kind: str
    of_year: bool
    stages: dict[str, bool]


def special_documents(judged: Judged, scope_code: str, year: int | None = None) -> QuerySet[FundDocument]:
    """The papers of the year that were issued by the day, in a county (or the county of a township)."""
    return FundDocument.objects.filter(
        year=year or judged.as_of.year,
        issued_on__lte=judged.as_of,
        is_special=True,
        scope_code__startswith=scope_code[:COUNTY_DIGITS],
    )


def _posted(judged: Judged) -> Q:
    """Ledger entries that count: paid by the day and, where it is asked, posted by the moment of knowledge."""
    counts = Q(paid_on__lte=judged.as_of)
    return counts if judged.known_at is None else counts & Q(posted_at__lte=judged.known_at)


def _by_level_and_project(rows: QuerySet, document: str, project: str) -> dict[tuple[str, int], int]:
    return {
        (level, project_id): total
        for level, project_id, total in rows.order_by()
        .values_list(f"{document}__level", project)
        .annotate(total=Sum("amount_fen"))
    }


def _shares(judged: Judged, scope_code: str, documents: QuerySet[FundDocument]) -> list[_Share]:
    given = Allocation.objects.filter(
        document__in=documents, allocated_on__lte=judged.as_of, scope_code__startswith=scope_code
    )
    posted = LedgerEntry.objects.filter(
        _posted(judged), allocation__document__in=documents, scope_code__startswith=scope_code
    )
    allocated = _by_level_and_project(given, "document", "project_id")
    paid = _by_level_and_project(posted, "allocation__document", "allocation__project_id")
    return [
        _Share(level, project_id, allocated.get((level, project_id), 0), paid.get((level, project_id), 0))
        for level, project_id in sorted(allocated.keys() | paid.keys())
    ]


def _places(judged: Judged, scope_code: str, year: int, funded: set[int]) -> dict[int, _Place]:
    """The projects of the year in the area, and those of other years that its money went to."""
    wanted = Q(year=year, scope_code__startswith=scope_code) | Q(pk__in=funded)
    known = {} if judged.known_at is None else {"recorded_at__lte": judged.known_at}
    stages: dict[int, dict[str, bool]] = defaultdict(dict)
    of_year = Milestone.objects.filter(project__year=year, project__scope_code__startswith=scope_code)
    for project_id, kind in of_year.values_list("project_id", "kind"):
        stages[project_id][kind] = False
    done = of_year.filter(done_on__lte=judged.as_of, **known)
    for project_id, kind in done.values_list("project_id", "kind"):
        stages[project_id][kind] = True
    rows = Project.objects.filter(wanted).order_by("pk")
    return {
        pk: _Place(pk, name, code, kind, its_year == year, stages[pk])
        for pk, name, code, kind, its_year in rows.values_list("pk", "name", "scope_code", "kind", "year")
    }


def _add_money(area: AreaFigures, share: _Share, kind: str) -> None:
    area.allocated_fen += share.allocated_fen
    area.paid_fen += share.paid_fen
    if kind in INDUSTRY_KINDS:
        area.industry_fen += share.allocated_fen
    if kind == Project.Kind.COLLECTIVE:
        area.collective_fen += share.allocated_fen


def _add_project(area: AreaFigures, place: _Place) -> None:
    if not place.of_year or place.project_id in area.counted:
        return
    area.counted.add(place.project_id)
    area.projects += 1
    area.bidding_done_count += reached(place.stages, Milestone.Kind.BIDDING)
    area.started_count += reached(place.stages, Milestone.Kind.START)
    if Milestone.Kind.COMPLETION in place.stages:
        area.works += 1
        area.completed_count += place.stages[Milestone.Kind.COMPLETION]


def _counties(documents: QuerySet[FundDocument], scope_code: str) -> list[AreaFigures]:
    """Every county below `scope_code`, also one without a grant: nothing granted is a fact worth showing."""
    if len(scope_code) > COUNTY_DIGITS:
        return []
    granted = dict(documents.order_by().values_list("scope_code").annotate(total=Sum("amount_fen")))
    counties = Division.objects.filter(
        level=Level.COUNTY, code__startswith=scope_code, merged_into__isnull=True
    )
    return [
        AreaFigures(pk, f"division:{code}", code, COUNTY, GRANTED, granted.get(code, 0), name)
        for pk, code, name in counties.order_by("code").values_list("pk", "code", "name")
    ]


def _levels(documents: QuerySet[FundDocument], scope_code: str) -> list[AreaFigures]:
    if len(scope_code) > COUNTY_DIGITS:
        return []
    granted = dict(documents.order_by().values_list("level").annotate(total=Sum("amount_fen")))
    return [
        AreaFigures(
            number, level_key(level, scope_code), scope_code, LEVEL, GRANTED, granted[level], level.label
        )
        for number, level in enumerate(FundLevel, start=1)
        if level in granted
    ]


def _townships(codes: Iterable[str], scope_code: str) -> list[AreaFigures]:
    """Only townships with money; a project above the townships (county wide) belongs to none."""
    if len(scope_code) > TOWNSHIP_DIGITS:
        return []
    found = {code[:TOWNSHIP_DIGITS] for code in codes if len(code) >= TOWNSHIP_DIGITS}
    rows = Division.objects.filter(code__in=found).order_by("code").values_list("pk", "code", "name")
    return [
        AreaFigures(pk, f"division:{code}", code, TOWNSHIP, ALLOCATED, None, name) for pk, code, name in rows
    ]


def disbursement(judged: Judged, scope_code: str, *, year: int | None = None) -> list[AreaFigures]:
    """The figures below `scope_code` as of the day: counties, levels, townships, projects, in this order.

    `year` is the year of the papers and projects, by default the year of the day. A township has no grants of its own:
    asked for one, the answer holds its row and its projects only.
    """
    year = year or judged.as_of.year
    documents = special_documents(judged, scope_code, year)
    shares = _shares(judged, scope_code, documents)
    places = _places(judged, scope_code, year, {share.project_id for share in shares})
    counties, levels = _counties(documents, scope_code), _levels(documents, scope_code)
    townships = _townships({places[share.project_id].scope_code for share in shares}, scope_code)
    projects = {
        place.project_id: AreaFigures(
            place.project_id,
            f"project:{place.project_id}",
            place.scope_code,
            PROJECT,
            ALLOCATED,
            None,
            place.name,
        )
        for place in places.values()
    }
    by_code = {area.scope_code: area for area in (*counties, *townships)}
    by_level = {area.level: area for area in levels}

    def areas_of(place: _Place) -> list[AreaFigures]:
        digits = (COUNTY_DIGITS, TOWNSHIP_DIGITS)
        found = [by_code[code] for code in {place.scope_code[:n] for n in digits} if code in by_code]
        return [*found, projects[place.project_id]]

    for share in shares:
        place = places[share.project_id]
        for area in (*areas_of(place), *filter(None, [by_level.get(share.level)])):
            _add_money(area, share, place.kind)
            _add_project(area, place)
    for place in places.values():
        for area in areas_of(place):
            _add_project(area, place)
    with_money = {share.project_id for share in shares}
    return [*counties, *levels, *townships, *(projects[pk] for pk in projects if pk in with_money)]


def paid_by_month(judged: Judged, scope_code: str, *, year: int | None = None) -> list[tuple[date, int]]:
    """What had been paid by the end of each month of the year, up to the day's month: (first of the month, 分)."""
    year = year or judged.as_of.year
    daily = (
        LedgerEntry.objects.filter(
            _posted(judged),
            allocation__document__in=special_documents(judged, scope_code, year),
            scope_code__startswith=scope_code,
        )
        .order_by("paid_on")
        .values_list("paid_on")
        .annotate(total=Sum("amount_fen"))
    )
    months: dict[date, int] = defaultdict(int)
    for day, total in daily:
        months[date(year, 1, 1) if day.year < year else day.replace(day=1)] += total
    last = judged.as_of.replace(day=1)
    curve, sum_fen, month = [], 0, date(year, 1, 1)
    while month <= last:
        sum_fen += months[month]
        curve.append((month, sum_fen))
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return curve
