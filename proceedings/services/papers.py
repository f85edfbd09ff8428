"""Papers of a proceeding: kept, never removed; which are still missing is said until they are given."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from accounts.actor import Actor, require
from accounts.audit import record
from common.errors import Invalid, NotFound
from exchange.services import file_store
from households.models import Household
from households.services.rows import not_in_future
from proceedings.flow import FRESH_EACH_TIME, LADDERS, OPEN, PAPERS, forward_act, rung_of
from proceedings.models import PaperKind, Proceeding, Step, StepFile

FILE_KIND = "proceeding"


def require_here(actor: Actor, permission: str, row: Proceeding) -> None:
    """The permission for this very proceeding; people who see assigned households only need the household."""
    require(actor, permission, at=row.scope_code)
    if not Proceeding.objects.within(actor.scope(permission)).filter(pk=row.pk).exists():
        raise NotFound


def require_for(actor: Actor, permission: str, household: Household) -> None:
    require(actor, permission, at=household.scope_code)
    if not Household.objects.within(actor.scope(permission)).filter(pk=household.pk).exists():
        raise NotFound


def files_add(
    actor: Actor, row: Proceeding, files: Sequence[tuple[str, Any]], *, on: date, step: Step | None
) -> list[StepFile]:
    """Keep the uploads; the caller has judged the act they belong to."""
    kept = []
    for kind, upload in files:
        if kind not in PaperKind.values:
            raise Invalid("请选择材料种类。", field="kind", code="paper_kind")
        name = getattr(upload, "name", None) or PaperKind(kind).label
        stored = file_store(
            actor=actor, source=upload, name=str(name), kind=FILE_KIND, scope_code=row.scope_code
        )
        kept.append(
            StepFile.objects.create(
                proceeding=row, step=step, kind=kind, file=stored, on=on, actor_id=actor.user_id
            )
        )
    return kept


@transaction.atomic
def paper_add(*, actor: Actor, proceeding: Proceeding, kind: str, upload: Any, on: date) -> StepFile:
    """Hand in one paper by itself, before or after its step, also after the end (green channel).

    For whoever may open proceedings there. Refuses an unknown kind of paper and a future day.
    """
    require_here(actor, OPEN, proceeding)
    not_in_future(on)
    paper = files_add(actor, proceeding, [(kind, upload)], on=on, step=None)[0]
    record(actor, "proceedings.paper_added", proceeding, kind=kind)
    return paper


def needed_papers(kind: str, act: str) -> tuple[str, ...]:
    return PAPERS.get((kind, act), ())


def papers_lacking(row: Proceeding, act: str, coming: Sequence[str] = ()) -> list[str]:
    """The kinds of paper this act still lacks. Minutes and comparisons are made anew when their act is done again."""
    needed = [kind for kind in needed_papers(row.kind, act) if kind not in coming]
    if not needed:
        return []
    return [kind for kind in needed if not _given(row, act, kind)]


def _given(row: Proceeding, act: str, kind: str) -> bool:
    papers = StepFile.objects.filter(proceeding=row, kind=kind)
    last = Step.objects.filter(proceeding=row, act=act).order_by("-pk").first()
    if kind in FRESH_EACH_TIME and last is not None:
        papers = papers.filter(at__gt=last.at).exclude(step__act=act)
    return papers.exists()


def missing_papers(row: Proceeding) -> list[str]:
    """The kinds that the acts done so far needed and nobody has given yet (green channel), in the order of the way."""
    done = list(Step.objects.filter(proceeding=row).values_list("act", flat=True))
    given = set(StepFile.objects.filter(proceeding=row).values_list("kind", flat=True))
    needed = [kind for act in dict.fromkeys(done) for kind in needed_papers(row.kind, act)]
    return [kind for kind in dict.fromkeys(needed) if kind not in given]


def papers_ahead(row: Proceeding) -> list[str]:
    """The kinds that the acts still to come will need."""
    at = rung_of(row.kind, row.state)
    if at is None or row.closed_on is not None:
        return []
    acts = [forward_act(row.kind, state) for state in LADDERS[row.kind][at:-1]]
    given = set(StepFile.objects.filter(proceeding=row).values_list("kind", flat=True))
    needed = [kind for act in acts if act for kind in needed_papers(row.kind, act)]
    return [kind for kind in dict.fromkeys(needed) if kind not in given]
