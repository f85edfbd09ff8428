"""申报受理: the list of applications, one application, and what is done with it."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError, NotFound
from common.forms import refused
from common.htmx import render_page
from common.keyset import page_of
from common.text import clean
from households.selectors import household_get
from households.views.areas import area_choices, area_of
from proceedings import desk_forms, selectors
from proceedings.models import Application
from proceedings.selectors import intake
from proceedings.services import applications, revealing, taking
from proceedings.views.forms_shown import saved, status_of
from villages.models import Level
from villages.selectors import division_choices

OPEN = "proceedings.open"
WORDS = {"phone": "电话", "id_number": "身份证号码"}
both = require_http_methods(["GET", "POST"])


def _detail_url(row: Application) -> str:
    return reverse("proceedings:application-detail", args=[row.pk])


@require_safe
@needs(OPEN)
def application_list(request: Any) -> HttpResponse:
    """What came in, newest first; waiting ones by default."""
    actor, area = request.actor, area_of(request)
    state = request.GET.get("state", Application.State.NEW)
    channel = request.GET.get("channel", "")
    rows = intake.application_list(
        actor=actor, area=area, state=state if state in Application.State.values else "",
        channel=channel if channel in Application.Channel.values else "",
    )  # fmt: skip
    page, limits = page_of(rows, request.GET.get("after"), newest_first=True), intake.TakeBy(business_today())
    context = {
        "page": page, "area": area, "areas": area_choices(actor, area), "state": state, "channel": channel,
        "states": Application.State.choices, "channels": Application.Channel.choices,
        "rows": [(row, taking.trouble_words(row), _due(row, limits)) for row in page.rows],
    }  # fmt: skip
    return render_page(
        request, "proceedings/applications.html", "proceedings/_application_table.html", context
    )


def _due(row: Application, limits: intake.TakeBy) -> dict[str, Any]:
    """The limit of one that waits, and whether it is over."""
    if row.state != Application.State.NEW:
        return {}
    by = limits.of(row)
    days = (by - limits.today).days
    return {"on": by, "days": days, "tone": "red" if days < 0 else "amber" if days == 0 else "blue"}


def _take_forms(request: Any, row: Application, text: str) -> dict[str, Any]:
    found = intake.households_like(actor=request.actor, application=row, text=text)
    busy = {one.pk: selectors.open_of_household(one) for one in found}
    start = {"on": business_today()}
    choices = [(str(one.pk), one.head_name) for one in found]
    initial = start | ({"household": str(found[0].pk)} if len(found) == 1 and not text else {})
    return {
        "found": [(one, busy[one.pk]) for one in found],
        "take": desk_forms.TakeForm(households=choices, initial=initial),
        "new": desk_forms.TakeNewForm(initial=start),
        "decline": desk_forms.DeclineForm(),
    }


@require_safe
@needs(OPEN)
def application_detail(request: Any, pk: int) -> HttpResponse:
    return _shown(request, intake.application_get(actor=request.actor, pk=pk), {})


def _shown(request: Any, row: Application, bound: dict[str, forms.Form]) -> HttpResponse:
    text = clean(request.GET.get("q", ""))[:40]
    context = {
        "row": row, "troubles": taking.trouble_words(row), "due": _due(row, intake.TakeBy(business_today())), "q": text,
        "others": intake.others_of(row, request.actor), "phone": row.number_masked("phone"),
        "id_number": row.number_masked("id_number"), "may_reveal": request.actor.may("households.reveal", at=row.scope_code),
        "may_register": request.actor.may("households.edit", at=row.scope_code),
    }  # fmt: skip
    if row.state == Application.State.NEW:
        context |= _take_forms(request, row, text) | bound
    return render(request, "proceedings/application.html", context, status=status_of(*bound.values()))


@require_POST
@needs(OPEN)
def application_take(request: Any, pk: int) -> HttpResponse:
    row = intake.application_get(actor=request.actor, pk=pk)
    chosen = request.POST.get("household", "")
    form = desk_forms.TakeForm(
        request.POST, households=[(chosen, chosen)] if chosen.isdigit() and len(chosen) < 19 else []
    )

    def save() -> Any:
        household = household_get(actor=request.actor, pk=int(chosen), permission=OPEN)
        return taking.application_take(
            actor=request.actor, application=row, household=household, on=form.cleaned_data["on"]
        )

    done = saved(request, form, save, "申报已受理，认定程序已发起。", _proceeding_url)
    return done or _shown(request, row, {"take": form} if row.state == Application.State.NEW else {})


def _proceeding_url(made: Any) -> str:
    return reverse("proceedings:proceeding-detail", args=[made.pk])


@require_POST
@needs(OPEN)
def application_take_new(request: Any, pk: int) -> HttpResponse:
    row = intake.application_get(actor=request.actor, pk=pk)
    form = desk_forms.TakeNewForm(request.POST)

    def save() -> Any:
        given = form.cleaned_data
        head = taking.NewHead(given["gender"], given["birth_date"])
        return taking.application_take_new(actor=request.actor, application=row, head=head, on=given["on"])

    done = saved(request, form, save, "农户已登记，申报已受理，认定程序已发起。", _proceeding_url)
    return done or _shown(request, row, {"new": form})


@require_POST
@needs(OPEN)
def application_merge(request: Any, pk: int, proceeding_pk: int) -> HttpResponse:
    """Into the open proceeding of a household: nothing to fill in."""
    row = intake.application_get(actor=request.actor, pk=pk)
    proceeding = selectors.proceeding_get(actor=request.actor, pk=proceeding_pk, permission=OPEN)
    form = desk_forms.forms.Form(request.POST)

    def save() -> Any:
        return taking.application_merge(
            actor=request.actor, application=row, proceeding=proceeding, on=business_today()
        )

    done = saved(request, form, save, "申报已并入正在办理的程序。", lambda _: _proceeding_url(proceeding))
    return done or _shown(request, row, {"take": form})


@require_POST
@needs(OPEN)
def application_decline(request: Any, pk: int) -> HttpResponse:
    row = intake.application_get(actor=request.actor, pk=pk)
    form = desk_forms.DeclineForm(request.POST)

    def save() -> Any:
        reason = form.cleaned_data["reason"]
        return applications.application_decline(actor=request.actor, application=row, reason=reason)

    done = saved(request, form, save, "已登记不予受理，请答复申报人。", lambda _: _detail_url(row))
    return done or _shown(request, row, {"decline": form})


@both
@needs(OPEN)
def application_enter(request: Any) -> HttpResponse:
    """A paper, a call or a cadre's report."""
    villages = division_choices(request.actor, Level.VILLAGE, OPEN)
    form = desk_forms.EnterForm(
        request.POST or None, villages=villages, initial={"received_on": business_today()}
    )

    def save() -> Application:
        given = form.cleaned_data
        row, _ = applications.application_enter(
            actor=request.actor, village=given["village"], channel=given["channel"], entry=form.entry(),
            received_on=given["received_on"],
        )  # fmt: skip
        return row

    done = saved(request, form, save, "申报已登记。", _detail_url)
    context = {
        "form": form,
        "title": "登记申报",
        "back": reverse("proceedings:application-list"),
        "trail": "申报受理",
    }
    return done or render(request, "proceedings/desk_form.html", context, status=status_of(form))


@never_cache
@both
@needs("households.reveal")
def application_number(request: Any, pk: int, field: str) -> HttpResponse:
    """Ask the reason, then show the number once."""
    row = intake.application_get(actor=request.actor, pk=pk)
    if field not in WORDS:
        raise NotFound
    reveal = revealing.application_reveal
    return reveal_page(request, lambda reason: reveal(actor=request.actor, application=row, field=field, reason=reason),
                       WORDS[field], _detail_url(row))  # fmt: skip


def reveal_page(request: Any, show: Any, word: str, back: str) -> HttpResponse:
    """The reason first, then the number, once; not cached and not in any address."""
    form, number = desk_forms.ReasonForm(request.POST or None), None
    if request.method == "GET" and not request.actor.password_fresh:
        show("")  # asks for the password before the reason is typed
    if request.method == "POST" and form.is_valid():
        try:
            number = show(form.cleaned_data["reason"])
        except DomainError as refusal:
            if refusal.status != 422:
                raise
            refused(form, refusal)
    context = {"form": form, "number": number, "word": word, "back": back}
    return render(request, "proceedings/reveal.html", context, status=status_of(form))
