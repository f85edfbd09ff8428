"""The doors of the phone: session, day list, photos, the page that lies on it and its worker, and the file handed in."""

import base64
import json
import re
import uuid
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, User
from households.models import Visit, VisitPhoto
from households.selectors.day_lists import MOST_ROWS
from households.services import hand_in
from tests.cast import without
from tests.factories.households import (
    id_number,
    make_event,
    make_guarantee,
    make_helper,
    make_household,
    make_quarter_income,
    make_situation,
    make_visit,
)
from tests.factories.pictures import make_picture
from tests.factories.policies import publish

pytestmark = pytest.mark.django_db
DAY = {"kind": "home", "visited_on": "2020-09-10"}


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


# --- session ----------------------------------------------------------------------------------------------------------


def test_the_session_says_who_is_here_with_a_token_that_works(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.li)
    answer = client.get("/api/v1/session/")
    body = answer.json()
    assert {"id": cast.li.pk, "name": "李秀英", "username": "li"}.items() <= body.items()
    assert "no-store" in answer["Cache-Control"]
    sent = client.post("/api/v1/visits/", {}, content_type="application/json")
    assert sent.status_code == 403
    headers = {"X-CSRFToken": body["csrf_token"]}
    assert (
        client.post("/api/v1/visits/", {}, content_type="application/json", headers=headers).status_code
        == 400
    )


def test_without_a_login_the_session_is_401_in_json(client):
    answer = client.get("/api/v1/session/")
    assert (answer.status_code, answer.json()["field"]) == (401, None)


# --- day list ---------------------------------------------------------------------------------------------------------


def test_the_day_list_holds_names_and_last_answers_and_nothing_that_must_stay_at_home(world, cast, login):
    publish("yuzhou-2020")
    number = id_number(date(1971, 3, 4))
    row = make_household(
        world.village_a1, head_name="张大山", phone="13812345678", poverty_status="exited_with_policy",
        head={"id_number": number, "phone": "13912345678"},
    )  # fmt: skip
    make_situation(row.memberships.get().person, has_serious_illness=True)
    make_event(row, "serious_illness", date(2020, 8, 1), note="尿毒症透析")
    make_guarantee(row, "medical", "not_met", evidence="未参保")
    make_guarantee(row, "water", "met", evidence="水质报告")
    make_quarter_income(row, date(2020, 6, 30), wage_fen=123_450)
    make_visit(
        row,
        date(2020, 8, 20),
        kind="phone",
        present="张大山",
        difficulties="糖尿病",
        wishes="住院报销",
        note="癌症",
    )
    answer = login(cast.li).get("/api/v1/day-list/")
    (shown,) = answer.json()["rows"]
    assert shown == {
        "id": row.pk, "household_no": row.household_no, "name": "张大山", "village": "刘沟", "village_code": world.village_a1.code,
        "members_count": 1, "income_asked": True, "amounts": {"wage": "1234.50"}, "guarantees": {"water": "met"},
        "last": {"visited_on": "2020-08-20", "kind": "phone", "present": "张大山", "nothing_changed": False,
                 "had_difficulties": True, "had_wishes": True},
    }  # fmt: skip
    text = json.dumps(answer.json(), ensure_ascii=False)
    forbidden = (
        number,
        number[-4:],
        "13812345678",
        "5678",
        "糖尿病",
        "住院",
        "癌症",
        "尿毒症",
        "serious_illness",
        "medical",
        "水质报告",
    )
    assert [word for word in forbidden if word in text] == []
    assert not re.search(r"\d{17}[\dX]|1[3-9]\d{9}", text)
    assert "no-store" in answer["Cache-Control"]
    entry = AuditEntry.objects.get(verb="households.day_list_download")
    assert (entry.actor_id, entry.detail["rows"]) == (cast.li.pk, 1)


def test_the_day_list_is_of_the_persons_own_area_and_households(world, cast, login):
    mine, not_mine = make_household(world.village_a1), make_household(world.village_a1)
    other, away = make_household(world.village_a2), make_household(world.village_b1)
    make_household(world.village_a1, is_live=False)
    make_helper(mine, cast.wang)

    def seen(who, query="") -> set[int]:
        return {row["id"] for row in login(who).get(f"/api/v1/day-list/{query}").json()["rows"]}

    assert seen(cast.li) == {mine.pk, not_mine.pk, other.pk}
    assert seen(cast.li, f"?area={world.village_a2.code}") == {other.pk}
    assert seen(cast.li, f"?area={world.village_b1.code}") == set()
    assert seen(cast.wang) == {mine.pk}
    assert seen(cast.zhao) == {away.pk}
    assert login(cast.auditor).get("/api/v1/day-list/").status_code == 403


