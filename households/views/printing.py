"""What goes on paper: the file of a household, the sheets and cards of a village."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actor import Actor
from accounts.doors import needs
from common.address import public_base
from common.dates import age_on, business_today
from common.errors import DomainError, NotFound, PasswordNeeded
from common.keyset import page_of
from households import cards, codes, field_groups, selectors
from households.forms import NumberForm
from households.models import Household
from households.paper_form import living_sections
from households.rules import per_head
from households.selectors.paper import Paper, papers_of
from households.services.paper import Numbers, paper_reveal
from households.views.areas import area_choices, area_of
from households.views.lists import filters_of
from villages.models import Division, Level
from villages.selectors import division_choices

VIEW, REVEAL = "households.view", "households.reveal"
AT_ONCE = 50  # pages of one print; a browser grows slow beyond, and a printer's tray is empty
KINDS = {
    "sheets": ("入户核查表", "households:village-sheets"),
    "cards": ("明白卡", "households:village-cards"),
}


def _member_rows(
    paper: Paper, groups: frozenset[str], numbers: Numbers | None, today: date
) -> list[dict[str, Any]]:
    rows = []
    for row in paper.members:
        person, sees = row.person, "identity" in groups
        masked = person.number_masked("id_number") if sees else ""
        rows.append({
            "membership": row,
            "person": person,
            "age": age_on(person.birth_date, today) if person.birth_date else None,
            "situation": selectors.situation_held(row),
            "id_number": numbers.id_numbers.get(person.pk, "") if numbers else masked,
        })  # fmt: skip
    return rows


# Headings of the paper form that have columns of their own on the sheet, or are seldom asked in a yard.
ON_PAPER = ("基本情况", "易地搬迁")


def _page(paper: Paper, groups: frozenset[str], numbers: Numbers | None, today: date) -> dict[str, Any]:
    """One household's page: only the groups of fields the person holds, numbers masked unless just revealed."""
    household, sees = paper.household, "identity" in groups
    seen = field_groups.visible_guarantees(groups)
    allowed = field_groups.visible_measures(groups)
    income = paper.income if "income" in groups else None
    return {
        "paper": paper,
        "household": household,
        "members": _member_rows(paper, groups, numbers, today),
        "phone": (numbers.phone if numbers else household.number_masked("phone")) if sees else "",
        "bank_account": (numbers.bank_account if numbers else household.number_masked("bank_account")) if sees else "",
        "living": [one for one in living_sections(paper.living, groups) if one.title not in ON_PAPER],
        "guarantees": [(kind.label, paper.guarantees.get(kind.value)) for kind in codes.GuaranteeKind if kind.value in seen],
        "income": income,
        "per_head": per_head(income.net_fen, income.members) if income else None,
        "measures": [row for row in paper.measures if row.category in allowed],
        "nets": paper.nets if "safety_net" in groups else [],
        "risks": [codes.Cause(code).label for code in household.risks if code in codes.Cause.values],
    }  # fmt: skip


def _sheets(
    request: Any, households: Sequence[Household], *, numbers: Numbers | None = None, **more: Any
) -> HttpResponse:
    groups, today = request.actor.scope(VIEW).field_groups, business_today()
    pages = [_page(paper, groups, numbers, today) for paper in papers_of(households, today)]
    context = {
        "pages": pages, "groups": groups, "full": field_groups.sees_all(groups), "revealed": numbers is not None, **more,
    }  # fmt: skip
    return render(request, "households/sheets.html", context)


@require_safe
@needs(VIEW)
def household_sheet(request: Any, pk: int) -> HttpResponse:
    """信息采集表 of one household, numbers masked."""
    household = selectors.household_get(actor=request.actor, pk=pk)
    sees = "identity" in request.actor.scope(REVEAL).field_groups
    may = request.actor.may(REVEAL, at=household.scope_code) and sees
    return _sheets(request, [household], title="农户信息采集表", may_reveal=may, one=household)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(REVEAL)
