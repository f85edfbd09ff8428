"""Recording a visit, and reading one."""

import hashlib
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError, NotFound
from common.money import to_yuan
from households import codes, field_groups, selectors, services
from households.forms import AmountsForm, VisitContext, VisitSheet
from households.models import Household, IncomeRecord, Visit

RECORD = "households.record_visit"


def _context(household: Household) -> VisitContext:
    today = business_today()
    quarters = selectors.incomes_of(household).filter(kind=IncomeRecord.Kind.QUARTER)
    return VisitContext(
        today=today,
        members=list(selectors.members_of(household)),
        guarantees=selectors.guarantees_of(household),
        living=selectors.situation_of(household),
        income_asked=selectors.income_asked(household, today),
        last_quarter=quarters.first(),
        last_visit=selectors.last_visit_of(household),
    )


def _amounts(last: IncomeRecord | None) -> dict[str, str]:
    """What was said last time in 元, for the grey line below a field; nothing where nothing was said."""
    values = {name: getattr(last, name, None) for name in AmountsForm.base_fields}
    return {name: f"{to_yuan(fen):,.2f}" for name, fen in values.items() if fen is not None}


@require_http_methods(["GET", "POST"])
@needs(RECORD)
def visit_record(request: Any, pk: int) -> HttpResponse:
    """One page. The form's UUID is made here and stays through errors, so sending twice records once."""
    household = selectors.household_get(actor=request.actor, pk=pk, permission=RECORD)
    known = _context(household)
    sheet = VisitSheet(known, request.POST if request.method == "POST" else None)
    if request.method == "POST" and sheet.is_valid():
        try:
            visit, _ = services.visit_record(actor=request.actor, household=household, entry=sheet.entry())
        except DomainError as refusal:
            if refusal.status in (403, 404):
                raise
            sheet.refuse(refusal.field, refusal.sentence)
        else:
            messages.success(request, f"{visit.visited_on} 的走访已保存。")
            for sentence in dict.fromkeys(_photos_kept(request, visit)):
                messages.warning(request, f"走访已保存，但有照片没有保存：{sentence}")
            return redirect("households:household-detail", household.pk)
    context = {
        "household": household,
        "sheet": sheet,
        "last_visit": known.last_visit,
        "today": known.today,
        "last_amounts": _amounts(known.last_quarter),
        "photos_most": settings.VISIT_PHOTOS_MOST,
    }
    return render(
        request, "households/visit_form.html", context, status=422 if sheet.posted is not None else 200
    )


def _photos_kept(request: Any, visit: Visit) -> list[str]:
    """Photos that came with the form itself (a browser without scripts); what was refused, in words.

    Their UUIDs follow from visit and content, so that the form sent twice keeps each of them once.
    """
    refused = []
    for upload in request.FILES.getlist("photos"):
        source = upload.read()
        uuid = uuid5(visit.uuid, hashlib.sha256(source).hexdigest())
        try:
            services.visit_photo_add(actor=request.actor, visit=visit, uuid=uuid, source=source)
        except DomainError as refusal:
            refused.append(refusal.sentence)
    return refused


@require_safe
@never_cache
@needs("households.view")
def photo_serve(request: Any, uuid: UUID) -> FileResponse:
    """A photo of a visit, to whom the visit is open."""
    photo, source = selectors.visit_photo_open(actor=request.actor, uuid=uuid)
    response = FileResponse(source, content_type=photo.file.content_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_safe
@needs("households.view")
def visit_detail(request: Any, pk: int) -> HttpResponse:
    """One visit as it was sent. Free texts only for those who see every group of fields."""
    visit = selectors.visit_get(actor=request.actor, pk=pk)
    if not field_groups.sees_all(request.actor.scope("households.view").field_groups):
        raise NotFound()
    content = visit.content
    context = {
        "visit": visit,
        "household": visit.household,
        "guarantees": [
            (_label(codes.GuaranteeKind, row.get("kind")), _label(codes.GuaranteeState, row.get("state")), row.get("evidence"))
            for row in content.get("guarantees") or ()
        ],
        "events": [(_label(codes.EventKind, row.get("kind")), row.get("happened_on"), row.get("note")) for row in content.get("events") or ()],
        "situations": len(content.get("situations") or ()),
        "income": content.get("income"),
        "photos": selectors.photos_of(visit),
    }  # fmt: skip
    return render(request, "households/visit_detail.html", context)


def _label(choices: Any, code: Any) -> str:
    return str(dict(choices.choices).get(code, code))
