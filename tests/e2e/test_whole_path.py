"""One household as a county meets it: from its own application by telephone to monitored, removed and monitored again.

With PATH_PICTURES=docs/zh/img the same journey writes the pictures of the guide.
"""

import io
import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from docx import Document
from playwright.sync_api import Locator, expect

from households.codes import LabourSkill
from households.models import Household
from proceedings.models import Kind, Notice, Proceeding
from tests.cast import post
from tests.e2e.county import County
from tests.e2e.offices import COMPARED, FIRM, VOTES, do, refused
from tests.e2e.visitor import Visitor
from tests.factories.households import make_household, make_situation
from tests.factories.pictures import make_picture

NARROW = 390
PHONE_NUMBER, ID_NUMBER = "13900001234", "411081197005201213"
NEVER_POSTED = (PHONE_NUMBER, ID_NUMBER, "1234", "大病", "患病", "因病", "住院")
ENDS = ("监测", "不稳定", "风险", "纳入", "消除", "驳回")
Arrive = Callable[..., Visitor]


class Path10:
    """The household, the people at their desks, the calendar of the county."""

    def __init__(self, county: County, arrive: Arrive, settings: Any, folder: Path) -> None:
        self.county, self.arrive, self.settings = county, arrive, settings
        self.home: Household = county.calm
        self.picture = folder / "照片.jpg"
        self.picture.write_bytes(make_picture(640, 480, "olive"))
        self.paper = self.picture
        self.today("2020-02-10")
        self.li, self.rev, self.officer = arrive("li"), arrive("rev"), arrive("officer")
        self.villager, self.li_phone = arrive(phone=True), arrive("li", phone=True)

    def today(self, day: str) -> None:
        self.settings.BUSINESS_DATE = date.fromisoformat(day)

    def shot(self, someone: Visitor, number: int, at: Locator | None = None) -> None:
        """A window of the guide, where pictures are asked for."""
        if not (out := os.environ.get("PATH_PICTURES")):
            return
        if at is not None:
            at.evaluate("it => window.scrollTo(0, it.getBoundingClientRect().top + window.scrollY - 120)")
        someone.page.wait_for_timeout(400)
        someone.page.screenshot(path=Path(out) / f"path-{number:02}.png", animations="disabled")


def fits(someone: Visitor) -> None:
    assert someone.measure("document.documentElement.scrollWidth") <= NARROW, someone.page.url


@pytest.fixture
def walk(county: County, visitor: Arrive, settings: Any, tmp_path: Path) -> Path10:
    # A second household of the same name, and a reviewer who is a county officer too: both must be told apart.
    make_household(county.world.village_a2, head_name="周平安", members=1)
    make_situation(county.calm.memberships.get(relation="head").person, labour_skill=LabourSkill.ORDINARY)
    post(county.cast.rev, "county_officer", county.world.county)
    return Path10(county, visitor, settings, tmp_path)


def test_from_the_code_on_the_wall_to_monitored_to_removed_and_back(walk: Path10) -> None:
    address = the_clerk_makes_the_code(walk)
    receipt = the_villager_applies(walk, address)
    the_villager_asks(walk, receipt, "已收到")
    row = the_clerk_takes_it(walk)
    the_villager_asks(walk, receipt, "正在核实")
    to_the_evaluation(walk, row)
    the_notice_hangs(walk, row)
    an_objection_holds_it(walk, row)
    review_and_decision(walk, row)
    the_villager_asks(walk, receipt, "已答复")
    measures_within_the_limit(walk, row)
    gone = removed(walk)
    rolled_back(walk)
    the_whole_story(walk, row, gone)


def the_clerk_makes_the_code(walk: Path10) -> str:
    """The address below the code of the village, as it is printed."""
    li = walk.li
    li.open("/proceedings/codes/")
    li.page.get_by_role("link", name="登记电话").first.click()
    li.page.get_by_label("监督电话").fill("0374-8561234")
    li.page.locator("main form button[type=submit]").click()
    li.page.wait_for_url("**/codes/**")
    line = li.page.locator("#codes tbody tr").filter(has_text="肖河")
    line.get_by_role("button", name="生成").click()
    li.page.wait_for_url("**/poster/")
    found = re.search(r"/apply/[\w-]+/", li.page.locator(".poster-address").inner_text())
    assert found is not None
    return found[0]


