"""Applications: sent from the open page, entered by staff, declined. Taking one up stands in taking.py."""

import hashlib
import json
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.actor import Actor, require
from common.dates import business_today
from common.errors import Conflict, Invalid, NotFound
from common.text import clean
from common.vault import search_hash
from households.codes import IdKind, Trouble
from households.services.numbers import id_number_checked, phone_checked
from households.services.rows import checked
from proceedings.applying import ApplicationInput
from proceedings.models import Application, VillageCode
from proceedings.receipts import new_receipt
from villages.models import Division, Level

OPEN = "proceedings.open"
TEXT_LIMIT, TROUBLES_LIMIT = 500, 5
# Who acts on the open page: nobody with a name, and no right beyond sending.
PUBLIC = Actor(None, "apply", "群众自主申报")


def _content_hash(place: str, entry: ApplicationInput) -> bytes:
    """Keyed: telephone and ID number are inside, and a plain hash of a telephone can be guessed."""
    sent = asdict(entry) | {"uuid": "", "place": place}
    digest = search_hash(hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest())
    return digest or b""


def _entry_checked(entry: ApplicationInput) -> dict[str, Any]:
    name = clean(entry.name)
    if len(name) < 2 or not any(char.isalpha() for char in name):
        raise Invalid("请填写姓名（至少两个字）。", field="name", code="bad_name")
    phone = phone_checked(entry.phone)
    if not phone:
        raise Invalid("请填写电话，工作人员要靠它联系您。", field="phone", code="phone_needed")
    troubles = list(dict.fromkeys(entry.troubles))
    if not troubles or len(troubles) > TROUBLES_LIMIT or not set(troubles) <= set(Trouble.values):
        raise Invalid(
            f"请选择遇到了什么困难（1 至 {TROUBLES_LIMIT} 项）。", field="troubles", code="bad_troubles"
        )
    text = entry.text.replace("\r\n", "\n").strip()
    if len(text) > TEXT_LIMIT:
        raise Invalid(f"情况说明请在 {TEXT_LIMIT} 字以内。", field="text", code="text_too_long")
    if not entry.consent:
        raise Invalid(
            "需要您同意村里和乡镇为核实情况使用这些信息，才能提交。", field="consent", code="consent_needed"
        )
    number = id_number_checked(entry.id_number, IdKind.ID_CARD)
    if number and len(number) != 18:
        raise Invalid("请填写 18 位身份证号码，或者不填。", field="id_number", code="bad_id_number")
    return {"name": name[:40], "phone": phone, "id_number": number, "troubles": troubles, "text": text}


def _same(found: Application, digest: bytes) -> Application:
    if bytes(found.content_hash) == digest:
        return found
    raise Conflict(
        "这一页已经提交过一份申报。内容有变化的，请再按一次提交，作为新的一份。",
        code="application_uuid_reused",
    )


def _write(
    actor: Actor, village: Division, entry: ApplicationInput, on: date, **more: Any
) -> tuple[Application, bool]:
    """(application, created). The unique UUID decides between two that arrive together."""
    given = _entry_checked(entry)
    digest = _content_hash(village.code, entry)
    if found := Application.objects.filter(uuid=entry.uuid).first():
        return _same(found, digest), False
    row = Application(
        uuid=entry.uuid, receipt=new_receipt(), village=village, scope_code=village.code, name=given["name"],
        troubles=given["troubles"], text=given["text"], received_on=on, content_hash=digest, **more,
    )  # fmt: skip
    row.number_set("phone", given["phone"])
    row.number_set("id_number", given["id_number"])
    checked(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        if found := Application.objects.filter(uuid=entry.uuid).first():
            return _same(found, digest), False
        raise
    audit.record(actor, "proceedings.application_send", row, kind=row.channel)
    return row, True


@transaction.atomic
def application_send(
    *, token: str, entry: ApplicationInput, today: date | None = None
) -> tuple[Application, bool]:
    """(application, created) from the open page of a village. Nobody is looked up: the answer is the same for everybody.

    Refuses a code that is not in use (NotFound) and impossible input, each with a sentence. The same UUID with the same
    content is the same application; with other content it is refused.
    """
    code = VillageCode.objects.select_related("village").filter(token=token, revoked_at__isnull=True).first()
    if code is None:
        raise NotFound("没有这个申报页面，二维码可能已经更换。请联系村委会，或拨打 12317。")
    more = {"code": code, "channel": Application.Channel.CODE.value}
    return _write(PUBLIC, code.village, entry, today or business_today(), **more)


@transaction.atomic
def application_enter(
    *,
    actor: Actor,
    village: Division,
    channel: str,
    entry: ApplicationInput,
    received_on: date,
    today: date | None = None,
) -> tuple[Application, bool]:
    """(application, created): a paper, a call to the hotline or a cadre's report, entered by staff.

    Refuses places outside the area, days after today, and the channel that only the open page may use.
    """
    require(actor, OPEN, at=village.code)
    if village.level != Level.VILLAGE:
        raise Invalid("申报须登记到行政村或社区。", field="village")
    if channel not in Application.Channel.values or channel == Application.Channel.CODE:
        raise Invalid("请选择申报渠道。", field="channel")
    if received_on > (today or business_today()):
        raise Invalid("收到日期不能晚于今天。", field="received_on", code="date_in_future")
    return _write(actor, village, entry, received_on, channel=channel, recorded_by_id=actor.user_id)


def settle(actor: Actor, application: Application, state: str, on: date, **values: Any) -> None:
    """Move a new application to `state`; of two people pressing at once one gets the Conflict."""
    won = Application.objects.filter(pk=application.pk, state=Application.State.NEW).update(
        state=state, settled_by_id=actor.user_id, settled_on=on, settled_at=timezone.now(), **values
    )
    if not won:
        raise Conflict("这份申报刚刚已由他人处理，请刷新后查看。", code="application_settled")
    application.refresh_from_db()


@transaction.atomic
def application_decline(
    *, actor: Actor, application: Application, reason: str, on: date | None = None
) -> Application:
    """不予受理, with a reason that is told to the person. Refuses what somebody has settled already."""
    require(actor, OPEN, at=application.scope_code)
    reason = clean(reason)
    if len(reason) < 4:
        raise Invalid("请写明不予受理的理由，答复本人时要说明。", field="reason", code="reason_needed")
    settle(actor, application, Application.State.DECLINED, on or business_today(), reason=reason[:200])
    audit.record(actor, "proceedings.application_decline", application, reason=reason[:200])
    return application
