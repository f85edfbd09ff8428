"""爱心超市积分: the ledger on the household page, of a village, and its three acts."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.htmx import render_page
from common.keyset import page_of
from households import codes, forms, selectors, services
from households.models import Household, PointEntry
from households.pack_tables import points_table
from households.selectors import PointFilters
from households.views.acts import form_page
from households.views.areas import area_choices, area_of
from households.views.page import VIEW, frame_of
from policies.selectors import packs_in_force

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
        "may_export": actor.may("exchange.export"),
    }
    return render_page(request, "households/points.html", "households/_point_table.html", context)


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
