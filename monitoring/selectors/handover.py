"""Reads of what was given to the townships to mend, and how far each of them is."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.db.models.functions import Left

from accounts.actor import Actor
from accounts.permissions import FIELD_GROUPS
from common.errors import NotFound
from monitoring.models import DataFault, FaultHandover, QualityRun
from monitoring.quality.faults import MENDED
from monitoring.selectors.quality import VIEW, names_of, to_mend_q, townships_of
from villages.models import TOWNSHIP_DIGITS

RUN = "monitoring.run_screening"
SHOWN = 200


@dataclass(frozen=True)
class HandoverView:
    """One list with its progress. `is_newest`: the township has been given no later one."""

    row: FaultHandover
    name: str
    open: int
    mended: int
    is_newest: bool
    is_late: bool

    @property
    def exempt(self) -> int:
        """What needs no mending any more: exempted since, left, or of a rule no longer in force."""
        return max(self.row.handed - self.open - self.mended, 0)


def last_run_of(scope_code: str) -> QualityRun | None:
    """The newest finished check of exactly this area."""
    rows = QualityRun.objects.filter(scope_code=scope_code, state=QualityRun.State.DONE)
    return rows.order_by("-as_of", "-pk").first()


def run_to_hand(*, actor: Actor, pk: int | None = None) -> QualityRun:
    """The check whose list may be given out by the actor: the one asked for, else his newest finished one."""
    rows = QualityRun.objects.within(actor.scope(RUN)).filter(state=QualityRun.State.DONE)
    found = (rows.filter(pk=pk) if pk else rows.order_by("-as_of", "-pk")).first()
    if found is None:
        raise NotFound("还没有完成的核查，请先发起核查，再把清单发乡镇。", code="no_run")
    return found


def handed_of(run: QualityRun, code: str, today: date) -> QuerySet[DataFault]:
    """The faults that stood in the list of this run for this township and are to be mended."""
    rows = DataFault.objects.filter(
        scope_code__startswith=code, found_run_id__lte=run.pk, closed_on__isnull=True
    )
    return rows.filter(to_mend_q(today))


def places_to_hand(
    *, actor: Actor, run: QualityRun, today: date
) -> list[tuple[str, str, int, FaultHandover | None]]:
    """(code, name, faults to mend, the handover it already has) of every township of the run's area."""
    counted = dict(
        handed_of(run, run.scope_code, today)
        .order_by()
        .annotate(place=Left("scope_code", TOWNSHIP_DIGITS))
        .values_list("place")
        .annotate(n=Count("pk"))
    )
    given = {row.scope_code: row for row in FaultHandover.objects.filter(run=run)}
    places = townships_of(actor).filter(code__startswith=run.scope_code)
    return [(one.code, one.name, counted.get(one.code, 0), given.get(one.code)) for one in places]


def handover_list(*, actor: Actor, today: date) -> list[HandoverView]:
    """The newest lists of the actor's area, newest first, in as many queries for many as for one."""
    rows = _given(actor)[:SHOWN]
    return _views(actor, rows, today)


def waiting(*, actor: Actor, today: date) -> list[HandoverView]:
    """The newest list of each township of the actor's that is not mended yet."""
    newest = {row.scope_code: row for row in list(_given(actor)[:SHOWN])[::-1]}
    return [one for one in _views(actor, list(newest.values()), today) if one.open]


def _given(actor: Actor) -> QuerySet[FaultHandover]:
    """Only to who may see every fault of the lists: of a part of the fields the counts would not agree."""
    scope = actor.scope(VIEW)
    rows: QuerySet[FaultHandover] = FaultHandover.objects.within(scope)
    if not scope.field_groups >= set(FIELD_GROUPS):
        rows = rows.none()
    return rows.select_related("run", "created_by").order_by("-pk")


def _views(actor: Actor, given: Iterable[FaultHandover], today: date) -> list[HandoverView]:
    rows = list(given)
    if not rows:
        return []
    progress, names = _progress(actor, rows, today), names_of(row.scope_code for row in rows)
    newest: dict[str, int] = {}
    for row in rows:
        newest[row.scope_code] = max(row.pk, newest.get(row.scope_code, 0))
    found = []
    for row in rows:
        count = progress[row.pk]
        found.append(
            HandoverView(
                row, names.get(row.scope_code, row.scope_code), count["open"], count["mended"],
                newest[row.scope_code] == row.pk, bool(count["open"]) and row.due_on < today,
            )
        )  # fmt: skip
    return found


def _progress(actor: Actor, rows: list[FaultHandover], today: date) -> dict[int, Counter[str]]:
    """What became of the faults of each list. They are counted in one pass by township, the run that found and the run that
    closed them; a list is those found up to its run and not closed by then."""
    runs = [row.run_id for row in rows]
    faults = DataFault.objects.within(actor.scope(VIEW)).filter(found_run_id__lte=max(runs))
    state = Case(
        When(closed_on__isnull=False, close_reason=MENDED, then=Value("mended")), When(closed_on__isnull=False, then=Value("gone")),
        When(to_mend_q(today), then=Value("open")), default=Value("exempt"), output_field=CharField(),
    )  # fmt: skip
    counted = (
        faults.filter(Q(closed_on__isnull=True) | Q(closed_run_id__gt=min(runs)))
        .order_by()
        .annotate(place=Left("scope_code", TOWNSHIP_DIGITS), state=state)
        .values_list("place", "state", "found_run_id", "closed_run_id")
        .annotate(n=Count("pk"))
    )
    here: dict[str, list[tuple[str, int, int | None, int]]] = {}
    for place, what, opened, closed, number in counted:
        here.setdefault(place, []).append((what, opened, closed, number))
    found: dict[int, Counter[str]] = {}
    for row in rows:
        found[row.pk] = Counter()
        for what, opened, closed, number in here.get(row.scope_code, []):
            if opened <= row.run_id and (closed is None or closed > row.run_id):
                found[row.pk][what] += number
    return found
