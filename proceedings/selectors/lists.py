"""Finding proceedings: by kind, state, place, deadline, and who must act. Nothing outside the actor's area is found."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.actor import Actor
from common.errors import NotFound
from households.codes import MonitorClass
from households.models import AidMeasure
from proceedings.flow import COUNTY, LADDERS, OPEN, TOWNSHIP, VIEW, VILLAGE, states_of_need
from proceedings.limits import SOON, LimitsInForce
from proceedings.models import Kind, Proceeding, State, Step
from villages.models import Division, Level

OFFICES = (VILLAGE, TOWNSHIP, COUNTY)


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
    return rows.select_related("household__village__parent", "village__parent").order_by(
        F("due_on").asc(nulls_last=True), "pk"
    )


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


def may_open(actor: Actor, code: str) -> bool:
    return actor.may(OPEN, at=code)
