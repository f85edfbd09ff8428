"""Pages and API of projects: full page and fragment, filters, forms that are refused, the other township."""

from datetime import date

import pytest
from django.urls import reverse

from projects.models import Project
from tests.factories.files import picture
from tests.factories.households import make_household
from tests.factories.projects import make_beneficiary, make_project

FRAGMENT = {"HX-Request": "true"}
LIST = "/projects/"
DONE = {"bidding": date(2020, 1, 20), "start": date(2020, 3, 20), "completion": date(2020, 6, 20)}


@pytest.fixture(autouse=True)
def business_day(settings):
    settings.BUSINESS_DATE = date(2020, 9, 20)


def names(client, query: str) -> set[str]:
    return {row.name for row, _ in client.get(f"{LIST}?{query}").context["rows"]}


def test_the_list_is_a_page_and_for_htmx_its_table(login, cast, world):
    make_project(world.village_a1, name="香菇大棚")
    client = login(cast.li)
    page, fragment = client.get(LIST), client.get(LIST, headers=FRAGMENT)
    assert "<html" in page.content.decode()
    assert "<html" not in fragment.content.decode()
    assert 'id="project-table"' in fragment.content.decode()
    assert "HX-Request" in fragment["Vary"]


def test_filters_narrow_the_list(login, cast, world):
    make_project(world.village_a1, name="甲", kind="industry", done=DONE)
    make_project(world.village_a2, name="乙", kind="collective", done={"bidding": date(2020, 2, 5)})
    make_project(world.village_b1, name="丙", year=2019, failed_on=date(2020, 5, 1), stages=("acceptance",))
    client = login(cast.officer)
    for query, expected in (
        ("", "甲乙丙"), ("kind=collective", "乙"), ("year=2019", "丙"), ("area=411081101", "丙"), ("failed=on", "丙"),
        ("stage=completion", "甲"), ("stage=bidding", "乙"), ("stage=none", "丙"), ("late=any", "乙"), ("late=start", "乙"),
        ("late=bidding", ""), ("q=甲", "甲"), ("stage=nonsense&year=x", "甲乙丙"), ("area=411082", "甲乙丙"),
    ):  # fmt: skip
        assert names(client, query) == set(expected), query


def test_the_clerk_of_the_other_township_sees_none_of_it(login, cast, world):
    project = make_project(world.village_a1)
    zhao = login(cast.zhao)
    assert names(zhao, "") == set()
    assert zhao.get(f"{LIST}{project.pk}/").status_code == 404
    assert zhao.get("/api/v1/projects/").json()["results"] == []
    assert zhao.get(f"/api/v1/projects/{project.pk}/").status_code == 404


@pytest.mark.parametrize("url", [LIST, "/api/v1/projects/"])
def test_lists_cost_the_same_at_3_and_at_30_rows(login, cast, world, url, django_assert_num_queries):
    client = login(cast.officer)
    for _ in range(3):
        make_project(world.village_a1, done=DONE)
    client.get(url)
    with django_assert_num_queries(30, exact=False) as few:
        client.get(url)
    for _ in range(27):
        make_project(world.village_a1, done=DONE)
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(url)


def test_the_page_shows_stages_and_offers_only_what_the_person_may_do(login, cast, world):
    project = make_project(world.village_a1, done={"bidding": date(2020, 2, 5)})
    url = f"{LIST}{project.pk}/"
    clerk, auditor = (login(who).get(url).content.decode() for who in (cast.li, cast.auditor))
    for page in (clerk, auditor):
        assert "晚 5 天" in page
        assert "逾期173天" in page
    assert "登记进度" in clerk
    assert "登记停产" not in clerk
    assert "登记进度" not in auditor


def form(**changes: str) -> dict[str, str]:
    return {
        "code": "XM-9", "name": "养牛场", "kind": "industry", "year": "2020", "village": "411081100201", "planned_fen": "30.5",
        "has_bidding": "on", "planned_bidding": "2020-01-31", "has_start": "on", "planned_start": "2020-03-31",
    } | changes  # fmt: skip


def test_a_project_is_entered_and_a_refusal_keeps_what_was_typed(login, cast, world):
    client, url = login(cast.officer), f"{LIST}new/"
    assert client.post(url, form()).status_code == 302
    project = Project.objects.get()
    assert (project.planned_fen, set(project.milestones.values_list("kind", flat=True))) == (
        30_500_000,
        {"bidding", "start"},
    )
    again = client.post(url, form(name="另一项目"))
    assert again.status_code == 422
    assert "已存在" in again.content.decode()
    assert 'value="另一项目"' in again.content.decode()
    wrong = client.post(url, form(code="XM-10", planned_start="2020-01-01", planned_fen="三十"))
    assert "不是金额" in wrong.content.decode()


