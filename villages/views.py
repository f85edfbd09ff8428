"""村情: divisions as a tree, and the facts of a village by year."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from common.dates import business_today
from common.errors import DomainError, NotFound, NotPermitted
from common.forms import refused
from common.htmx import render_page
from common.money import to_yuan
from common.text import clean
from villages import selectors, services
from villages.forms import AdjustForm, VillageYearForm

VIEW, EDIT, RECODE = "villages.view", "villages.edit", "villages.recode"


def _may_view(request: Any) -> Any:
    if not request.actor.may(VIEW):
        raise NotPermitted("您没有“查看村情”的权限。")
    return request.actor


@require_safe
def division_list(request: Any) -> HttpResponse:
    """Search by name or code; without one, the top of the actor's area and what lies below."""
    actor = _may_view(request)
    text = clean(request.GET.get("q", ""))
    context = selectors.division_overview(actor, text) | {"q": text}
    return render_page(request, "villages/list.html", "villages/_table.html", context)


@require_safe
def division_detail(request: Any, code: str) -> HttpResponse:
    actor = _may_view(request)
    division = selectors.division_get(actor, code)
    context = {
        "division": division,
        "above": selectors.division_path(actor, division),
        "children": selectors.division_children(actor, code),
        "years": selectors.village_years(division),
        "names": selectors.division_names(division),
        "codes": selectors.division_codes(division),
        "may_edit": actor.may(EDIT, at=code) and selectors.has_years(division),
        "may_adjust": actor.may(RECODE, at=code) and division.valid_to is None,
        "this_year": business_today().year,
    }
    return render(request, "villages/detail.html", context)


@require_http_methods(["GET", "POST"])
def village_year_edit(request: Any, code: str, year: int) -> HttpResponse:
    actor = _may_view(request)
    division = selectors.division_get(actor, code)
    if not selectors.has_years(division) or not 2010 <= year <= business_today().year + 1:
        raise NotFound()
    if not actor.may(EDIT, at=code):
        raise NotPermitted("您没有“维护村情”的权限。")
    known = selectors.village_year(division, year)
    form = VillageYearForm(request.POST or None, initial=_initial(known))
    if request.method == "POST" and form.is_valid():
        try:
            services.village_year_save(actor=actor, division=division, year=year, facts=form.facts())
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, f"{division.name} {year} 年村情已保存。")
            return redirect("villages:division-detail", code)
    context = {"form": form, "division": division, "year": year, "known": known}
    return render(request, "villages/year_form.html", context, status=422 if form.is_bound else 200)


def _initial(known: Any) -> dict[str, object]:
    if known is None:
        return {}
    names = ("village_class", "registered_population", "registered_households", "poor_persons", "source")
    relief = known.has_relief_task
    return {name: getattr(known, name) for name in names} | {
        "collective_income_yuan": to_yuan(known.collective_income_fen),
        "has_relief_task": "" if relief is None else "1" if relief else "0",
    }


@require_http_methods(["GET", "POST"])
def division_adjust(request: Any, code: str) -> HttpResponse:
    """Rename, recode or dissolve a division: one form, confirmed and reasoned."""
    actor = _may_view(request)
    division = selectors.division_get(actor, code)
    if not actor.may(RECODE, at=code):
        raise NotPermitted("您没有“调整区划”的权限。")
    others = selectors.merge_choices(actor, division)
    form = AdjustForm(request.POST or None, others=others, initial={"on": business_today(), "act": "rename"})
    if request.method == "POST" and form.is_valid():
        try:
            done = _adjust(actor, division, form.cleaned_data)
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, done)
            division.refresh_from_db()
            return redirect("villages:division-detail", division.code)
    context = {"form": form, "division": division}
    return render(request, "villages/adjust_form.html", context, status=422 if form.is_bound else 200)


def _adjust(actor: Any, division: Any, given: dict[str, Any]) -> str:
    shared = {"actor": actor, "division": division, "on": given["on"], "reason": given["reason"]}
    if given["act"] == "rename":
        row = services.division_rename(new_name=given["new_name"], **shared)
        return f"已更名为{row.name}。"
    if given["act"] == "recode":
        rows = services.division_recode(new_code=given["new_code"].strip(), **shared)
        return f"代码已变更，{rows} 条记录随之更新。"
    rows = services.division_merge(into=given["into"], **shared)
    return f"已并入{given['into'].name}，{rows} 条记录随之更新。"