def the_villager_applies(walk: Path10, address: str) -> str:
    someone = walk.villager
    assert someone.open(address) == 200
    fits(someone)
    assert someone.page.locator("header").inner_text().count("肖河")
    someone.button("提交申报").click()
    expect(someone.page.locator("#wrong")).to_contain_text("请填写姓名。")
    someone.open(address)
    someone.page.get_by_label("您的姓名").fill("周平安")
    someone.page.get_by_label("您的电话").fill(PHONE_NUMBER)
    someone.page.locator("#f-troubles label").first.click()
    someone.page.get_by_label("说说具体情况（可不填）").fill("家里人住院，自付三万多元")
    someone.page.locator("#f-consent input").check()
    walk.shot(someone, 1, someone.page.locator("form"))
    someone.button("提交申报").click()
    someone.page.wait_for_url("**/apply/sent/**")
    fits(someone)
    walk.shot(someone, 2)
    assert "周平安" not in someone.text()
    return someone.page.locator(".receipt-number").inner_text()


def the_villager_asks(walk: Path10, receipt: str, answer: str) -> None:
    """The status page says how far it is, and never what came of it."""
    someone = walk.villager
    someone.open("/apply/status/")
    someone.page.get_by_label("回执号（12 位数字）").fill(receipt)
    someone.page.get_by_label("电话号码的最后 4 位").fill("0000")
    someone.button("查进度").click()
    expect(someone.page.locator("#wrong")).to_contain_text("没有找到")
    someone.page.get_by_label("电话号码的最后 4 位").fill("1234")
    someone.button("查进度").click()
    expect(someone.page.locator(".receipt-number")).to_have_text(answer)
    said = someone.text()
    assert not [word for word in (*ENDS, "周平安", "火龙") if word in said]
    fits(someone)


def the_clerk_takes_it(walk: Path10) -> Proceeding:
    li = walk.li
    walk.li_phone.open("/proceedings/applications/")
    assert "周平安" in walk.li_phone.text()
    fits(walk.li_phone)
    li.open("/")
    assert "待受理申报" in li.text()
    li.open("/proceedings/applications/")
    li.follow(li.page.get_by_role("link", name="周平安").first)
    expect(li.page.locator(".pick-row")).to_have_count(2)
    assert PHONE_NUMBER not in li.page.content()
    walk.shot(li, 3)
    walk.li_phone.open(li.page.url)
    fits(walk.li_phone)
    li.page.locator(".pick-row").filter(has_text=walk.home.household_no).locator("input").check()
    li.button("受理并发起认定").click()
    li.page.wait_for_url(re.compile(r"/proceedings/\d+/$"))
    row = Proceeding.objects.get(household=walk.home, closed_on=None)
    assert (row.kind, row.source) == (Kind.IDENTIFICATION, "self_application")
    assert walk.arrive("zhao").open(f"/proceedings/{row.pk}/") == 404
    return row


def to_the_evaluation(walk: Path10, row: Proceeding) -> None:
    li, paper = walk.li, walk.paper
    walk.today("2020-02-15")
    do(li, row, "accept", "2020-02-11")
    seen = {"visitors": "刘支书", "proposed_class": "unstable_exited", "risks_main": "illness"}
    refused(li, row, "visit", "2020-02-12", "请先上传：入户核查表。", **seen)
    walk.shot(li, 4, li.page.locator("#id_visit_proposed_class"))
    walk.li_phone.open(f"/proceedings/{row.pk}/")
    fits(walk.li_phone)
    do(li, row, "visit", "2020-02-12", paper, **seen)
    do(li, row, "authorise", "2020-02-12", paper)
    do(li, row, "compare", "2020-02-14", paper, **COMPARED)
    lost = {"attended": "21", "agreed": "9", "opposed": "12"}
    refused(li, row, "evaluate", "2020-02-15", "同意 9 人，不多于不同意 12 人", paper, **lost)
    do(li, row, "evaluate", "2020-02-15", paper, **VOTES)


def posted(walk: Path10, form: str, on: str) -> Notice:
    """Make what waits for the village into one notice or announcement."""
    li = walk.li
    li.open("/proceedings/notices/")
    li.page.get_by_role("link", name=f"制作{form}").first.click()
    li.page.locator("#id_proceedings input, input[name=proceedings]").first.check()
    li.page.get_by_label("张贴日期").fill(on)
    li.page.get_by_label("张贴地点").fill("村委会公示栏")
    li.button("生成").click()
    li.page.wait_for_url(re.compile(r"/notices/\d+/$"))
    return Notice.objects.latest("pk")


