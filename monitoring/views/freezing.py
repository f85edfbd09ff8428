"""季度封库: the quarters with their state, the figures of one, what judging it again finds, freezing and lifting."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import needs
from common.dates import Quarter, business_today
from common.errors import DomainError
from common.forms import refused
from common.htmx import wants_fragment
from common.keyset import page_of
from exchange import services as exchange
from exchange.services.exports import ExportInput
from monitoring.freezing.forms import FreezeForm, LiftForm, quarter_zh
from monitoring.freezing.tables import class_table, money_table, overview_table, township_table
from monitoring.models import QuarterFreeze
from monitoring.selectors import freezing as selectors
from monitoring.selectors.quality import names_of
from monitoring.services import freezing as services

VIEW, FREEZE, EXPORT = "reporting.view", "monitoring.freeze_quarter", "exchange.export"
SHOWN = 60  # three freezes a quarter for five years


def _line(frozen: QuarterFreeze, places: dict[str, str]) -> dict[str, Any]:
    return {
        "freeze": frozen,
        "title": quarter_zh(Quarter.parse(frozen.quarter)),
        "place": places.get(frozen.scope_code, frozen.scope_code),
        "result": frozen.run.result if frozen.is_readable else {},
    }


def _list_page(request: Any, form: FreezeForm | None, status: int = 200) -> HttpResponse:
    rows = list(selectors.freeze_list(actor=request.actor)[:SHOWN])
    places = names_of(row.scope_code for row in rows)
    context = {"rows": [_line(row, places) for row in rows], "form": form, "today": business_today()}
    return render(request, "monitoring/freeze_list.html", context, status=status)


def _form(request: Any, given: Any = None) -> FreezeForm | None:
    may = request.actor.may(FREEZE)
    return FreezeForm(given, actor=request.actor, today=business_today()) if may else None


@require_safe
@needs(VIEW)
def freeze_list(request: Any) -> HttpResponse:
    return _list_page(request, _form(request))


@require_POST
@needs(FREEZE)
def freeze_start(request: Any) -> HttpResponse:
    form = _form(request, request.POST)
    if form is None or not form.is_valid():
        return _list_page(request, form, 422)
    got = form.cleaned_data
    try:
        frozen = services.quarter_freeze(
            actor=request.actor, scope_code=got["division"], quarter=Quarter.parse(got["quarter"]),
            today=business_today(), note=got["note"],
        )  # fmt: skip
    except DomainError as refusal:
        refused(form, refusal)
        return _list_page(request, form, 422)
    done = frozen.is_readable
    messages.success(
        request, "这个季度已经封库，下面是封存的数字。" if done else "已排队封库，关闭页面也会继续。"
    )
    return redirect("monitoring:freeze-detail", frozen.pk)


def _detail(request: Any, frozen: QuarterFreeze, form: LiftForm, status: int = 200) -> HttpResponse:
    actor = request.actor
    context: dict[str, Any] = _line(frozen, names_of([frozen.scope_code])) | {
        "form": form, "may_freeze": actor.may(FREEZE, at=frozen.scope_code), "may_export": actor.may(EXPORT),
        "run": frozen.run,
    }  # fmt: skip
    if frozen.is_readable:
        figures = selectors.figures_for(actor=actor, frozen=frozen)
        money = selectors.money_for(actor=actor, frozen=frozen)
        tables = [overview_table(figures), class_table(figures), township_table(figures)]
        context |= {"figures": figures, "tables": [*tables, *([money_table(money)] if money else [])]}
    return render(request, "monitoring/freeze_detail.html", context, status=status)


@require_safe
@needs(VIEW)
def freeze_detail(request: Any, pk: int) -> HttpResponse:
    """The figures of the quarter in the reader's area, from what was kept alone."""
    return _detail(request, selectors.freeze_get(actor=request.actor, pk=pk), LiftForm())


@require_safe
@needs(VIEW)
def freeze_status(request: Any, pk: int) -> HttpResponse:
    """The part that polls itself until the freeze, or the judging again, is done; then the browser goes to the figures."""
    frozen = selectors.freeze_get(actor=request.actor, pk=pk)
    again = request.GET.get("again") == "1"
    context = {
        "freeze": frozen,
        "run": frozen.again if again and frozen.again else frozen.run,
        "again": again,
    }
    response = render(request, "monitoring/_freeze_status.html", context)
    if wants_fragment(request) and not context["run"].is_open:
        response["HX-Redirect"] = reverse(
            f"monitoring:freeze-{'difference' if again else 'detail'}", args=[pk]
        )
    return response


@require_POST
@needs(FREEZE)
def freeze_lift(request: Any, pk: int) -> HttpResponse:
    frozen = selectors.freeze_get(actor=request.actor, pk=pk)
    form = LiftForm(request.POST)
    if form.is_valid():
        try:
            services.quarter_lift(actor=request.actor, pk=pk, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            if refusal.status == 404:
                raise
            refused(form, refusal)
        else:
            messages.success(request, "已解封，记录和数字仍然保留。")
            return redirect("monitoring:freeze-detail", pk)
    return _detail(request, frozen, form, 422)


@require_POST
@needs(FREEZE)
def freeze_again(request: Any, pk: int) -> HttpResponse:
    try:
        services.quarter_judge_again(actor=request.actor, pk=pk)
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.sentence)
        return redirect("monitoring:freeze-detail", pk)
    messages.success(request, "已排队重新判断，关闭页面也会继续。")
    return redirect("monitoring:freeze-difference", pk)


@require_safe
@needs(VIEW)
def freeze_difference(request: Any, pk: int) -> HttpResponse:
    """By rule, who came and who went since the freeze; then the names."""
    actor = request.actor
    frozen = selectors.freeze_get(actor=actor, pk=pk)
    found = selectors.difference_for(actor=actor, frozen=frozen)
    context: dict[str, Any] = _line(frozen, names_of([frozen.scope_code])) | {
        "found": found, "run": frozen.again, "may_freeze": actor.may(FREEZE, at=frozen.scope_code),
        "every": request.GET.get("every") == "1",
    }  # fmt: skip
    if found is not None:
        which = "went" if request.GET.get("list") == "went" or not found.came else "came"
        rule = next((line for line in found.changed if line.key == request.GET.get("rule")), None)
        rows = selectors.moved_rows(frozen, selectors.may_see(actor), which, rule.key if rule else "")
        page = page_of(rows, request.GET.get("after"))
        context |= {
            "which": which,
            "rule": rule,
            "page": page,
            "hits": selectors.moved_named(frozen, page.rows),
        }
    return render(request, "monitoring/freeze_difference.html", context)


@require_POST
@needs(EXPORT)
def freeze_export(request: Any, pk: int) -> HttpResponse:
    """Ask for the workbook of the quarter; it is fetched where exports are."""
    frozen = selectors.freeze_get(actor=request.actor, pk=pk)
    if not frozen.is_readable:
        messages.error(request, "这个季度还没有封库完成，不能导出。")
        return redirect("monitoring:freeze-detail", pk)
    entry = ExportInput("QUARTER_FROZEN", frozen.run.as_of, params={"freeze": frozen.pk})
    exchange.export_request(actor=request.actor, entry=entry)
    messages.success(request, "已开始生成，完成后可在下面下载。")
    return redirect("exchange:export-list")
