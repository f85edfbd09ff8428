"""What people found about the lines of an exit standard. Marks are added, never changed."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.actor import Actor
from common.errors import Conflict, Invalid
from common.text import clean
from households.services.rows import not_in_future
from proceedings.flow import COUNTY, TOWNSHIP, VILLAGE
from proceedings.models import CheckMark, Proceeding
from proceedings.selectors.exits import SUBJECT_OF, verdict_of
from proceedings.services.papers import require_here


@dataclass(frozen=True)
class MarkInput:
    uuid: UUID
    item: str
    met: bool
    explanation: str
    on: date


@transaction.atomic
def check_mark_add(*, actor: Actor, proceeding: Proceeding, given: MarkInput) -> CheckMark:
    """Write down what was found about one line, with how it was seen. The same form twice is one mark.

    Refuses lines that the standard in force does not have, marks without an explanation, and closed proceedings.
    """
    permission = next(
        (one for one in (VILLAGE, TOWNSHIP, COUNTY) if actor.may(one, at=proceeding.scope_code)), VILLAGE
    )
    require_here(actor, permission, proceeding)
    if found := CheckMark.objects.filter(uuid=given.uuid, proceeding=proceeding).first():
        return found
    if (
        proceeding.kind not in SUBJECT_OF
        or proceeding.closed_on is not None
        or proceeding.decided_on is not None
    ):
        raise Conflict("这项程序已经审定或没有退出标准，不能再登记核查情况。", code="wrong_state")
    explanation = clean(given.explanation)
    if len(explanation) < 2:
        raise Invalid("请写明怎样核查的、看到什么。", field="explanation", code="explanation_needed")
    not_in_future(given.on)
    checklist = verdict_of(proceeding, given.on).checklist
    if checklist is None or given.item not in {item.key for item in checklist.items}:
        raise Invalid("现行标准中没有这一项，请刷新后重试。", field="item", code="item_unknown")
    mark = CheckMark(
        uuid=given.uuid, proceeding=proceeding, pack=checklist.pack, item=given.item, met=given.met,
        explanation=explanation[:300], on=given.on, marked_by_id=actor.user_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            mark.save()
    except IntegrityError:
        raise Conflict("这份表单已经用过，请刷新页面后重新填写。", code="uuid_reused") from None
    audit.record(actor, "proceedings.check_mark", proceeding, code=given.item, accepted=given.met)
    return mark
