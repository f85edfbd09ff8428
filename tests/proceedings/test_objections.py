"""Objections: written down by one, settled by another, open ones hold the proceeding, printed in the file."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEntry
from common.errors import Conflict, Invalid, NotFound, NotPermitted
from proceedings import posting
from proceedings.models import Objection
from proceedings.selectors.story import household_story
from proceedings.services.objections import (
    ObjectionInput,
    objection_findings,
    objection_record,
    objection_reveal,
    objection_settle,
)
from tests.cast import actor, without
from tests.proceedings.posts import PHONE, make_number, object_to, post_notice
from tests.proceedings.walk import do, lead, opened

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _checks():
    posting.register()


@pytest.fixture
def posted(home, cast, world):
    make_number(world.township_a)
    row = lead(opened(home, cast), cast, "evaluated")
    post_notice(cast, row)
    return row


def settled(cast, objection, who="officer", result="dismissed", **kw):
    values = {"reason": "已入户核实，城里无房", "on": objection.received_on} | kw
    return objection_settle(actor=actor(getattr(cast, who)), objection=objection, result=result, **values)


def test_it_is_kept_with_its_line_and_its_contact_sealed(posted, cast):
    row = object_to(cast, posted)
    assert (row.item.notice.form, row.item.proceeding, row.recorded_by, row.state) == (
        "notice",
        posted,
        cast.li,
        "open",
    )
    assert PHONE.encode() not in bytes(row.contact_sealed)
    assert row.number("contact") == PHONE
    assert row.contact_last4 == "5678"
    entry = AuditEntry.objects.get(verb="proceedings.objection_record")
    assert "钱测邻" not in str(entry.detail)


def test_nobody_needs_to_give_a_name(posted, cast):
    row = object_to(cast, posted, name="", contact="")
    assert (row.name, row.contact_last4) == ("", "")


def test_the_same_form_twice_is_one(posted, cast):
    given = ObjectionInput(uuid.uuid4(), "他家在城里有房", posted.noticed_on)
    first = objection_record(actor=actor(cast.li), proceeding=posted, given=given)
    assert objection_record(actor=actor(cast.li), proceeding=posted, given=given) == first


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"content": "不行"}, "content_needed"),
        ({"content": "长" * 1001}, "too_long"),
        ({"contact": "12"}, "bad_phone"),
        ({"days": -1}, "before_notice"),
    ],
)
def test_what_is_refused(posted, cast, more, code):
    days = more.pop("days", 0)
    with pytest.raises(Invalid) as refusal:
        object_to(cast, posted, received_on=posted.noticed_on + timedelta(days=days), **more)
    assert refusal.value.code == code


def test_before_the_notice_there_is_nothing_to_object_to(home, cast):
    row = opened(home, cast)
    with pytest.raises(Conflict, match="不在公示中"):
        object_to(cast, row, received_on=row.opened_on)


def test_wrong_role_and_wrong_place(posted, cast):
    for who in ("auditor", "rev"):
        with pytest.raises(NotPermitted):
            object_to(cast, posted, who=who)
    with pytest.raises((NotFound, NotPermitted)):
        object_to(cast, posted, who="zhao")


def test_an_open_objection_holds_the_proceeding_and_a_dismissed_one_lets_it_go(posted, cast):
    row = object_to(cast, posted)
    with pytest.raises(Conflict, match="尚未处理"):
        do(posted, "close_notice", cast)
    settled(cast, row)
    assert objection_findings(posted) == []
    do(posted, "close_notice", cast)
    assert posted.state == "township_review"


def test_an_upheld_objection_holds_it_until_it_is_posted_anew(posted, cast):
    settled(cast, object_to(cast, posted), result="upheld")
    with pytest.raises(Conflict, match="经核实成立"):
        do(posted, "close_notice", cast)
    do(posted, "return", cast)
    post_notice(cast, posted, on=posted.state_since)
    assert objection_findings(posted) == []


def test_who_wrote_it_down_does_not_settle_it(posted, cast):
    row = object_to(cast, posted)
    with pytest.raises(Conflict, match="登记异议的人不能处理"):
        settled(cast, row, who="li")
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=row.pk).update(settled_by=cast.li)


def test_it_is_settled_once(posted, cast):
    row = object_to(cast, posted)
    same = Objection.objects.get(pk=row.pk)
    settled(cast, row, who="rev")
    with pytest.raises(Conflict, match="已由他人处理"):
        settled(cast, same, who="officer", result="upheld")


@pytest.mark.parametrize("more", [{"result": ""}, {"result": "maybe"}, {"reason": "无"}])
def test_settling_needs_result_and_reason(posted, cast, more):
    with pytest.raises(Invalid):
        settled(cast, object_to(cast, posted), **more)


@pytest.mark.parametrize("who", ["zhao", "auditor", "wang"])
def test_nobody_else_settles(posted, cast, who):
    row = object_to(cast, posted)
    with pytest.raises((NotFound, NotPermitted)):
        settled(cast, row, who=who)


def test_the_contact_is_shown_once_with_a_reason(posted, cast):
    row = object_to(cast, posted)
    assert objection_reveal(actor=actor(cast.li), objection=row, field="contact", reason="答复本人") == PHONE
    for person in (actor(cast.zhao), without(cast.li, "households.reveal")):
        with pytest.raises((NotFound, NotPermitted)):
            objection_reveal(actor=person, objection=row, field="contact", reason="答复本人")


def test_the_page_records_settles_and_prints(posted, cast, login, settings):
    settings.BUSINESS_DATE = posted.noticed_on
    slot = reverse("proceedings:objections", args=[posted.pk])
    li, officer = login(cast.li), login(cast.officer)
    assert slot in li.get(f"/proceedings/{posted.pk}/").content.decode()
    evil = "<img src=x onerror=alert(1)>城里有房"
    body = {"content": evil, "received_on": posted.noticed_on, "uuid": str(uuid.uuid4())}
    assert li.post(f"{slot}new/", body | {"content": ""}).status_code == 422
    assert li.post(f"{slot}new/", body).status_code == 302
    row = Objection.objects.get()
    text = li.get(slot).content.decode()
    assert "<img src=x" not in text
    assert "处理这条异议" not in text  # who wrote it down is not asked
    assert "处理这条异议" in officer.get(slot).content.decode()
    url = reverse("proceedings:objection-settle", args=[row.pk])
    done = {"result": "dismissed", "reason": "核实城里无房", "on": posted.noticed_on}
    assert officer.post(url, done | {"reason": ""}).status_code == 422
    assert officer.post(url, done).status_code == 302
    printed = li.get(f"/proceedings/{posted.pk}/print/").content.decode()
    assert "异议不成立" in printed
    assert "核实城里无房" in printed
    fragment = li.get(slot, headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith("<section")
    assert "<html" not in fragment


def test_the_story_of_the_household_tells_when_it_came_and_what_became_of_it_but_not_from_whom(posted, cast):
    objection = object_to(cast, posted, name="钱匿名")
    settled(cast, objection, on=objection.received_on + timedelta(days=1))
    household = posted.household
    told = [one for one in household_story(household, actor=actor(cast.officer)) if one.kind == "公示异议"]
    assert [(one.title, one.who) for one in told] == [
        ("处理异议：异议不成立", "陈主管"),
        ("收到异议", cast.li.full_name),
    ]
    assert "已入户核实" in told[0].text
    assert objection.content == told[1].text
    assert not [one for one in told if "钱匿名" in f"{one}"]
    veiled = household_story(household, actor=actor(cast.dept))
    assert not [one for one in veiled if one.kind == "公示异议" and one.text]
