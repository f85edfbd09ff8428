"""What this room shows and does on the pages of a household, a check task and a village."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actor import Actor
from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError, NotFound
from households.codes import UNEXITED, MonitorClass
from households.models import Household
from households.selectors import household_get
from households.services import class_before_removal
from monitoring.models import RiskCase
from monitoring.selectors import signs
from monitoring.wording import sign_views
from proceedings import selectors, services
from proceedings.flow import COUNTY, OPEN
from proceedings.forms import OpenForm, RollbackForm, VillageExitForm, refused
from proceedings.models import Kind
from proceedings.wording import Marks

FOR_HOUSEHOLDS = (Kind.IDENTIFICATION, Kind.REMOVAL, Kind.HOUSEHOLD_EXIT)
SEEN = "monitoring.view"


def kinds_open_to(actor: Actor, household: Household) -> list[tuple[str, str]]:
    """The kinds this person may open for the household as it stands; none while one is open."""
    if not (household.is_live and actor.may(OPEN, at=household.scope_code)):
        return []
    monitored = household.monitor_class != MonitorClass.NONE
    found = [Kind.REMOVAL] if monitored else [Kind.IDENTIFICATION]
    if household.poverty_status in UNEXITED:
        found.append(Kind.HOUSEHOLD_EXIT)
    return [(kind.value, str(kind.label)) for kind in found]


def _may_roll_back(actor: Actor, household: Household) -> bool:
    may = household.is_live and actor.may(COUNTY, at=household.scope_code)
    return may and household.monitor_class == MonitorClass.NONE and bool(class_before_removal(household))


@require_safe
@needs(SEEN)
def household_story(request: Any, pk: int) -> HttpResponse:
    """监测过程: proceedings, steps, decisions, statuses and signs of one household as one story."""
    actor, today = request.actor, business_today()
    household = household_get(actor=actor, pk=pk, permission=SEEN)
    rows: list[dict[str, Any]] = [
        {"on": one.on, "order": one.order, "told": one}
        for one in selectors.household_story(household, actor=actor)
    ]
    for view in sign_views(signs.household_history(household.pk, actor=actor)[:200]):
        days = ((view.sign.closed_on or today) - view.sign.opened_on).days
        rows.append({"on": view.sign.opened_on, "order": -1, "view": view, "days": days})
    rows.sort(key=lambda row: (row["on"], row["order"]), reverse=True)
    mine, marks = selectors.proceedings_of(household, actor=actor), Marks(today)
    is_busy = selectors.open_of_household(household) is not None
    context = {
        "household": household,
        "rows": rows,
        "proceedings": [(row, marks.step(row)) for row in mine],
        "kinds": [] if is_busy else kinds_open_to(actor, household),
        "may_roll_back": not is_busy and _may_roll_back(actor, household),
    }
    return render(request, "proceedings/_story.html", context)


@require_safe
@needs("proceedings.view")
def case_panel(request: Any, pk: int) -> HttpResponse:
    """On the page of a check task: its proceeding, or the way to open one for a proposal that has none."""
    case = signs.case_get(actor=request.actor, pk=pk)
    mine = selectors.proceedings_of(case.household, actor=request.actor)
    row = next((one for one in mine if one.case_id == case.pk), None)
    may_open = (
        row is None and case.state == RiskCase.State.PROPOSED and request.actor.may(OPEN, at=case.scope_code)
    )
    due = Marks(business_today()).step(row) if row else None
    context = {"case": case, "row": row, "due": due, "may_open": may_open}
    return render(request, "proceedings/_case_panel.html", context)


@require_http_methods(["GET", "POST"])
@needs(OPEN)
def household_open(request: Any, pk: int) -> HttpResponse:
    """Open a proceeding of a household."""
    actor, today = request.actor, business_today()
    household = household_get(actor=actor, pk=pk, permission=OPEN)
    kind = request.GET.get("kind", Kind.IDENTIFICATION)
    if kind not in FOR_HOUSEHOLDS:
        raise NotFound
    form = OpenForm(request.POST or None, request.FILES or None, kind=kind, household=household, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.proceeding_open(actor=actor, given=form.given(), household=household)
        except NotFound:
            raise
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, f"{row.get_kind_display()}程序已发起。")
            return redirect("proceedings:proceeding-detail", row.pk)
    context = {"form": form, "household": household, "title": f"发起{Kind(kind).label}"}
    return render(request, "proceedings/open.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs(OPEN)
def village_open(request: Any) -> HttpResponse:
    """Open the exit of a village."""
    form = VillageExitForm(request.POST or None, actor=request.actor, today=business_today())
    if request.method == "POST" and form.is_valid():
        try:
            row = services.proceeding_open(actor=request.actor, given=form.given(), village=form.place())
        except NotFound:
            raise
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "贫困村出列程序已发起。")
            return redirect("proceedings:proceeding-detail", row.pk)
    context = {"form": form, "title": "发起贫困村出列"}
    return render(request, "proceedings/open.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs(COUNTY)
def household_rollback(request: Any, pk: int) -> HttpResponse:
    """Take a removal back."""
    household = household_get(actor=request.actor, pk=pk, permission=COUNTY)
    today = business_today()
    start = OpenForm(kind=Kind.ROLLBACK, household=None, today=today).initial
    form = RollbackForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.rollback(actor=request.actor, household=household, **form.cleaned_data)
        except NotFound:
            raise
        except DomainError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, "已回退为监测对象。")
            return redirect("proceedings:proceeding-detail", row.pk)
    context = {"form": form, "household": household, "title": "回退为监测对象", "is_rollback": True}
    return render(request, "proceedings/open.html", context, status=422 if form.is_bound else 200)
