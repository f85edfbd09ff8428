"""政策: the packs, what each says, and the two acts of publication."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError
from common.htmx import render_page
from common.text import clean
from policies import presenting, selectors, services
from policies.forms import PackSubmitForm
from policies.models import PolicyPack
from policies.pack import Pack
from policies.pack.read_catalogue import STATES

VIEW, SUBMIT, APPROVE = "policies.view", "policies.submit_pack", "policies.approve_pack"
NAMES, OF_HOUSEHOLDS, GUARD = "reporting.view", ("household", "person"), "guard"
TABS = ("params", "rules", "about")


@require_safe
@needs(VIEW)
def pack_list(request: Any) -> HttpResponse:
    """Every pack with its state; a waiting one asks for its second person."""
    today = business_today()
    rows = list(selectors.pack_list(actor=request.actor))
    context = {
        "rows": [_line(row, today) for row in rows],
        "none_in_force": not any(row.holds_on(today) for row in rows),
        "today": today,
        "may_submit": request.actor.may(SUBMIT),
    }
    return render(request, "policies/list.html", context)


def _line(row: PolicyPack, today: date) -> dict[str, Any]:
    return {
        "pack": row,
        "tone": presenting.state_tone(row),
        "place": presenting.place_name(row.place),
        "in_force": row.holds_on(today),
    }


@require_safe
@needs(VIEW)
def pack_detail(request: Any, pk: int) -> HttpResponse:
    row = selectors.pack_get(actor=request.actor, pk=pk)
    pack = selectors.pack_content(row)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    text, only = clean(request.GET.get("q", "")), request.GET.get("only", "")
    context = {"row": row, "pack": pack, "tab": tab, "q": text, "only": only} | _head(request, row)
    context |= {"states": STATES, "rule_count": _rule_count(pack)}
    if tab == "params":
        context |= {"lines": presenting.param_lines(pack, text=text, unsaid=only == "unsaid")}
        context |= {"total": len(pack.params)}
    elif tab == "rules":
        context |= _rules(pack, text, only) | {"listed": _listed(request, row, pack)}
    else:
        context |= {"annexes": presenting.annexes(pack)}
    return render_page(request, "policies/detail.html", f"policies/_{tab}.html", context)


def _rules(pack: Pack, text: str, only: str) -> dict[str, Any]:
    """What runs, and what of the document does not run with the reason; `only` is a state."""
    status = only if only in STATES else ""
    lines = presenting.rule_lines(pack, text=text, status=status)
    entries = presenting.entry_lines(pack, text=text, status=status)
    return {
        "lines": lines,
        "entries": entries,
        "shown": len(lines) + len(entries),
        "total": _rule_count(pack),
    }


def _listed(request: Any, row: PolicyPack, pack: Pack) -> frozenset[str]:
    """Rules whose hits are listed by name in the room above: of households, in force, for whoever may read them."""
    if not row.holds_on(business_today()) or not request.actor.may(NAMES):
        return frozenset()
    rules = (
        rule for rule in pack.active_rules if rule.subject in OF_HOUSEHOLDS and rule.effect_name != GUARD
    )
    return frozenset(rule.key for rule in rules)


def _rule_count(pack: Pack) -> int:
    return len(pack.rules) + sum(not entry.is_active for entry in pack.catalogue)


def _head(request: Any, row: PolicyPack) -> dict[str, Any]:
    """State, who may act, and what would change."""
    waiting = row.state == PolicyPack.State.SUBMITTED
    own = row.submitted_by_id == request.actor.user_id
    return {
        "tone": presenting.state_tone(row),
        "place": presenting.place_name(row.place),
        "in_force": row.holds_on(business_today()),
        "waiting": waiting,
        "differences": selectors.pack_differences(row) if waiting else [],
        "replaces_published": waiting and selectors.pack_published(row.code) is not None,
        "may_approve": waiting and request.actor.may(APPROVE) and not own,
        "own_submission": waiting and own,
        "may_withdraw": waiting and request.actor.may(SUBMIT),
    }


@require_http_methods(["GET", "POST"])
@needs(SUBMIT)
def pack_submit(request: Any) -> HttpResponse:
    """Choose one of the installation's pack folders and submit it as it stands."""
    states = selectors.folder_states(actor=request.actor)
    form = PackSubmitForm(request.POST or None, states=states)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.pack_submit(actor=request.actor, code=form.cleaned_data["code"])
        except DomainError as refusal:
            form.add_error("code", refusal.sentence)
        else:
            messages.success(request, f"《{row.title}》已提交，请另一位有批准权限的人员核对后发布。")
            return redirect("policies:detail", row.pk)
    context = {"form": form, "states": states}
    return render(request, "policies/submit.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(APPROVE)
def pack_publish(request: Any, pk: int) -> HttpResponse:
    try:
        done = services.pack_publish(actor=request.actor, pk=pk)
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"《{done.pack.title}》已发布，自 {done.pack.effective_from} 起生效。")
    return redirect("policies:detail", pk)


@require_POST
@needs(SUBMIT)
def pack_withdraw(request: Any, pk: int) -> HttpResponse:
    try:
        services.pack_withdraw(actor=request.actor, pk=pk)
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.sentence)
        return redirect("policies:detail", pk)
    messages.success(request, "已撤回。")
    return redirect("policies:list")
