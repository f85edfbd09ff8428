import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from households.models import AidMeasure, Guarantee, Household, IncomeRecord, Visit
from tests.factories.households import (
    id_number,
    make_event,
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
HTMX = {"HTTP_HX_REQUEST": "true"}
ID_NUMBER = re.compile(r"(?<![\d*])\d{17}[\dX](?![\d*])")
PANELS = ("members-panel", "incomes-panel", "measures-panel", "visits-panel", "changes-panel")


def url(name: str, *args) -> str:
    return reverse(f"households:{name}", args=args)


def rich(village, **kw) -> Household:
    household = make_household(
        village, members=2, phone="13800001234", household_no=f"H{uuid.uuid4().hex[:8]}", **kw
    )
    head = household.memberships.first().person
    make_situation(head, has_serious_illness=True, labour_skill="skilled", schooling="not_at_school")
    make_year_income(household)
    make_guarantee(household, "housing", "not_met", evidence="墙体开裂")
    make_living(household, danger_grade="C")
    make_safety_net(household)
    make_event(household, "serious_illness", note="肺病")
    make_measure(household, "health")
    make_measure(household, "industry")
    make_visit(household, note="老人住院")
    make_helper(household)
    return household


def test_the_list_answers_whole_and_as_fragment(world, cast, login):
    household = make_household(world.village_a1, head_name="单建国")
    client = login(cast.li)
    page = client.get(url("household-list"))
    assert page.status_code == 200
    assert "<html" in page.content.decode()
    part = client.get(url("household-list"), **HTMX).content.decode()
    assert part.lstrip().startswith('<div id="household-table"')
    assert household.household_no in part
    assert "HX-Request" in page["Vary"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "单建"}, True),
        ({"q": "sjg"}, True),
        ({"q": "djg"}, True),
        ({"q": "王小"}, True),
        ({"q": "411081100201900001"}, True),
        ({"q": "13800001234"}, True),
        ({"q": "赵六"}, False),
        ({"poverty_status": "unexited"}, True),
        ({"poverty_status": "all_unexited"}, True),
        ({"poverty_status": "all_exited"}, False),
        ({"poverty_status": "nonsense"}, True),
        ({"monitor_class": "any"}, False),
        ({"area": "411081100201"}, True),
        ({"area": "411081100202"}, False),
        ({"area": "411081101"}, False),
        ({"area": "x' or 1"}, True),
    ],
)
def test_filters_and_search(world, cast, login, query, found):
    household = make_household(
        world.village_a1,
        head_name="单建国",
        phone="13800001234",
        household_no="411081100201900001",
        poverty_status="unexited",
    )
    make_person(household, name="王小明")
    text = login(cast.li).get(url("household-list"), query, **HTMX).content.decode()
    assert (url("household-detail", household.pk) in text) is found


def test_a_search_by_id_number_finds_by_hash_and_is_recorded_without_the_number(world, cast, login):
    number = id_number(date(1960, 1, 1))
    household = make_household(world.village_a1, head={"id_number": number})
    text = login(cast.li).get(url("household-list"), {"q": number}).content.decode()
    assert url("household-detail", household.pk) in text
    entry = AuditEntry.objects.get(verb="households.search_by_id")
    assert entry.detail == {"found": 1}
    other = login(cast.zhao).get(url("household-list"), {"q": number}, **HTMX).content.decode()
    assert url("household-detail", household.pk) not in other


