"""Allocations as a township sees them, payments and their two people, the ledger."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError, PasswordNeeded
from common.htmx import render_page
from common.keyset import page_of
from funds import rules, selectors, services
from funds.forms import (
    ChangeForm,
    LedgerForm,
    MoneyFilterForm,
    PaymentFilterForm,
    PaymentForm,
    RefuseForm,
    ReverseForm,
)
from funds.models import Allocation, Payment
from projects.forms import refused
from projects.selectors import project_get

VIEW, EDIT, SUBMIT, CONFIRM = "funds.view", "funds.edit", "funds.submit_payment", "funds.confirm_payment"


@require_safe
@needs(VIEW)
def allocation_list(request: Any) -> HttpResponse:
    form = MoneyFilterForm({"year": business_today().year} | request.GET.dict(), actor=request.actor)
    rows = selectors.allocation_list(actor=request.actor, given=form.given())
    page = page_of(rows, request.GET.get("after"))
    context = {
        "form": form,
        "page": page,
        "rows": [(row, rules.percent(row.paid_fen, row.amount_fen)) for row in page.rows],
    }
    return render_page(request, "funds/allocations.html", "funds/_allocations.html", context)


def _allocation(
    request: Any, pk: int, form: PaymentForm | None = None, change_form: ChangeForm | None = None
) -> HttpResponse:
    row = selectors.allocation_get(actor=request.actor, pk=pk)
    may_change = request.actor.may(EDIT, at=row.document.scope_code)
    may_submit = request.actor.may(SUBMIT, at=row.scope_code) and row.left_fen > 0
    payments = selectors.payment_list(actor=request.actor).filter(allocation=row).order_by("paid_on", "pk")
    context = {
        "allocation": row,
        "paid_pct": rules.percent(row.paid_fen, row.amount_fen),
        "payments": payments,
        "form": form
        or (
            PaymentForm.fresh(paid_on=business_today(), payee=row.project.contractor) if may_submit else None
        ),
        "change_form": change_form
        or (ChangeForm(initial={"amount_fen": row.amount_fen}) if may_change else None),
        "changes": selectors.allocation_changes(row),
    }
    return render(request, "funds/allocation.html", context, status=422 if form or change_form else 200)


@require_safe
@needs(VIEW)
def allocation_detail(request: Any, pk: int) -> HttpResponse:
    return _allocation(request, pk)


@require_POST
@needs(EDIT)
def allocation_change(request: Any, pk: int) -> HttpResponse:
    """Correct the amount of an allocation."""
    allocation: Allocation = selectors.allocation_get(actor=request.actor, pk=pk)
    form = ChangeForm(request.POST)
    if form.is_valid():
        try:
            services.allocation_change(actor=request.actor, allocation=allocation, **form.cleaned_data)
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "分配金额已更正。")
            return redirect("funds:allocation-detail", pk)
    return _allocation(request, pk, change_form=form)


@require_POST
@needs(SUBMIT)
def payment_submit(request: Any, pk: int) -> HttpResponse:
    allocation: Allocation = selectors.allocation_get(actor=request.actor, pk=pk)
    form = PaymentForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            payment, _ = services.payment_submit(
                actor=request.actor, allocation=allocation, given=form.given(), today=business_today()
            )
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "拨付已提交，等待另一人确认。")
            return redirect("funds:payment-detail", payment.pk)
    return _allocation(request, pk, form)


@require_safe
@needs(VIEW)
def payment_list(request: Any) -> HttpResponse:
    form = PaymentFilterForm(request.GET, actor=request.actor)
    rows = selectors.payment_list(actor=request.actor, given=form.given())
    page = page_of(rows, request.GET.get("after"), newest_first=True)
    context = {"form": form, "page": page}
    return render_page(request, "funds/payments.html", "funds/_payments.html", context)


def _payment(request: Any, pk: int, **bound: Any) -> HttpResponse:
    actor = request.actor
    payment = selectors.payment_get(actor=actor, pk=pk)
    waits = payment.state == Payment.State.SUBMITTED
    own = payment.submitted_by_id == actor.user_id
    reversal = selectors.reversal_of(payment)
    today = business_today()
    may_reverse = (
        payment.state == Payment.State.CONFIRMED
        and payment.reverses_id is None
        and reversal is None
        and actor.may(SUBMIT, at=payment.scope_code)
    )
    may_decide = waits and not own and actor.may(CONFIRM, at=payment.scope_code)
    context = {
        "payment": payment,
        "allocation": selectors.allocation_get(actor=actor, pk=payment.allocation_id),
        "reversal": reversal,
        "own_waiting": waits and own,
        "may_withdraw": waits and own and actor.may(SUBMIT, at=payment.scope_code),
        "may_decide": may_decide,
        "password_fresh": actor.password_fresh,
        "refuse_form": RefuseForm() if may_decide else None,
        "reverse_form": ReverseForm.fresh(reversed_on=today) if may_reverse else None,
    }
    return render(request, "funds/payment.html", context | bound, status=422 if bound else 200)


@require_safe
@needs(VIEW)
def payment_detail(request: Any, pk: int) -> HttpResponse:
    return _payment(request, pk)


@require_POST
@needs(CONFIRM)
def payment_confirm(request: Any, pk: int) -> HttpResponse:
    """A password typed too long ago leads to the page that asks for it, and back to the payment."""
    payment = selectors.payment_get(actor=request.actor, pk=pk)
    try:
        services.payment_confirm(actor=request.actor, payment=payment)
    except PasswordNeeded:
        raise
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "拨付已确认，已记入资金台账。")
    return redirect("funds:payment-detail", pk)


@require_POST
@needs(CONFIRM)
def payment_refuse(request: Any, pk: int) -> HttpResponse:
    payment = selectors.payment_get(actor=request.actor, pk=pk)
    form = RefuseForm(request.POST)
    if form.is_valid():
        try:
            services.payment_refuse(actor=request.actor, payment=payment, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "拨付已退回。")
            return redirect("funds:payment-detail", pk)
    return _payment(request, pk, refuse_form=form)


@require_POST
@needs(SUBMIT)
def payment_reverse(request: Any, pk: int) -> HttpResponse:
    payment = selectors.payment_get(actor=request.actor, pk=pk)
    form = ReverseForm(request.POST)
    if form.is_valid():
        try:
            reversal, _ = services.payment_reverse(
                actor=request.actor, payment=payment, given=form.given(), today=business_today()
            )
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "冲销已提交，等待另一人确认。")
            return redirect("funds:payment-detail", reversal.pk)
    return _payment(request, pk, reverse_form=form)


@require_POST
@needs(SUBMIT)
def payment_withdraw(request: Any, pk: int) -> HttpResponse:
    """The submitter takes his own payment back while it waits."""
    payment = selectors.payment_get(actor=request.actor, pk=pk)
    try:
        services.payment_withdraw(actor=request.actor, payment=payment)
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "拨付已撤回，可以重新提交。")
    return redirect("funds:payment-detail", pk)


@require_safe
@needs(VIEW)
def ledger_list(request: Any) -> HttpResponse:
    form = LedgerForm({"year": business_today().year} | request.GET.dict(), actor=request.actor)
    rows = selectors.ledger_list(actor=request.actor, given=form.given())
    context = {
        "form": form,
        "page": page_of(rows, request.GET.get("after"), newest_first=True),
        "total_fen": selectors.sum_fen(rows),
    }
    return render_page(request, "funds/ledger.html", "funds/_ledger.html", context)


@require_safe
@needs(VIEW)
def project_panel(request: Any, pk: int) -> HttpResponse:
    """The money of one project, for its page."""
    project = project_get(actor=request.actor, pk=pk)
    allocations = list(
        selectors.allocation_list(actor=request.actor, project=project).order_by("allocated_on", "pk")
    )
    context = {
        "project": project,
        "rows": [(row, rules.percent(row.paid_fen, row.amount_fen)) for row in allocations],
        "payments": selectors.payment_list(actor=request.actor)
        .filter(allocation__project=project)
        .order_by("paid_on", "pk"),
        "allocated_fen": sum(row.amount_fen for row in allocations),
        "paid_fen": sum(row.paid_fen for row in allocations),
    }
    return render(request, "funds/_project_panel.html", context)
