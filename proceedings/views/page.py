"""One proceeding: its ladder, its papers, the act of whoever's turn it is, its print."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.actor import Actor
from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError, NotFound
from households.selectors import measure_list
from proceedings import selectors, services
from proceedings.flow import COUNTY, FLOWS, OPEN, TOWNSHIP, VIEW, VILLAGE, forward_act
from proceedings.forms import ActForm, PaperForm, refused
from proceedings.models import Kind, Proceeding
from proceedings.selectors.postings import print_context
from proceedings.wording import Marks, counter

SLOTS = ("checklist", "notices", "objections")


def slot_urls(row: Proceeding) -> list[tuple[str, str]]:
    """Fragments of this room that stand on the page where they exist."""
    found = []
    for name in SLOTS:
        if name == "checklist" and row.kind not in (Kind.HOUSEHOLD_EXIT, Kind.VILLAGE_EXIT):
            continue
        try:
            found.append((name, reverse(f"proceedings:{name}", args=[row.pk])))
        except NoReverseMatch:
            continue
    return found


def page_context(actor: Actor, row: Proceeding) -> dict[str, Any]:
    """What the page and the print share."""
    today = business_today()
    marks, steps = Marks(today), selectors.steps_of(row)
    owed, ahead = selectors.missing_of(row)
    context: dict[str, Any] = {
        "row": row,
        "household": row.household,
        "steps": steps,
        "ladder": selectors.ladder_of(row, steps),
        "papers": selectors.papers_of(row),
        "owed": owed,
        "ahead": ahead,
        "due": marks.step(row),
        "whole": marks.whole(row),
        "counter": counter(row, today),
    }
    if row.kind == Kind.IDENTIFICATION and row.household is not None and row.measures_due_on:
        rows = measure_list(actor=actor, household=row.household)
        started = rows.filter(started_on__gte=row.opened_on, started_on__lte=today).exclude(state="planned")
        has_begun = started.exists()
        context |= {"measures_started": has_begun, "measures_due": marks.measures(row, started=has_begun)}
    return context


def _has_acted(actor: Actor, row: Proceeding) -> bool:
    """Is the step of this person's office, though nothing is offered: because of an earlier step of theirs?"""
    act = None if row.closed_on else forward_act(row.kind, row.state)
    return act is not None and actor.may(FLOWS[row.kind][(row.state, act)].need, at=row.scope_code)


def _page(
    request: Any, row: Proceeding, bound: ActForm | None = None, paper: PaperForm | None = None
) -> HttpResponse:
    actor, today = request.actor, business_today()
    forms = []
    for choice in selectors.acts_for(actor, row):
        mine = bound is not None and bound.act == choice.act
        forms.append((choice, bound if mine else ActForm(row=row, act=choice.act, today=today), mine))
    code = row.scope_code
    context = page_context(actor, row) | {
        "forms": forms,
        "has_acted": not forms and _has_acted(actor, row),
        "removal_facts": (
            selectors.removal_facts(row, actor=actor, today=today)
            if row.kind == Kind.REMOVAL and row.closed_on is None
            else []
        ),
        "slots": slot_urls(row),
        "paper_form": paper or PaperForm(auto_id="id_paper_%s"),
        "may_paper": actor.may(OPEN, at=code),
        "may_measure": row.household is not None and actor.may("households.manage_measures", at=code),
        "is_refused": bound is not None,
    }
    wrong = bound is not None or paper is not None
    return render(request, "proceedings/detail.html", context, status=422 if wrong else 200)


@require_safe
@needs(VIEW)
def proceeding_detail(request: Any, pk: int) -> HttpResponse:
    return _page(request, selectors.proceeding_get(actor=request.actor, pk=pk))


@require_POST
@needs(VILLAGE, TOWNSHIP, COUNTY)
def proceeding_act(request: Any, pk: int) -> HttpResponse:
    """Do one act. A refused form comes back with everything that was typed."""
    row = selectors.proceeding_get(actor=request.actor, pk=pk)
    act = request.POST.get("act", "")
    if (row.state, act) not in FLOWS[row.kind]:
        messages.error(request, "这项程序刚刚被他人办理过，请按现在的环节办理。")
        return redirect("proceedings:proceeding-detail", row.pk)
    form = ActForm(request.POST, request.FILES, row=row, act=act, today=business_today())
    if form.is_valid():
        try:
            services.proceeding_advance(actor=request.actor, proceeding=row, act=act, given=form.given())
        except NotFound:
            raise
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "已办理。")
            return redirect("proceedings:proceeding-detail", row.pk)
    return _page(request, row, form)


@require_POST
@needs(OPEN)
def proceeding_paper(request: Any, pk: int) -> HttpResponse:
    """Hand in one paper by itself."""
    row = selectors.proceeding_get(actor=request.actor, pk=pk)
    form = PaperForm(request.POST, request.FILES, auto_id="id_paper_%s")
    if form.is_valid():
        got = form.cleaned_data
        try:
            services.paper_add(
                actor=request.actor, proceeding=row, kind=got["kind"], upload=got["file"], on=business_today()
            )
        except NotFound:
            raise
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "材料已保存。")
            return redirect("proceedings:proceeding-detail", row.pk)
    return _page(request, row, paper=form)


@require_safe
@needs(VIEW)
def proceeding_print(request: Any, pk: int) -> HttpResponse:
    """The whole file on paper."""
    row = selectors.proceeding_get(actor=request.actor, pk=pk)
    return render(request, "proceedings/print.html", page_context(request.actor, row) | print_context(row))
