"""Doors of self-application, codes, notices, objections and exit standards. The first four ask nobody who he is."""

import uuid
from datetime import date

from django.core.signing import TimestampSigner

from proceedings.models import Kind, Notice, NoticeItem, Objection, Proceeding
from tests.access.matrix import PUBLIC, Row, Scene
from tests.factories.households import make_household
from tests.proceedings.posts import make_application, make_code, make_number

OPEN, VIEW, VILLAGE, CODES, REVEAL = (
    "proceedings.open", "proceedings.view", "proceedings.village_step", "proceedings.manage_codes", "households.reveal",
)  # fmt: skip
DAY = date(2020, 9, 1)


def token(scene: Scene) -> dict:
    return {"token": make_code(scene.world.village_a1).token}


def signed(scene: Scene) -> dict:
    row = make_application(scene.world.village_a1)
    return {"signed": TimestampSigner(salt="proceedings.apply.sent").sign(row.uuid.hex)}


def application(scene: Scene) -> dict:
    return {"pk": make_application(scene.world.village_a1).pk}


def _proceeding(scene: Scene, kind: str = Kind.IDENTIFICATION, state: str = "noticed") -> Proceeding:
    household = make_household(scene.world.village_a1)
    return Proceeding.objects.create(
        kind=kind, household=household, village=household.village, scope_code=household.scope_code, state=state,
        source="cadre", reason="事由", opened_on=DAY, state_since=DAY, noticed_on=DAY, notice_until=DAY,
    )  # fmt: skip


def proceeding(scene: Scene) -> dict:
    return {"pk": _proceeding(scene).pk}


def exiting(scene: Scene) -> dict:
    return {"pk": _proceeding(scene, Kind.HOUSEHOLD_EXIT).pk}


def merging(scene: Scene) -> dict:
    return application(scene) | {"proceeding_pk": _proceeding(scene).pk}


def code(scene: Scene) -> dict:
    return {"pk": make_code(scene.world.village_a1).pk}


def village(scene: Scene) -> dict:
    make_number(scene.world.township_a)
    return {"code": scene.world.village_a1.code}


def waiting(scene: Scene) -> dict:
    return village(scene) | {"form": "notice", "kind": "identification"}


def notice(scene: Scene) -> dict:
    place = scene.world.village_a1
    row = Notice.objects.create(
        form="notice", about=Kind.IDENTIFICATION, village=place, scope_code=place.code, title="公示", issuer="村委会",
        hotline="12317", local_number="0374", starts_on=DAY, ends_on=DAY,
    )  # fmt: skip
    NoticeItem.objects.create(
        notice=row, proceeding=_proceeding(scene), number=1, columns=[["户主姓名", "张测甲"]]
    )
    return {"pk": row.pk}


def objection(scene: Scene) -> dict:
    row = _proceeding(scene)
    made = Objection.objects.create(
        proceeding=row,
        scope_code=row.scope_code,
        content="有异议",
        received_on=DAY,
        recorded_by=scene.cast.officer,
    )
    return {"pk": made.pk}


ROWS = [
    Row("apply:about", PUBLIC),
    Row("apply:status", PUBLIC),
    Row("apply:status", PUBLIC, method="post", data={"receipt": "1", "tail": "2"}),
    Row("apply:form", PUBLIC, kwargs=token),
    Row("apply:form", PUBLIC, method="post", kwargs=token, data={"name": ""}),
    Row("apply:sent", PUBLIC, kwargs=signed),
    Row("proceedings:application-list", OPEN),
    Row("proceedings:application-enter", OPEN),
    Row("proceedings:application-enter", OPEN, method="post", data={"name": ""}),
    Row("proceedings:application-detail", OPEN, kwargs=application),
    Row("proceedings:application-take", OPEN, method="post", kwargs=application),
    Row("proceedings:application-take-new", OPEN, method="post", kwargs=application),
    Row("proceedings:application-merge", OPEN, method="post", kwargs=merging),
    Row("proceedings:application-decline", OPEN, method="post", kwargs=application, data={"reason": ""}),
    Row("proceedings:application-number", REVEAL, kwargs=lambda s: application(s) | {"field": "phone"}),
    Row("proceedings:code-list", CODES),
    Row("proceedings:code-renew", CODES, method="post", kwargs=village),
    Row("proceedings:codes-fill", CODES, method="post", kwargs=lambda s: {"code": s.world.township_a.code}),
    Row("proceedings:code-revoke", CODES, method="post", kwargs=code),
    Row("proceedings:code-poster", CODES, kwargs=code),
    Row("proceedings:code-image", CODES, kwargs=code),
    Row("proceedings:local-number", CODES, kwargs=lambda s: {"code": s.world.township_a.code}),
    Row(
        "proceedings:local-number", CODES, method="post", kwargs=lambda s: {"code": s.world.township_a.code},
        data={"phone": ""},
    ),
    Row("proceedings:notice-list", VIEW),
    Row("proceedings:notice-new", VILLAGE, kwargs=waiting),
    Row("proceedings:notice-new", VILLAGE, method="post", kwargs=waiting, data={"on": ""}),
    Row("proceedings:notice-detail", VIEW, kwargs=notice),
    Row("proceedings:notice-print", VIEW, kwargs=notice),
    Row("proceedings:notice-word", VIEW, kwargs=notice),
    Row("proceedings:notice-photo", VILLAGE, method="post", kwargs=notice, data={"on": ""}),
    Row("proceedings:notice-down", VILLAGE, method="post", kwargs=notice, data={"on": ""}),
    Row("proceedings:notice-withdraw", VILLAGE, method="post", kwargs=notice, data={"reason": ""}),
    Row("proceedings:notices", VIEW, kwargs=proceeding),
    Row("proceedings:objections", VIEW, kwargs=proceeding),
    Row("proceedings:objection-record", VILLAGE, method="post", kwargs=proceeding, data={"content": ""}),
    Row("proceedings:objection-settle", VILLAGE, method="post", kwargs=objection, data={"result": ""}),
    Row("proceedings:objection-number", REVEAL, kwargs=objection),
    Row("proceedings:checklist", VIEW, kwargs=exiting),
    Row("proceedings:check-mark", VILLAGE, method="post", kwargs=exiting, data={"item": "x", "uuid": str(uuid.uuid4())}),
]  # fmt: skip