def test_the_unseen_longest_come_first_and_the_list_is_cut(world, cast, login, monkeypatch):
    late, early, never = (make_household(world.village_a1) for _ in range(3))
    make_visit(late, date(2020, 9, 1))
    make_visit(early, date(2020, 7, 1))
    monkeypatch.setattr("households.selectors.day_lists.MOST_ROWS", 2)
    answer = login(cast.li).get("/api/v1/day-list/").json()
    assert [row["id"] for row in answer["rows"]] == [never.pk, early.pk]
    assert answer["total"] == 3
    assert MOST_ROWS == 300


def test_three_rows_and_thirty_cost_the_same_queries(world, cast, login):
    publish("yuzhou-2020")
    client, counts = login(cast.li), []
    for number in (3, 27):
        for _ in range(number):
            row = make_household(world.village_a1, poverty_status="exited_with_policy")
            make_visit(row)
            make_guarantee(row, "water")
            make_quarter_income(row, date(2020, 6, 30))
        client.get("/api/v1/day-list/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(client.get("/api/v1/day-list/").json()["rows"]) == (3 if not counts else 30)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- visits and photos through the API ----------------------------------------------------------------------------------


def sent(household, **more) -> dict:
    return {"uuid": str(uuid.uuid4()), "household": household.pk, **DAY, **more}


def test_an_item_of_another_person_is_not_taken_under_this_name(world, cast, login):
    body = sent(make_household(world.village_a1))
    client = login(cast.li)
    headers = {"X-Queued-By": str(cast.wang.pk)}
    answer = client.post("/api/v1/visits/", body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "other_user")
    headers = {"X-Queued-By": str(cast.li.pk)}
    assert (
        client.post("/api/v1/visits/", body, content_type="application/json", headers=headers).status_code
        == 201
    )


def test_a_photo_of_the_phone_is_201_then_200_then_409(world, cast, login):
    visit = make_visit(make_household(world.village_a1))
    client, key = login(cast.li), str(uuid.uuid4())

    def post(color: str, where: str = str(visit.uuid)):
        upload = SimpleUploadedFile("photo.jpg", make_picture(color=color), "image/jpeg")
        return client.post(f"/api/v1/visits/{where}/photos/", {"uuid": key, "file": upload})

    answers = [post("green"), post("green"), post("red")]
    assert [answer.status_code for answer in answers] == [201, 200, 409]
    assert answers[2].json()["code"] == "photo_uuid_reused"
    assert post("blue", str(uuid.uuid4())).status_code == 404
    empty = client.post(f"/api/v1/visits/{visit.uuid}/photos/", {"uuid": key})
    assert (empty.status_code, empty.json()["field"]) == (400, "file")


def test_one_photo_too_many_is_refused_with_its_reason_and_holds_up_nothing(world, cast, login, settings):
    settings.VISIT_PHOTOS_MOST = 1
    assert 'data-most="1"' in login(cast.li).get("/households/offline/").content.decode()
    first, second = (make_visit(make_household(world.village_a1)) for _ in range(2))
    client = login(cast.li)
    for where, color, status in ((first, "red", 201), (first, "green", 422), (second, "blue", 201)):
        upload = SimpleUploadedFile("photo.jpg", make_picture(color=color), "image/jpeg")
        body = {"uuid": str(uuid.uuid4()), "file": upload}
        answer = client.post(f"/api/v1/visits/{where.uuid}/photos/", body)
        assert answer.status_code == status
        if status == 422:
            assert (answer.json()["code"], answer.json()["field"]) == ("photos_full", "file")
            assert "每次走访最多 1 张" in answer.json()["detail"]
    rows = [
        {
            "uuid": str(uuid.uuid4()),
            "visit": str(where.uuid),
            "content": base64.b64encode(make_picture()).decode(),
        }
        for where in (first, make_visit(make_household(world.village_a1)))
    ]
    assert "已登记 1 条，此前已有 0 条，未接受 1 条" in hand(login(cast.li), queue(photos=tuple(rows)))[1]
    assert VisitPhoto.objects.count() == 3


# --- the page on the phone and its worker -------------------------------------------------------------------------------


def test_the_offline_page_is_the_same_for_everybody_and_holds_no_token(client, cast, login):
    anonymous = client.get("/households/offline/")
    known = login(cast.li).get("/households/offline/")
    assert anonymous.status_code == 200
    assert anonymous.content == known.content
    text = known.content.decode()
    assert "csrf" not in text
    assert "李秀英" not in text
    assert "data-user" not in text
    assert not re.search(r"<script(?![^>]*src=)", text)


def test_the_worker_is_served_at_the_root_and_asks_for_nothing_that_is_not_there(client):
    answer = client.get("/sw.js")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    text = answer.content.decode()
    names = json.loads(re.search(r"const FILES = (\[.*\]);", text)[1])
    page = client.get("/households/offline/").content.decode()
    used = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    assert used == set(names)
    assert not [name for name in names if "/api/" in name]


def test_the_cache_has_another_name_when_a_file_has_changed(client, monkeypatch, tmp_path):
    from households.views import offline  # noqa: PLC0415 - its cache is emptied here

    before = offline.build_of.__wrapped__()
    changed = tmp_path / "bar.js"
    changed.write_text("other")
    find = offline.finders.find
    monkeypatch.setattr(
        offline.finders, "find", lambda name: str(changed) if name.endswith("bar.js") else find(name)
    )
    assert offline.build_of.__wrapped__() != before


# --- the file handed in -------------------------------------------------------------------------------------------------


def hand(client, content) -> tuple[int, str]:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    upload = SimpleUploadedFile("queue.json", text, "application/json")
    answer = client.post("/households/visits/hand-in/", {"file": upload})
    return answer.status_code, answer.content.decode()


def queue(*visits: dict, photos: tuple = ()) -> dict:
    return {"format": "visit-queue", "version": 1, "visits": list(visits), "photos": list(photos)}


def test_every_item_of_a_file_is_recorded_on_its_own_and_only_once(world, cast, login):
    mine, away = make_household(world.village_a1), make_household(world.village_b1)
    good = sent(mine, note="在家", user_id=cast.li.pk)
    photo = {
        "uuid": str(uuid.uuid4()),
        "visit": good["uuid"],
        "content": base64.b64encode(make_picture()).decode(),
    }
    lost = photo | {"uuid": str(uuid.uuid4()), "visit": str(uuid.uuid4())}
    broken = photo | {"uuid": str(uuid.uuid4()), "content": "###"}
    content = queue(
        sent(away),
        sent(mine, visited_on="2099-01-01"),
        good,
        "nonsense",
        {"uuid": 5},
        photos=(photo, lost, broken, 7),
    )
    client = login(cast.li)
    status, text = hand(client, content)
    assert status == 200
    assert "已登记 2 条，此前已有 0 条，未接受 7 条" in text
    assert "没有找到，或不在您的管辖范围内。" in text
    assert "走访日期不能晚于今天。" in text
    assert "已登记 0 条，此前已有 2 条，未接受 7 条" in hand(client, content)[1]
    assert (Visit.objects.count(), VisitPhoto.objects.count()) == (1, 1)
    later = login(cast.li).post("/api/v1/visits/", good, content_type="application/json")
    assert later.status_code == 200  # the phone finds the line after all
    entry = AuditEntry.objects.filter(verb="households.visits_hand_in").first()
    assert entry.detail == {"saved": 0, "known": 2, "refused": 7}


def test_the_visitor_is_who_went_there_when_that_person_may_visit_the_household(world, cast, login):
    assigned, other = make_household(world.village_a1), make_household(world.village_a1)
    make_helper(assigned, cast.wang)
    rows = [sent(row, user_id=cast.wang.pk) for row in (assigned, other)]
    hand(login(cast.li), queue(*rows, sent(other, user_id=10**30), sent(other, user_id=True)))
    assert Visit.objects.get(household=assigned).visitor_id == cast.wang.pk
    assert {row.visitor_id for row in Visit.objects.filter(household=other)} == {cast.li.pk}
    entry = AuditEntry.objects.get(verb="households.visit_record", target_id=str(assigned.pk))
    assert (entry.actor_id, entry.detail["visitor"]) == (cast.li.pk, cast.wang.pk)
    User.objects.filter(pk=cast.wang.pk).update(is_active=False)
    hand(login(cast.li), queue(sent(assigned, user_id=cast.wang.pk, note="后来")))
    assert Visit.objects.get(note="后来").visitor_id == cast.li.pk


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[]", b"{}", b"null", b"[" * 100_000, {"format": "visit-queue", "version": 2},
     {"format": "visit-queue", "version": 1, "visits": 3}, {"format": "other", "version": 1}],
)  # fmt: skip
def test_what_is_no_queue_is_refused_with_a_sentence(cast, login, content):
    status, text = hand(login(cast.li), content)
    assert status == 422
    assert "field-error" in text
    assert not Visit.objects.exists()


def test_a_file_that_is_too_long_is_refused_whole(world, cast, login, monkeypatch):
    row = make_household(world.village_a1)
    monkeypatch.setattr(hand_in, "MOST_ITEMS", 2)
    assert hand(login(cast.li), queue(*(sent(row) for _ in range(3))))[0] == 422
    assert hand(login(cast.li), queue(*(sent(row) for _ in range(2))))[0] == 200


def test_who_may_record_no_visit_hands_nothing_in(world, cast, login):
    assert hand(login(cast.auditor), queue(sent(make_household(world.village_a1))))[0] == 403
    assert not without(cast.li, "households.record_visit").may("households.record_visit")
    assert not Visit.objects.exists()
