"""兜底: 低保渐退 and 单人保, of one household and as lists. Figures and clauses for people to judge; nothing is decided."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import NotFound
from common.htmx import render_page
from common.keyset import page_of
from households import field_groups, selectors
from households.selectors import TAPERS
from households.terms import SINGLE_MULTIPLE, STANDARD, TAPER_MONTHS, TAPER_WARNING, Terms
from households.views.areas import area_choices, area_of, county_of
from households.views.page import VIEW, frame_of

NEEDED = frozenset({"income", "safety_net"})
SINGLES = {"hit": "低于标准线", "unknown": "收入或人口未采集"}


@require_safe
@needs(VIEW)
def support_panel(request: Any, pk: int) -> HttpResponse:
    household = selectors.household_get(actor=request.actor, pk=pk)
    frame, today = frame_of(request, household), business_today()
    if not frame["groups"] >= NEEDED:
        raise NotFound()
    sees_health = "health" in frame["groups"]
    context = frame | {
        "taper": selectors.taper_of(household=household, as_of=today),
        "singles": selectors.single_persons_of(household=household, as_of=today) if sees_health else (),
        "sees_health": sees_health,
    }
    return render(request, "households/_support.html", context)


def _everything_seen(request: Any) -> None:
    if not field_groups.sees_all(request.actor.scope(VIEW).field_groups):
        raise NotFound()


@require_safe
@needs(VIEW)
def taper_list(request: Any) -> HttpResponse:
    _everything_seen(request)
    actor, area, kind = request.actor, area_of(request), request.GET.get("kind", "")
    kind = kind if kind in TAPERS else "soon"
    terms = Terms.of(county_of(request), business_today())
    rows = selectors.taper_list(actor=actor, area=area, kind=kind, terms=terms)
    page = page_of(selectors.with_income_history(rows, terms.judged), request.GET.get("after"), count=rows)
    context = {
        "page": page,
        "views": selectors.taper_views(page.rows, terms.judged.as_of),
        "kind": kind,
        "kinds": list(TAPERS.items()),
        "areas": area_choices(actor, area),
        "area": area,
        "months": terms[TAPER_MONTHS],
        "warning": terms[TAPER_WARNING],
        "standard": terms[STANDARD],
        "standard_fen": terms[STANDARD].fen_on(terms.judged.as_of),
    }
    return render_page(request, "households/tapers.html", "households/_taper_table.html", context)


@require_safe
@needs(VIEW)
def single_person_list(request: Any) -> HttpResponse:
    _everything_seen(request)
    actor, area, kind = request.actor, area_of(request), request.GET.get("kind", "")
    kind = kind if kind in SINGLES else "hit"
    terms = Terms.of(county_of(request), business_today())
    page = page_of(
        selectors.single_person_list(actor=actor, area=area, kind=kind, terms=terms), request.GET.get("after")
    )
    context = {
        "page": page,
        "views": selectors.single_views(page.rows, terms),
        "kind": kind,
        "kinds": list(SINGLES.items()),
        "areas": area_choices(actor, area),
        "area": area,
        "multiple": terms[SINGLE_MULTIPLE],
    }
    return render_page(request, "households/singles.html", "households/_single_table.html", context)
