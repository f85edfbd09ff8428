"""Reads of the ledger of problems."""

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.db.models.functions import Substr

from accounts.actor import Actor
from common.errors import NotFound
from monitoring.limits import PROBLEM_SOON, DaysInForce
from monitoring.models import Rectification, RectificationStep
from monitoring.services.rectification_flow import FLOW
from villages.models import COUNTY_DIGITS

VIEW = "monitoring.view_rectification"


@dataclass(frozen=True)
class ProblemFilters:
    """`state`: a state, "unfinished", "mine" or "". `due`: overdue, soon or ""."""

    state: str = "unfinished"
    source: str = ""
    area: str = ""
    due: str = ""
    text: str = ""


def rectification_list(
    *, actor: Actor, filters: ProblemFilters | None = None, today: date
) -> QuerySet[Rectification]:
    """Problems of the actor's area."""
    wanted = filters or ProblemFilters()
    rows: QuerySet[Rectification] = Rectification.objects.within(
        actor.scope(VIEW).narrowed(wanted.area or None)
    )
    if wanted.state == "mine":
        rows = rows.filter(pk__in=my_problems(actor=actor).values("pk"))
    elif wanted.state == "unfinished":
        rows = rows.exclude(state=Rectification.State.CLOSED)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.source:
        rows = rows.filter(source=wanted.source)
    if wanted.text:
        rows = rows.filter(description__icontains=wanted.text)
    if wanted.due:
        rows = rows.exclude(state=Rectification.State.CLOSED)
        rows = rows.filter(due_on__lt=today) if wanted.due == "overdue" else _soon_due(rows, today)
    return rows.select_related("division")


def _soon_due(rows: QuerySet[Rectification], today: date) -> QuerySet[Rectification]:
    """Not overdue, and within the days that each county's packs call soon."""
    days = DaysInForce(today)
    condition = Q(pk__in=())
    for county in rows.values_list(Substr("scope_code", 1, COUNTY_DIGITS), flat=True).distinct().order_by():
        until = today + days.at(PROBLEM_SOON, county)
        condition |= Q(scope_code__startswith=county, due_on__range=(today, until))
    return rows.filter(condition)


def rectification_get(*, actor: Actor, pk: int) -> Rectification:
    rows = Rectification.objects.within(actor.scope(VIEW)).select_related(
        "division", "sign", "opened_by", "submitted_by", "checked_by"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def steps_of(row: Rectification) -> QuerySet[RectificationStep]:
    return (
        RectificationStep.objects.filter(rectification=row).select_related("actor").prefetch_related("files")
    )


def my_problems(*, actor: Actor) -> QuerySet[Rectification]:
    """Problems in whose state the next act is this person's: never to check what he submitted himself."""
    parts: list[QuerySet[Rectification]] = []
    for permission in sorted({step.need for step in FLOW.values()}):
        states = {state for (state, _), step in FLOW.items() if step.need == permission}
        parts.append(Rectification.objects.within(actor.scope(permission)).filter(state__in=states))
    waiting = (Rectification.State.SUBMITTED, Rectification.State.CHECKED)
    rows = reduce(or_, parts).exclude(state=Rectification.State.CLOSED)
    if actor.user_id is not None:
        rows = rows.exclude(Q(state__in=waiting) & Q(submitted_by=actor.user_id))
    return rows.select_related("division")
