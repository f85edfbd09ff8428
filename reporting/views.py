"""The officials' dashboard and the list behind every number."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.actor import Actor, actor_of, require
from common.dates import business_today
from common.errors import NotFound
from common.htmx import render_page
from common.keyset import page_of
from monitoring.selectors.signs import rule_titles
from reporting.boards import tiles
from reporting.figures import FIGURES, FigureSpec
from reporting.money import payment_tile
from reporting.pages import boards_of
from reporting.places import place_names
from reporting.selectors import Snapshot, areas_for, figure_rows, snapshot_days, snapshot_get
from reporting.services import figures_refresh_request
from villages.selectors import division_get

# Their numbers open lists of payments; who may not see those is not shown the boards either.
MONEY_BOARDS = {"payments", "levels"}


def _area_code(request: HttpRequest, areas: list[tuple[str, str]]) -> str:
    """The area asked for, else the widest one of this person. Somebody without an area gets a refusal, not a county."""
    if not areas:
        raise NotFound("您没有可查看的区域，请联系管理员核对任职。")
    return request.GET.get("area") or areas[0][0]


@require_GET
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require(actor, "reporting.view")
    areas = areas_for(actor=actor)
    code = _area_code(request, areas)
    snapshot = snapshot_get(actor=actor, area_code=code)
    context: dict[str, Any] = {"areas": areas, "area": division_get(actor, code), "snapshot": snapshot}
    if snapshot is not None:
        context |= _boards(actor, snapshot)
        context["days"] = snapshot_days(actor=actor, area=snapshot.area)
    return render(request, "reporting/dashboard.html", context)


def _boards(actor: Actor, snapshot: Snapshot) -> dict[str, Any]:
    sees_money = actor.may(FIGURES["paid_fen"].permission)
    shown = [
        board
        for board in boards_of(snapshot, actor.scope("reporting.view"))
        if sees_money or board.key not in MONEY_BOARDS
    ]
    money = payment_tile(snapshot) if sees_money else None
    return {
        "tiles": [*tiles(snapshot), *([money] if money else [])],
        "boards": shown,
        "charts": {board.key: board.chart for board in shown if board.chart},
    }


@require_POST
@login_required
def dashboard_refresh(request: HttpRequest) -> HttpResponse:
    """Take the snapshots of the county again, in the worker."""
    actor = actor_of(request)
    area = division_get(actor, request.POST.get("area", ""))
    figures_refresh_request(actor=actor, scope_code=area.code, as_of=business_today())
    messages.success(request, "已提交更新，完成后刷新本页即可看到新的数字。")
    return redirect(f"{reverse('reporting:dashboard')}?area={area.code}")


def _split_label(spec: FigureSpec, split: str) -> str:
    """The slice in words: its choice, or the title of the rule it is named after."""
    if spec.split == "rule_key":
        return rule_titles().get(split, split)
    return spec.split_labels.get(split, split)


@require_GET
@login_required
def figure_list(request: HttpRequest, name: str) -> HttpResponse:
    """The rows behind one number, keyset-paged, within the reader's scope."""
    actor = actor_of(request)
    code = _area_code(request, areas_for(actor=actor))
    split = request.GET.get("split", "")
    area = division_get(actor, code)
    spec, rows = figure_rows(actor=actor, name=name, area=area.code, split=split, as_of=business_today())
    page = page_of(rows, request.GET.get("after"))
    titles = rule_titles() if spec.split == "rule_key" else {}
    for row in page.rows if titles else ():
        row.rule_title = titles.get(row.rule_key, row.rule_key)
    lines = [spec.row(row) for row in page.rows]
    places = place_names({line.place_code for line in lines})
    context = {
        "spec": spec,
        "area": area,
        "split": _split_label(spec, split),
        "lines": [(line, places.get(line.place_code, "")) for line in lines],
        "page": page,
    }
    return render_page(request, "reporting/figure_list.html", "reporting/_figure_table.html", context)
