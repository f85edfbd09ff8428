"""回退: a removal that was wrong or weak is taken back by the county."""

from datetime import date
from uuid import UUID, uuid4

from django.db import transaction

from accounts.actor import Actor
from common.errors import Conflict, Invalid
from common.text import clean
from households.codes import MonitorClass
from households.models import Household
from households.services import class_before_removal
from households.services.rows import locked, not_in_future
from proceedings.flow import COUNTY
from proceedings.inputs import ActInput, OpenInput
from proceedings.models import Kind, Proceeding, Source, State
from proceedings.services.advancing import proceeding_advance
from proceedings.services.opening import opened
from proceedings.services.papers import require_for


@transaction.atomic
def rollback(
    *, actor: Actor, household: Household, on: date, reason: str, uuid: UUID | None = None
) -> Proceeding:
    """The county judges again and takes the mark of removal back: the class before it holds again from `on`.

    Needs the county's decision right and a reason. Refuses a household that is monitored or never was; the same form
    twice is one rollback.
    """
    require_for(actor, COUNTY, household)
    household = locked(household)
    again = Proceeding.objects.filter(uuid=uuid).first() if uuid else None
    if again is not None and (again.kind, again.household_id) == (Kind.ROLLBACK, household.pk):
        return again
    not_in_future(on)
    if len(clean(reason)) < 2:
        raise Invalid("请写明重新认定的理由。", field="reason", code="reason_needed")
    if household.monitor_class != MonitorClass.NONE:
        raise Conflict("该户仍是监测对象，不需要回退。", code="still_monitored")
    value = class_before_removal(household)
    if not value:
        raise Conflict(
            "该户没有被消除的监测记录，不能回退；如有新的风险，请发起识别纳入。", code="never_monitored"
        )
    given = OpenInput(
        kind=Kind.ROLLBACK, source=Source.CADRE, on=on, reason=reason, proposed_class=value,
        risks=tuple(household.risks), uuid=uuid or uuid4(),
    )  # fmt: skip
    row = opened(actor, given, household, household.village, origin=_removal(household))
    return proceeding_advance(
        actor=actor, proceeding=row, act="restore", given=ActInput(on=on, opinion=reason)
    )


def _removal(household: Household) -> Proceeding | None:
    removed: Proceeding | None = (
        Proceeding.objects.filter(household=household, kind=Kind.REMOVAL, state=State.REMOVED)
        .order_by("-pk")
        .first()
    )
    return removed
