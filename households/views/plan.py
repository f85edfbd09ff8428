"""走访计划 and 走访覆盖: who is to be visited when, and how far each place has got."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.doors import needs
from common.dates import business_today
from common.htmx import render_page
from common.keyset import page_of
from common.text import clean
from households import codes
from households.plan.states import PlanState
from households.selectors import ANY_MONITORED, STATUS_GROUPS, visit_coverage, visit_plan
from households.selectors.visit_plan import STATE_GROUPS, PlanFilters
from households.views.areas import area_choices, area_of, sole_area
from policies.pack.plan import TOPICS

VIEW = "households.view"
STATES = [(code, label) for code, (label, _) in STATE_GROUPS.items()] + [
    (str(value), label) for value, label in PlanState.choices
]

DEFAULT_STATE = "open"  # who opens the plan wants what is still to be done; 全部 is one choice away


def day_of(request: HttpRequest) -> date:
    """The day asked for; one that is no day or lies ahead is today."""
    today = business_today()
    try:
        return min(date.fromisoformat(request.GET.get("as_of", "")), today)
    except ValueError:
        return today


def _one_of(request: HttpRequest, name: str, known: Any) -> str:
    value = request.GET.get(name, "")
    return value if value in known else ""


def filters_of(request: HttpRequest) -> PlanFilters:
    """The filters of the address; a value that is no code is no filter."""
    return PlanFilters(
        area=area_of(request),
        topic=_one_of(request, "topic", TOPICS),
        state=_one_of(request, "state", dict(STATES)) if "state" in request.GET else DEFAULT_STATE,
        poverty_status=_one_of(request, "poverty_status", {*codes.PovertyStatus.values, *STATUS_GROUPS}),
        monitor_class=_one_of(request, "monitor_class", {*codes.MonitorClass.values, ANY_MONITORED}),
        helper=clean(request.GET.get("helper", ""))[:40],
        mine=request.GET.get("mine") == "1",
    )


@require_safe
@needs(VIEW)
def plan_list(request: Any) -> HttpResponse:
    """One row per household, the most pressing obligation first; each row one tap from the visit form."""
    actor, asked, as_of = request.actor, filters_of(request), day_of(request)
    plan, mentions = visit_plan.plan_lines(actor=actor, as_of=as_of)
    rows = visit_plan.visit_plan(actor=actor, as_of=as_of, filters=asked)
    page = page_of(visit_plan.listed(rows), request.GET.get("after"), count=rows)
    context = {
        "page": page,
        "rows": visit_plan.plan_rows(page.rows, plan, as_of, asked.topic),
        "asked": asked,
        "as_of": as_of,
        "topics": visit_plan.plan_topics(plan),
        "plan": [placed.obligation for placed in plan],
        "mentions": mentions,
        "areas": area_choices(actor, asked.area),
        "states": STATES,
        "statuses": [(code, label) for code, (label, _) in STATUS_GROUPS.items()]
        + list(codes.PovertyStatus.choices),
        "classes": [(ANY_MONITORED, "全部监测对象"), *codes.MonitorClass.choices],
        "may_record": actor.may("households.record_visit"),
        "may_export": actor.may("exchange.export"),
    }
    return render_page(request, "households/plan.html", "households/_plan_table.html", context)


@require_safe
@needs(VIEW)
def coverage(request: Any) -> HttpResponse:
    """Done of asked by township, inside it by village, inside that by helper; every figure opens the list behind it."""
    actor, asked, as_of = request.actor, filters_of(request), day_of(request)
    plan, _ = visit_plan.plan_lines(actor=actor, as_of=as_of)
    topics = visit_plan.plan_topics(plan)
    topic = asked.topic or next((one for one, _ in topics if one == "visit"), topics[0][0] if topics else "")
    area = asked.area or sole_area(actor)
    whole, parts = visit_coverage.visit_coverage(actor=actor, as_of=as_of, topic=topic, area=area)
    context = {
        "whole": whole,
        "parts": parts,
        "topic": topic,
        "topics": topics,
        "area": area,
        "above": area if asked.area else "",
        "as_of": as_of,
        "by_helper": len(area) == 12,
        "what": "帮扶责任人" if len(area) == 12 else "村" if len(area) == 9 else "乡镇",
        "plan": [placed.obligation for placed in plan if placed.obligation.topic == topic],
        "areas": area_choices(actor, area),
    }
    return render_page(request, "households/coverage.html", "households/_coverage.html", context)
