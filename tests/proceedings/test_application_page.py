"""The open page of a village: what it takes, what it refuses, what it never tells."""

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from households.codes import Trouble
from proceedings.models import Application, RateCounter, VillageCode
from proceedings.receipts import LENGTH, grouped, new_receipt, receipt_digits
from tests.factories.households import id_number, make_household, make_person
from tests.factories.policies import publish

pytestmark = pytest.mark.django_db
PHONE = "13900005678"


@pytest.fixture
def code(world):
    return VillageCode.objects.create(
        village=world.village_a1, scope_code=world.village_a1.code, token="abcd2345efgh6789"
    )


@pytest.fixture
def page(code):
    return f"/apply/{code.token}/"


def sent(**more) -> dict:
    body = {"name": "张测甲", "phone": PHONE, "troubles": ["illness"], "text": "住院", "consent": "on"}
    return body | {"uuid": str(uuid.uuid4())} | more


def post(client, page, **more):
    return client.post(page, sent(**more))


def test_nobody_logs_in_and_the_page_names_nobody(client, page, world):
    make_household(world.village_a1, head_name="张测甲", phone=PHONE)
    answer = client.get(page)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "火龙镇" in text
    assert "刘沟" in text
    assert "张测甲" not in text
    assert "<script" not in text
    assert answer["Cache-Control"].startswith("max-age=0")


@pytest.mark.parametrize("token", ["zzzz2345zzzz6789", "abcd2345efgh678", "ABCD2345EFGH6789", "admin"])
def test_an_unknown_code_is_no_page(client, code, token):
    assert client.get(f"/apply/{token}/").status_code == 404
    assert client.post(f"/apply/{token}/", sent()).status_code == 404


def test_a_revoked_code_is_no_page(client, code, page):
    VillageCode.objects.update(revoked_at="2020-09-01T00:00:00Z")
    assert client.get(page).status_code == 404
    assert post(client, page).status_code == 404
    assert not Application.objects.exists()


def test_an_application_gets_a_receipt_and_is_sealed(client, page, world):
    number = id_number()
    answer = client.post(page, sent(id_number=number), follow=True)
    row = Application.objects.get()
    assert row.receipt_grouped in answer.content.decode()
    assert (row.state, row.channel, row.scope_code) == ("new", "code", world.village_a1.code)
    assert PHONE.encode() not in bytes(row.phone_sealed)
    assert number.encode() not in bytes(row.id_number_sealed)
    assert (row.number("phone"), row.number("id_number"), row.phone_last4) == (PHONE, number, "5678")
    entry = AuditEntry.objects.get(verb="proceedings.application_send")
    assert "张测甲" not in str(entry.detail)
    assert entry.address is None


def test_known_and_unknown_people_get_the_same_answer(client, page, world):
    number = id_number()
    household = make_household(world.village_a1, members=0)
    make_person(household, name="李测乙", id_number=number, phone="13911112222", relation="head")
    pages = []
    for name, phone, one in (("李测乙", "13911112222", number), ("王测丙", "13933334444", id_number())):
        answer = client.post(page, sent(name=name, phone=phone, id_number=one), follow=True)
        row = Application.objects.order_by("-pk").first()
        pages.append(answer.content.decode().replace(row.receipt_grouped, "R"))
        assert row.household_id is None
    assert pages[0] == pages[1]


