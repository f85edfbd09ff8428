"""Finding proceedings: by kind, state, place, deadline, and who must act. Nothing outside the actor's area is found."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from common.errors import NotFound
from common.keyset import CAP
from households.codes import MonitorClass
from households.models import AidMeasure, Household
from proceedings.flow import COUNTY, LADDERS, OPEN, TOWNSHIP, VIEW, VILLAGE, states_of_need
from proceedings.limits import SOON, LimitsInForce
from proceedings.models import Kind, Proceeding, State, Step
from villages.models import Division, Level
from villages.scope import area_q

OFFICES = (VILLAGE, TOWNSHIP, COUNTY)
NO_DEADLINE = Value(date(9999, 12, 31))


@dataclass(frozen=True)
class Filters:
    """`state`: a state, "open", "closed", "mine" or "all". `due`: overdue, soon, measures or ""."""

    kind: str = ""
    state: str = "open"
    area: str = ""
    due: str = ""
    text: str = ""


def proceeding_list(*, actor: Actor, filters: Filters | None = None, today: date) -> QuerySet[Proceeding]:
    """Proceedings of the actor's area, the earliest deadline first, those without one last."""
    asked = filters or Filters()
    rows: QuerySet[Proceeding] = Proceeding.objects.within(actor.scope(VIEW).narrowed(asked.area or None))
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    rows = _of_state(rows, actor, asked.state)
    if asked.due:
        rows = _of_due(rows, actor, asked.due, today)
    if asked.text:
        rows = rows.filter(
            Q(household__head_name__contains=asked.text) | Q(household__household_no__contains=asked.text)
        )
    return rows.select_related("household__village__parent", "village__parent").annotate(
        deadline=Coalesce("due_on", NO_DEADLINE)
    )


@dataclass(frozen=True)
class DeadlinePage:
    """As common.keyset.Page, in the order of deadlines: `next_after` names day and number of the last row shown."""

    rows: list[Proceeding]
    next_after: str | None
    has_before: bool
    shown_count: str


def page_by_deadline(rows: QuerySet[Any], after: str | None, size: int = 50) -> DeadlinePage:
    """The `size` rows after the cursor, the earliest deadline first; a cursor that is none means the first page."""
    asked = re.fullmatch(r"(\d{4}-\d\d-\d\d)_(\d{1,18})", after or "")
    rest, start = rows.order_by("deadline", "pk"), None
    if asked is not None:
        with suppress(ValueError):
            start = date.fromisoformat(asked[1])
    if asked is not None and start is not None:
        rest = rest.filter(Q(deadline__gt=start) | Q(deadline=start, pk__gt=int(asked[2])))
    found: list[Any] = list(rest[: size + 1])
    last = found[size - 1] if len(found) > size else None
    counted = rows.order_by()[: CAP + 1].count()
    text = f"{CAP:,}+" if counted > CAP else f"{counted:,}"
    cursor = f"{last.deadline.isoformat()}_{last.pk}" if last is not None else None
    return DeadlinePage(found[:size], cursor, start is not None, text)


def _of_state(rows: QuerySet[Proceeding], actor: Actor, state: str) -> QuerySet[Proceeding]:
    if state == "mine":
        return rows.filter(pk__in=waiting_for(actor=actor).values("pk"))
    if state in ("open", "closed"):
        return rows.filter(closed_on__isnull=state == "open")
    return rows.filter(state=state) if state in State.values else rows


def _of_due(rows: QuerySet[Proceeding], actor: Actor, due: str, today: date) -> QuerySet[Proceeding]:
    if due == "measures":
        return rows.filter(pk__in=measures_due(actor=actor, today=today).values("pk"))
    return rows.filter(overdue_q(today) if due == "overdue" else soon_q(actor, today))


def overdue_q(today: date) -> Q:
    """Past the day of the current step, or of the whole way while nothing is decided."""
    whole = Q(overall_due_on__lt=today, decided_on__isnull=True)
    return Q(closed_on__isnull=True) & (Q(due_on__lt=today) | whole)


def soon_days(today: date, code: str) -> timedelta:
    return timedelta(days=LimitsInForce(today, code).number(SOON))