def test_the_list_asks_as_many_questions_for_30_households_as_for_3(world, cast, login):
    client, counts = login(cast.li), []
    for more in (3, 27):
        for _ in range(more):
            make_helper(make_household(world.village_a1))
        client.get(url("household-list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("household-list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_page_and_its_parts_never_show_a_full_number(world, cast, login):
    household = rich(world.village_a1)
    client = login(cast.li)
    pages = [
        url("household-detail", household.pk),
        url("household-list"),
        url("visit-list"),
        url("measure-list"),
    ]
    pages += [url(name, household.pk) for name in PANELS]
    pages += [url("visit-record", household.pk), url("household-edit", household.pk)]
    pages += [url("person-edit", household.pk, household.memberships.first().person_id)]
    for page in pages:
        text = client.get(page).content.decode()
        assert not ID_NUMBER.search(text), page
        assert "13800001234" not in text, page
    assert "138****1234" in client.get(pages[0]).content.decode()
    assert re.search(r"411\*{11}\d{3}[\dX]", client.get(url("members-panel", household.pk)).content.decode())


def test_a_clerk_of_another_township_finds_nothing(world, cast, login):
    household = rich(world.village_a1)
    client = login(cast.zhao)
    for name in ("household-detail", "visit-record", "household-edit", *PANELS):
        assert client.get(url(name, household.pk)).status_code == 404, name
    assert household.head_name not in client.get(url("household-list")).content.decode()


def test_a_helper_sees_only_the_households_assigned_to_him(world, cast, login):
    mine, other = (
        make_household(world.village_a1, household_no="MINE"),
        make_household(world.village_a1, household_no="OTHER"),
    )
    make_helper(mine, user=cast.wang)
    client = login(cast.wang)
    text = client.get(url("household-list")).content.decode()
    assert "MINE" in text
    assert "OTHER" not in text
    assert client.get(url("household-detail", other.pk)).status_code == 404
    assert client.get(url("visit-record", mine.pk)).status_code == 200


def test_a_reader_sees_no_act_and_may_do_none(world, cast, login):
    household = rich(world.village_a1)
    client = login(cast.auditor)
    text = client.get(url("household-detail", household.pk)).content.decode()
    assert url("visit-record", household.pk) not in text
    assert url("household-number", household.pk, "phone") not in text
    assert client.post(url("visit-record", household.pk), {}).status_code == 403


def test_a_department_sees_its_own_groups_and_the_others_are_absent(world, cast, login):
    household = rich(world.village_a1)
    client = login(cast.dept)  # health only
    page = client.get(url("household-detail", household.pk)).content.decode()
    members = client.get(url("members-panel", household.pk)).content.decode()
    assert "基本医疗" in page
    assert "大病" in members
    for word in ("人均纯收入", "住房安全", "联系电话", "老人住院", "138"):
        assert word not in page, word
    for word in ("证件号码", "劳动技能", "低保", "住房危险等级", "肺病"):
        assert word not in members, word
    assert client.get(url("incomes-panel", household.pk)).status_code == 404
    changes = client.get(url("changes-panel", household.pk)).content.decode()
    for word in ("证件号码", "劳动技能", "低保", "住房危险等级", "肺病", "工资性收入"):
        assert word not in changes, word
    assert client.get(url("visit-detail", household.visits.get().pk)).status_code == 404
    measures = client.get(url("measures-panel", household.pk)).content.decode()
    assert "健康帮扶" in measures
    assert "产业帮扶" not in measures


def visit_body(client, household) -> dict:
    """The form as a browser would send it back unchanged."""
    text = client.get(url("visit-record", household.pk)).content.decode()
    body = {"visited_on": "2020-09-10", "kind": "home"}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", text):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrfmiddlewaretoken":
            body[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        body[name] = chosen[1] if chosen else ""
    return body


@pytest.fixture
def today(settings):
    settings.BUSINESS_DATE = date(2020, 9, 20)


def test_a_visit_sent_twice_is_one_visit(world, cast, login, today):
    publish("yuzhou-2020")
    household = rich(world.village_a1, poverty_status="exited_with_policy")
    client, person = login(cast.li), household.memberships.first().person
    body = visit_body(client, household) | {
        "g-water-state": "met", "g-water-evidence": "水质报告", f"m{person.pk}-labour_skill": "lost", "q-wage_fen": "1,200.50",
        "e0-kind": "job_lost", "e0-happened_on": "2020-09-01", "note": "在家", "present": [person.name],
    }  # fmt: skip
    for _ in range(2):
        answer = client.post(url("visit-record", household.pk), body)
        assert answer.status_code == 302, re.findall(r"field-error.*|<div>.*</div>", answer.content.decode())
    visit = Visit.objects.latest("pk")
    assert Visit.objects.count() == 2  # the one of the factory, and this one
    assert visit.present == person.name
    assert Guarantee.objects.get(kind="water").evidence == "水质报告"
    assert Guarantee.objects.filter(kind="housing").count() == 1
    assert person.situations.get(effective_to__isnull=True).labour_skill == "lost"
    assert person.situations.count() == 2
    assert IncomeRecord.objects.get(kind="quarter").wage_fen == 120_050
    assert household.events.filter(kind="job_lost").count() == 1


def test_nothing_changed_is_one_tap(world, cast, login, today):
    household = rich(world.village_a1)
    client = login(cast.li)
    answer = client.post(
        url("visit-record", household.pk), visit_body(client, household) | {"nothing_changed": "1"}
    )
    assert answer.status_code == 302
    visit = Visit.objects.latest("pk")
    assert visit.nothing_changed
    assert visit.content["situations"] == []
    assert visit.content["living"] == {}


def test_a_wrong_visit_comes_back_with_all_that_was_typed_and_its_uuid(world, cast, login, today):
    household = make_household(world.village_a1)
    client = login(cast.li)
    body = visit_body(client, household) | {"visited_on": "2020-09-21", "difficulties": "缺水"}
    answer = client.post(url("visit-record", household.pk), body)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "走访日期不能晚于今天" in text
    assert "缺水" in text
    assert body["uuid"] in text
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("classes", "asked"),
    [
        (("exited_with_policy", "none"), True),  # 禹州2020 clause 25 names this class alone
        (("exited_without_policy", "none"), False),
        (("unexited", "none"), False),
        (("ordinary", "borderline"), False),
    ],
)
def test_quarterly_income_is_asked_of_the_class_the_pack_names(world, cast, login, today, classes, asked):
    household = make_household(world.village_a1, poverty_status=classes[0], monitor_class=classes[1])
    client = login(cast.li)
    assert "本季收支" not in client.get(url("visit-record", household.pk)).content.decode()  # no pack asks
    publish("yuzhou-2020", "county-default")
    assert ("本季收支" in client.get(url("visit-record", household.pk)).content.decode()) is asked


def test_a_number_is_shown_once_after_password_and_reason(world, cast, login):
    household = make_household(world.village_a1, phone="13800001234")
    there = url("household-number", household.pk, "phone")
    assert login(cast.li).get(there).status_code == 302  # to the password
    client = login(cast.li, fresh=True)
    assert "13800001234" not in client.get(there).content.decode()
    assert client.post(there, {"reason": ""}).status_code == 422
    shown = client.post(there, {"reason": "核对联系电话"})
    assert "13800001234" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert AuditEntry.objects.filter(verb="households.number_reveal").count() == 1
    assert client.get(url("household-number", household.pk, "scope_code")).status_code == 404


def test_a_person_of_another_household_has_no_number_here(world, cast, login):
    mine, stranger = make_household(world.village_a1), make_person(make_household(world.village_b1))
    answer = login(cast.li, fresh=True).get(url("person-number", mine.pk, stranger.pk, "id_number"))
    assert answer.status_code == 404


def test_registering_and_editing_through_the_pages(world, cast, login, today):
    client = login(cast.li)
    body = {
        "village": world.village_a1.pk, "poverty_status": "ordinary", "name": "王建国", "id_kind": "id_card",
        "id_number": id_number(date(1965, 2, 3)), "ethnicity": "汉族", "on": "2020-09-01",
    }  # fmt: skip
    answer = client.post(url("household-register"), body)
    household = Household.objects.get()
    assert answer["Location"] == url("household-detail", household.pk)
    again = client.post(url("household-register"), body)
    assert again.status_code == 422
    assert household.household_no in again.content.decode()
    assert client.post(url("household-register"), body | {"village": world.village_b1.pk}).status_code == 422
    stale = {"hamlet": "西庄", "version": 0}
    answer = client.post(url("household-edit", household.pk), stale)
    assert answer.status_code == 422
    assert "已被他人修改" in answer.content.decode()
    body = {"what": "finance/小额信贷", "started_on": "2020-08-01", "state": "active", "amount_fen": "50,000"}
    assert client.post(url("measure-add", household.pk), body).status_code == 302
    assert AidMeasure.objects.get().amount_fen == 5_000_000


def test_the_change_record_names_fields_and_people_but_no_number(world, cast, login):
    household = make_household(world.village_a1)
    client = login(cast.li)
    client.post(url("household-edit", household.pk), {"hamlet": "西庄", "phone": "13911112222", "version": 1})
    text = client.get(url("changes-panel", household.pk)).content.decode()
    assert "自然村" in text
    assert "西庄" in text
    assert "李秀英" in text
    assert "联系电话" in text
    assert "1391111" not in text


def test_the_admin_shows_masked_rows_and_changes_nothing(world, admin_user, login):
    type(admin_user).objects.update(must_change_password=False)
    admin_client = login(admin_user)
    household = make_household(world.village_a1, phone="13800001234")
    text = admin_client.get(
        reverse("admin:households_household_change", args=[household.pk])
    ).content.decode()
    assert "138****1234" in text
    assert "13800001234" not in text
    assert "_save" not in text


def test_the_monitoring_class_is_set_by_a_proceeding_only(world, cast, login):
    household = make_household(world.village_a1)
    for answer in (
        login(cast.officer).get(url("status-set", household.pk, "monitor")),
        login(cast.officer).post(url("status-set", household.pk, "monitor"), {"value": "borderline"}),
    ):
        assert answer.status_code == 409
        assert "认定程序" in answer.content.decode()
    household.refresh_from_db()
    assert household.monitor_class == "none"
