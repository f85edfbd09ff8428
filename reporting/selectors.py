"""Reading snapshots and the rows behind them, within the reader's scope."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Max, QuerySet

from accounts.actor import Actor, require
from accounts.permissions import ALL_FIELD_GROUPS
from common.dates import add_months
from common.errors import NotFound
from reporting.figures import FIGURES, FigureSpec
from reporting.models import Figure
from villages.models import Division
from villages.scope import DivisionScope
from villages.selectors import division_get

# What tells of persons' health or income: a reader limited to groups of fields gets his own count of them.
GUARDED = ("open_signs", "open_cases", "overdue_cases", "open_duties")


@dataclass(frozen=True)
class Snapshot:
    """All figures of one area as of one day. `value(name, split)` is None where nobody counted."""

    area: Division
    as_of: date
    taken_at: datetime
    values: dict[tuple[str, str], int | None]
    before: dict[tuple[str, str], int | None]
    before_day: date | None

    def value(self, name: str, split: str = "") -> int | None:
        """The number; a slice nobody is in is 0 as long as the figure itself was counted."""
        if (name, split) in self.values:
            return self.values[name, split]
        return 0 if split and self.values.get((name, "")) is not None else None

    def seen_by(self, scope: DivisionScope) -> "Snapshot":
        """The snapshot as a reader with these groups of fields may see it: what he lacks is in no number."""
        if scope.field_groups >= ALL_FIELD_GROUPS:
            return self
        own = guarded_values(scope, self.area.code, self.as_of)
        kept = {key: value for key, value in self.values.items() if key[0] not in GUARDED}
        mine: dict[tuple[str, str], int | None] = {
            (name, split): value for (area, name, split), value in own.items() if area == self.area.code
        }
        before = {key: value for key, value in self.before.items() if key[0] not in GUARDED}
        return replace(self, values=kept | mine, before=before)

    def change(self, name: str) -> int | None:
        now, then = self.values.get((name, "")), self.before.get((name, ""))
        return None if now is None or then is None else now - then

    def slices(self, name: str) -> dict[str, int]:
        return {
            split: value or 0 for (figure, split), value in self.values.items() if figure == name and split
        }


def snapshot_days(*, actor: Actor, area: Division) -> list[date]:
    """The days with snapshots of this area, newest first."""
    rows = Figure.objects.within(actor.scope("reporting.view")).filter(scope_code=area.code)
    return list(rows.order_by("-as_of").values_list("as_of", flat=True).distinct()[:24])


def _values(area: Division, day: date) -> dict[tuple[str, str], int | None]:
    rows = Figure.objects.filter(scope_code=area.code, as_of=day)
    return {(name, split): value for name, split, value in rows.values_list("name", "split", "value")}


def snapshot_get(*, actor: Actor, area_code: str, day: date | None = None) -> Snapshot | None:
    """The snapshot of an area on `day` (the newest when not named), with the one about a month older beside it.

    None while nothing was taken yet. Refuses areas outside the actor's scope as not found.
    """
    require(actor, "reporting.view")
    area = division_get(actor, area_code)
    if not actor.scope("reporting.view").covers(area.code):
        raise NotFound()
    found = snapshot_of(area, day)
    return found.seen_by(actor.scope("monitoring.view")) if found else None


def snapshot_of(area: Division, day: date | None = None) -> Snapshot | None:
    """As snapshot_get, for an area whose reader has been checked (the worker that writes a workbook)."""
    rows = Figure.objects.filter(scope_code=area.code)
    newest = rows.filter(as_of=day) if day else rows
    found = newest.aggregate(day=Max("as_of"), at=Max("taken_at"))
    if not found["day"]:
        return None
    earlier = rows.filter(as_of__lte=add_months(found["day"], -1)).aggregate(day=Max("as_of"))["day"]
    return Snapshot(
        area,
        found["day"],
        found["at"],
        _values(area, found["day"]),
        _values(area, earlier) if earlier else {},
        earlier,
    )


def guarded_values(scope: DivisionScope, county_code: str, day: date) -> dict[tuple[str, str, str], int]:
    """{(area code, figure, slice): value} of the guarded figures, counted from the rows this reader may see."""
    found: dict[tuple[str, str, str], int] = {}
    for name in GUARDED:
        spec = FIGURES[name]
        found[county_code, name, ""] = 0
        for row in spec.by_township(day, county_code, scope):
            for area in {county_code, row["area"]}:
                for split in {"", row["slice"]}:
                    key = (area, name, split)
                    found[key] = found.get(key, 0) + (row["value"] or 0)
    return found


def township_values(
    *, scope: DivisionScope, county_code: str, day: date, names: tuple[str, ...]
) -> dict[tuple[str, str, str], int]:
    """{(area code, figure, slice): value} of every township of the county inside `scope`."""
    rows = (
        Figure.objects.within(scope)
        .filter(as_of=day, name__in=names, scope_code__startswith=county_code)
        .exclude(scope_code=county_code)
    )
    found = {
        (area, name, split): value or 0
        for area, name, split, value in rows.values_list("scope_code", "name", "split", "value")
    }
    if scope.field_groups >= ALL_FIELD_GROUPS:
        return found
    own = {key: value for key, value in guarded_values(scope, county_code, day).items() if key[1] in names}
    return {key: value for key, value in found.items() if key[1] not in GUARDED} | own


def areas_for(*, actor: Actor) -> list[tuple[str, str]]:
    """(code, name) of the areas this person may switch the dashboard to: own divisions and the townships below."""
    prefixes = actor.scope("reporting.view").prefixes
    rows = Division.objects.within(actor.scope("reporting.view")).filter(
        level__in=["county", "township"], valid_to__isnull=True
    )
    return [(row.code, row.name) for row in rows.order_by("code")] if prefixes else []


def figure_rows(
    *, actor: Actor, name: str, area: str, split: str, as_of: date
) -> tuple[FigureSpec, QuerySet]:
    """The figure and the rows behind it within what this person may see. Unknown figure: not found."""
    spec = FIGURES.get(name)
    if spec is None:
        raise NotFound("没有这项指标。")
    require(actor, "reporting.view")
    require(actor, spec.permission)
    scope = actor.scope(spec.permission)
    return spec, spec.listed(as_of, area, split).within(scope)  # type: ignore[attr-defined]
