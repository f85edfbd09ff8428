"""Lists: households, visits."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.doors import needs
from common.htmx import render_page
from common.keyset import page_of
from common.text import clean
from households import codes, field_groups, selectors
from households.selectors import HouseholdFilters
from households.views.areas import area_choices, area_of


def filters_of(request: HttpRequest) -> HouseholdFilters:
    """The filters of the address; a value that is no code is no filter."""
    asked = request.GET
    status = asked.get("poverty_status", "")
    monitor = asked.get("monitor_class", "")
    return HouseholdFilters(
        area=area_of(request),
        poverty_status=status
        if status in codes.PovertyStatus.values or status in selectors.STATUS_GROUPS
        else "",
        monitor_class=monitor
        if monitor in codes.MonitorClass.values or monitor == selectors.ANY_MONITORED
        else "",
        text=clean(asked.get("q", ""))[:40],
        mine=asked.get("mine") == "1",
    )


@require_safe
@needs("households.view")
def household_list(request: Any) -> HttpResponse:
    """Filters and search. A search by a full ID number is recorded."""
    actor, asked = request.actor, filters_of(request)
    rows = selectors.household_list(actor=actor, filters=asked)
    if asked.text:
        selectors.search_recorded(actor, asked.text, rows)
    page = page_of(selectors.with_place_and_helper(rows), request.GET.get("after"), count=rows)
    context = {
        "page": page,
        "asked": asked,
        "areas": area_choices(actor, asked.area),
        "statuses": [(code, label) for code, (label, _) in selectors.STATUS_GROUPS.items()]
        + list(codes.PovertyStatus.choices),
        "classes": [(selectors.ANY_MONITORED, "全部监测对象"), *codes.MonitorClass.choices],
        "may_register": actor.may("households.edit"),
        "sees_identity": "identity" in actor.scope("households.view").field_groups,
    }
    return render_page(request, "households/list.html", "households/_table.html", context)


@require_safe
@needs("households.view")
def visit_list(request: Any) -> HttpResponse:
    """Newest first by entry; the visits of the actor's area."""
    actor, area = request.actor, area_of(request)
    rows = selectors.visit_list(actor=actor, area=area)
    if request.GET.get("mine") == "1":
        rows = rows.filter(visitor_id=actor.user_id)
    page = page_of(rows, request.GET.get("after"), newest_first=True)
    groups = actor.scope("households.view").field_groups
    context = {
        "page": page, "areas": area_choices(actor, area), "area": area, "mine": request.GET.get("mine") == "1",
        "full": field_groups.sees_all(groups), "may_record": actor.may("households.record_visit"),
    }  # fmt: skip
    return render_page(request, "households/visits.html", "households/_visit_table.html", context)
