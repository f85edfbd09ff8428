"""Differences between departments' lists and our records: the list, one of them, several at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import needs
from common.errors import DomainError
from common.forms import refused
from common.htmx import render_page
from common.keyset import page_of
from monitoring.departments.forms import DifferenceFilterForm, SettleForm
from monitoring.selectors import departments
from monitoring.services import differences as services

VIEW, WORK = departments.VIEW, departments.WORK


@require_safe
@needs(VIEW)
def difference_list(request: Any) -> HttpResponse:
    actor = request.actor
    form = DifferenceFilterForm(request.GET, actor=actor)
    wanted = form.given()
    found = departments.difference_list(actor=actor, filters=wanted)
    page = page_of(departments.with_places(found), request.GET.get("after"), count=found)
    counts = departments.state_counts(actor=actor, filters=wanted)
    context = {
        "form": form, "page": page, "state": wanted.state, "batch": wanted.batch or "", "may_work": actor.may(WORK),
        "tabs": [(code, label, counts[code]) for code, label in departments.TABS], "back": request.GET.urlencode(),
    }  # fmt: skip
    return render_page(
        request, "monitoring/difference_list.html", "monitoring/_difference_table.html", context
    )


@require_http_methods(["GET", "POST"])
@needs(WORK)
def difference_detail(request: Any, pk: int) -> HttpResponse:
    """One difference, both sides beside each other, and the answer."""
    actor = request.actor
    row = departments.difference_get(actor=actor, pk=pk, permission=WORK)
    if request.method == "POST" and request.POST.get("act") == "start":
        try:
            services.difference_start(actor=actor, pk=pk)
        except DomainError as refusal:
            messages.error(request, refusal.sentence)
        return redirect("monitoring:difference-detail", pk)
    list_url = f"{reverse('monitoring:difference-list')}?batch={row.batch_id}&kind={row.kind}"  # the next one is there
    form = SettleForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            services.difference_settle(actor=actor, pk=pk, entry=form.entry())
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "已办结。")
            return redirect(list_url)
    context = {"row": row, "form": form, "proceeding_url": _proceeding(row, actor), "list_url": list_url}
    return render(request, "monitoring/difference_detail.html", context, status=422 if form.is_bound else 200)


def _proceeding(row: Any, actor: Any) -> str:
    """Where a household with a clue may be taken up; empty where it is not offered. Never opened by itself."""
    if row.kind != "clue" or row.household_id is None or not actor.may("proceedings.open", at=row.scope_code):
        return ""
    try:
        return reverse("proceedings:household-open", args=[row.household_id])
    except NoReverseMatch:
        return ""


@require_POST
@needs(WORK)
def difference_bulk(request: Any) -> HttpResponse:
    """Several at once: theirs is wrong, for one reason."""
    picked = [
        int(one) for one in request.POST.getlist("pick") if one.isascii() and one.isdigit() and len(one) < 19
    ]
    try:
        count = services.differences_theirs_wrong(
            actor=request.actor, pks=picked, reason=request.POST.get("reason", "")
        )
        messages.success(request, f"已将 {count} 条列为对方有误。")
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    back = QueryDict(request.POST.get("back", "")[:500]).urlencode()
    return redirect(f"{reverse('monitoring:difference-list')}?{back}")
