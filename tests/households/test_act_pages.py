"""The pages of 家庭变动: without script, with what the act would leave standing named, and with a way back."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.models import Household, HouseholdAct, Membership, SafetyNet
from tests.factories.households import make_act, make_helper, make_household, make_measure, make_safety_net
from tests.households.families import family, people, relations

pytestmark = pytest.mark.django_db
ON = "2020-03-01"


def url(name: str, *args) -> str:
    return reverse(f"households:{name}", args=args)


def form_number(text: str) -> str:
    return re.search(r'name="uuid" value="([0-9a-f-]{36})"', text).group(1)


@pytest.fixture
def home(world):
    return family(world.village_a1)


def test_a_birth_sent_twice_by_an_impatient_finger_is_one_person(world, cast, login):
    household, client = make_household(world.village_a1), login(cast.li)
    address = url("member-add", household.pk)
    number = form_number(client.get(address).content.decode())
    body = {
        "name": "张小",
        "relation": "son",
        "id_kind": "id_card",
        "gender": "male",
        "join_kind": "newborn",
        "on": ON,
        "uuid": number,
    }
    for _ in range(2):
        answer = client.post(address, body)
        assert answer.status_code == 302
        assert answer["Location"].endswith("#acts")
    household.refresh_from_db()
    assert (household.members_count, HouseholdAct.objects.count()) == (2, 1)


def test_the_page_of_leaving_names_what_stays_and_ends_only_what_is_ticked(home, cast, login):
    household, head, wife, son = home
    net, measure = (
        make_safety_net(household, person=son, monthly_fen=30_000),
        make_measure(household, "employment", person=son),
    )
    client, address = login(cast.li), url("member-leave", household.pk, son.pk)
    text = client.get(address).content.decode()
    assert "农村低保（丙，每月 300.00 元，2019-01-01 起）" in text
    assert "就业帮扶" in text
    assert client.post(address, {"kind": "death", "on": ON, "end_nets": [net.pk]}).status_code == 302
    net.refresh_from_db()
    measure.refresh_from_db()
    son.refresh_from_db()
    assert net.effective_to == date(2020, 3, 1)
    assert measure.state == "active"
    assert (son.died_on, son.is_live) == (date(2020, 3, 1), False)


def test_when_the_head_dies_every_relation_is_proposed_and_restated(home, cast, login):
    household, head, wife, son = home
    client, address = login(cast.li), url("member-leave", household.pk, head.pk)
    text = client.get(f"{address}?successor={son.pk}").content.decode()
    assert "新户主：丙" in text
    assert f'name="relation_{wife.pk}"' in text
    assert '<option value="mother" selected>' in text
    body = {"kind": "death", "on": ON, "successor": son.pk, f"relation_{wife.pk}": "mother"}
    assert client.post(f"{address}?successor={son.pk}", body).status_code == 302
    assert relations(household) == {"乙": "mother", "丙": "head"}


def test_a_head_without_a_successor_is_refused_at_the_field(home, cast, login):
    household, head, wife, son = home
    answer = login(cast.li).post(
        url("member-leave", household.pk, head.pk), {"kind": "death", "on": ON, f"relation_{son.pk}": "son"}
    )
    assert answer.status_code == 422
    assert "指定新户主" in answer.content.decode()
    assert not HouseholdAct.objects.exists()


def test_a_member_is_transferred_by_the_number_of_the_other_household(home, world, cast, login):
    household, head, wife, son = home
    mine, theirs = make_household(world.village_a2), make_household(world.village_b1)
    client, address = login(cast.li), url("member-transfer", household.pk, son.pk)
    body = {"relation": "son_in_law", "on": ON}
    answer = client.post(address, body | {"other_no": theirs.household_no})
    assert answer.status_code == 422, "a household outside the area does not exist"
    assert "没有这个户编号" in answer.content.decode()
    assert client.post(address, body | {"other_no": mine.household_no}).status_code == 302
    assert Membership.objects.get(person=son, effective_to__isnull=True).household == mine
    text = client.get(url("acts-panel", mine.pk)).content.decode()
    assert "成员转户" in text
    assert household.household_no in text


def test_a_household_is_split_and_the_new_one_has_only_what_was_ticked(home, cast, login):
    household, head, wife, son = home
    make_helper(household)
    client, address = login(cast.li), url("household-split", household.pk)
    parts = {f"part_{head.pk}": "stay", f"part_{wife.pk}": "stay", f"part_{son.pk}": "head"}
    body = parts | {"on": ON, "inherited": ["helper"], "reason": "成家"}
    assert client.post(address, body | {"reason": ""}).status_code == 422
    assert client.post(address, body | {f"part_{son.pk}": "stay"}).status_code == 422
    assert client.post(address, body).status_code == 302
    fresh = Household.objects.exclude(pk=household.pk).get()
    assert (fresh.head_name, fresh.helpers.count(), fresh.poverty_status) == ("丙", 1, "ordinary")


def test_a_merge_asks_first_which_and_then_how(home, world, cast, login):
    household, *_ = home
    other = make_household(world.village_a1, head_name="丁")
    client, address = login(cast.li), url("household-merge", household.pk)
    assert "被并入户" in client.get(address).content.decode()
    assert "没有这个户编号" in client.get(address, {"other_no": "nonsense"}).content.decode()
    there = f"{address}?other_no={other.household_no}"
    assert "1 名成员并入本户" in client.get(there).content.decode()
    guest = people(other)[0]
    body = {"on": ON, "reason": "赡养", f"relation_{guest.pk}": "sibling"}
    assert client.post(there, body).status_code == 302
    other.refresh_from_db()
    assert not other.is_live
    assert relations(household)["丁"] == "sibling"


def test_head_change_move_close_reopen_and_return_have_their_pages(home, world, cast, login):
    household, head, wife, son = home
    client = login(cast.li)
    body = {"on": ON, f"relation_{head.pk}": "spouse", f"relation_{son.pk}": "son"}
    assert client.post(url("head-change", household.pk, wife.pk), body).status_code == 302
    move = {"village": world.village_a2.pk, "on": ON}
    assert client.post(url("household-move", household.pk), move).status_code == 302
    assert (
        client.post(url("member-leave", household.pk, son.pk), {"kind": "imprisoned", "on": ON}).status_code
        == 302
    )
    back = {"person": son.pk, "relation": "son", "on": ON}
    assert client.post(url("member-return", household.pk), back).status_code == 302
    close = url("household-close", household.pk)
    assert client.post(close, {"on": ON, "reason": ""}).status_code == 422
    assert client.post(close, {"on": ON, "reason": "整户迁出"}).status_code == 302
    text = client.get(url("acts-panel", household.pk)).content.decode()
    assert url("household-reopen", household.pk) in text
    assert url("household-split", household.pk) not in text
    again = {"on": ON, "reason": "迁回", f"part_{wife.pk}": "head", f"part_{son.pk}": "son"}
    assert client.post(url("household-reopen", household.pk), again).status_code == 302
    household.refresh_from_db()
    assert (household.is_live, household.head_name, household.village) == (True, "乙", world.village_a2)


def test_an_act_is_undone_from_its_list(home, cast, login):
    household, head, wife, son = home
    client = login(cast.li)
    client.post(url("member-leave", household.pk, son.pk), {"kind": "moved_out", "on": ON})
    act = HouseholdAct.objects.get()
    address = url("act-reverse", household.pk, act.pk)
    assert address in client.get(url("acts-panel", household.pk)).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "误办"}).status_code == 302
    text = client.get(url("acts-panel", household.pk)).content.decode()
    assert "已撤销" in text
    assert address not in text
    assert client.post(address, {"reason": "再撤"}).status_code == 422
    assert set(relations(household)) == {"甲", "乙", "丙"}


def test_a_reader_sees_the_acts_and_no_way_to_make_one(home, cast, login):
    household, *_ = home
    make_act(household, reason="老人住院")
    text = login(cast.auditor).get(url("acts-panel", household.pk)).content.decode()
    assert "整户迁移" in text
    assert "老人住院" in text
    assert url("household-split", household.pk) not in text
    department = login(cast.dept).get(url("acts-panel", household.pk)).content.decode()
    assert "老人住院" not in department


def test_the_list_of_acts_asks_as_many_questions_for_30_as_for_3(world, cast, login):
    household, client, counts = make_household(world.village_a1), login(cast.li), []
    for more in (3, 27):
        for _ in range(more):
            make_act(household, other=make_household(world.village_a1), person=people(household)[0])
        client.get(url("acts-panel", household.pk))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("acts-panel", household.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_members_panel_asks_as_many_questions_for_many_members(world, cast, login):
    client, counts = login(cast.li), []
    for members in (3, 20):
        household = make_household(world.village_a1, members=members)
        client.get(url("members-panel", household.pk))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("members-panel", household.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_file_shows_every_heading_of_the_paper_form_and_unknown_as_unknown(home, cast, login):
    household, *_ = home
    SafetyNet.objects.create(household=household, kind="rural_allowance", effective_from=date(2020, 1, 1))
    text = login(cast.li).get(url("members-panel", household.pk)).content.decode()
    for word in (
        "入户路类型",
        "耕地面积（亩）",
        "搬迁方式",
        "就业渠道",
        "医保种类",
        "残疾类别",
        "农村低保（整户）",
        "特困供养",
    ):
        assert word in text, word
    assert "— 未采集" in text
