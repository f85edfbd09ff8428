"""What every service of this room does to its rows: lock, recognise a repeated form, check the day, write the step."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from accounts.actor import Actor
from common.errors import Conflict, Invalid, NotFound
from common.text import clean
from households.services.rows import not_in_future
from monitoring.models import RiskCase
from proceedings.models import Proceeding, Step


def locked(row: Proceeding) -> Proceeding:
    """The proceeding as it is now, held until the end of the transaction.

    Its check task is held first: whoever comes from the check task takes the two in the same order.
    """
    if row.case_id is not None:
        RiskCase.objects.select_for_update().filter(pk=row.case_id).first()
    found: Proceeding | None = (
        Proceeding.objects.select_for_update(of=("self",))
        .select_related("household__village__parent", "village", "case")
        .filter(pk=row.pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def step_written(row: Proceeding, act: str, uuid: UUID | None) -> Step | None:
    """The step this very form has already made; the same number for another act is refused."""
    done = Step.objects.filter(uuid=uuid).first() if uuid is not None else None
    if done is not None and (done.proceeding_id != row.pk or done.act != act):
        raise Conflict("这份表单已经用过，请刷新页面后重新填写。", code="uuid_reused")
    return done


def day_checked(on: date, since: date) -> None:
    """A step happens neither after today nor before the one that led here."""
    not_in_future(on)
    if on < since:
        raise Invalid(f"办理日期不能早于上一环节的日期（{since}）。", field="on", code="before_last_step")


def step_add(actor: Actor, row: Proceeding, act: str, **values: Any) -> Step:
    """`values`: on, from_state, opinion, details, due_on, uuid."""
    values["opinion"] = clean(values.get("opinion", ""))[:300]
    values["uuid"] = values.get("uuid") or uuid4()
    return Step.objects.create(
        proceeding=row, act=act, to_state=row.state, actor_id=actor.user_id, packs=row.packs, **values
    )
