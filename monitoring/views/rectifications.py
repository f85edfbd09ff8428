"""The ledger of problems."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError
from common.forms import refused
from common.htmx import render_page
from common.keyset import page_of
from monitoring import services
from monitoring.forms import ActForm, ProblemFilterForm, ProblemForm, due_by_default
from monitoring.limits import PROBLEM_SOON, DaysInForce
from monitoring.models import Rectification
from monitoring.rules import days_left, due_mark
from monitoring.selectors import rectifications
from monitoring.services.rectification import acts_for
from monitoring.views.areas import area_for

VIEW, OPEN, WORK, CHECK = (
    "monitoring.view_rectification", "monitoring.open_rectification", "monitoring.work_rectification",
    "monitoring.check_rectification",
)  # fmt: skip
WORKING = (Rectification.State.OPEN, Rectification.State.CLAIMED, Rectification.State.WORKING)


def mark_of(row: Rectification, days: DaysInForce) -> dict[str, Any]:
    over, soon = row.state == Rectification.State.CLOSED, days.at(PROBLEM_SOON, row.scope_code)
    mark = due_mark(row.due_on, days.day, soon=soon, is_over=over)
    return {"mark": mark, "days": abs(days_left(row.due_on, days.day))}


@require_safe
@needs(VIEW)
def rectification_list(request: Any) -> HttpResponse:
    form = ProblemFilterForm(request.GET, actor=request.actor)
    found = rectifications.rectification_list(
        actor=request.actor, filters=form.given(), today=business_today()
    )
    page, days = page_of(found, request.GET.get("after")), DaysInForce(business_today())
    context = {
        "form": form,
        "page": page,
        "rows": [(row, mark_of(row, days)) for row in page.rows],
        "may_open": request.actor.may(OPEN),
    }
    return render_page(
        request, "monitoring/rectification_list.html", "monitoring/_rectification_table.html", context
    )


@require_http_methods(["GET", "POST"])
@needs(OPEN)
def rectification_open(request: Any) -> HttpResponse:
    today = business_today()
    start = {"found_on": today, "due_on": due_by_default(today, area_for(request.actor, OPEN))}
    form = ProblemForm(request.POST or None, actor=request.actor, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            given = services.ProblemInput(**form.cleaned_data)
            row = services.rectification_open(actor=request.actor, given=given)
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, f"问题 {row.number} 已登记。")
            return redirect("monitoring:rectification-detail", row.pk)
    return render(
        request, "monitoring/rectification_form.html", {"form": form}, status=422 if form.is_bound else 200
    )


def _page(request: Any, row: Rectification, form: ActForm | None = None) -> HttpResponse:
    acts = acts_for(request.actor, row)
    refused_form = form
    context = {
        "row": row,
        "due": mark_of(row, DaysInForce(business_today())),
        "steps": rectifications.steps_of(row),
        "acts": acts,
        "form": form or ActForm(working=row.state in WORKING, initial={"measures": row.measures}),
    }
    return render(
        request, "monitoring/rectification_detail.html", context, status=422 if refused_form else 200
    )


@require_safe
@needs(VIEW)
def rectification_detail(request: Any, pk: int) -> HttpResponse:
    return _page(request, rectifications.rectification_get(actor=request.actor, pk=pk))


@require_POST
@needs(WORK, CHECK)
def rectification_act(request: Any, pk: int) -> HttpResponse:
    row = rectifications.rectification_get(actor=request.actor, pk=pk)
    form = ActForm(request.POST, request.FILES, working=row.state in WORKING)
    if form.is_valid():
        got = form.cleaned_data
        given = services.ActInput(got["opinion"], got.get("measures"), got["papers"])
        try:
            services.rectification_act(
                actor=request.actor,
                row=row,
                act=request.POST.get("act", ""),
                on=business_today(),
                given=given,
            )
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "已保存。")
            return redirect("monitoring:rectification-detail", row.pk)
    return _page(request, row, form)
