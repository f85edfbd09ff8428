"""One household in the browser: self-application, monitored, removed, rolled back; every office at its own desk."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from households.codes import LabourSkill
from households.models import Household
from monitoring.models import RiskCase
from proceedings.models import Proceeding
from tests.e2e.county import County
from tests.e2e.offices import COMPARED, FIRM, VOTES, do, fill
from tests.e2e.visitor import Visitor
from tests.factories.households import make_situation
from tests.proceedings.walk import PNG


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "材料.png"
    path.write_bytes(PNG)
    return path


def test_the_whole_way_of_one_household(county: County, visitor: Callable[..., Visitor], paper: Path) -> None:
    home = county.calm
    make_situation(home.memberships.get(relation="head").person, labour_skill=LabourSkill.ORDINARY)
    li, rev, officer = visitor("li"), visitor("rev"), visitor("officer")
    row = opens(li, home, "identification", "2020-02-10", source="self_application")
    identified(li, rev, officer, row, paper)
    home.refresh_from_db()
    assert home.monitor_class == "unstable_exited"
    removed(li, rev, officer, opens(li, home, "removal", "2020-09-01"), paper)
    home.refresh_from_db()
    assert home.monitor_class == "none"
    rolled_back(officer, home)
    home.refresh_from_db()
    assert home.monitor_class == "unstable_exited"
    tells_the_whole_story(officer, home)
    assert visitor("zhao").open(reverse("proceedings:proceeding-detail", args=[row.pk])) == 404


def opens(li: Visitor, home: Household, kind: str, on: str, source: str = "") -> Proceeding:
    li.open(reverse("proceedings:household-open", args=[home.pk]) + f"?kind={kind}")
    if source:
        li.page.get_by_label("线索来源").select_option(source)
    else:
        li.page.get_by_label("帮扶消除").check()
    li.page.get_by_label("发起日期").fill(on)
    li.page.get_by_label("事由").fill("户主大病住院，自付费用大")
    li.button("发起").click()
    li.page.wait_for_url(re.compile(r"/proceedings/\d+/$"))
    return Proceeding.objects.get(household=home, closed_on=None)


def identified(li: Visitor, rev: Visitor, officer: Visitor, row: Proceeding, paper: Path) -> None:
    do(li, row, "accept", "2020-02-11")
    li.open(reverse("proceedings:proceeding-detail", args=[row.pk]))
    li.page.locator("#act-visit button[type=submit]").click()  # nothing filled: the browser itself asks
    assert li.page.url.endswith(f"/{row.pk}/")
    do(
        li,
        row,
        "visit",
        "2020-02-12",
        paper,
        visitors="刘支书",
        proposed_class="unstable_exited",
        risks_main="illness",
    )
    do(li, row, "authorise", "2020-02-12", paper)
    do(li, row, "compare", "2020-02-14", paper, **COMPARED)
    do(li, row, "evaluate", "2020-02-15", paper, **VOTES)
    do(li, row, "publish", "2020-02-15")
    too_early(li, row, paper)
    do(li, row, "close_notice", "2020-02-20", paper)
    do(rev, row, "review", "2020-02-21")
    do(officer, row, "decide", "2020-02-24")
    do(li, row, "announce", "2020-02-25", paper)


def too_early(li: Visitor, row: Proceeding, paper: Path) -> None:
    """Four days of five: refused with the days that are missing, and what was typed is still there."""
    li.open(reverse("proceedings:proceeding-detail", args=[row.pk]))
    fill(li, "close_notice", {"on": "2020-02-19", "opinion": "无异议"}, paper)
    li.page.locator("#act-close_notice button[type=submit]").click()
    expect(li.page.get_by_text("还差 1 天")).to_be_visible()
    assert li.page.locator("#id_close_notice_opinion").input_value() == "无异议"


def removed(li: Visitor, rev: Visitor, officer: Visitor, row: Proceeding, paper: Path) -> None:
    do(li, row, "visit", "2020-09-02", paper, visitors="刘支书、王队员", **FIRM)
    do(li, row, "evaluate", "2020-09-03", paper, **VOTES)
    do(li, row, "publish", "2020-09-03")
    do(li, row, "close_notice", "2020-09-08", paper)
    do(rev, row, "review", "2020-09-09")
    do(officer, row, "decide", "2020-09-10")
    do(li, row, "announce", "2020-09-11", paper)


def rolled_back(officer: Visitor, home: Household) -> None:
    officer.open(reverse("proceedings:household-rollback", args=[home.pk]))
    officer.page.get_by_label("回退日期").fill("2020-09-18")
    officer.page.get_by_label("重新认定的理由").fill("复核发现收入不稳定")
    officer.button("确认回退").click()
    expect(officer.page.get_by_text("已回退为监测对象。")).to_be_visible()


def tells_the_whole_story(officer: Visitor, home: Household) -> None:
    officer.open(f"/households/{home.pk}/")
    officer.page.locator("#timeline").scroll_into_view_if_needed()
    story = officer.page.locator("#household-story")
    for words in ("识别纳入", "风险消除", "回退", "评议通过", "脱贫不稳定户", "复核发现收入不稳定"):
        expect(story.get_by_text(words).first).to_be_visible()
    for row in Proceeding.objects.filter(household=home):
        assert officer.open(reverse("proceedings:proceeding-print", args=[row.pk])) == 200
        assert "办理过程" in officer.text()


def test_a_proposal_of_the_risk_check_is_met_as_a_proceeding(
    county: County, visitor: Callable[..., Visitor]
) -> None:
    case = RiskCase.objects.get(household=county.ill)
    li = visitor("li", phone=True)
    li.open(f"/monitoring/cases/{case.pk}/")
    li.page.get_by_label("建议纳入监测").check()
    li.page.get_by_label("建议类别").select_option("unstable_exited")
    li.page.get_by_label("核查情况和理由").fill("住院自付八千元，收入减少")
    li.follow(li.button("保存结论"))
    li.page.locator("#case-proceeding a").click()
    li.page.wait_for_url(re.compile(r"/proceedings/\d+/$"))
    assert li.measure("document.documentElement.scrollWidth") <= 390
    assert "系统筛查" in li.text()
    li.open("/proceedings/?state=mine")
    assert "李大山户" in li.text()
    assert li.measure("document.documentElement.scrollWidth") <= 390