def test_an_edit_from_an_older_version_says_what_the_other_changed(login, cast, world):
    project = make_project(world.village_a1, name="养牛场", stages=("bidding",))
    client, url = login(cast.officer), f"{LIST}{project.pk}/edit/"
    assert client.post(url, form(name="养羊场", version="1")).status_code == 302
    late = client.post(url, form(name="养猪场", version="1"))
    assert late.status_code == 422
    assert "已被他人修改" in late.content.decode()
    assert "项目名称" in late.content.decode()
    project.refresh_from_db()
    assert project.name == "养羊场"


def test_a_stage_is_recorded_on_the_page_and_refused_beside_the_field(login, cast, world):
    project = make_project(world.village_a1)
    client, url = login(cast.li), f"{LIST}{project.pk}/milestones/"
    refused = client.post(url, {"kind": "start", "done_on": "2020-03-01"})
    assert refused.status_code == 422
    assert "请先登记招标" in refused.content.decode()
    assert client.post(url, {"kind": "bidding", "done_on": "2020-01-20"}).status_code == 302
    assert project.milestones.get(kind="bidding").done_on == date(2020, 1, 20)


def test_the_paper_of_a_stage_is_kept_and_shown_within_the_area(login, cast, world):
    project = make_project(world.village_a1)
    url = f"{LIST}{project.pk}/milestones/"
    body = {"kind": "bidding", "done_on": "2020-01-20", "file": picture("中标通知书.png")}
    assert login(cast.li).post(url, body).status_code == 302
    paper = project.milestones.get(kind="bidding").file
    door = reverse("exchange:file", args=[paper.uuid])
    assert door in login(cast.officer).get(f"{LIST}{project.pk}/").content.decode()
    assert login(cast.officer).get(door).status_code == 200
    assert login(cast.zhao).get(door).status_code == 404
    again = {"kind": "bidding", "done_on": "2020-01-21"}  # a corrected day keeps the paper
    assert login(cast.li).post(url, again).status_code == 302
    assert project.milestones.get(kind="bidding").file == paper


def test_beneficiaries_are_added_by_number_and_shown_on_the_household(login, cast, world):
    project, household = make_project(world.village_a1, name="香菇大棚"), make_household(world.village_a1)
    foreign = make_household(world.village_b1)
    client, url = login(cast.li), f"{LIST}{project.pk}/beneficiaries/"
    body = {"household_no": household.household_no, "linkage": "wage", "effective_from": "2020-02-01"}
    assert client.post(url, body).status_code == 302
    refused = client.post(url, body | {"household_no": foreign.household_no})
    assert refused.status_code == 422
    assert "没有这个户编号" in refused.content.decode()
    panel = client.get(reverse("projects:household-panel", args=[household.pk])).content.decode()
    assert "香菇大棚" in panel
    assert "<html" not in panel
    row = project.beneficiaries.get()
    ended = client.post(
        reverse("projects:beneficiary-end", args=[project.pk, row.pk]), {"end-on": "2020-09-01"}
    )
    assert ended.status_code == 302


def test_a_beneficiary_of_another_township_is_not_shown_to_the_clerk(login, cast, world):
    project = make_project(world.village_a1)
    make_beneficiary(project, make_household(world.village_b1, head_name="钱隐藏"))
    assert "钱隐藏" not in login(cast.li).get(f"{LIST}{project.pk}/").content.decode()
    assert "钱隐藏" in login(cast.officer).get(f"{LIST}{project.pk}/").content.decode()


def test_a_failure_without_a_reason_shows_the_form_again(login, cast, world):
    project = make_project(world.village_a1)
    client, url = login(cast.officer), f"{LIST}{project.pk}/fail/"
    assert client.post(url, {"fail-on": "2020-08-01", "fail-reason": ""}).status_code == 422
    assert client.post(url, {"fail-on": "2020-08-01", "fail-reason": "市场原因"}).status_code == 302
    assert "已停产" in client.get(f"{LIST}{project.pk}/").content.decode()


def test_the_api_gives_money_as_text_and_the_stage(login, cast, world):
    make_project(world.village_a1, done=DONE)
    (row,) = login(cast.li).get("/api/v1/projects/?year=2020&area=411081100").json()["results"]
    assert (row["planned_yuan"], row["stage"], len(row["milestones"])) == ("300000.00", "completion", 4)
