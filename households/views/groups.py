"""特殊群体: how many, where, and who."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.doors import needs
from common.htmx import render_page
from common.keyset import page_of
from households.groups import Group, group_named, groups_for
from households.groups.columns import COLUMN_TITLES, cell_of
from households.selectors import groups as selectors
from households.sheets_groups import layout_of
from households.views.areas import area_choices, area_of, sole_area
from households.views.plan import day_of

VIEW = "households.view"
ALL = "全部"
STATES = {"": selectors.BELONGS, "unknown": selectors.UNKNOWN}


@require_safe
@needs(VIEW)
def group_overview(request: Any) -> HttpResponse:
    """The groups under a heading: persons, households, unknown, and each by place. Every figure opens its list."""
    actor, as_of = request.actor, day_of(request)
    area = area_of(request) or sole_area(actor)
    headings = list(dict.fromkeys(one.heading for one in groups_for(actor.scope(VIEW).field_groups)))
    heading = request.GET.get("heading", "")
    heading = heading if heading in (*headings, ALL) else next(iter(headings), ALL)
    counts = selectors.group_counts(
        actor=actor, as_of=as_of, area=area, heading="" if heading == ALL else heading
    )
    places = sorted({code for count in counts for code in count.places})
    names = selectors.place_names(places)
    context = {
        "counts": counts,
        "table": [
            (code, names.get(code, code), [(one.group, one.places.get(code)) for one in counts])
            for code in places
        ],
        "headings": [*headings, ALL],
        "heading": heading,
        "what": "村" if len(area) >= selectors.TOWNSHIP else "乡镇",
        "deeper": len(area) < selectors.TOWNSHIP,
        "areas": area_choices(actor, area),
        "area": area,
        "as_of": as_of,
    }
    return render_page(request, "households/groups.html", "households/_groups.html", context)


def _rows(
    group: Group, found: list[Any], as_of: Any, parts: dict[str, str], *, sees: bool
) -> list[dict[str, Any]]:
    return [
        {
            "household": row.household if group.subject == "person" else row,
            "person": row.person if group.subject == "person" else None,
            "number": row.person.number_masked("id_number") if sees and group.subject == "person" else "",
            "cells": [(COLUMN_TITLES[name], cell_of(name, row, as_of, parts)) for name in group.columns],
        }
        for row in found
    ]


@require_safe
@needs(VIEW)
def group_members(request: Any, code: str) -> HttpResponse:
    """Who belongs, or of whom it is unknown; each row leads to the household."""
    actor, area, as_of = request.actor, area_of(request), day_of(request)
    group = group_named(code, actor.scope(VIEW).field_groups)
    state = request.GET.get("state", "") if request.GET.get("state", "") in STATES else ""
    frame = selectors.frame_of(actor.scope(VIEW).narrowed(area or None), as_of)
    parts = {name: title for name, title, _ in group.parts(frame)} if group.parts else {}
    part = request.GET.get("part", "") if request.GET.get("part", "") in parts else ""
    rows = selectors.members_in(frame, group, state=STATES[state], part=part)
    page = page_of(rows, request.GET.get("after"))
    sees = "identity" in actor.scope(VIEW).field_groups
    context = {
        "group": group,
        "page": page,
        "rows": _rows(group, page.rows, as_of, parts, sees=sees),
        "sees_numbers": sees and group.subject == "person",
        "titles": [COLUMN_TITLES[name] for name in group.columns],
        "state": state,
        "part": part,
        "parts": list(parts.items()),
        "areas": area_choices(actor, area),
        "area": area,
        "as_of": as_of,
        "may_export": actor.may("exchange.export"),
        "layout": layout_of(group),
    }
    return render_page(request, "households/group.html", "households/_group_table.html", context)
