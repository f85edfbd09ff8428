"""The risk list, the duties, and the parts that the household page asks for."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import needs
from common.dates import Quarter, business_today
from common.htmx import render_page
from common.keyset import page_of
from households.selectors import household_get
from monitoring.forms import RISK_STATES, RiskFilterForm
from monitoring.limits import CASE_SOON, DaysInForce
from monitoring.models import RiskCase
from monitoring.rules import days_left, due_mark
from monitoring.selectors import signs
from monitoring.selectors.urgency import urgent_page
from monitoring.wording import sign_views

VIEW = "monitoring.view"


def due_of(row: Any, days: DaysInForce) -> dict[str, Any]:
    """The mark of a check task's deadline."""
    soon = days.at(CASE_SOON, row.scope_code)
    mark = due_mark(row.due_on, days.day, soon=soon, is_over=bool(row.closed_on))
    return {"mark": mark, "days": abs(days_left(row.due_on, days.day))}


@require_safe
@needs(VIEW)
def risk_list(request: Any) -> HttpResponse:
    """Check tasks with their signs; signs one by one where they are muted, closed or only notes."""
    form, days = RiskFilterForm(request.GET, actor=request.actor), DaysInForce(business_today())
    wanted, today, after = form.given(), business_today(), request.GET.get("after")
    context: dict[str, Any] = {"form": form, "state": wanted.state, "rule": wanted.rule, "today": today}
    counts = signs.list_counts(actor=request.actor, filters=wanted)
    context["tabs"] = [(state, label, counts.get(state)) for state, label in RISK_STATES]
    context["rule_title"] = signs.rule_titles().get(wanted.rule, "") if wanted.rule else ""
    found: Any
    rows: list[dict[str, Any]]
    if wanted.state in {"open", "proposed"}:
        found = signs.case_list(actor=request.actor, filters=wanted)
        page = urgent_page(
            signs.with_signs(found, actor=request.actor), after, actor=request.actor, days=days
        )
        rows = [
            {"case": case, "views": sign_views(case.open_signs), "due": due_of(case, days)}
            for case in page.rows
        ]
    else:
        notes = wanted.state == "notes"
        every = signs.note_list if notes else signs.sign_list
        found = signs.household_signs(every(actor=request.actor, filters=wanted))
        page = page_of(found, after, count=found)
        rows = [{"view": view} for view in sign_views(page.rows)]
    return render_page(
        request,
        "monitoring/risk_list.html",
        "monitoring/_risk_table.html",
        context | {"page": page, "rows": rows},
    )


@require_safe
@needs(VIEW)
def duty_list(request: Any) -> HttpResponse:
    """What an act cures: households to visit this quarter, and what is to be collected."""
    kind = request.GET.get("kind", "") if request.GET.get("kind") in {"collect", "quarterly"} else "visit"
    area, after, today = request.GET.get("area", "")[:12], request.GET.get("after"), business_today()
    found: Any
    rows: list[dict[str, Any]]
    if kind != "collect":
        found = signs.visit_duties(actor=request.actor, area=area, others=kind == "quarterly")
        page = page_of(signs.household_signs(found), after, count=found)
        rows = [
            {"household": view.sign.household, "what": view.sentence, "basis": view, "since": view.sign.opened_on,
             "due_on": Quarter.of(view.sign.opened_on).last_day}
            for view in sign_views(page.rows) if view.sign.household
        ]  # fmt: skip
    else:
        found = signs.duty_list(actor=request.actor, area=area)
        page = page_of(found.select_related("household__village__parent"), after, count=found)
        titles = signs.rule_titles()
        rows = [
            {"household": duty.household, "what": f"采集：{titles.get(duty.rule_key, duty.topic)}",
             "since": duty.opened_on, "due_on": duty.due_on}
            for duty in page.rows
        ]  # fmt: skip
    days = DaysInForce(today)
    for row in rows:
        soon = days.at(CASE_SOON, row["household"].scope_code)
        row["mark"] = due_mark(row["due_on"], today, soon=soon)
        row["days"] = abs(days_left(row["due_on"], today))
    counts = signs.counts(actor=request.actor)
    context = {"kind": kind, "page": page, "rows": rows, "counts": counts, "area": area,
               "areas": signs.area_choices(actor=request.actor),
               "may_visit": request.actor.may("households.record_visit")}  # fmt: skip
    return render_page(request, "monitoring/duty_list.html", "monitoring/_duty_table.html", context)


@require_safe
@needs(VIEW)
def household_panel(request: Any, pk: int) -> HttpResponse:
    """The risk strip of the household page: open signs, the check task, what is not collected."""
    actor = request.actor
    household = household_get(actor=actor, pk=pk, permission=VIEW)
    open_rows = signs.household_history(household.pk, actor=actor).filter(closed_on__isnull=True)
    case = signs.cases_of(household.pk, actor=actor).exclude(state=RiskCase.State.CLOSED).first()
    context = {
        "household": household,
        "views": sign_views(open_rows),
        "case": case,
        "due": due_of(case, DaysInForce(business_today())) if case else None,
        "duties": [
            (duty, signs.rule_titles().get(duty.rule_key, duty.topic))
            for duty in signs.duties_of(household.pk, actor=actor)
        ],
    }
    return render(request, "monitoring/_household_panel.html", context)


@require_safe
@needs(VIEW)
def household_timeline(request: Any, pk: int) -> HttpResponse:
    """Every sign and decision of one household with the days they lasted."""
    actor, today = request.actor, business_today()
    household = household_get(actor=actor, pk=pk, permission=VIEW)
    rows: list[dict[str, Any]] = [
        {
            "on": view.sign.opened_on,
            "view": view,
            "days": ((view.sign.closed_on or today) - view.sign.opened_on).days,
        }
        for view in sign_views(signs.household_history(household.pk, actor=actor)[:200])
    ]
    decisions = signs.decisions_of(household.pk, actor=actor)
    rows += [{"on": decision.at.date(), "decision": decision} for decision in decisions]
    rows.sort(key=lambda row: row["on"], reverse=True)
    context = {"household": household, "rows": rows, "cases": signs.cases_of(household.pk, actor=actor)[:50]}
    return render(request, "monitoring/_household_timeline.html", context)
