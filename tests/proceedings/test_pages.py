"""Pages: the list by deadline, the act form, the story of a household, the print, and nobody of another township."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from monitoring.models import RiskCase
from proceedings import selectors
from proceedings.models import Proceeding, StepFile
from tests.cast import actor
from tests.factories.households import make_guarantee, make_year_income
from tests.factories.policies import publish
from tests.proceedings import walk
from tests.proceedings.walk import DAY, PNG, do, lead, monitored, opened, removal

pytestmark = pytest.mark.django_db
FRAGMENT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _today(settings):
    settings.BUSINESS_DATE = date(2020, 12, 20)


def url(name, *args):
    return reverse(f"proceedings:{name}", args=args)


def text_of(client, address, **kw):
    return client.get(address, **kw).content.decode()


def body(row, act, on=DAY, **more):
    return {
        "act": act,
        "on": on.isoformat(),
        "uuid": str(uuid4()),
        "version": row.version,
        "opinion": "情况属实",
        **more,
    }


def test_the_list_is_sorted_by_deadline_and_says_overdue_in_words(world, cast, login, settings):
    late = opened(walk.home(world, cast, head_name="张迟到"), cast, on=DAY)
    soon = opened(walk.home(world, cast, head_name="李将到"), cast, on=DAY + timedelta(days=8))
    settings.BUSINESS_DATE = DAY + timedelta(days=9)
    page = login(cast.li).get(url("proceeding-list"))
    assert [row.pk for row, _, _ in page.context["rows"]] == [late.pk, soon.pk]
    text = page.content.decode()
    assert "已超期 7 天" in text
    assert "将超期，剩 1 天" in text
    fragment = text_of(login(cast.li), url("proceeding-list"), **FRAGMENT)
    assert fragment.lstrip().startswith('<div id="proceeding-table"')


def test_filters_narrow_and_nonsense_falls_back(world, cast, login):
    row = opened(walk.home(world, cast, head_name="张过滤"), cast)
    li, rev = login(cast.li), login(cast.rev)
    for query, shown in (
        ("kind=identification", True), ("kind=removal", False), ("state=clue", True), ("state=closed", False),
        ("state=mine", True), ("text=过滤", True), ("text=别人", False), ("state=nonsense", True), ("due=overdue", True),
        ("due=soon", False), (f"area={world.township_a.code}", True), ("after=x", True),
    ):  # fmt: skip
        assert ("张过滤" in text_of(li, f"{url('proceeding-list')}?{query}")) is shown, query
    assert "张过滤" not in text_of(rev, f"{url('proceeding-list')}?state=mine")
    lead(row, cast, "township_review")
    assert "张过滤" in text_of(rev, f"{url('proceeding-list')}?state=mine")
    assert "张过滤" not in text_of(li, f"{url('proceeding-list')}?state=mine")


def test_pages_of_deadlines_show_every_row_once(world, cast, login, monkeypatch):
    rows = [opened(walk.home(world, cast), cast, on=DAY + timedelta(days=number % 3)) for number in range(7)]
    found, after = [], None
    while True:
        listed = selectors.proceeding_list(actor=actor(cast.li), today=DAY)
        page = selectors.page_by_deadline(listed, after, size=3)
        found += page.rows
        after = page.next_after
        if after is None:
            break
    assert sorted(row.pk for row in found) == sorted(row.pk for row in rows)
    assert [row.due_on for row in found] == sorted(row.due_on for row in found)


def test_the_number_of_queries_does_not_grow_with_the_rows(world, cast, login):
    def count(client):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url("proceeding-list")).status_code == 200
        return len(seen)

    client = login(cast.li)
    for _ in range(3):
        opened(walk.home(world, cast), cast)
    client.get(url("proceeding-list"))
    three = count(client)
    for _ in range(27):
        opened(walk.home(world, cast), cast)
    assert count(client) == three


def test_the_other_township_sees_none_of_it(clue, cast, login):
    zhao = login(cast.zhao)
    assert zhao.get(url("proceeding-list")).context["rows"] == []
    for name in ("proceeding-detail", "proceeding-print"):
        assert zhao.get(url(name, clue.pk)).status_code == 404
    assert zhao.post(url("proceeding-act", clue.pk), body(clue, "accept")).status_code == 404
    assert zhao.get(url("household-story", clue.household_id)).status_code == 404
    assert zhao.get(url("household-open", clue.household_id)).status_code == 404
    assert zhao.get("/api/v1/proceedings/").json()["results"] == []


def test_a_department_officer_sees_no_proceeding(clue, cast, login):
    assert login(cast.dept).get(url("proceeding-list")).status_code == 403
    assert "大病住院" not in text_of(login(cast.dept), url("household-story", clue.household_id))


def test_a_clerk_advances_by_the_form_and_a_refused_form_keeps_what_was_typed(clue, cast, login):
    li = login(cast.li)
    page = text_of(li, url("proceeding-detail", clue.pk))
    assert "受理，安排入户" in page
    assert "不予纳入" not in page
    assert li.post(url("proceeding-act", clue.pk), body(clue, "accept")).status_code == 302
    clue.refresh_from_db()
    wrong = li.post(
        url("proceeding-act", clue.pk),
        body(clue, "visit", visitors="刘支书", proposed_class="borderline", risks_main="illness"),
    )
    assert wrong.status_code == 422
    assert "请先上传：入户核查表" in wrong.content.decode()
    assert 'value="刘支书"' in wrong.content.decode()
    paper = SimpleUploadedFile("表.png", PNG, content_type="image/png")
    found = {
        "visitors": "刘支书", "proposed_class": "borderline", "risks_main": "illness",
        "risks_other": ["schooling", "illness"], "paper_visit_form": paper,
    }  # fmt: skip
    done = li.post(url("proceeding-act", clue.pk), body(clue, "visit", **found))
    assert done.status_code == 302
    clue.refresh_from_db()
    assert (clue.state, clue.risks) == ("authorising", ["illness", "schooling"])
    shown = li.get(reverse("exchange:file", args=[StepFile.objects.get().file.uuid]))
    assert shown.status_code == 200


def test_an_act_of_another_step_is_told_and_not_done(clue, cast, login):
    told = login(cast.li).post(url("proceeding-act", clue.pk), body(clue, "compare"), follow=True)
    assert "刚刚被他人办理过" in told.content.decode()
    clue.refresh_from_db()
    assert clue.state == "clue"


def test_a_form_sent_twice_is_one_step(clue, cast, login):
    li, sent = login(cast.li), body(clue, "accept")
    li.post(url("proceeding-act", clue.pk), sent)
    li.post(url("proceeding-act", clue.pk), sent)
    assert clue.steps.filter(act="accept").count() == 1


def test_each_office_is_offered_its_own_acts(home, cast, login):
    row = lead(opened(home, cast), cast, "township_review")
    assert "审核通过，上报" in text_of(login(cast.rev), url("proceeding-detail", row.pk))
    assert "现在的环节由其他岗位办理" in text_of(login(cast.li), url("proceeding-detail", row.pk))
    officer = text_of(login(cast.officer), url("proceeding-detail", row.pk))
    assert "不予纳入" in officer
    assert "审核通过，上报" not in officer


def test_a_helper_opens_a_clue_for_his_household(home, world, cast, login):
    wang = login(cast.wang)
    page = text_of(wang, url("household-story", home.pk))
    assert "发起识别纳入" in page
    sent = {"uuid": str(uuid4()), "source": "cadre", "on": DAY.isoformat(), "reason": "户主住院，花费大"}
    assert wang.post(url("household-open", home.pk), sent | {"green_channel": "on"}).status_code == 422
    assert wang.post(url("household-open", home.pk), sent).status_code == 302
    assert wang.post(url("household-open", home.pk), sent).status_code == 302  # the same form again
    assert Proceeding.objects.count() == 1
    refused = wang.post(url("household-open", home.pk), sent | {"uuid": str(uuid4())})
    assert refused.status_code == 422
    assert "已有正在办理的程序" in refused.content.decode()
    other = walk.make_household(world.village_a1)
    assert wang.get(url("household-open", other.pk)).status_code == 404
    assert wang.get(url("household-open", home.pk) + "?kind=nonsense").status_code == 404


def test_the_story_tells_all_and_offers_the_next_way(home, cast, login):
    monitored(home, cast)
    li = login(cast.li)
    story = text_of(li, url("household-story", home.pk))
    for words in ("已纳入监测", "参会人数", "评议通过", "边缘易致贫户", "发起风险消除"):
        assert words in story, words
    lead(removal(home, cast), cast, "removed")
    assert "发起识别纳入" in text_of(li, url("household-story", home.pk))
    officer = login(cast.officer)
    assert "回退为监测对象" in text_of(officer, url("household-story", home.pk))
    sent = {"uuid": str(uuid4()), "on": "2020-12-01", "reason": "复核发现收入不稳定"}
    done = officer.post(url("household-rollback", home.pk), sent, follow=True)
    assert "已回退为监测对象" in done.content.decode()
    again = officer.post(url("household-rollback", home.pk), sent | {"uuid": str(uuid4())})
    assert again.status_code == 422
    tabs = text_of(li, reverse("households:household-detail", args=[home.pk]))
    assert url("household-story", home.pk) in tabs


def test_the_print_holds_the_whole_file(home, cast, login):
    row = monitored(home, cast)
    sheet = text_of(login(cast.auditor), url("proceeding-print", row.pk))
    for words in (
        "识别纳入档案",
        "办理过程",
        "材料目录",
        "民主评议记录",
        "参会人数：21",
        "已纳入监测（边缘易致贫户）",
    ):
        assert words in sheet, words


def test_missing_papers_are_listed_and_handed_in_later(home, cast, login):
    row = opened(home, cast, green_channel=True, green_reason="洪水冲毁房屋")
    do(row, "accept", cast)
    do(row, "visit", cast, files=[])
    li = login(cast.li)
    assert "待补" in text_of(li, url("proceeding-detail", row.pk))
    nothing = li.post(url("proceeding-paper", row.pk), {"kind": "visit_form"})
    assert nothing.status_code == 422
    paper = SimpleUploadedFile("表.png", PNG, content_type="image/png")
    assert li.post(url("proceeding-paper", row.pk), {"kind": "visit_form", "file": paper}).status_code == 302
    assert "<strong>待补：" not in text_of(li, url("proceeding-detail", row.pk))
    hostile = SimpleUploadedFile("表.png", b"<script>alert(1)</script>", content_type="image/png")
    assert li.post(url("proceeding-paper", row.pk), {"kind": "other", "file": hostile}).status_code == 422


def test_measures_not_begun_stand_red_on_the_page(home, cast, login):
    row = monitored(home, cast)
    assert "已超期" in text_of(login(cast.li), url("proceeding-detail", row.pk))
    assert row.subject in text_of(login(cast.li), url("proceeding-list") + "?state=all&due=measures")


def test_home_counters_equal_their_lists(world, cast, login, settings):
    opened(walk.home(world, cast), cast, on=DAY)
    opened(walk.home(world, cast), cast, on=DAY + timedelta(days=8))
    monitored(walk.home(world, cast), cast, on=DAY - timedelta(days=60))
    settings.BUSINESS_DATE = DAY + timedelta(days=9)
    li = login(cast.li)
    counters = {counter.label: counter for counter in li.get("/").context["counters"]}
    for label, number in (
        ("认定程序待我办理", 2),
        ("认定程序将超期", 1),
        ("认定程序已超期", 1),
        ("纳入后未落实措施", 1),
    ):
        assert counters[label].value == number, label
        assert len(li.get(counters[label].url).context["rows"]) == number, label
    assert "认定程序待我办理" not in text_of(login(cast.auditor), "/")


def test_a_case_shows_its_proceeding_or_the_way_to_open_one(home, cast, login):
    case = RiskCase.objects.create(
        household=home, scope_code=home.scope_code, opened_on=DAY, due_on=DAY, state="proposed"
    )
    li = login(cast.li)
    assert "发起识别纳入" in text_of(li, url("case-panel", case.pk))
    row = opened(home, cast)
    assert url("proceeding-detail", row.pk) in text_of(li, url("case-panel", case.pk))


def test_a_village_exit_is_opened_by_its_form(world, cast, login):
    li = login(cast.li)
    sent = {"uuid": str(uuid4()), "on": DAY.isoformat(), "reason": "已达标", "village": world.village_a1.code}
    assert li.post(url("village-open"), sent | {"village": world.village_b1.code}).status_code == 422
    assert li.post(url("village-open"), sent).status_code == 302
    assert Proceeding.objects.get().village == world.village_a1
    assert world.village_a1.name in text_of(li, url("proceeding-list"))


def test_the_api_shows_the_steps(clue, cast, login):
    do(clue, "accept", cast)
    li = login(cast.li)
    listed = li.get("/api/v1/proceedings/?state=visiting").json()["results"]
    assert [row["id"] for row in listed] == [clue.pk]
    one = li.get(f"/api/v1/proceedings/{clue.pk}/").json()
    assert [step["act"] for step in one["steps"]] == ["open", "accept"]
    assert li.post("/api/v1/proceedings/", {}).status_code in {403, 405}


def test_a_removal_shows_what_is_known_of_its_conditions(home, cast, login):
    publish("county-default")
    make_year_income(home, 2019, net_fen=500_000, members=1)
    make_guarantee(home, "housing", state="not_met")
    monitored(home, cast)
    row = removal(home, cast)
    facts = {
        fact.label: fact
        for fact in selectors.removal_facts(row, actor=actor(cast.li), today=date(2020, 12, 20))
    }
    assert (facts["人均纯收入"].tone, facts["住房安全"].tone, facts["饮水安全"].tone) == (
        "green",
        "red",
        "grey",
    )
    assert "5,000.00 元（2019 年），不低于监测线 5,000.00 元" in facts["人均纯收入"].words
    assert (facts["劳动力"].tone, facts["观察期"].tone) == ("green", "green")
    assert "消除条件核对" in text_of(login(cast.li), url("proceeding-detail", row.pk))


@pytest.mark.parametrize(("net_fen", "tone"), [(499_999, "red"), (500_000, "green"), (None, "grey")])
def test_income_is_compared_to_the_cent_and_unknown_is_not_low(home, cast, net_fen, tone):
    publish("county-default")
    make_year_income(home, 2019, net_fen=net_fen, members=1)
    monitored(home, cast)
    row = removal(home, cast)
    facts = selectors.removal_facts(row, actor=actor(cast.li), today=date(2020, 12, 20))
    assert facts[0].tone == tone
