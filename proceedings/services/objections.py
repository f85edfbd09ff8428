"""Objections: written down by one person, settled by another. Open ones hold the proceeding where it is."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.actor import Actor
from common.errors import Conflict, Invalid, NotFound
from common.text import clean
from households.services.numbers import phone_checked
from households.services.rows import not_in_future
from proceedings.flow import COUNTY, TOWNSHIP, VILLAGE
from proceedings.models import NoticeItem, Objection, Proceeding, Step
from proceedings.services.papers import require_here
from proceedings.services.revealing import sealed_reveal

LONGEST = 1000
SETTLE = (VILLAGE, TOWNSHIP, COUNTY)


@dataclass(frozen=True)
class ObjectionInput:
    """What somebody said. `uuid` comes with the form: the same form twice is one objection."""

    uuid: UUID
    content: str
    received_on: date
    name: str = ""
    contact: str = ""


@transaction.atomic
def objection_record(*, actor: Actor, proceeding: Proceeding, given: ObjectionInput) -> Objection:
    """Write down an objection against a proceeding that has been posted. The name may stay empty; the contact is sealed.

    Refuses proceedings that are closed or were never posted, days before the notice, and an empty objection.
    """
    require_here(actor, VILLAGE, proceeding)
    if found := Objection.objects.filter(uuid=given.uuid, proceeding=proceeding).first():
        return found
    content = given.content.replace("\r\n", "\n").strip()
    if len(content) < 4:
        raise Invalid("请写明异议内容。", field="content", code="content_needed")
    if len(content) > LONGEST:
        raise Invalid(f"异议内容请在 {LONGEST} 字以内。", field="content", code="too_long")
    not_in_future(given.received_on, field="received_on")
    row = Proceeding.objects.select_for_update().get(pk=proceeding.pk)
    if row.noticed_on is None or row.closed_on is not None:
        raise Conflict("这项程序不在公示中，也没有公示过，不能登记异议。", code="not_noticed")
    if given.received_on < row.noticed_on:
        raise Invalid(
            f"收到日期不能早于公示起始日期（{row.noticed_on}）。", field="received_on", code="before_notice"
        )
    objection = Objection(
        uuid=given.uuid, proceeding=row, item=_item(row), scope_code=row.scope_code, name=clean(given.name)[:40],
        content=content, received_on=given.received_on, recorded_by_id=actor.user_id,
    )  # fmt: skip
    objection.number_set("contact", phone_checked(given.contact, field="contact"))
    try:
        with transaction.atomic():
            objection.save()
    except IntegrityError:
        raise Conflict("这份表单已经用过，请刷新页面后重新填写。", code="uuid_reused") from None
    audit.record(actor, "proceedings.objection_record", objection, on=given.received_on)
    return objection


def _item(row: Proceeding) -> NoticeItem | None:
    return NoticeItem.objects.filter(proceeding=row, notice__form="notice").order_by("-pk").first()


@transaction.atomic
def objection_settle(*, actor: Actor, objection: Objection, result: str, reason: str, on: date) -> Objection:
    """Say what came of it, with the reason that is told to who objected. Not by who wrote it down, and only once."""
    proceeding = objection.proceeding
    permission = next((one for one in SETTLE if actor.may(one, at=objection.scope_code)), VILLAGE)
    require_here(actor, permission, proceeding)
    if result not in Objection.Result.values:
        raise Invalid("请选择处理结果。", field="result", code="result_needed")
    reason = clean(reason)
    if len(reason) < 4:
        raise Invalid("请写明核实情况和理由，答复提出人时要说明。", field="reason", code="reason_needed")
    not_in_future(on)
    if on < objection.received_on:
        raise Invalid("处理日期不能早于收到日期。", field="on", code="before_received")
    if actor.user_id is None or objection.recorded_by_id == actor.user_id:
        raise Conflict("登记异议的人不能处理这条异议，请由其他人核实处理。", code="same_person")
    won = Objection.objects.filter(pk=objection.pk, state=Objection.State.OPEN).update(
        state=Objection.State.SETTLED, result=result, settle_reason=reason[:300], settled_on=on,
        settled_by_id=actor.user_id, settled_at=timezone.now(),
    )  # fmt: skip
    if not won:
        raise Conflict("这条异议刚刚已由他人处理，请刷新后查看。", code="objection_settled")
    objection.refresh_from_db()
    audit.record(actor, "proceedings.objection_settle", objection, state=result, reason=reason[:200])
    return objection


def objection_reveal(*, actor: Actor, objection: Objection, field: str, reason: str) -> str:
    """The telephone of who objected, in full, once."""
    if not Objection.objects.within(actor.scope("proceedings.view")).filter(pk=objection.pk).exists():
        raise NotFound
    verb = "proceedings.objection_reveal"
    return sealed_reveal(
        actor=actor, target=objection, field=field, reason=reason, verb=verb, fields=("contact",)
    )


def objection_findings(proceeding: Proceeding) -> list[str]:
    """What of the objections stands in the way: open ones, and those upheld since the proceeding was last posted."""
    rows = Objection.objects.filter(proceeding=proceeding)
    found = [
        f"{row.received_on} 收到的异议尚未处理"
        for row in rows.filter(state=Objection.State.OPEN).order_by("pk")
    ]
    posted = Step.objects.filter(proceeding=proceeding, act="publish").order_by("-pk").first()
    upheld = rows.filter(state=Objection.State.SETTLED, result=Objection.Result.UPHELD)
    if posted is not None:
        upheld = upheld.filter(recorded_at__gte=posted.at)
    return found + [
        f"{row.received_on} 收到的异议经核实成立，请退回或不予通过" for row in upheld.order_by("pk")
    ]
