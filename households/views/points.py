"""爱心超市积分: the ledger on the household page, of a village, and its three acts."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.htmx import render_page
from common.keyset import page_of
from households import codes, forms, selectors, services
from households.forms import VillagePick
from households.models import Household, PointEntry
from households.pack_tables import points_table
from households.selectors import PointFilters
from households.views.acts import form_page
from households.views.areas import area_choices, area_of
from households.views.page import VIEW, frame_of
from policies.selectors import packs_in_force
from villages.models import Level
from villages.selectors import division_choices

MANAGE = "households.manage_points"
SHOWN = 30
both = require_http_methods(["GET", "POST"])


def _household(request: Any, pk: int) -> Household:
    return selectors.household_get(actor=request.actor, pk=pk, permission=MANAGE)


@require_safe
@needs(VIEW)
def points_panel(request: Any, pk: int) -> HttpResponse:
    household = selectors.household_get(actor=request.actor, pk=pk)
    entries = selectors.point_entries_of(household)
    context = frame_of(request, household) | {
        "rows": entries[:SHOWN],
        "more": entries.count() > SHOWN,
        "balance": selectors.point_balance(household),
        "totals": selectors.point_totals(entries),
    }
    return render(request, "households/_points.html", context)


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


@require_safe
@needs(VIEW)
def point_list(request: Any) -> HttpResponse:
    """The ledger of a village or township, newest first, with what was given and spent."""
    actor, kind = request.actor, request.GET.get("kind", "")
    asked = PointFilters(
        area=area_of(request),
        kind=kind if kind in codes.PointKind.values else "",
        month=_month(request.GET.get("month", "")),
    )
    rows = selectors.point_list(actor=actor, filters=asked)
    context = {
        "page": page_of(rows, request.GET.get("after"), newest_first=True),
        "totals": selectors.point_totals(rows),
        "asked": asked,
        "areas": area_choices(actor, asked.area),
        "kinds": codes.PointKind.choices,
        "may_record": actor.may(MANAGE),
        "may_export": actor.may("exchange.export"),
    }
    return render_page(request, "households/points.html", "households/_point_table.html", context)


@both
@needs(MANAGE)
def point_village(request: Any) -> HttpResponse:
    """One reason for several households of a village at once, as after a monthly inspection. Each counts on its own."""
    actor, today = request.actor, business_today()
    villages = division_choices(actor, Level.VILLAGE, MANAGE)
    asked = VillagePick(request.POST or request.GET, villages=villages)
    village = asked.village()
    rows = selectors.point_households(actor=actor, village=village, text=asked.text()) if village else []
    table = points_table(packs_in_force(today, village.code if village else ""))
    bound = request.POST if request.method == "POST" else None
    form = forms.EarnForm(bound, table=table, initial={"on": today})
    refused: list[tuple[Household, str]] = []
    if bound is not None and form.is_valid():
        chosen = [row for row in rows if str(row.pk) in request.POST.getlist("household")]
        if not chosen:
            form.add_error(None, "请勾选至少一户。")
        else:
            written, refused = services.point_record_many(actor=actor, households=chosen, entry=form.entry())
            messages.success(request, f"已登记 {len(written)} 户。")
            if not refused:
                return redirect(f"{reverse('households:point-list')}?area={village.code}")
    context = {
        "form": form, "asked": asked, "village": village, "rows": rows, "refused": refused,
        "chosen": set(request.POST.getlist("household")), "limit": selectors.POINT_HOUSEHOLDS,
    }  # fmt: skip
    status = 422 if form.errors or refused else 200
    return render(request, "households/point_village.html", context, status=status)


@both
@needs(MANAGE)
def point_earn(request: Any, pk: int) -> HttpResponse:
    household, today = _household(request, pk), business_today()
    table = points_table(packs_in_force(today, household.scope_code))
    form = forms.EarnForm(request.POST or None, table=table, initial={"on": today})

    def save() -> PointEntry:
        return services.point_record(actor=request.actor, household=household, entry=form.entry())

    return form_page(
        request, title="奖励积分", form=form, save=save, household=household, done="积分已登记。"
    )


@both
@needs(MANAGE)
def point_spend(request: Any, pk: int) -> HttpResponse:
    household = _household(request, pk)
    form = forms.SpendForm(request.POST or None, initial={"on": business_today()})

    def save() -> PointEntry:
        return services.point_record(actor=request.actor, household=household, entry=form.entry())

    title = f"兑换物品（现有 {selectors.point_balance(household)} 分）"
    return form_page(request, title=title, form=form, save=save, household=household, done="兑换已登记。")


@both
@needs(MANAGE)
def point_correct(request: Any, pk: int, entry_pk: int) -> HttpResponse:
    household = _household(request, pk)
    entry = selectors.point_entry_get(household, entry_pk)
    form = forms.CorrectForm(request.POST or None)

    def save() -> PointEntry:
        given = form.cleaned_data
        return services.point_correct(
            actor=request.actor, entry=entry, uuid=given["uuid"], reason=given["reason"]
        )

    title = f"更正第 {entry.sequence} 条：{entry.get_kind_display()} {entry.points} 分"
    return form_page(
        request, title=title, form=form, save=save, household=household, done="已用反向记录更正。"
    )
