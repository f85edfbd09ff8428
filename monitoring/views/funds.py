"""The fund check: by level and township, the findings, and the problems opened from them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError, NotFound
from common.forms import refused
from monitoring import services
from monitoring.forms import ProblemForm, due_by_default
from monitoring.limits import MILESTONE_SOON, DaysInForce
from monitoring.models import ScreeningRun
from monitoring.selectors import funds, signs
from monitoring.views.areas import area_for
from monitoring.wording import sign_views

VIEW, CHECK, OPEN = "funds.view", "monitoring.check_funds", "monitoring.open_rectification"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return business_today()


def _titled(run: ScreeningRun) -> dict[str, Any]:
    """The marks of a run with the meaning of their limits, which its answer does not carry."""
    titles, result = funds.mark_titles(run), run.result
    until = run.as_of + DaysInForce(run.as_of).at(MILESTONE_SOON, run.scope_code)
    named = {
        part: [
            mark
            | {"title": titles.get(mark["code"], ""), "is_soon": mark.get("due", "9") <= until.isoformat()}
            for mark in result.get(part, [])
        ]
        for part in ("milestones", "shares")
    }
    return dict(result) | named


@require_safe
@needs(VIEW)
def fund_check(request: Any) -> HttpResponse:
    area, day = area_for(request.actor, VIEW), _day(request.GET.get("as_of", ""))
    if not area:
        raise NotFound
    rows = funds.fund_rows(actor=request.actor, day=day, area=area)
    findings = list(funds.finding_list(actor=request.actor))
    problems = funds.rectified(findings)
    names = funds.subject_names(findings)
    run = funds.last_check(area, day)
    context = {
        "day": day,
        "run": run,
        "result": _titled(run) if run and request.actor.scope(VIEW).covers(area) else {},
        "targets": funds.payment_targets(day, area),
        "tables": [("按资金级次", [*rows.get("county", []), *rows.get("level", [])], "下达"), ("按乡镇", rows.get("township", []), "分配")],
        "projects": [row for row in rows.get("project", []) if row.is_late][:100],
        "late_projects": sum(row.is_late for row in rows.get("project", [])),
        "findings": [
            {"view": view, "problem": problems.get(view.sign.pk), "where": names.get(view.sign.subject_key, "")}
            for view in sign_views(findings[:300])
        ],
        "finding_count": len(findings),
        "may_see_run": run is not None and request.actor.may("monitoring.view_runs", at=run.scope_code),
        "may_check": request.actor.may(CHECK, at=area),
        "may_open": request.actor.may(OPEN),
    }  # fmt: skip
    return render(request, "monitoring/fund_check.html", context)


@require_POST
@needs(CHECK)
def fund_check_start(request: Any) -> HttpResponse:
    run = services.screening_run_request(
        actor=request.actor, kind="funds", scope_code=area_for(request.actor, CHECK), as_of=business_today()
    )
    messages.success(request, "资金核查已排队，完成后在此页查看结果。")
    return redirect("monitoring:run-detail", run.pk)


@require_http_methods(["GET", "POST"])
@needs(OPEN)
def finding_rectify(request: Any, pk: int) -> HttpResponse:
    """Open a problem from a finding, with the sentence and the clause filled in."""
    sign = signs.sign_get(actor=request.actor, pk=pk)
    view = sign_views([sign])[0]
    start = {
        "description": f"{view.title}：{view.sentence}",
        "clause": view.basis,
        "due_on": due_by_default(business_today(), sign.scope_code),
    }
    form = ProblemForm(request.POST or None, actor=request.actor, from_finding=True, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.rectification_from_sign(actor=request.actor, sign=sign, **form.cleaned_data)
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, f"已建立整改 {row.number}。")
            return redirect("monitoring:rectification-detail", row.pk)
    context = {"form": form, "view": view}
    return render(
        request, "monitoring/rectification_form.html", context, status=422 if form.is_bound else 200
    )
