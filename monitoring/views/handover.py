"""Giving the list of doubtful data to the townships, and how far each of them is."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError
from common.forms import refused
from monitoring.quality.forms import HandoverForm
from monitoring.selectors import handover, quality
from monitoring.services import handover as services

VIEW, RUN = "monitoring.view", "monitoring.run_screening"


@require_safe
@needs(VIEW)
def handover_list(request: Any) -> HttpResponse:
    """What was given to whom, until when, and what of it is mended."""
    actor = request.actor
    rows = handover.handover_list(actor=actor, today=business_today())
    total = {
        name: sum(getattr(one, name) for one in rows if one.is_newest)
        for name in ("open", "mended", "exempt")
    }
    context = {
        "rows": rows, "may_run": actor.may(RUN), "may_export": actor.may("exchange.export"),
        "total": total | {"handed": sum(one.row.handed for one in rows if one.is_newest)},
    }  # fmt: skip
    return render(request, "monitoring/handover_list.html", context)


@require_http_methods(["GET", "POST"])
@needs(RUN)
def handover_new(request: Any) -> HttpResponse:
    actor, today = request.actor, business_today()
    try:
        run = handover.run_to_hand(actor=actor)
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
        return redirect("monitoring:quality-home")
    places = handover.places_to_hand(actor=actor, run=run, today=today)
    offered = [
        (code, f"{name}（{count:,} 条）") for code, name, count, given in places if count and given is None
    ]
    due = today + timedelta(days=quality.mend_days(quality.catalogue_for(actor, today)))
    form = HandoverForm(request.POST or None, places=offered, due_on=due)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.faults_hand_over(actor=actor, run_pk=run.pk, entry=form.entry(), today=today)
        except DomainError as refusal:
            refused(form, refusal)
        else:
            count = sum(row.handed for row in made)
            messages.success(request, f"已发 {len(made)} 个乡镇，共 {count:,} 条，各乡镇首页会提醒。")
            return redirect("monitoring:handover-list")
    given = [(name, row) for _, name, _, row in places if row is not None]
    context = {"form": form, "run": run, "given": given, "offered": offered}
    return render(request, "monitoring/handover_form.html", context, status=422 if form.is_bound else 200)
