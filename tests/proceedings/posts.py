"""Rows of applications, codes and notices for tests."""

import uuid
from datetime import date

from proceedings.models import Application, LocalNumber, VillageCode
from proceedings.receipts import new_receipt
from proceedings.selectors import notices as reading
from proceedings.services.notices import NoticeInput, notice_make
from proceedings.services.objections import ObjectionInput, objection_record
from tests.cast import actor

PHONE = "13900005678"


TOKEN = "abcd2345efgh6789"


def make_code(village) -> VillageCode:
    return VillageCode.objects.create(village=village, scope_code=village.code, token=TOKEN)


def make_application(village, *, phone: str = PHONE, id_number: str = "", **kw) -> Application:
    defaults = {
        "uuid": uuid.uuid4(), "receipt": new_receipt(), "village": village, "scope_code": village.code, "name": "申测人",
        "troubles": ["illness", "schooling"], "text": "住院花了钱", "received_on": date(2020, 9, 10),
        "content_hash": b"0" * 32,
    }  # fmt: skip
    row = Application(**(defaults | kw))
    row.number_set("phone", phone)
    row.number_set("id_number", id_number)
    row.save()
    return row


def make_number(division, phone: str = "0374-8881234") -> LocalNumber:
    return LocalNumber.objects.create(division=division, scope_code=division.code, phone=phone)


def post_notice(cast, proceeding, on=None, who: str = "li", **kw):
    """The notice of one proceeding that waits for it."""
    given = NoticeInput(
        uuid.uuid4(),
        kw.pop("form", reading.form_of(proceeding)),
        proceeding.kind,
        on or proceeding.state_since,
        **kw,
    )
    found = notice_make(
        actor=actor(getattr(cast, who)), village=proceeding.village, given=given, proceedings=[proceeding]
    )
    proceeding.refresh_from_db()
    return found


def object_to(cast, proceeding, who: str = "li", **kw):
    values = {
        "content": "他家在城里有房",
        "received_on": proceeding.noticed_on,
        "name": "钱测邻",
        "contact": PHONE,
    }
    given = ObjectionInput(uuid.uuid4(), **(values | kw))
    return objection_record(actor=actor(getattr(cast, who)), proceeding=proceeding, given=given)