def household_sheet_full(request: Any, pk: int) -> HttpResponse:
    """Ask the reason, then the same form with full numbers; not cached, and gone with the page."""
    household = selectors.household_get(actor=request.actor, pk=pk, permission=REVEAL)
    if not request.actor.password_fresh:
        raise PasswordNeeded("打印完整号码前请再次输入密码。")
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            numbers = paper_reveal(
                actor=request.actor, household=household, reason=form.cleaned_data["reason"]
            )
        except DomainError as refusal:
            if refusal.status != 422:
                raise
            form.add_error("reason", refusal.sentence)
        else:
            return _sheets(request, [household], numbers=numbers, title="农户信息采集表", one=household)
    status = 422 if form.is_bound else 200
    return render(
        request, "households/sheet_reason.html", {"household": household, "form": form}, status=status
    )


def _village(actor: Actor, code: str) -> Division:
    found = division_choices(actor, Level.VILLAGE, VIEW).filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def _batch(request: Any, code: str) -> dict[str, Any]:
    """The next households of the village by the filters of the address, and the words around them."""
    village = _village(request.actor, code)
    asked = filters_of(request)
    narrowed = selectors.HouseholdFilters(
        area=code, poverty_status=asked.poverty_status, monitor_class=asked.monitor_class, mine=asked.mine
    )
    rows = selectors.household_list(actor=request.actor, filters=narrowed).select_related("village__parent")
    page = page_of(rows, request.GET.get("after"), size=AT_ONCE)
    return {"village": village, "page": page}


@require_safe
@needs(VIEW)
def village_sheets(request: Any, code: str) -> HttpResponse:
    """Prefilled check sheets of a village, one page each, at most fifty at once."""
    batch = _batch(request, code)
    return _sheets(request, batch["page"].rows, title="入户核查表", checking=True, **batch)


def _needs_all(actor: Actor) -> None:
    """A card speaks of every field: who may not see them all cannot make it."""
    if not field_groups.sees_all(actor.scope(VIEW).field_groups):
        raise NotFound


def _cards(request: Any, households: Sequence[Household], **more: Any) -> HttpResponse:
    today = business_today()
    made = cards.cards_of(papers_of(households, today), today)
    return render(request, "households/cards.html", {"cards": made, "year": today.year, **more})


@require_safe
@needs(VIEW)
def household_card(request: Any, pk: int) -> HttpResponse:
    """明白卡 of one household."""
    _needs_all(request.actor)
    household = selectors.household_get(actor=request.actor, pk=pk)
    return _cards(request, [household], one=household)


@require_safe
@needs(VIEW)
def village_cards(request: Any, code: str) -> HttpResponse:
    """The cards of a village, at most fifty at once."""
    _needs_all(request.actor)
    batch = _batch(request, code)
    return _cards(request, batch["page"].rows, **batch)


@require_safe
@needs(VIEW)
def card_code(request: Any, pk: int) -> HttpResponse:
    """The code of a card as an image file, so that no page needs an inline one."""
    household = selectors.household_get(actor=request.actor, pk=pk)
    address = cards.qr_address(household, public_base(request))
    response = HttpResponse(cards.qr_svg(address), content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_safe
@needs(VIEW)
def print_choose(request: Any) -> HttpResponse:
    """Which village, what, and of whom; then on to the pages."""
    actor, asked, area = request.actor, filters_of(request), area_of(request)
    kind = request.GET.get("kind", "")
    if kind in KINDS and len(area) == 12:
        _village(actor, area)
        filters = f"poverty_status={asked.poverty_status}&monitor_class={asked.monitor_class}"
        return redirect(f"{reverse(KINDS[kind][1], args=[area])}?{filters}")
    context = {
        "areas": area_choices(actor, area),
        "area": area,
        "kind": kind,
        "asked": asked,
        "kinds": [(code, label) for code, (label, _) in KINDS.items()],
        "statuses": [(code, label) for code, (label, _) in selectors.STATUS_GROUPS.items()]
        + list(codes.PovertyStatus.choices),
        "classes": [(selectors.ANY_MONITORED, "全部监测对象"), *codes.MonitorClass.choices],
        "at_once": AT_ONCE,
        "needs_village": bool(kind),
    }
    return render(request, "households/print_choose.html", context)
