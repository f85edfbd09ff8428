"""Pages: whole and fragment, the way of a clerk through a check, and nobody of another township."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from monitoring.models import Rectification, RiskCase, RiskSign, ScreeningRun
from tests.factories.households import make_helper, make_household, make_living, make_year_income
from tests.monitoring.test_commands import money  # noqa: F401 - a fixture

FRAGMENT = {"HTTP_HX_REQUEST": "true"}
pytestmark = pytest.mark.usefixtures("packs")


@pytest.fixture
def household(world, cast):
    row = make_household(world.village_a1, members=3, poverty_status="exited_with_policy", head_name="张测甲")
    make_year_income(row, 2019, net_fen=600_000, members=3)
    make_living(row, water_safe=False)
    make_helper(row, cast.wang)
    return row


@pytest.fixture
def case(household, run_json):
    assert run_json("screen", "--quarter", "2020Q3", "--as-of", "2020-09-20")[0] == 0
    return RiskCase.objects.get()


def url(name, *args):
    return reverse(f"monitoring:{name}", args=args)


def test_the_risk_list_says_why_and_by_which_clause(case, cast, login):
    page = login(cast.li).get(url("risk-list"))
    text = page.content.decode()
    assert "张测甲" in text
    assert "低于脱贫收入线 4,000.00 元" in text
    assert "禹州2020 第17条" in text
    assert "文件未规定" in text
    fragment = login(cast.li).get(url("risk-list"), **FRAGMENT).content.decode()
    assert fragment.lstrip().startswith('<div id="risk-table"')


def test_the_other_township_sees_none_of_it(case, cast, login):
    zhao = login(cast.zhao)
    assert "张测甲" not in zhao.get(url("risk-list")).content.decode()
    assert "张测甲" not in zhao.get(url("duty-list")).content.decode()
    assert "张测甲" not in zhao.get("/").content.decode()
    for name in ("case-detail", "household-panel", "household-timeline"):
        key = case.pk if name == "case-detail" else case.household_id
        assert zhao.get(url(name, key)).status_code == 404
    body = {"outcome": "no_risk", "reason": "没有风险"}
    assert zhao.post(url("case-decide", case.pk), body).status_code == 404
    assert zhao.get(reverse("api:sign-list")).json()["results"] == []


def test_a_helper_sees_his_households_only(case, cast, login, world):
    stranger = make_household(world.village_a1, head_name="别家户主")
    RiskCase.objects.create(
        household=stranger, scope_code=stranger.scope_code, opened_on=case.opened_on, due_on=case.due_on
    )
    text = login(cast.wang).get(url("risk-list")).content.decode()
    assert "张测甲" in text
    assert "别家户主" not in text


def test_a_clerk_judges_and_the_list_is_shorter(case, cast, login):
    li = login(cast.li)
    page = li.get(url("case-detail", case.pk))
    assert "核查结论" in page.content.decode()
    wrong = li.post(url("case-decide", case.pk), {"outcome": "propose", "reason": "需要帮助"})
    assert wrong.status_code == 422
    assert "需要帮助" in wrong.content.decode()
    done = li.post(
        url("case-decide", case.pk), {"outcome": "no_risk", "reason": "已核实，收入恢复"}, follow=True
    )
    assert "核查结论已保存" in done.content.decode()
    assert li.get(url("risk-list")).context["page"].rows == []
    muted = li.get(url("risk-list") + "?state=muted").content.decode()
    assert "张测甲" in muted
    assert "已核实，收入恢复" in li.get(url("household-timeline", case.household_id)).content.decode()


def test_a_proposal_is_declined_by_the_county_and_accepted_nowhere_else(case, cast, login, household):
    body = {"outcome": "propose", "reason": "收入低，有病人", "proposed_class": "unstable_exited"}
    assert login(cast.li).post(url("case-decide", case.pk), body).status_code == 302
    officer = login(cast.officer)
    assert "去审定" in officer.get(url("risk-list") + "?state=proposed").content.decode()
    page = officer.get(url("case-detail", case.pk)).content.decode()
    assert "同意纳入的，在认定程序中" in page
    assert officer.post(url("case-settle", case.pk), {"reason": ""}).status_code == 422
    declined = officer.post(url("case-settle", case.pk), {"reason": "子女有赡养能力"})
    assert declined.status_code == 302
    case.refresh_from_db()
    household.refresh_from_db()
    assert (case.close_reason, household.monitor_class) == ("不予纳入监测", "none")


def test_counters_of_the_home_page_equal_their_lists(case, cast, login):
    li = login(cast.li)
    counters = {counter.label: counter for counter in li.get("/").context["counters"]}
    assert counters["待核查风险"].value == len(li.get(counters["待核查风险"].url).context["rows"]) == 1
    assert counters["本季应走访"].value == len(li.get(counters["本季应走访"].url).context["rows"]) == 1
    collect = counters["缺项待补"]
    assert collect.value == int(li.get(collect.url).context["page"].shown_count)


def test_the_number_of_queries_does_not_grow_with_the_rows(world, cast, login, run_json):
    def count(path):
        client = login(cast.li)
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    def add(number):
        for _ in range(number):
            make_living(
                make_household(world.village_a1, poverty_status="exited_with_policy"), water_safe=False
            )
        run_json("screen", "--quarter", "2020Q3", "--as-of", "2020-09-20")

    pages = [
        url("risk-list"),
        url("duty-list"),
        url("duty-list") + "?kind=collect",
        url("risk-list") + "?state=notes",
    ]
    add(3)
    few = [count(page) for page in pages]
    add(12)
    assert [count(page) for page in pages] == few


def test_the_fund_check_page_and_a_problem_from_a_finding(money, cast, login, run_json):  # noqa: F811 - the fixture
    run_json("check_funds", "--as-of", "2020-09-30")
    officer = login(cast.officer)
    text = officer.get(url("fund-check") + "?as_of=2020-09-30").content.decode()
    assert "12.00" in text  # 92 of 100 万元, 80 are paid
    assert "未达到" in text
    sign = RiskSign.objects.filter(rule_key="YZ-R-26-03", subject_key="division:411081").get()
    form = officer.get(url("finding-rectify", sign.pk))
    assert "第26条" in form.content.decode()
    body = {"unit": "禹州市财政局", "due_on": "2026-12-31", "description": "拨付滞后", "clause": "第26条"}
    assert officer.post(url("finding-rectify", sign.pk), body).status_code == 302
    row = Rectification.objects.get()
    assert row.number in officer.get(url("fund-check") + "?as_of=2020-09-30").content.decode()
    clerk = login(cast.li).get(url("fund-check") + "?as_of=2020-09-30")
    assert clerk.context["result"] == {}
    by_level, by_township = (rows for _, rows, _ in clerk.context["tables"])
    assert by_level == []
    assert [row.figures.scope_code for row in by_township] == ["411081100"]


def test_the_fund_check_of_the_other_township_is_empty(money, cast, login, run_json):  # noqa: F811 - the fixture
    run_json("check_funds", "--as-of", "2020-09-30")
    page = login(cast.zhao).get(url("fund-check") + "?as_of=2020-09-30")
    assert money.name not in page.content.decode()
    assert page.context["findings"] == []


def test_an_officer_starts_a_run_and_reads_its_result(
    world, cast, login, household, django_capture_on_commit_callbacks
):
    officer = login(cast.officer)
    assert officer.post(url("run-start"), {"kind": "households", "area": "999"}).status_code == 422
    body = {"kind": "households", "area": "411081", "quarter": "", "as_of": "2020-09-20"}
    with django_capture_on_commit_callbacks(execute=True):
        started = officer.post(url("run-start"), body)
    run = ScreeningRun.objects.get()
    assert started.url == url("run-detail", run.pk)
    page = officer.get(started.url).content.decode()
    assert "已完成" in page
    assert "数据不足" in page
    assert "hx-get" not in officer.get(url("run-status", run.pk)).content.decode()


def test_problems_by_hand_with_filters(world, cast, login):
    officer = login(cast.officer)
    body = {
        "source": "audit", "division": world.township_a.code, "unit": "火龙镇政府", "description": "资料不全",
        "clause": "", "found_on": "2020-09-01", "due_on": "2020-09-10",
    }  # fmt: skip
    assert officer.post(url("rectification-open"), body | {"unit": ""}).status_code == 422
    assert officer.post(url("rectification-open"), body).status_code == 302
    row = Rectification.objects.get()
    li = login(cast.li)
    assert "资料不全" in li.get(url("rectification-list") + "?due=overdue").content.decode()
    assert "资料不全" in li.get(url("rectification-list") + "?state=mine").content.decode()
    assert "资料不全" not in li.get(url("rectification-list") + "?source=hotline").content.decode()
    assert li.post(url("rectification-act", row.pk), {"act": "claim"}).status_code == 302
    refused = li.post(url("rectification-act", row.pk), {"act": "start"})
    assert refused.status_code == 422
    assert "请先填写整改措施" in refused.content.decode()
    assert login(cast.zhao).get(url("rectification-detail", row.pk)).status_code == 404


def test_signs_for_programs(case, cast, login):
    answer = login(cast.li).get(reverse("api:sign-list") + "?topic=income_low&open=true").json()
    assert answer["results"]
    sign = answer["results"][0]
    assert sign["household"] == case.household_id
    assert "元" in sign["sentence"]
    assert sign["opened_on"] == date(2020, 9, 20).isoformat()
