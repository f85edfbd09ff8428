"""Reading divisions and village facts, always inside somebody's area."""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from common.errors import NotFound
from villages.models import Division, DivisionCode, DivisionName, Level, VillageYear
from villages.names import name_forms
from villages.ports import Acting
from villages.scope import DivisionScope

VIEW, RECODE = "villages.view", "villages.recode"
SEARCH_LIMIT = 100


def standing_on(rows: Any, on: date | None) -> Any:
    """Without the divisions abolished by that day (None: those that stand today)."""
    alive = Q(valid_to__isnull=True)
    return rows.filter(alive if on is None else alive | Q(valid_to__gt=on))


def division_list(actor: Acting, on: date | None = None) -> QuerySet[Division]:
    """Every division inside the actor's area."""
    return standing_on(Division.objects.within(area_of(actor, VIEW)), on)


def area_of(actor: Acting, permission: str) -> DivisionScope:
    """The area of a permission as places: one who may see assigned households only may still see where they live."""
    scope = actor.scope(permission)
    return DivisionScope(tuple(sorted({*scope.prefixes, *scope.assigned})))


def division_get(actor: Acting, code: str) -> Division:
    """One division inside the actor's area; NotFound outside of it."""
    found = (
        Division.objects.within(area_of(actor, VIEW))
        .select_related("parent__parent")
        .filter(code=code)
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def division_children(actor: Acting, code: str, on: date | None = None) -> QuerySet[Division]:
    """The divisions directly below `code` that the actor may see."""
    return division_list(actor, on).filter(parent__code=code)


def division_choices(actor: Acting, level: str, permission: str) -> QuerySet[Division]:
    """For drop-downs: the standing divisions of a level where the permission holds."""
    rows = Division.objects.within(area_of(actor, permission)).filter(level=level)
    return standing_on(rows, None).select_related("parent")


def division_by_code(code: str) -> Division | None:
    """By today's code or, failing that, by a former one. For services that check the area themselves."""
    found = Division.objects.filter(code=code).first()
    return found or Division.objects.filter(codes__code=code).order_by("-codes__effective_to").first()


def county_of(division: Division) -> Division | None:
    """The county a division lies in, or None for what stands above a county."""
    return Division.objects.filter(level=Level.COUNTY, code=division.code[:6]).first()


def village_years(division: Division) -> QuerySet[VillageYear]:
    """The yearly facts of a division the caller has obtained by division_get, newest first."""
    return VillageYear.objects.filter(division=division).order_by("-year")


def village_year(division: Division, year: int) -> VillageYear | None:
    return VillageYear.objects.filter(division=division, year=year).first()


def has_years(division: Division) -> bool:
    """Yearly facts are kept of townships and villages."""
    return division.level in {Level.TOWNSHIP, Level.VILLAGE}


def division_names(division: Division) -> QuerySet[DivisionName]:
    return DivisionName.objects.filter(division=division).order_by("-effective_from", "pk")


def division_codes(division: Division) -> QuerySet[DivisionCode]:
    return DivisionCode.objects.filter(division=division).order_by("-effective_from", "pk")


def division_path(actor: Acting, division: Division) -> list[Division]:
    """The divisions above, from the top, as far as the actor may see them."""
    lengths = [length for length in (2, 4, 6, 9, 12) if length < len(division.code)]
    above = Division.objects.within(area_of(actor, VIEW)).filter(
        code__in=[division.code[:n] for n in lengths]
    )
    return list(above.order_by("code"))


def division_overview(actor: Acting, text: str = "") -> dict[str, Any]:
    """The village page: what was searched for, or the tops of the area with what lies directly below each."""
    mine = division_list(actor)
    if text:
        found = mine.filter(
            Q(name__icontains=text) | Q(code__startswith=text) | Q(names__name__icontains=text)
        )
        rows = list(found.select_related("parent__parent").distinct().order_by("code")[: SEARCH_LIMIT + 1])
        return {"found": rows[:SEARCH_LIMIT], "more": len(rows) > SEARCH_LIMIT}
    tops = list(
        standing_on(Division.objects.filter(code__in=area_of(actor, VIEW).prefixes), None).order_by("code")
    )
    children = mine.filter(parent__in=tops).annotate(
        below=Count("children", filter=Q(children__valid_to__isnull=True))
    )
    by_parent: dict[int, list[Division]] = {}
    for child in children.order_by("code"):
        by_parent.setdefault(child.parent_id or 0, []).append(child)
    return {"tree": [(top, by_parent.get(top.pk, [])) for top in tops]}


def division_named(name: str, *, below: str, on: date | None = None) -> list[Division]:
    """The divisions below a code that bear, or on that day bore, this name; suffixes such as 村委会 do not matter.

    More than one answer means the name is not enough (two villages of one county may share a name): look inside a township.
    """
    inside = standing_on(Division.objects.filter(code__startswith=below), on).exclude(code=below)
    exact = inside.filter(Q(name=name) | (Q(names__name=name) & _in_use(on)))
    for condition in (exact, *(inside.filter(short_name=form) for form in name_forms(name))):
        if found := list(condition.distinct().order_by("code")):
            return found
    return []


def _in_use(on: date | None) -> Q:
    """Names in use on that day; without a day, every name a division ever had."""
    if on is None:
        return Q()
    began = Q(names__effective_from__isnull=True) | Q(names__effective_from__lte=on)
    return began & (Q(names__effective_to__isnull=True) | Q(names__effective_to__gt=on))


def merge_choices(actor: Acting, division: Division) -> QuerySet[Division]:
    """The standing divisions of the same level into which this one may be dissolved."""
    rows = Division.objects.within(area_of(actor, RECODE)).filter(level=division.level, valid_to__isnull=True)
    return rows.exclude(pk=division.pk).filter(is_stub=False).order_by("code")
