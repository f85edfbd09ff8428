"""Every batch with its state and result, and the form that starts one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import needs
from common.dates import Quarter, business_today
from common.errors import DomainError
from common.forms import refused
from common.htmx import render_page
from common.keyset import page_of
from monitoring import services
from monitoring.forms import RunForm
from monitoring.selectors import (
    faults_of,
    packs_by_county,
    parts_page,
    run_above,
    run_get,
    run_list,
    run_page,
    signs,
    tallies_of,
)

VIEW, START, NAMES = "monitoring.view_runs", "monitoring.run_screening", "reporting.view"


@require_safe
@needs(VIEW)
def run_list_page(request: Any) -> HttpResponse:
    kind = request.GET.get("kind", "")
    page = run_page(run_list(actor=request.actor, kind=kind if kind in {"households", "funds"} else ""), request.GET.get("before"))  # fmt: skip
    may_start = request.actor.may(START)
    context = {"page": page, "kind": kind, "may_start": may_start}
    return render_page(request, "monitoring/run_list.html", "monitoring/_run_table.html", context)


@require_safe
@needs(VIEW)
def run_detail(request: Any, pk: int) -> HttpResponse:
    run, after = run_get(actor=request.actor, pk=pk), request.GET.get("after")
    titles = signs.rule_titles()
    faults = faults_of(request.actor, run)
    tallies = [(row, titles.get(row.rule_key, "")) for row in tallies_of(request.actor, run)]
    tallies.sort(key=lambda pair: (-pair[0].hit, -pair[0].unknown))  # what asks for work comes first
    context = {
        "run": run,
        "above": run_above(actor=request.actor, run=run),
        "parts": parts_page(actor=request.actor, run=run, after=after) if run.split else None,
        "after": after,
        "counties": packs_by_county(run),
        "tallies": tallies,
        "faults": page_of(faults, None, 100),
        "open": run.result.get("by_rule", {}),
        "names_open": request.actor.may(NAMES),
    }
    return render(request, "monitoring/run_detail.html", context)


@require_safe
@needs(VIEW)
def run_status(request: Any, pk: int) -> HttpResponse:
    """The part that polls itself until the run is over."""
    return render(request, "monitoring/_run_status.html", {"run": run_get(actor=request.actor, pk=pk)})


@require_safe
@needs(VIEW)
def run_parts(request: Any, pk: int) -> HttpResponse:
    """The parts of a run with their states; polls itself until the run is over."""
    run = run_get(actor=request.actor, pk=pk)
    parts = parts_page(actor=request.actor, run=run, after=None)
    return render(request, "monitoring/_run_parts.html", {"run": run, "parts": parts})


@require_safe
@needs(VIEW)
def bell(request: Any) -> HttpResponse:
    """The newest runs, for the bell."""
    rows = list(run_list(actor=request.actor)[:5])
    return render(
        request, "monitoring/_bell.html", {"runs": rows, "running": sum(run.is_open for run in rows)}
    )


@require_http_methods(["GET", "POST"])
@needs(START)
def run_start(request: Any) -> HttpResponse:
    today = business_today()
    form = RunForm(request.POST or None, actor=request.actor, today=today)
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        quarter = Quarter.parse(got["quarter"]) if got["kind"] == "households" and got["quarter"] else None
        try:
            run = services.screening_run_request(
                actor=request.actor, kind=got["kind"], scope_code=got["area"],
                as_of=services.judged_day(quarter, today, got["as_of"]), quarter=quarter,
            )  # fmt: skip
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "已排队，关闭页面也会继续。")
            return redirect("monitoring:run-detail", run.pk)
    return render(request, "monitoring/run_form.html", {"form": form}, status=422 if form.is_bound else 200)
