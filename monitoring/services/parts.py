"""Runs in parts: made at once, sent to the workers a few at a time, closed by whichever part ends last."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from common.queue import enqueue
from common.runs import SILENCE, Run
from monitoring.models import ScreeningRun
from monitoring.screening.areas import Part
from monitoring.screening.merging import closing
from policies.services import packs_in_force
from villages.models import Division

TASK = "monitoring.screening_run"
State = ScreeningRun.State
# So many parts of one run are in the queue or being judged: enough for the workers of a province's servers, few enough
# that a sweep does not fill the queue with thousands of messages again and again.
AT_ONCE = 32


def parts_make(parent: ScreeningRun, parts: Iterable[Part], *, send: bool) -> None:
    """Write the parts of a fresh parent, in its transaction. Each is fixed to the packs in force in its county now.

    A parent is running from the start and has no heartbeat, so no worker ever claims it.
    """
    packs: dict[str, dict] = {}
    made = []
    for part in parts:
        if part.county not in packs:
            packs[part.county] = _packs_now(parent, part.county)
        made.append(_part(parent, part, packs[part.county]))
    ScreeningRun.objects.bulk_create(made, batch_size=500)
    parent.packs = {"counties": packs}
    parent.state, parent.started_at, parent.total_count = State.RUNNING, timezone.now(), len(made)
    parent.known_at = parent.started_at
    parent.sent_at = parent.started_at if send else None
    parent.save(update_fields=["packs", "state", "started_at", "total_count", "known_at", "sent_at"])
    if send:
        transaction.on_commit(lambda: parts_send(parent.pk))


def _packs_now(parent: ScreeningRun, county: str) -> dict:
    packs = packs_in_force(parent.as_of, county)
    return {"narrowest": packs.narrowest.code if packs.narrowest else "", "checksums": packs.checksums}


def _part(parent: ScreeningRun, part: Part, packs: dict) -> ScreeningRun:
    return ScreeningRun(
        key=f"part:{parent.pk}:{part.code}", parent=parent, kind=parent.kind, scope_code=part.code, as_of=parent.as_of,
        quarter=parent.quarter, only_changed=parent.only_changed, keep_facts=parent.keep_facts, packs=packs,
        requested_by_id=parent.requested_by_id,
    )  # fmt: skip


def parts_left(parent_id: int) -> QuerySet[ScreeningRun]:
    return ScreeningRun.objects.filter(parent=parent_id, state__in=Run.OPEN)


def parts_send(parent_id: int) -> int:
    """Send the next parts, so many that AT_ONCE are on their way. Returns how many were sent."""
    left = parts_left(parent_id)
    unsent = Q(state=State.QUEUED, sent_at__isnull=True)
    free = max(0, AT_ONCE - left.exclude(unsent).count())
    chosen = list(left.filter(unsent).order_by("pk").values_list("pk", flat=True)[:free])
    left.filter(unsent, pk__in=chosen).update(sent_at=timezone.now())
    for sent, pk in enumerate(chosen):
        if not enqueue(TASK, pk):  # the broker is away: the sweeper sends these again
            return sent
    return len(chosen)


def part_ended(part: ScreeningRun) -> None:
    """After a part: send the next one where workers do the run, and close the parent when there is none left."""
    if part.parent_id is None or parts_settle(part.parent_id):
        return
    if ScreeningRun.objects.filter(pk=part.parent_id, state=State.RUNNING, sent_at__isnull=False).exists():
        parts_send(part.parent_id)


def parts_settle(parent_id: int) -> bool:
    """Show how many parts have ended; when all have, close the parent. True for the one caller that closed it.

    Several parts may end at the same instant and each come here: the ended parts never change, so all would write the
    same, and the condition on the state lets one of them.
    """
    parent = ScreeningRun.objects.filter(pk=parent_id, state=State.RUNNING).exclude(split="").first()
    if parent is None:
        return False
    mine = ScreeningRun.objects.filter(pk=parent_id, state=State.RUNNING)
    ended = (parent.total_count or 0) - parts_left(parent_id).count()
    mine.filter(done_count__lt=ended).update(done_count=ended)
    if ended < (parent.total_count or 0):
        return False
    parts = list(ScreeningRun.objects.filter(parent=parent_id).order_by("scope_code"))
    names = dict(
        Division.objects.filter(code__in={part.scope_code for part in parts}).values_list("code", "name")
    )
    left = ScreeningRun.objects.filter(parent=OuterRef("pk"), state__in=Run.OPEN)
    values = closing(parent, parts, names) | {"finished_at": timezone.now()}
    return bool(mine.filter(~Exists(left)).update(**values))


def parts_sweep() -> int:
    """Close the runs whose last part had no time to, and send on those that stand still. Returns how many parts were sent."""
    sent = 0
    open_ones = ScreeningRun.objects.filter(state=State.RUNNING).exclude(split="")
    late = timezone.now() - SILENCE
    for parent in open_ones.only("pk", "sent_at", "queued_at"):
        if parts_settle(parent.pk):
            continue
        # A command does its parts itself; after a while the workers join it, or take over from one that was killed.
        if parent.sent_at is None and parent.queued_at < late:
            parent.sent_at = timezone.now()
            open_ones.filter(pk=parent.pk).update(sent_at=parent.sent_at)
        if parent.sent_at is not None:
            sent += parts_send(parent.pk)
    return sent
