"""The home page: what waits for me today."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.home import HomeCounter, HomeItem, home_of
from common.dates import business_today
from common.htmx import render_page

SHOWN = 60
ON_PHONES = 4  # counters a telephone shows before one asks for the rest
URGENT = ("red", "amber", "blue", "green", "grey")


def _row(item: HomeItem, today: date) -> dict[str, Any]:
    days = None if item.due_on is None else (item.due_on - today).days
    return {"item": item, "days": days, "overdue": -days if days is not None and days < 0 else None}


def _by_urgency(counter: HomeCounter) -> tuple[bool, int]:
    """Nothing to do comes last; among the rest red before amber before blue. Unknown is not nothing."""
    return counter.value == 0, URGENT.index(counter.tone) if counter.tone in URGENT else len(URGENT)


def home(request: HttpRequest) -> HttpResponse:
    """Counters, and one list mixed by deadline; ?kind= keeps one kind."""
    today = business_today()
    counters, items = home_of(request.actor, today)  # type: ignore[attr-defined]
    kinds: dict[str, int] = {}
    for item in items:
        kinds[item.kind] = kinds.get(item.kind, 0) + 1
    kind = request.GET.get("kind", "")
    chosen = [item for item in items if kind in {"", item.kind}]
    rows = [_row(item, today) for item in chosen[:SHOWN]]
    context = {
        "counters": sorted(counters, key=_by_urgency),
        "on_phones": ON_PHONES,
        "rows": rows,
        "kinds": kinds,
        "kind": kind,
        "total": len(items),
        "more": max(0, len(chosen) - SHOWN),
    }
    return render_page(request, "home/page.html", "home/_list.html", context)