def soon_q(actor: Actor, today: date) -> Q:
    """Not overdue, and within the days that the packs of each county call soon."""
    found = Q(pk__in=())
    for county in sorted({code[:6] for code in _area_codes(actor)}):
        until = today + soon_days(today, county)
        near = Q(due_on__range=(today, until)) | Q(
            overall_due_on__range=(today, until), decided_on__isnull=True
        )
        found |= Q(scope_code__startswith=county) & near
    return Q(closed_on__isnull=True) & found & ~overdue_q(today)


def _area_codes(actor: Actor) -> set[str]:
    scope = actor.scope(VIEW)
    return {*scope.prefixes, *scope.assigned}


def proceeding_get(*, actor: Actor, pk: int, permission: str = VIEW) -> Proceeding:
    rows = Proceeding.objects.within(actor.scope(permission)).select_related(
        "household__village__parent", "village__parent", "case", "opened_by", "origin"
    )
    found: Proceeding | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _done_for_another_office(actor: Actor, need: str) -> Q:
    """Proceedings in which this person has opened, or acted for another office: he may not judge them."""
    states = {state for kind in Kind for state in states_of_need(kind, need)}
    others = Step.objects.filter(proceeding=OuterRef("pk"), actor_id=actor.user_id).exclude(
        from_state__in=states
    )
    return Q(opened_by_id=actor.user_id) | Q(Exists(others))


def waiting_for(*, actor: Actor) -> QuerySet[Proceeding]:
    """Open proceedings whose next act is this person's: never to judge what he has worked on himself."""
    mine = Q(pk__in=())
    for need in OFFICES:
        if not actor.may(need):
            continue
        at = Q(pk__in=())
        for kind in LADDERS:
            at |= Q(kind=kind, state__in=states_of_need(kind, need))
        here = Q(pk__in=Proceeding.objects.within(actor.scope(need)).filter(at).values("pk"))
        mine |= here if need == VILLAGE else here & ~_done_for_another_office(actor, need)
    return Proceeding.objects.within(actor.scope(VIEW)).filter(mine, closed_on__isnull=True)


def measures_due(*, actor: Actor, today: date) -> QuerySet[Proceeding]:
    """Decided identifications whose days for measures have passed while no aid measure has started since the clue."""
    started = AidMeasure.objects.filter(
        household=OuterRef("household"), started_on__gte=OuterRef("opened_on"), started_on__lte=today
    ).exclude(state=AidMeasure.State.PLANNED)
    rows: QuerySet[Proceeding] = Proceeding.objects.within(actor.scope(VIEW)).filter(
        kind=Kind.IDENTIFICATION, measures_due_on__lt=today
    )
    return rows.exclude(household__monitor_class=MonitorClass.NONE).filter(~Exists(started))


def counts(*, actor: Actor, today: date) -> dict[str, int]:
    """待我办理, 将超期, 已超期, 未落实措施."""
    seen = Proceeding.objects.within(actor.scope(VIEW))
    numbers = seen.aggregate(
        overdue=Count("pk", filter=overdue_q(today)), soon=Count("pk", filter=soon_q(actor, today))
    )
    return {
        "mine": waiting_for(actor=actor).count(),
        "soon": numbers["soon"],
        "overdue": numbers["overdue"],
        "measures": measures_due(actor=actor, today=today).count(),
    }


def area_choices(*, actor: Actor) -> QuerySet[Division]:
    """Townships in which this person sees proceedings."""
    prefixes = _area_codes(actor)
    inside = Q(pk__in=())
    for prefix in prefixes:
        inside |= Q(code__startswith=prefix) | Q(code=prefix[:9])
    return Division.objects.filter(inside, level=Level.TOWNSHIP).order_by("code")


def village_choices(*, actor: Actor) -> QuerySet[Division]:
    """Villages for which this person may open a proceeding."""
    inside = area_q("code", actor.scope(OPEN).prefixes)
    return Division.objects.filter(inside, level=Level.VILLAGE).select_related("parent").order_by("code")


def open_of_household(household: Household) -> Proceeding | None:
    """The open proceeding of a household the caller has obtained by household_get."""
    found: Proceeding | None = Proceeding.objects.filter(household=household, closed_on__isnull=True).first()
    return found
