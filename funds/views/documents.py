"""The papers that grant money, and their allocations."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError
from common.htmx import render_page
from common.keyset import page_of
from funds import rules, selectors, services
from funds.figures import COUNTY, LEVEL, disbursement
from funds.forms import AllocationForm, DocumentForm, MoneyFilterForm
from policies.metrics import Judged
from projects.forms import refused

VIEW, EDIT = "funds.view", "funds.edit"


@require_safe
@needs(VIEW)
def overview(request: Any) -> HttpResponse:
    """The county's money of a year by level, and its papers. A township starts at its allocations."""
    actor = request.actor
    if not selectors.sees_documents(actor):
        return redirect("funds:allocation-list")
    today = business_today()
    form = MoneyFilterForm({"year": today.year} | request.GET.dict(), actor=actor)
    year = form.given().year or today.year
    county = min(actor.scope(VIEW).prefixes, key=len)
    areas = [
        area for area in disbursement(Judged(today), county, year=year) if area.area_kind in (COUNTY, LEVEL)
    ]
    levels = [area for area in areas if area.area_kind == LEVEL]
    context = {
        "form": form,
        "year": year,
        "today": today,
        "levels": levels,
        "totals": [area for area in areas if area.area_kind == COUNTY],
        "documents": [(row, rules.percent(row.paid_fen, row.amount_fen))
                      for row in selectors.document_list(actor=actor, year=year).order_by("issued_on", "pk")],
        "may_edit": actor.may(EDIT),
    }  # fmt: skip
    return render_page(request, "funds/overview.html", "funds/_overview.html", context)


def _document(request: Any, pk: int, form: AllocationForm | None = None) -> HttpResponse:
    document = selectors.document_get(actor=request.actor, pk=pk)
    may_edit = request.actor.may(EDIT, at=document.scope_code)
    rows = selectors.allocation_list(actor=request.actor, document=document)
    context = {
        "document": document,
        "left_fen": document.amount_fen - document.allocated_fen,
        "paid_pct": rules.percent(document.paid_fen, document.amount_fen),
        "page": page_of(rows, request.GET.get("after"), size=100),
        "may_edit": may_edit,
        "form": form
        or (
            AllocationForm(actor=request.actor, document=document, initial={"allocated_on": business_today()})
            if may_edit
            else None
        ),
    }
    return render(request, "funds/document.html", context, status=422 if form else 200)


@require_safe
@needs(VIEW)
def document_detail(request: Any, pk: int) -> HttpResponse:
    return _document(request, pk)


@require_http_methods(["GET", "POST"])
@needs(EDIT)
def document_create(request: Any) -> HttpResponse:
    today = business_today()
    form = DocumentForm(
        request.POST or None, actor=request.actor, initial={"year": today.year, "issued_on": today}
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = services.document_create(actor=request.actor, given=form.given(), today=today)
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, f"{row.doc_number} 已登记。")
            return redirect("funds:document-detail", row.pk)
    return render(request, "funds/document_form.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs(EDIT)
def document_edit(request: Any, pk: int) -> HttpResponse:
    document = selectors.document_get(actor=request.actor, pk=pk)
    form = DocumentForm(
        request.POST or None,
        actor=request.actor,
        document=document,
        initial=DocumentForm.initial_of(document),
    )
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.document_edit(
                actor=request.actor,
                document=document,
                version=version,
                given=form.given(),
                today=business_today(),
            )
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "已保存。")
            return redirect("funds:document-detail", pk)
    context = {"form": form, "document": document}
    return render(request, "funds/document_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(EDIT)
def allocation_create(request: Any, pk: int) -> HttpResponse:
    document = selectors.document_get(actor=request.actor, pk=pk)
    form = AllocationForm(request.POST, actor=request.actor, document=document)
    if form.is_valid():
        try:
            services.allocation_create(
                actor=request.actor, document=document, today=business_today(), **form.cleaned_data
            )
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "资金已分配。")
            return redirect("funds:document-detail", pk)
    return _document(request, pk, form)
