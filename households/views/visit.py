"""Recording a visit, and reading one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError, NotFound
from common.money import to_yuan
from households import codes, field_groups, selectors, services
from households.forms import AmountsForm, VisitContext, VisitSheet
from households.models import Household, IncomeRecord

RECORD = "households.record_visit"


def income_asked(household: Household) -> bool:
    """Quarterly income is asked of the households that are watched: monitored, or not out of poverty."""
    watched = household.monitor_class != codes.MonitorClass.NONE
    return watched or household.poverty_status in codes.UNEXITED


def _context(household: Household) -> VisitContext:
    quarters = selectors.incomes_of(household).filter(kind=IncomeRecord.Kind.QUARTER)
    return VisitContext(
        today=business_today(),
        members=list(selectors.members_of(household)),
        guarantees=selectors.guarantees_of(household),
        living=selectors.situation_of(household),
        income_asked=income_asked(household),
        last_quarter=quarters.first(),
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
            return redirect("households:household-detail", household.pk)
    context = {
        "household": household,
        "sheet": sheet,
        "last_visit": selectors.last_visit_of(household),
        "last_amounts": _amounts(known.last_quarter),
    }
    return render(
        request, "households/visit_form.html", context, status=422 if sheet.posted is not None else 200
    )


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
    }  # fmt: skip
    return render(request, "households/visit_detail.html", context)


def _label(choices: Any, code: Any) -> str:
    return str(dict(choices.choices).get(code, code))
