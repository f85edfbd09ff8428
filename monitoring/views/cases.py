"""One check task: what was found, what is known, and what the person decides."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError
from common.forms import refused
from households import field_groups
from households.selectors import income_in_force, visit_get, visit_list
from households.selectors.facts import guarantees_of
from monitoring import services
from monitoring.forms import DecisionForm, SettleForm
from monitoring.limits import DaysInForce
from monitoring.models import Decision, RiskCase
from monitoring.selectors import signs
from monitoring.selectors.figures import with_history
from monitoring.selectors.urgency import urgency_parts
from monitoring.views.risks import due_of
from monitoring.wording import sign_views

VIEW, HANDLE, SETTLE = "monitoring.view", "monitoring.handle_case", "households.set_status"


def _visits(request: Any, case: RiskCase) -> list[Any]:
    """The latest visits, for those who may read them: their texts speak of anything."""
    groups = request.actor.scope("households.view").field_groups
    if not request.actor.may("households.view", at=case.scope_code) or not field_groups.sees_all(groups):
        return []
    return list(visit_list(actor=request.actor, household=case.household)[:5])


def _decision_form(request: Any, case: RiskCase, bound: Any = None) -> DecisionForm:
    return DecisionForm(
        bound,
        poverty_status=case.household.poverty_status,
        visits=_visits(request, case),
        may_propose=request.actor.may("monitoring.propose_status", at=case.scope_code),
    )


def _page(request: Any, case: RiskCase, **bound: Any) -> HttpResponse:
    today, household = business_today(), case.household
    actor, groups = request.actor, request.actor.scope(VIEW).field_groups
    days = DaysInForce(today)
    views = with_history(
        sign_views(signs.signs_of_case(case, actor=actor)), household, actor=actor, day=today
    )
    parts = (
        []
        if case.closed_on
        else urgency_parts(
            case, actor=actor, days=days, titles={view.sign.topic: view.title for view in views}
        )
    )
    others = (
        signs.household_history(household.pk, actor=actor).filter(closed_on__isnull=True).exclude(case=case)
    )
    seen = field_groups.visible_guarantees(groups)
    context: dict[str, Any] = {
        "case": case,
        "household": household,
        "due": due_of(case, days),
        "parts": parts,
        "points": sum(part.points for part in parts),
        "open_views": [view for view in views if view.state == "open"],
        "past_views": [view for view in views if view.state != "open"],
        "other_views": sign_views(others),
        "decisions": signs.decisions_of(household.pk, actor=actor),
        "groups": groups,
        "full": field_groups.sees_all(groups),
        "income": income_in_force(household, today) if "income" in groups else None,
        "guarantees": [row for kind, row in guarantees_of(household).items() if kind in seen],
        "visits": _visits(request, case),
        "may_handle": case.state == RiskCase.State.OPEN and request.actor.may(HANDLE, at=case.scope_code),
        "may_settle": case.state == RiskCase.State.PROPOSED and request.actor.may(SETTLE, at=case.scope_code),
        "may_see_path": request.actor.may("proceedings.view", at=case.scope_code),
        "is_mine": case.assignee_id == request.actor.user_id,
    }
    if context["may_handle"]:
        context["form"] = _decision_form(request, case)
    if context["may_settle"]:
        context["settle_form"] = SettleForm()
    return render(request, "monitoring/case_detail.html", context | bound, status=422 if bound else 200)


@require_safe
@needs(VIEW)
def case_detail(request: Any, pk: int) -> HttpResponse:
    return _page(request, signs.case_get(actor=request.actor, pk=pk))


@require_POST
@needs(HANDLE)
def case_decide(request: Any, pk: int) -> HttpResponse:
    case = signs.case_get(actor=request.actor, pk=pk, permission=HANDLE)
    form = _decision_form(request, case, request.POST)
    if form.is_valid():
        got = form.cleaned_data
        try:
            visit = visit_get(actor=request.actor, pk=int(got["visit"])) if got.get("visit") else None
            proposes = got["outcome"] == Decision.Outcome.PROPOSE
            decision = services.CaseDecision(
                got["outcome"], got["reason"], got.get("proposed_class", "") if proposes else "", visit
            )
            services.case_decide(actor=request.actor, case=case, decision=decision, on=business_today())
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "核查结论已保存。" if not proposes else "建议已提交，进入认定程序。")
            return redirect("monitoring:case-detail", case.pk)
    return _page(request, case, form=form)


@require_POST
@needs(SETTLE)
def case_settle(request: Any, pk: int) -> HttpResponse:
    """The county declines a proposal."""
    case = signs.case_get(actor=request.actor, pk=pk, permission=SETTLE)
    form = SettleForm(request.POST)
    if form.is_valid():
        try:
            services.case_decline(
                actor=request.actor, case=case, reason=form.cleaned_data["reason"], on=business_today()
            )
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "已记录不予纳入。")
            return redirect("monitoring:case-detail", case.pk)
    return _page(request, case, settle_form=form)


@require_POST
@needs(HANDLE)
def case_assign(request: Any, pk: int) -> HttpResponse:
    """Take the check upon oneself, or hand it back."""
    case = signs.case_get(actor=request.actor, pk=pk, permission=HANDLE)
    mine = request.POST.get("take") == "yes"
    services.case_assign(actor=request.actor, case=case, user_id=request.actor.user_id if mine else None)
    messages.success(request, "已由您认领核查。" if mine else "已取消认领。")
    return redirect("monitoring:case-detail", case.pk)
