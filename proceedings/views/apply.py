"""The open pages: no login, nothing about anybody, no JavaScript. Whoever asks gets the same answer."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actor import client_address
from common.dates import business_today
from common.errors import DomainError, NotFound
from common.forms import refused
from proceedings.open_forms import ApplyForm, StatusForm, errors_in_order
from proceedings.selectors import intake, progress
from proceedings.services import applications
from proceedings.services.floods import TooMany, knock, network_of
from villages.models import Division

SIGNER = TimestampSigner(salt="proceedings.apply.sent")
SHOWN_SECONDS = 1800  # how long the page with the receipt number may be loaded again
both = require_http_methods(["GET", "POST"])
NOT_FOUND = "没有找到与这个回执号和电话尾号相符的申报，请对照回执核对。"


def _frame(village: Division | None = None) -> dict[str, Any]:
    code = village.code if village is not None else ""
    day = business_today()
    return {
        "village": village,
        "hotline": intake.hotline(day, code),
        "local_number": intake.local_number(village) if village is not None else "",
        **intake.waiting_words(day, code),
    }


def _show(
    request: HttpRequest, page: str, form: Any, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = more | {"form": form, "wrong": errors_in_order(form) if form.is_bound else []}
    return render(request, page, context, status=status)


@require_safe
@login_not_required
def apply_about(request: HttpRequest) -> HttpResponse:
    """What 一码通 is, and where to find one's village's code."""
    return render(request, "apply/about.html", _frame())


@both
@login_not_required
@never_cache
def apply_form(request: HttpRequest, token: str) -> HttpResponse:
    """The form of one village. Nothing of what is sent is compared with the case file here."""
    village = intake.village_of_token(token)
    form = ApplyForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            knock("send_address", network_of(client_address(request)))
            knock("send_code", token)
            row, _ = applications.application_send(token=token, entry=form.entry())
        except TooMany as refusal:
            form.add_error(None, refusal.sentence)
            status = 429
        except NotFound:
            raise
        except DomainError as refusal:
            refused(form, refusal)
            if refusal.code == "application_uuid_reused":
                form.renewed(request.POST)
        else:
            return redirect("apply:sent", signed=SIGNER.sign(row.uuid.hex))
    return _show(request, "apply/form.html", form, _frame(village), status)


@require_safe
@login_not_required
@never_cache
def apply_sent(request: HttpRequest, signed: str) -> HttpResponse:
    """The receipt number and what happens next; the address is good for half an hour and for nobody who guesses."""
    try:
        row = intake.application_of_uuid(SIGNER.unsign(signed, max_age=SHOWN_SECONDS))
    except BadSignature:  # an expired one included
        return redirect(reverse("apply:status"))
    return render(request, "apply/sent.html", _frame(row.village) | {"application": row})


@both
@login_not_required
@never_cache
def apply_status(request: HttpRequest) -> HttpResponse:
    """Received, being checked or answered: no more is said, and nothing of it without both numbers."""
    form = StatusForm(request.POST or None)
    more, status = _frame(), 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            knock("status_address", network_of(client_address(request)))
            knock("status_receipt", given["receipt"])
        except TooMany as refusal:
            form.add_error(None, refusal.sentence)
            return _show(request, "apply/status.html", form, more, 429)
        row = intake.application_answer(given["receipt"], given["tail"])
        if row is None:
            form.add_error(None, NOT_FOUND)
        else:
            more, status = _frame(row.village) | {"progress": progress.progress_of(row), "asked": row}, 200
    return _show(request, "apply/status.html", form, more, status)
