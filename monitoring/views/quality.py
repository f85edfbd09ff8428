"""Doubtful data: how the townships stand, the faults, exemptions, the rules and the runs."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError
from common.forms import refused
from common.htmx import render_page
from common.keyset import page_of
from monitoring.quality.catalogue import NOT_PUBLISHED, SEVERITIES, Check
from monitoring.quality.forms import ExemptionForm, FaultFilterForm, QualityRunForm
from monitoring.quality.wording import fault_views
from monitoring.selectors import handover, quality
from monitoring.services import quality as services

VIEW, RUN, EXEMPT = "monitoring.view", "monitoring.run_screening", "monitoring.exempt_fault"


def _area(request: Any, places: Any) -> str:
    asked = str(request.GET.get("area", ""))[:12]
    return asked if asked in {place.code for place in places} else ""


@require_safe
@needs(VIEW)
def quality_home(request: Any) -> HttpResponse:
    """Townships with what is open, overdue and how long mending took; then the rules, of one township or of all."""
    actor, today = request.actor, business_today()
    states = quality.township_states(actor=actor, today=today)
    area = _area(request, states)
    catalogue = quality.catalogue_for(actor, today)
    by_rule = quality.township_rules(actor=actor, today=today, area=area)
    rules = [(check, sum(by_rule[check.number].values())) for check in quality.checks_seen(actor, catalogue) if check.number in by_rule]  # fmt: skip
    gravest = list(SEVERITIES)
    rules.sort(key=lambda pair: (gravest.index(pair[0].severity), -pair[1], pair[0].number))
    context = {
        "states": states, "area": area, "area_name": next((one.name for one in states if one.code == area), ""),
        "rules": rules, "days": quality.mend_days(catalogue), "run": quality.last_quality_run(actor=actor),
        "unpublished": "" if catalogue else NOT_PUBLISHED, "may_run": actor.may(RUN),
        "may_export": actor.may("exchange.export"), "today": today,
        "total": {name: sum(getattr(one, name) for one in states) for name in ("open", "errors", "overdue", "exempt", "mended")},
    }  # fmt: skip
    return render(request, "monitoring/quality_home.html", context)


@require_safe
@needs(VIEW)
def fault_list(request: Any) -> HttpResponse:
    """Faults one by one, each with the doubted values and the page where it is mended."""
    actor, today = request.actor, business_today()
    form = FaultFilterForm(request.GET, actor=actor)
    wanted = form.given()
    catalogue = quality.catalogue_for(actor, today)
    found = quality.fault_list(actor=actor, filters=wanted, today=today)
    page = page_of(quality.with_places(found), request.GET.get("after"), count=found)
    counts = quality.state_counts(actor=actor, filters=wanted, today=today)
    context = {
        "form": form, "page": page, "state": wanted.state, "may_exempt": actor.may(EXEMPT),
        "given": [] if actor.may(RUN) else handover.waiting(actor=actor, today=today),
        "rows": fault_views(page.rows, catalogue, actor, today),
        "tabs": [(code, label, counts[code]) for code, label in quality.STATES],
    }  # fmt: skip
    return render_page(request, "monitoring/fault_list.html", "monitoring/_fault_table.html", context)


@require_http_methods(["GET", "POST"])
@needs(EXEMPT)
def fault_exempt(request: Any, pk: int) -> HttpResponse:
    actor, today = request.actor, business_today()
    fault = quality.fault_get(actor=actor, pk=pk, permission=EXEMPT)
    lengths = (12, 9, 6)
    codes = [
        fault.scope_code[:length] for length in lengths if actor.may(EXEMPT, at=fault.scope_code[:length])
    ]
    names = quality.names_of(codes)
    places = [(code, f"{names[code]}的全部此类疑点") for code in codes if code in names]
    form = ExemptionForm(request.POST or None, places=places)
    if request.method == "POST" and form.is_valid():
        try:
            services.fault_exempt(actor=actor, pk=pk, entry=form.entry(), today=today)
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "已豁免，到期后自动恢复为待改正。")
            return redirect("monitoring:exemption-list")
    view = fault_views([fault], quality.catalogue_for(actor, today), actor, today)[0]
    status = 422 if form.is_bound else 200
    return render(request, "monitoring/exemption_form.html", {"form": form, "view": view}, status=status)


@require_safe
@needs(VIEW)
def exemption_list(request: Any) -> HttpResponse:
    actor, today = request.actor, business_today()
    catalogue = quality.catalogue_for(actor, today)
    checks = {check.number: check for check in quality.checks_seen(actor, catalogue)}
    found = [row for row in quality.exemption_list(actor=actor)[:500] if row.rule_key in checks]
    names = quality.names_of([row.scope_code for row in found])
    rows = [(row, checks[row.rule_key], names.get(row.scope_code, ""), row.until < today) for row in found]
    return render(request, "monitoring/exemption_list.html", {"rows": rows, "may_end": actor.may(EXEMPT)})


@require_POST
@needs(EXEMPT)
def exemption_end(request: Any, pk: int) -> HttpResponse:
    services.exemption_end(actor=request.actor, pk=pk)
    messages.success(request, "已撤销豁免，相关疑点恢复为待改正。")
    return redirect("monitoring:exemption-list")


@require_safe
@needs(VIEW)
def check_list(request: Any) -> HttpResponse:
    """Every rule with its text, severity, and how many faults of it are open."""
    actor = request.actor
    catalogue = quality.catalogue_for(actor, business_today())
    checks = quality.checks_seen(actor, catalogue)
    counts = quality.open_by_rule(actor=actor, today=business_today())
    topics: dict[str, list[tuple[Check, int]]] = {}
    for check in checks:
        topics.setdefault(check.topic, []).append((check, counts.get(check.number, 0)))
    limits = (
        {key: catalogue.packs.params("data-quality").get(key) for check in checks for key in check.params}
        if catalogue
        else {}
    )
    context = {
        "topics": [(name, [(check, n, _limits(check, limits)) for check, n in rows]) for name, rows in topics.items()],
        "total": len(checks), "unpublished": "" if catalogue else NOT_PUBLISHED,
    }  # fmt: skip
    return render(request, "monitoring/check_list.html", context)


def _limits(check: Check, params: dict[str, Any]) -> list[str]:
    """The limits a rule uses, in words."""
    found = []
    for key in check.params:
        if param := params.get(key):
            found.append(
                f"{param.label}：{'—'.join(str(value) for value in param.values)} {param.unit.label}"
            )
    return found


@require_safe
@needs(VIEW)
def quality_runs(request: Any) -> HttpResponse:
    page = page_of(quality.quality_runs(actor=request.actor), request.GET.get("after"), newest_first=True)
    names = quality.names_of([run.scope_code for run in page.rows])
    rows = [(run, names.get(run.scope_code, run.scope_code)) for run in page.rows]
    context = {"page": page, "rows": rows, "may_run": request.actor.may(RUN)}
    return render(request, "monitoring/quality_runs.html", context)


@require_safe
@needs(VIEW)
def quality_status(request: Any, pk: int) -> HttpResponse:
    """The part that polls itself until the run is over."""
    run = quality.quality_run_get(actor=request.actor, pk=pk)
    return render(request, "monitoring/_quality_status.html", {"run": run})


@require_http_methods(["GET", "POST"])
@needs(RUN)
def quality_start(request: Any) -> HttpResponse:
    form = QualityRunForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            services.quality_run_request(actor=request.actor, scope_code=form.cleaned_data["area"])
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "已排队，关闭页面也会继续。")
            return redirect("monitoring:quality-run-list")
    return render(
        request, "monitoring/quality_start.html", {"form": form}, status=422 if form.is_bound else 200
    )
