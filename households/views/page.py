"""The household page and its fragments; showing one number in full."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import needs
from common.dates import age_on, business_today
from common.errors import DomainError, NotFound, PasswordNeeded
from households import codes, field_groups, selectors, services
from households.changes import changes_of
from households.chart import income_chart, income_lines
from households.forms import NumberForm
from households.income_sheet import income_table
from households.models import Household, IncomeRecord, Person
from households.paper_form import living_sections, person_sections
from households.rules import per_head

VIEW = "households.view"
YEARS_SHOWN = 4
NUMBER_WORDS = {
    "phone": "联系电话",
    "bank_account": "银行账号",
    "id_number": "证件号码",
    "disability_card": "残疾证号",
}


def frame_of(request: Any, household: Household) -> dict[str, Any]:
    """What every part of the page needs: the household, the visible groups of fields, what the actor may do here."""
    actor, code = request.actor, household.scope_code
    groups = actor.scope(VIEW).field_groups
    acts = (
        "edit",
        "record_visit",
        "manage_measures",
        "manage_points",
        "assign_helper",
        "set_status",
        "reveal",
    )
    return {
        "household": household,
        "groups": groups,
        "full": field_groups.sees_all(groups),
        "may": {act: actor.may(f"households.{act}", at=code) and household.is_live for act in acts}
        | {"reopen": actor.may("households.edit", at=code) and not household.is_live},
    }


def _tiles(household: Household, groups: frozenset[str]) -> list[dict[str, Any]]:
    rows = selectors.guarantees_of(household)
    seen = field_groups.visible_guarantees(groups)
    return [{"kind": kind, "row": rows.get(kind.value)} for kind in codes.GuaranteeKind if kind.value in seen]


@require_safe
@needs(VIEW)
def household_detail(request: Any, pk: int) -> HttpResponse:
    household = selectors.household_get(actor=request.actor, pk=pk)
    frame, today = frame_of(request, household), business_today()
    statuses = list(selectors.statuses_of(household).filter(effective_to__isnull=True))
    context = frame | {
        "since": {row.dimension: row.effective_from for row in statuses},
        "phone": household.number_masked("phone") if "identity" in frame["groups"] else "",
        "bank_account": household.number_masked("bank_account") if "identity" in frame["groups"] else "",
        "helper": selectors.helper_of(household),
        "tiles": _tiles(household, frame["groups"]),
        "last_visit": selectors.last_visit_of(household),
        "risks": [codes.Cause(code).label for code in household.risks if code in codes.Cause.values],
        "labour": _labour(household) if "work" in frame["groups"] else None,
    }
    if "income" in frame["groups"]:
        records = list(selectors.incomes_of(household).filter(kind=IncomeRecord.Kind.YEAR)[:3])
        context["chart"] = income_chart(records, income_lines(today, household.scope_code))
    return render(request, "households/detail.html", context)


def _labour(household: Household) -> int | None:
    """Members able or half able to work; None while nobody's labour is recorded."""
    held = [selectors.situation_held(row) for row in selectors.members_of(household)]
    known = [one for one in held if one is not None and one.labour_skill]
    return sum(one.labour_skill in codes.ABLE for one in known) if known else None


@require_safe
@needs(VIEW)
def members_panel(request: Any, pk: int) -> HttpResponse:
    household = selectors.household_get(actor=request.actor, pk=pk)
    frame, today = frame_of(request, household), business_today()
    groups = frame["groups"]
    nets = list(selectors.safety_nets_of(household)) if "safety_net" in groups else []
    living = selectors.situation_of(household)
    rows = [
        {
            "membership": row,
            "person": row.person,
            "age": age_on(row.person.birth_date, today) if row.person.birth_date else None,
            "situation": selectors.situation_held(row),
            "sections": person_sections(row, selectors.situation_held(row), nets, groups),
            "id_number": row.person.number_masked("id_number") if "identity" in frame["groups"] else "",
            "phone": row.person.number_masked("phone") if "identity" in frame["groups"] else "",
        }
        for row in selectors.members_of(household)
    ]
    context = frame | {
        "rows": rows,
        "former": selectors.former_members_of(household),
        "nets": nets,
        "events": selectors.events_of(household) if frame["full"] else (),
        "living_sections": living_sections(living, groups),
        "living_since": living.effective_from if living else None,
    }
    return render(request, "households/_members.html", context)


@require_safe
@needs(VIEW)
def incomes_panel(request: Any, pk: int) -> HttpResponse:
    household = selectors.household_get(actor=request.actor, pk=pk)
    frame = frame_of(request, household)
    if "income" not in frame["groups"]:
        raise NotFound()
    records = list(selectors.incomes_of(household).select_related("recorded_by")[:40])
    years = [row for row in records if row.kind == IncomeRecord.Kind.YEAR][:YEARS_SHOWN][::-1]
    context = {
        "years": years,
        "table": income_table(years, selectors.items_of(years)),
        "rows": [
            {"record": row, "per_head": per_head(row.net_fen, row.members)}
            for row in records
            if row.kind == IncomeRecord.Kind.QUARTER
        ],
    }
    return render(request, "households/_incomes.html", frame | context)


@require_safe
@needs(VIEW)
def visits_panel(request: Any, pk: int) -> HttpResponse:
    household = selectors.household_get(actor=request.actor, pk=pk)
    frame = frame_of(request, household)
    rows = selectors.visit_list(actor=request.actor, household=household)[:50]
    return render(request, "households/_visits.html", frame | {"rows": rows})


@require_safe
@needs(VIEW)
def changes_panel(request: Any, pk: int) -> HttpResponse:
    household = selectors.household_get(actor=request.actor, pk=pk)
    frame = frame_of(request, household)
    asked = {name: request.GET.get(name, "") for name in ("kind", "field", "after")}
    page = changes_of(household, frame["groups"], **asked)
    return render(request, "households/_changes.html", frame | {"page": page, "asked": asked})


def _reveal(request: Any, target: Household | Person, field: str, household: Household) -> HttpResponse:
    """Ask the reason, then show the number once. Not cached, not kept anywhere in the page's address."""
    if field not in NUMBER_WORDS:
        raise NotFound()
    if not request.actor.password_fresh:
        raise PasswordNeeded("查看完整号码前请再次输入密码。")
    form = NumberForm(request.POST or None)
    number = None
    if request.method == "POST" and form.is_valid():
        try:
            number = services.number_reveal(
                actor=request.actor, target=target, field=field, reason=form.cleaned_data["reason"]
            )
        except DomainError as refusal:
            if refusal.status != 422:
                raise
            form.add_error("reason", refusal.sentence)
    context = {
        "household": household,
        "form": form,
        "number": number,
        "word": NUMBER_WORDS[field],
        "person": target,
    }
    status = 422 if form.is_bound and number is None else 200
    return render(request, "households/reveal.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("households.reveal")
def household_number(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    household = selectors.household_get(actor=request.actor, pk=pk, permission="households.reveal")  # type: ignore[attr-defined]
    return _reveal(request, household, field, household)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("households.reveal")
def person_number(request: HttpRequest, pk: int, person_pk: int, field: str) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    household = selectors.household_get(actor=actor, pk=pk, permission="households.reveal")
    person = selectors.member_get(household, person_pk)
    return _reveal(request, person, field, household)