def photographed(walk: Path10, notice: Notice, moment: str, on: str) -> None:
    li = walk.li
    li.open(f"/proceedings/notices/{notice.pk}/")
    li.page.get_by_label("时点").select_option(moment)
    li.page.get_by_label("拍摄日期").fill(on)
    li.page.locator("main form input[type=file]").set_input_files(walk.picture)
    li.follow(li.button("上传照片"))


def word_of(walk: Path10, notice: Notice) -> str:
    walk.li.open(f"/proceedings/notices/{notice.pk}/")
    with walk.li.page.expect_download() as kept:
        walk.li.page.get_by_role("link", name="下载 Word").click()
    document = Document(io.BytesIO(kept.value.path().read_bytes()))
    cells = [cell.text for table in document.tables for line in table.rows for cell in line.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def the_notice_hangs(walk: Path10, row: Proceeding) -> None:
    notice = posted(walk, "公示", "2020-02-15")
    walk.li_phone.open(f"/proceedings/notices/{notice.pk}/")
    fits(walk.li_phone)
    box = walk.li_phone.measure(
        "(b => [b.clientWidth, b.scrollWidth])(document.querySelector('.notice-scroll'))"
    )
    assert box[0] < NARROW < box[1]  # the wide table scrolls in a box of its own
    walk.li.open(f"/proceedings/notices/{notice.pk}/print/")
    walk.shot(walk.li, 5)
    for said in (walk.li.text(), word_of(walk, notice)):
        assert not [word for word in ("周平安", "家庭变故等", "12317", "0374-8561234") if word not in said]
        assert not [word for word in NEVER_POSTED if word in said.replace("0374-8561234", "")]
    refused(walk.li, row, "close_notice", "2020-02-15", "还差 5 天", walk.paper)


def an_objection_holds_it(walk: Path10, row: Proceeding) -> None:
    """Written down by one, settled by another; while it is open the proceeding does not move."""
    li, rev = walk.li, walk.rev
    walk.today("2020-02-20")
    photographed(walk, Notice.objects.get(), "end", "2020-02-20")
    li.open(f"/proceedings/{row.pk}/")
    slot = li.page.locator("#objections")
    slot.get_by_text("登记异议").click()
    slot.get_by_label("异议内容").fill("听说他家有车，请核实")
    slot.get_by_label("收到日期").fill("2020-02-17")
    slot.get_by_role("button", name="登记", exact=True).click()
    expect(li.page.get_by_text("须由登记人以外的人核实处理")).to_be_visible()
    refused(li, row, "close_notice", "2020-02-20", "公示期间的异议未处理完：2020-02-17 收到的异议尚未处理")
    walk.shot(li, 6, li.page.locator("#slot-objections"))
    rev.open(f"/proceedings/{row.pk}/")
    rev.page.get_by_text("处理这条异议").click()
    rev.page.get_by_label("处理结果").select_option("dismissed")
    rev.page.get_by_label("核实情况和理由").fill("经查询车辆登记，无车")
    rev.page.get_by_label("处理日期").fill("2020-02-19")
    rev.page.locator("#objections").get_by_role("button", name="处理", exact=True).click()
    expect(rev.page.locator("#objections")).to_contain_text("处理：周审核")
    do(li, row, "close_notice", "2020-02-20")


def review_and_decision(walk: Path10, row: Proceeding) -> None:
    walk.today("2020-02-25")
    walk.li.open(f"/proceedings/{row.pk}/")
    assert "现在的环节由其他岗位办理。" in walk.li.text()
    walk.rev.open(f"/proceedings/{row.pk}/")
    walk.shot(walk.rev, 7)
    do(walk.rev, row, "review", "2020-02-21")
    assert "您已办理过这项程序的其他环节" in walk.rev.text()  # of the county too, but has reviewed
    expect(walk.rev.page.locator("#act-decide")).to_have_count(0)
    walk.home.refresh_from_db()
    assert walk.home.monitor_class == "none"
    walk.officer.open(f"/proceedings/{row.pk}/")
    walk.shot(walk.officer, 8)
    do(walk.officer, row, "decide", "2020-02-24")
    walk.home.refresh_from_db()
    assert (walk.home.monitor_class, walk.home.risks) == ("unstable_exited", ["illness"])
    announcement = posted(walk, "公告", "2020-02-25")
    photographed(walk, announcement, "start", "2020-02-25")
    do(walk.li, row, "announce", "2020-02-25")


def measures_within_the_limit(walk: Path10, row: Proceeding) -> None:
    walk.today("2020-03-02")
    li = walk.li
    li.open(f"/proceedings/{row.pk}/")
    assert "应在 2020-03-05 前开始" in li.text()
    li.page.get_by_role("link", name="登记措施").click()
    li.page.get_by_label("帮扶措施").select_option(index=1)
    li.page.get_by_label("开始日期").fill("2020-03-01")
    li.follow(li.page.locator("main form button[type=submit]").last)
    li.open(f"/proceedings/{row.pk}/")
    assert "已开始" in li.page.locator(".facts").first.inner_text()


def opens_removal(walk: Path10, on: str) -> None:
    walk.li.open(reverse("proceedings:household-open", args=[walk.home.pk]) + "?kind=removal")
    walk.li.page.get_by_label("帮扶消除").check()
    walk.li.page.get_by_label("发起日期").fill(on)
    walk.li.page.get_by_label("事由").fill("收入稳定，自付费用已报销")
    walk.li.follow(walk.li.button("发起"))


def removed(walk: Path10) -> Proceeding:
    walk.today("2020-09-11")
    li, paper = walk.li, walk.paper
    opens_removal(walk, "2020-08-20")
    expect(li.page.get_by_text("观察期至 2020-08-24 期满，还差 4 天")).to_be_visible()
    opens_removal(walk, "2020-09-01")
    li.page.wait_for_url(re.compile(r"/proceedings/\d+/$"))
    row = Proceeding.objects.get(household=walk.home, closed_on=None)
    refused(li, row, "visit", "2020-09-02", "请先上传：入户核查表。", visitors="刘支书、王队员", **FIRM)
    do(li, row, "visit", "2020-09-02", paper, visitors="刘支书、王队员", **FIRM)
    do(li, row, "evaluate", "2020-09-03", paper, **VOTES)
    notice = posted(walk, "公示", "2020-09-03")
    photographed(walk, notice, "end", "2020-09-08")
    do(li, row, "close_notice", "2020-09-08")
    do(walk.rev, row, "review", "2020-09-09")
    do(walk.officer, row, "decide", "2020-09-10")
    photographed(walk, posted(walk, "公告", "2020-09-11"), "start", "2020-09-11")
    do(li, row, "announce", "2020-09-11")
    walk.home.refresh_from_db()
    assert walk.home.monitor_class == "none"
    return row


def rolled_back(walk: Path10) -> None:
    walk.today("2020-09-18")
    walk.li.open(f"/households/{walk.home.pk}/")
    walk.li.page.locator("#timeline").scroll_into_view_if_needed()
    expect(walk.li.page.locator("#household-story")).to_be_visible()
    assert "回退为监测对象" not in walk.li.page.locator("#household-story").inner_text()
    walk.officer.open(reverse("proceedings:household-rollback", args=[walk.home.pk]))
    walk.officer.page.get_by_label("重新认定的理由").fill("复核发现收入不稳定")
    walk.officer.button("确认回退").click()
    expect(walk.officer.page.get_by_text("已回退为监测对象。")).to_be_visible()
    walk.home.refresh_from_db()
    assert (walk.home.monitor_class, walk.home.risks) == ("unstable_exited", ["illness"])


def the_whole_story(walk: Path10, row: Proceeding, gone: Proceeding) -> None:
    """Every date and every person: on the household's page, and in the file on paper."""
    walk.today("2020-09-20")
    officer = walk.officer
    officer.open(f"/households/{walk.home.pk}/")
    officer.page.locator("#timeline").scroll_into_view_if_needed()
    story = officer.page.locator("#household-story")
    for words in ("自主申报", "识别纳入", "异议", "公示", "风险消除", "回退", "李秀英", "周审核", "陈主管"):
        expect(story.get_by_text(words).first).to_be_visible()
    told = story.inner_text()
    days = [
        "02-10",
        "02-11",
        "02-12",
        "02-14",
        "02-15",
        "02-20",
        "02-21",
        "02-24",
        "02-25",
        "09-01",
        "09-10",
        "09-11",
        "09-18",
    ]
    assert not [day for day in days if f"2020-{day}" not in told]
    walk.shot(officer, 9, officer.page.locator("#timeline"))
    for one, its_own in ((row, "经查询车辆登记，无车"), (gone, "收入持续稳定")):
        assert officer.open(reverse("proceedings:proceeding-print", args=[one.pk])) == 200
        paper = officer.text()
        for words in (its_own, "同意 20", "李秀英", "周审核", "陈主管"):
            assert words in paper.replace("：", " ").replace("同意人数", "同意"), words
    officer.open(reverse("proceedings:proceeding-print", args=[row.pk]))
    walk.shot(officer, 10)
