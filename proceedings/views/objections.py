"""Objections and the exit standard of one proceeding: fragments of its page, and pages of their own without scripts."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.htmx import render_page
from proceedings import desk_forms, selectors
from proceedings.flow import COUNTY, TOWNSHIP, VIEW, VILLAGE
from proceedings.models import Objection, Proceeding
from proceedings.selectors import exits
from proceedings.selectors import notices as reading
from proceedings.services import check_marks, objections
from proceedings.views.desk import reveal_page
from proceedings.views.forms_shown import saved, status_of

ANY = (VILLAGE, TOWNSHIP, COUNTY)


def _slot(request: Any, name: str, title: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    fragment = f"proceedings/_slot_{name}.html"
    return render_page(
        request, "proceedings/slot.html", fragment, context | {"slot": fragment, "title": title}, status
    )


def _page_url(row: Proceeding) -> str:
    return reverse("proceedings:proceeding-detail", args=[row.pk])


def _may_any(request: Any, row: Proceeding) -> bool:
    return any(request.actor.may(one, at=row.scope_code) for one in ANY)


@require_safe
@needs(VIEW)
def objections_slot(request: Any, pk: int) -> HttpResponse:
    return _objections(request, selectors.proceeding_get(actor=request.actor, pk=pk), {})


def _objections(request: Any, row: Proceeding, bound: dict[str, Any]) -> HttpResponse:
    rows = reading.objections_of(row)
    mine = _may_any(request, row)
    settling = [
        (one, mine and one.state == Objection.State.OPEN and one.recorded_by_id != request.actor.user_id)
        for one in rows
    ]
    start = {"received_on": business_today()}
    context = {
        "row": row, "objections": settling, "settle_on": business_today(),
        "results": Objection.Result.choices, "may_reveal": request.actor.may("households.reveal", at=row.scope_code),
        "may_record": row.noticed_on is not None and row.closed_on is None and request.actor.may(VILLAGE, at=row.scope_code),
        "form": desk_forms.ObjectionForm(initial=start, auto_id="id_objection_%s"),
        "settle": desk_forms.SettleForm(initial={"on": business_today()}, auto_id="id_settle_%s"),
    }  # fmt: skip
    return _slot(request, "objections", "公示异议", context | bound, status_of(*bound.values()))


@require_POST
@needs(VILLAGE)
def objection_record(request: Any, pk: int) -> HttpResponse:
    row = selectors.proceeding_get(actor=request.actor, pk=pk)
    form = desk_forms.ObjectionForm(request.POST, auto_id="id_objection_%s")

    def save() -> Any:
        given = objections.ObjectionInput(**form.cleaned_data)
        return objections.objection_record(actor=request.actor, proceeding=row, given=given)

    done = saved(request, form, save, "异议已登记，处理完以前程序不能上报。", lambda _: _page_url(row))
    return done or _objections(request, row, {"form": form})


@require_POST
@needs(*ANY)
def objection_settle(request: Any, pk: int) -> HttpResponse:
    objection = reading.objection_get(actor=request.actor, pk=pk)
    form = desk_forms.SettleForm(request.POST, auto_id="id_settle_%s")

    def save() -> Any:
        return objections.objection_settle(actor=request.actor, objection=objection, **form.cleaned_data)

    row = objection.proceeding
    done = saved(request, form, save, "异议已处理，请答复提出人。", lambda _: _page_url(row))
    return done or _objections(request, row, {"settle": form})


@never_cache
@require_http_methods(["GET", "POST"])
@needs("households.reveal")
def objection_number(request: Any, pk: int) -> HttpResponse:
    """The telephone of who objected."""
    row = reading.objection_get(actor=request.actor, pk=pk)

    def show(reason: str) -> str:
        return objections.objection_reveal(actor=request.actor, objection=row, field="contact", reason=reason)

    return reveal_page(request, show, "联系电话", _page_url(row.proceeding))


@require_safe
@needs(VIEW)
def checklist_slot(request: Any, pk: int) -> HttpResponse:
    return _checklist(request, selectors.proceeding_get(actor=request.actor, pk=pk), {})


def _checklist(request: Any, row: Proceeding, bound: dict[str, Any]) -> HttpResponse:
    is_exit = row.kind in exits.SUBJECT_OF
    is_decided = row.decided_on is not None or row.closed_on is not None
    context = {
        "row": row, "is_exit": is_exit, "verdict": exits.verdict_of(row) if is_exit and not is_decided else None,
        "frozen": exits.frozen_of(row) if is_exit and is_decided else None,
        "may_mark": is_exit and not is_decided and _may_any(request, row),
        "form": desk_forms.MarkForm(initial={"on": business_today()}, auto_id="id_mark_%s"), "today": business_today(),
    }  # fmt: skip
    return _slot(request, "checklist", "退出标准核对", context | bound, status_of(*bound.values()))


@require_POST
@needs(*ANY)
def check_mark(request: Any, pk: int) -> HttpResponse:
    """What somebody found about one line of the standard."""
    row = selectors.proceeding_get(actor=request.actor, pk=pk)
    form = desk_forms.MarkForm(request.POST, auto_id="id_mark_%s")

    def save() -> Any:
        given = check_marks.MarkInput(**form.cleaned_data)
        return check_marks.check_mark_add(actor=request.actor, proceeding=row, given=given)

    done = saved(
        request, form, save, "核查情况已登记。", lambda _: reverse("proceedings:checklist", args=[row.pk])
    )
    return done or _checklist(request, row, {"form": form})
