"""What goes on paper: the form, the check sheets of a village, the card for the wall and its code."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from common.errors import Invalid, NotPermitted, PasswordNeeded
from households import cards
from households.models import Household
from households.selectors.paper import VISITS_SHOWN, papers_of
from households.services.paper import paper_reveal
from households.views import printing
from policies.models import PolicyPack
from policies.selectors import packs_in_force
from tests.cast import actor, without
from tests.factories.households import (
    make_guarantee,
    make_helper,
    make_household,
    make_living,
    make_measure,
    make_person,
    make_safety_net,
    make_situation,
    make_visit,
    make_year_income,
)
from tests.factories.policies import publish

pytestmark = pytest.mark.django_db
AS_OF = date(2020, 9, 20)
ID_NUMBER = re.compile(r"(?<![\d*])\d{17}[\dX](?![\d*])")
PHONE = "13800001234"


@pytest.fixture
def packs(db):
    publish("county-default", "yuzhou-2020")


def url(name: str, *args) -> str:
    return reverse(f"households:{name}", args=args)


def rich(village, **kw) -> Household:
    home = make_household(
        village, head_name="单建国", phone=PHONE, main_cause="illness", risks=["illness", "disability"], **kw
    )
    head = home.memberships.get().person
    make_situation(head, has_serious_illness=True, is_disabled=True, disability_grade=2, labour_skill="lost")
    make_person(home, relation="spouse", gender="female", name="赵桂兰")
    make_year_income(home, wage_fen=1_234_500, net_fen=1_234_500)
    make_guarantee(home, "housing", "met")
    make_living(home, danger_grade="B", water_safe=True)
    make_safety_net(home, monthly_fen=26_000)
    make_helper(home, name="王帮扶", unit="市农业农村局")
    make_measure(home, "industry", item="产业奖补", amount_fen=350_000, on=date(2020, 3, 1))
    make_measure(home, "health", item="慢性病卡", on=date(2020, 2, 1))
    make_measure(home, "social_security", item="残疾人补贴", amount_fen=72_000, on=date(2020, 1, 1))
    make_measure(home, "social_security", item="低保", on=date(2020, 1, 1))
    for month in range(1, 7):
        make_visit(home, date(2020, month, 5), note=f"第{month}次")
    return home


# --- the form -------------------------------------------------------------------------------------------------------


def test_the_form_shows_the_file_with_masked_numbers_and_signature_lines(world, cast, login):
    home = rich(world.village_a1)
    text = login(cast.li).get(url("household-sheet", home.pk)).content.decode()
    for words in (
        "农户信息采集表", "单建国", "赵桂兰", "户主签字", "采集人", "审核人", "王帮扶", "市农业农村局", "12,345.00", "6,172.50",
        "产业奖补", "3,500.00", "农村低保", "260.00 元／月", "大病", "残疾2级", "截至 2020-09-20", home.household_no, "李秀英 打印于",
    ):  # fmt: skip
        assert words in text, words
    assert "138****1234" in text
    assert PHONE not in text
    assert not ID_NUMBER.search(text)
    assert text.count("第6次") == 1
    assert "第2次" not in text  # the last four visits only


def test_unknown_looks_unknown_on_the_form(world, cast, login):
    home = make_household(world.village_a1)
    text = login(cast.li).get(url("household-sheet", home.pk)).content.decode()
    assert "— 未采集" in text
    assert "住房安全：未采集" in text
    assert ">0.00<" not in text


def test_a_department_prints_only_its_fields(world, cast, login):
    home = rich(world.village_a1)
    text = login(cast.dept).get(url("household-sheet", home.pk)).content.decode()
    assert "大病" in text
    for words in (
        "四、收入",
        "证件号码",
        "联系电话",
        "农村低保",
        "产业奖补",
        "致贫原因",
        "住房等级",
        "第6次",
    ):
        assert words not in text, words
    assert login(cast.dept).get(url("household-card", home.pk)).status_code == 404
    assert login(cast.dept).get(url("village-cards", world.village_a1.code)).status_code == 404


def test_full_numbers_need_password_reason_and_leave_a_trace(world, cast, login):
    home = rich(world.village_a1)
    number = home.memberships.get(relation="head").person.number("id_number")
    stale = login(cast.li).get(url("household-sheet-full", home.pk))
    assert stale.status_code in {302, 403}
    assert number not in stale.content.decode()
    client = login(cast.li, fresh=True)
    assert number not in client.get(url("household-sheet-full", home.pk)).content.decode()
    refused = client.post(url("household-sheet-full", home.pk), {"reason": ""})
    assert refused.status_code == 422
    assert not AuditEntry.objects.filter(verb="households.paper_reveal").exists()
    page = client.post(url("household-sheet-full", home.pk), {"reason": "村级核对档案"})
    assert page.status_code == 200
    assert number in page.content.decode()
    assert PHONE in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    entry = AuditEntry.objects.get(verb="households.paper_reveal")
    assert (entry.reason, entry.target_id, entry.detail) == (
        "村级核对档案",
        str(home.pk),
        {"rows": 2, "full": True},
    )


def test_the_reveal_is_refused_where_it_is_not_held(world, cast):
    home = rich(world.village_a1)
    with pytest.raises(NotPermitted):
        paper_reveal(actor=without(cast.li, "households.reveal"), household=home, reason="核对档案")
    with pytest.raises(NotPermitted):
        paper_reveal(actor=actor(cast.zhao), household=home, reason="核对档案")
    with pytest.raises(PasswordNeeded):
        paper_reveal(actor=actor(cast.li, password_fresh=False), household=home, reason="核对档案")
    with pytest.raises(Invalid):
        paper_reveal(actor=actor(cast.li), household=home, reason=" 一 ")
    assert not AuditEntry.objects.exists()


def test_the_button_for_full_numbers_is_for_those_who_may(world, cast, login):
    home = rich(world.village_a1)
    assert "打印完整号码" in login(cast.li).get(url("household-sheet", home.pk)).content.decode()
    assert "打印完整号码" not in login(cast.auditor).get(url("household-sheet", home.pk)).content.decode()


def test_another_township_prints_nothing_of_it(world, cast, login):
    home, client = rich(world.village_a1), login(cast.zhao, fresh=True)
    for name in ("household-sheet", "household-sheet-full", "household-card", "household-card-code"):
        assert client.get(url(name, home.pk)).status_code == 404
    for name in ("village-sheets", "village-cards"):
        assert client.get(url(name, world.village_a1.code)).status_code == 404


# --- many -----------------------------------------------------------------------------------------------------------


def test_a_village_prints_a_page_per_household_fifty_at_once(world, cast, login, monkeypatch):
    monkeypatch.setattr(printing, "AT_ONCE", 2)
    for number in range(3):
        make_household(world.village_a1, household_no=f"V{number}", poverty_status="unexited")
    make_household(world.village_a2, household_no="ELSEWHERE")
    client = login(cast.li)
    first = client.get(url("village-sheets", world.village_a1.code)).content.decode()
    assert first.count('class="sheet paper"') == 2
    assert "核实结果" in first
    assert "下一批" in first
    more = re.search(r'href="(\?after=\d+)"', first)
    second = client.get(url("village-sheets", world.village_a1.code) + more[1]).content.decode()
    assert second.count('class="sheet paper"') == 1
    assert "第一批" in second
    assert "ELSEWHERE" not in first + second
    exited = {"poverty_status": "all_exited"}
    none = client.get(url("village-cards", world.village_a1.code), exited).content.decode()
    assert "没有符合条件的农户" in none


@pytest.mark.parametrize("name", ["village-sheets", "village-cards"])
def test_many_pages_ask_as_much_as_few(packs, world, cast, login, name):
    client, counts = login(cast.li), []
    for more in (3, 27):
        for _ in range(more):
            rich(world.village_a1)
        client.get(url(name, world.village_a1.code))
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url(name, world.village_a1.code))
        assert page.status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_choosing_leads_to_the_village_and_asks_for_one(world, cast, login):
    client = login(cast.li)
    chosen = client.get(
        url("print-choose"), {"kind": "cards", "area": world.village_a1.code, "poverty_status": "unexited"}
    )
    assert chosen["Location"].startswith(
        url("village-cards", world.village_a1.code) + "?poverty_status=unexited"
    )
    asked = client.get(url("print-choose"), {"kind": "cards", "area": world.township_a.code})
    assert "请选到村" in asked.content.decode()
    assert (
        client.get(url("print-choose"), {"kind": "cards", "area": world.village_b1.code}).status_code == 404
    )


def test_a_paper_shows_what_held_on_the_day(world):
    home = rich(world.village_a1)
    [paper] = papers_of([home], date(2020, 3, 31))
    assert [visit.visited_on.month for visit in paper.visits] == [3, 2, 1]
    [paper] = papers_of([home], AS_OF)
    assert len(paper.visits) == VISITS_SHOWN
    assert [row.relation for row in paper.members] == ["head", "spouse"]
    make_measure(home, "industry", item="入股分红", on=date(2019, 5, 1), ended_on=date(2019, 12, 31))
    make_measure(home, "industry", item="乡村旅游", on=date(2019, 5, 1), ended_on=date(2020, 1, 1))
    make_measure(home, "industry", item="消费帮扶", on=date(2020, 5, 1), state="planned")
    make_measure(home, "housing", item="危房改造", on=date(2018, 5, 1), state="done")
    [paper] = papers_of([home], AS_OF)
    items = {row.item for row in paper.measures}
    assert "乡村旅游" in items
    assert not items & {"入股分红", "消费帮扶", "危房改造"}


# --- 明白卡 -----------------------------------------------------------------------------------------------------------


def test_the_card_tells_no_number_no_health_and_no_income(packs, world, cast, login):
    home = rich(world.village_a1)
    text = login(cast.li).get(url("household-card", home.pk)).content.decode()
    for words in (
        "单建国",
        "王帮扶",
        "市农业农村局",
        "产业奖补",
        "3,500.00",
        "12317",
        "2020 年帮扶措施",
        "火龙镇",
    ):
        assert words in text, words
    numbers = [person.person.number("id_number") for person in home.memberships.all()]
    for words in (
        *numbers, PHONE, "138****1234", "慢性病", "残疾", "低保", "大病", "因病", "因残", "12,345.00", "赵桂兰", "边缘", "脱贫",
    ):  # fmt: skip
        assert words not in text, words
    assert not ID_NUMBER.search(text.replace(home.household_no, ""))
    assert url("household-card-code", home.pk) in text


def test_without_the_county_lists_no_measure_is_shown_rather_than_too_many(world, cast, login):
    home = rich(world.village_a1)
    text = login(cast.li).get(url("household-card", home.pk)).content.decode()
    assert "产业奖补" not in text
    assert "慢性病" not in text


def test_more_measures_than_lines_are_said_by_number(packs, world, cast, login):
    home = rich(world.village_a1)
    for number in range(cards.LINES):
        make_measure(home, "employment", item=f"技能培训{number}", on=date(2020, 4, 1))
    text = login(cast.li).get(url("household-card", home.pk)).content.decode()
    assert "另有 1 项未列" in text
    assert text.count("<tr><td>") == cards.LINES


def test_the_township_number_comes_from_the_pack(packs, world, cast, login):
    home = rich(world.village_a1)
    assert "wall-blank" in login(cast.li).get(url("household-card", home.pk)).content.decode()
    row = PolicyPack.objects.get(code="county-default")
    content = row.content | {
        "contacts": {"township": [{"code": "411081100", "phone": "0374-8000001"}, {"code": 5}, "x"]}
    }
    PolicyPack.objects.filter(pk=row.pk).update(content=content, checksum="c" * 64)
    found = cards.contacts_of(packs_in_force(AS_OF, home.scope_code), home.scope_code)
    assert found == cards.Contacts("12317", "0374-8000001")
    text = login(cast.li).get(url("household-card", home.pk)).content.decode()
    assert "0374-8000001" in text


def test_the_code_leads_to_the_registered_page_or_behind_the_login(world, cast, login, monkeypatch):
    home = rich(world.village_a1)
    monkeypatch.setattr(cards, "_targets", [])
    own = f"https://county.example{url('household-detail', home.pk)}"
    assert cards.qr_address(home, "https://county.example") == own
    cards.register_qr_target(lambda household, base: f"{base}/apply/token")
    assert cards.qr_address(home, "https://county.example") == "https://county.example/apply/token"
    cards.register_qr_target(lambda household, base: None)
    assert cards.qr_address(home, "https://county.example") == own
    answer = login(cast.li).get(url("household-card-code", home.pk))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<?xml")
    assert b"<script" not in answer.content
    assert "private" in answer["Cache-Control"]