def test_the_same_number_of_queries_for_known_and_unknown(client, page, world):
    number = id_number()
    make_person(make_household(world.village_a1), name="李测乙", id_number=number)
    counts = []
    post(client, page)
    for one in (number, id_number()):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            post(client, page, id_number=one)
        counts.append(len(seen))
        assert not any("households_person" in query["sql"] for query in seen)
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": ""}, "请填写姓名"),
        ({"name": "张"}, "至少两个字"),
        ({"name": "1234"}, "至少两个字"),
        ({"phone": "123"}, "7 至 12 位"),
        ({"phone": "139****5678"}, "已脱敏"),
        ({"troubles": []}, "请至少选一项"),
        ({"troubles": ["none_such"]}, "请从列出的困难中选择"),
        ({"troubles": list(Trouble.values)[:6]}, "1 至 5 项"),
        ({"text": "长" * 501}, "500"),
        ({"id_number": "411081197005200011"}, "校验位"),
        ({"id_number": "123"}, "18 位"),
        ({"consent": ""}, "同意后才能提交"),
        ({"website": "http://x"}, "网址"),
        ({"uuid": "no"}, "页面已过期"),
        ({"name": "张\x00三"}, "空字符"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(client, page, more, sentence):
    answer = post(client, page, **more)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert sentence in text
    assert "text" in more or "住院" in text
    assert not Application.objects.exists()


def test_the_limit_of_the_text_counts_line_breaks_once(client, page):
    assert post(client, page, text=("长" * 249 + "\r\n") * 2).status_code == 302


def test_a_double_tap_is_one_application(client, page):
    body = sent()
    first, second = client.post(page, body), client.post(page, body)
    assert first.status_code == second.status_code == 302
    assert Application.objects.count() == 1


def test_other_content_under_the_same_number_is_refused_and_goes_through_at_the_next_press(client, page):
    body = sent()
    client.post(page, body)
    answer = client.post(page, body | {"text": "另一件事"})
    assert answer.status_code == 422
    assert "再按一次提交" in answer.content.decode()
    fresh = str(answer.context["form"]["uuid"].value())
    assert fresh != body["uuid"]
    assert client.post(page, body | {"text": "另一件事", "uuid": fresh}).status_code == 302
    assert Application.objects.count() == 2


def test_a_form_without_the_csrf_token_is_refused(page):
    answer = Client(enforce_csrf_checks=True).post(page, sent())
    assert answer.status_code == 403
    assert not Application.objects.exists()


def test_the_page_of_the_receipt_is_for_who_sent_it(client, page):
    answer = post(client, page)
    url = answer["Location"]
    assert client.get(url).status_code == 200
    assert client.get(url[:-3] + "xx/").status_code == 302  # to the page that asks for both numbers
    row = Application.objects.get()
    assert row.receipt not in url


def test_limits_in_days_come_from_the_pack(client, page):
    publish("county-default")
    answer = post(client, page)
    text = client.get(answer["Location"]).content.decode()
    assert "在 2 天内" in text
    assert "15 天内" in text


def ask(client, receipt, tail, **more):
    return client.post("/apply/status/", {"receipt": receipt, "tail": tail} | more)


def test_the_status_says_only_how_far_it_is(client, page):
    post(client, page)
    row = Application.objects.get()
    answer = ask(client, grouped(row.receipt), "5678")
    assert answer.status_code == 200
    assert "已收到" in answer.content.decode()
    for state, word in (("taken", "正在核实"), ("merged", "正在核实"), ("declined", "已答复")):
        Application.objects.update(state=state, reason="不符合条件")
        text = ask(client, row.receipt, "5678").content.decode()
        assert word in text
        assert "不符合条件" not in text
        assert "张测甲" not in text
        assert "生病" not in text


def test_wrong_number_and_wrong_tail_get_the_same_answer(client, page):
    post(client, page)
    row = Application.objects.get()
    other = new_receipt()
    answers = [ask(client, row.receipt, "0000"), ask(client, other, "5678")]
    pages = [
        answer.content.decode()
        .replace(row.receipt, "R")
        .replace(other, "R")
        .replace("0000", "T")
        .replace("5678", "T")
        for answer in answers
    ]
    assert {answer.status_code for answer in answers} == {422}
    hidden = [re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", one) for one in pages]
    assert hidden[0] == hidden[1]
    assert "没有找到" in hidden[0]


@pytest.mark.parametrize(
    ("receipt", "tail"), [("1", "5678"), ("12345678901x", "5678"), ("1" * 12, "567"), ("", "")]
)
def test_a_slip_of_the_pen_is_told(client, db, receipt, tail):
    assert ask(client, receipt, tail).status_code == 422


def test_a_receipt_has_a_check_digit():
    receipt = new_receipt()
    assert len(receipt) == LENGTH
    assert receipt_digits(grouped(receipt)) == receipt
    wrong = receipt[:-1] + str((int(receipt[-1]) + 1) % 10)
    assert receipt_digits(wrong) == ""
    assert len({new_receipt() for _ in range(200)}) == 200


def test_sending_is_limited_by_address_and_by_code(client, page, settings):
    settings.APPLY_LIMITS = settings.APPLY_LIMITS | {"send_address": (2, 3600)}
    assert [post(client, page).status_code for _ in range(3)] == [302, 302, 429]
    answer = post(client, page)
    assert "频繁" in answer.content.decode()
    assert "住院" in answer.content.decode()
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    assert post(elsewhere, page).status_code == 302
    settings.APPLY_LIMITS = settings.APPLY_LIMITS | {"send_code": (3, 86400)}
    assert post(Client(REMOTE_ADDR="203.0.113.8"), page).status_code == 429
    assert Application.objects.count() == 3
    stored = [bytes(row.key) for row in RateCounter.objects.all()]
    assert all(len(key) == 32 and b"203.0" not in key for key in stored)


def test_asking_for_a_status_is_limited_by_receipt(client, page, settings):
    settings.APPLY_LIMITS = settings.APPLY_LIMITS | {"status_receipt": (3, 86400)}
    post(client, page)
    row = Application.objects.get()
    assert [ask(client, row.receipt, f"000{n}").status_code for n in range(3)] == [422] * 3
    assert ask(client, row.receipt, "5678").status_code == 429


def test_neighbours_of_one_ipv6_house_count_together(client, page, settings):
    settings.APPLY_LIMITS = settings.APPLY_LIMITS | {"send_address": (1, 3600)}
    assert post(Client(REMOTE_ADDR="2001:db8::1"), page).status_code == 302
    assert post(Client(REMOTE_ADDR="2001:db8::2"), page).status_code == 429
    assert post(Client(REMOTE_ADDR="2001:db8:0:1::2"), page).status_code == 302


def test_the_other_open_pages_answer(client, db):
    assert client.get("/apply/").status_code == 200
    assert client.get("/apply/status/").status_code == 200
