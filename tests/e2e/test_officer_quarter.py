"""A county officer's quarter in a browser, with a real worker behind: the 低保 list and its 300 differences, the screening, what-if,
and the doubtful data that go to the townships and come back mended.

With PATH_PICTURES=docs/zh/img the same journey writes the pictures of the guide.
"""

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from households.models import SafetyNet
from monitoring.departments.models import DepartmentBatch, DepartmentDifference
from monitoring.models import DataFault, FaultExemption, RiskCase
from tests.cast import Cast, World
from tests.e2e import quarter_county as q
from tests.e2e.desk import Desk, stat
from tests.e2e.quiet import all_served
from tests.e2e.visitor import Visitor
from tests.e2e.worker import filed, worker

State, Kind = DepartmentDifference.State, DepartmentDifference.Kind
PATIENCE = 60_000
SAME_SEX, TOO_YOUNG = "DQ-0207", "DQ-0232"


@pytest.fixture
def desk(
    transactional_db: None, world: World, cast: Cast, settings: Any, tmp_path: Path, browser: Browser
) -> Iterator[Desk]:
    settings.BUSINESS_DATE, settings.FILES_DIR = q.TODAY, tmp_path / "files"
    county = q.make_quarter_county(world, cast)
    people: list[Visitor] = []
    with filed(tmp_path), worker(tmp_path) as said:
        server = LiveServer("localhost")

        def arrive(username: str, **how: Any) -> Visitor:
            people.append(Visitor(browser, server.url, **how))
            people[-1].page.set_default_timeout(PATIENCE)
            people[-1].log_in(username)
            return people[-1]

        try:
            yield Desk(county, arrive, settings, tmp_path)
            assert [f"{one.name}: {trouble}" for one in people for trouble in one.troubles] == []
            assert "Traceback" not in said.read_text(encoding="utf-8"), said.read_text(encoding="utf-8")[
                -3000:
            ]
        finally:
            for one in people:
                one.leave()
            all_served()
            server.stop()


def test_the_quarter_of_a_county_officer(desk: Desk) -> None:
    batch = the_list_arrives(desk)
    proposals_and_300_differences(desk, batch)
    ten_are_worked(desk, batch)
    the_department_is_answered(desk, batch)
    the_same_again_and_the_corrected_one(desk, batch)
    the_quarter_is_run(desk)
    the_document_is_named(desk)
    no_risk_stays_quiet_until_figures_change(desk)
    what_if(desk)
    two_packs(desk)
    doubtful_data_go_to_the_townships(desk)
    mended_and_run_again(desk)


# --- the 低保 list --------------------------------------------------------------------------------------------------------


def the_list_arrives(desk: Desk) -> DepartmentBatch:
    """Who owes what; a CSV in GBK is handed in, its columns said once."""
    officer = desk.officer
    officer.open("/monitoring/departments/")
    owed = officer.page.locator("main table").first.locator("tbody tr")
    expect(owed.filter(has_text="医疗费用").filter(has_text="逾期未报")).to_have_count(2)
    desk.shot(officer)
    row = owed.filter(has_text="低保、特困对象名单").filter(has_text="2020 年第 3 季度")
    expect(row).to_contain_text("2020-10-10")
    row.get_by_role("link", name="上传").click()
    file = desk.keep("低保对象2020三季度.csv", q.as_csv(q.rows_of(desk.county)))
    officer.page.locator("main input[type=file]").set_input_files(file)
    officer.button("上传").click()
    officer.page.wait_for_url("**/columns/")
    proposed = officer.page.locator("select[name=township]")
    assert proposed.input_value() == "所在乡镇"
    officer.page.locator("select[name=village]").select_option("居住地")
    officer.button("读取").click()
    expect(officer.page.locator("main")).to_contain_text("请指定“姓名”是哪一列。")
    officer.open(officer.page.url)
    for field, header in q.BY_HAND.items():
        officer.page.locator(f"select[name={field}]").select_option(header)
    desk.shot(officer)
    officer.button("读取").click()
    officer.page.wait_for_url(re.compile(r"/batches/\d+/$"))
    return DepartmentBatch.objects.get()


def settled(someone: Visitor, label: str = "刷新结果") -> None:
    """Wait for the worker on a page that asks again by itself, then take its answer."""
    link = someone.page.get_by_role("link", name=label)
    done = someone.page.get_by_role("heading", name="请确认是否同一人").or_(
        someone.page.get_by_role("heading", name="比对结果")
    )
    expect(link.or_(done).or_(someone.button("开始比对")).first).to_be_visible(timeout=PATIENCE)
    if link.is_visible():
        someone.follow(link)


def proposals_and_300_differences(desk: Desk, batch: DepartmentBatch) -> None:
    officer = desk.officer
    settled(officer)
    numbers = {label: stat(officer, label) for label in ("证件号一致", "待确认", "未匹配", "退回")}
    by_number = len(desk.county.families) - q.OURS_ONLY - q.PROPOSED + 1
    assert numbers == {"证件号一致": by_number, "待确认": q.PROPOSED, "未匹配": q.STRANGERS, "退回": 1}
    expect(officer.page.locator("main")).to_contain_text("脱敏文件不能导入")
    desk.shot(officer)
    officer.button("开始比对").click()
    expect(officer.page.get_by_text(f"还有 {q.PROPOSED} 行待确认")).to_be_visible()
    officer.button("所选是同一人").click()
    expect(officer.page.get_by_text(f"已办理 {q.PROPOSED} 行。")).to_be_visible()
    officer.button("开始比对").click()
    settled(officer)
    expect(officer.page.locator("main")).to_contain_text(f"共 {q.DIFFERENCES} 条")
    counts = {label: stat(officer, label) for label in ("对方有、我方无", "我方有、对方无", "金额不一致")}
    assert counts == {
        "对方有、我方无": q.THEIRS_ONLY + q.STRANGERS,
        "我方有、对方无": q.OURS_ONLY,
        "金额不一致": q.VALUE,
    }
    expect(officer.page.locator("main")).to_contain_text("金额不一（260.00 元、190.00 元）")
    desk.shot(officer)
    assert batch.differences.count() == q.DIFFERENCES


def answer(someone: Visitor, row: DepartmentDifference, outcome: str, reason: str = "", on: str = "") -> None:
    assert someone.open(reverse("monitoring:difference-detail", args=[row.pk])) == 200
    someone.page.locator(f"input[name=outcome][value={outcome}]").check()
    if on:
        someone.page.get_by_label("更正日期").fill(on)
    if reason:
        someone.page.locator("textarea[name=reason]").fill(reason)
    someone.button("办结").click()
    expect(someone.page.get_by_text("已办结。")).to_be_visible()


def ten_are_worked(desk: Desk, batch: DepartmentBatch) -> None:
    """Seven one by one by the clerk and the county, three at once; the records follow."""
    li, officer, here = desk.li, desk.officer, desk.county.world.township_a.code
    mine = {
        kind: list(batch.differences.filter(kind=kind, scope_code__startswith=here).order_by("pk")[:5])
        for kind in Kind
    }
    li.open(f"/monitoring/departments/differences/?batch={batch.pk}")
    li.page.get_by_label("类型").select_option("value")
    expect(li.page.locator("#difference-table")).not_to_contain_text("没有在保记录")
    shown = batch.differences.filter(kind=Kind.VALUE, scope_code__startswith=here).count()
    expect(li.page.locator("#state-tabs .chip").first).to_have_text(f"未办结 {shown}")
    expect(li.page.locator("#difference-table nav.chips")).to_have_count(0)  # they took their place above
    desk.shot(li)
    desk.phone.open(f"/monitoring/departments/differences/?batch={batch.pk}&kind=value")
    desk.shot(desk.phone)
    first = mine[Kind.VALUE][0]
    li.open(reverse("monitoring:difference-detail", args=[first.pk]))
    desk.shot(li)
    for row in (first, *mine[Kind.THEIRS_ONLY][:2]):
        answer(li, row, State.CONFIRMED, on="2020-09-01")
    answer(li, mine[Kind.VALUE][1], State.EXPLAINED, "九月起调标，下季一致")
    for row in mine[Kind.OURS_ONLY][:2]:
        answer(officer, row, State.CONFIRMED, on="2020-09-01")
    stranger = batch.differences.filter(household=None).first()
    assert stranger is not None
    answer(officer, stranger, State.THEIRS_WRONG, "户籍不在本县，请核实")
    li.open(f"/monitoring/departments/differences/?batch={batch.pk}&kind=value")
    for box in li.page.locator("#difference-table input[name=pick]").all()[:3]:
        box.check()
    li.page.get_by_label("所选均为对方有误，理由").fill("发放表为上季旧数")
    li.button("列为对方有误").click()
    expect(li.page.get_by_text("已将 3 条列为对方有误。")).to_be_visible()
    assert batch.differences.exclude(state__in=DepartmentDifference.UNFINISHED).count() == 10
    nets = SafetyNet.objects.filter(effective_to=None)
    assert nets.get(household=first.household).monthly_fen == 29_500
    assert (
        nets.filter(
            household__in=[row.household for row in mine[Kind.THEIRS_ONLY][:2]], monthly_fen=28_000
        ).count()
        == 2
    )
    assert not nets.filter(household__in=[row.household for row in mine[Kind.OURS_ONLY][:2]]).exists()


def the_department_is_answered(desk: Desk, batch: DepartmentBatch) -> None:
    officer = desk.officer
    officer.open(reverse("monitoring:department-batch", args=[batch.pk]))
    expect(officer.page.locator("main")).to_contain_text(f"未办结 {q.DIFFERENCES - 10} 条")
    desk.shot(officer, officer.page.get_by_role("heading", name="反馈部门"))
    with officer.page.expect_download() as kept:
        officer.button("生成反馈表").click()
    sheet = load_workbook(io.BytesIO(kept.value.path().read_bytes()))["反馈"]
    lines = {line[0]: line for line in sheet.iter_rows(min_row=2, values_only=True)}
    assert len(lines) == len(q.rows_of(desk.county))
    wrong = [line for line in lines.values() if line[9] == "对方有误"]
    assert sorted(line[10] for line in wrong) == ["发放表为上季旧数"] * 3 + ["户籍不在本县，请核实"]
    assert [line[8] for line in lines.values()].count("退回") == 3, (
        "a hidden number, and a household with two amounts"
    )
    assert not [one.number for one in desk.county.families if one.number in str(lines)], "numbers are hidden"


def uploaded(someone: Visitor, file: Path) -> None:
    someone.open("/monitoring/departments/upload/?listing=safety_net&period=2020Q3")
    someone.page.locator("main input[type=file]").set_input_files(file)
    someone.button("上传").click()
    someone.page.wait_for_url(re.compile(r"/batches/\d+/$"))


def the_same_again_and_the_corrected_one(desk: Desk, batch: DepartmentBatch) -> None:
    officer, before = (
        desk.officer,
        list(batch.differences.order_by("pk").values_list("pk", "state", "reason")),
    )
    uploaded(officer, desk.folder / "低保对象2020三季度.csv")
    expect(officer.page.get_by_text("同一文件已经收到过，没有作任何改动。")).to_be_visible()
    assert list(batch.differences.order_by("pk").values_list("pk", "state", "reason")) == before
    assert DepartmentBatch.objects.count() == 1
    wrong = batch.differences.filter(state=State.THEIRS_WRONG, kind=Kind.VALUE).values_list(
        "household_id", flat=True
    )
    for one in desk.county.families:
        one.proposed = False
        if one.household.pk in set(wrong):
            one.theirs = one.ours
    rows = q.rows_of(desk.county)[:-2]
    uploaded(
        officer,
        desk.keep("低保对象2020三季度（更正）.xlsx", q.as_workbook(rows, "禹州市2020年三季度低保对象名单")),
    )
    settled(officer)
    assert stat(officer, "待确认") == 0, "the columns were remembered, the numbers are there now"
    officer.button("开始比对").click()
    settled(officer)
    second = DepartmentBatch.objects.latest("pk")
    still = q.DIFFERENCES - 3 - 3 - 2  # taken back by them; our records raised or opened; ours stopped
    expect(officer.page.locator("main")).to_contain_text(f"共 {still} 条")
    kept = second.differences.filter(state__in=(State.EXPLAINED, State.THEIRS_WRONG))
    assert sorted(kept.values_list("reason", flat=True)) == ["九月起调标，下季一致", "户籍不在本县，请核实"]
    officer.open("/monitoring/departments/")
    row = officer.page.locator("main table").first.locator("tbody tr").filter(has_text="低保、特困对象名单")
    expect(row.filter(has_text="2020 年第 3 季度")).to_contain_text("已收到")
    expect(row.filter(has_text="2020 年第 4 季度")).to_contain_text("本期进行中")


# --- the screening --------------------------------------------------------------------------------------------------------


def screened(desk: Desk) -> None:
    officer = desk.officer
    officer.open("/monitoring/runs/")
    officer.page.get_by_role("link", name="发起").first.click()
    officer.page.get_by_label("季度").select_option(label="2020年三季度")
    officer.button("开始").click()
    officer.page.wait_for_url(re.compile(r"/runs/\d+/$"))
    expect(officer.page.locator("main").get_by_text("已完成")).to_be_visible(timeout=PATIENCE)
    officer.page.reload()
    expect(officer.page.get_by_text("没有适用的对象").first).to_be_visible()


def the_quarter_is_run(desk: Desk) -> None:
    screened(desk)
    desk.shot(desk.officer)
    desk.officer.open("/monitoring/risks/")
    desk.shot(desk.officer)


def _case(desk: Desk) -> RiskCase:
    found = RiskCase.objects.filter(household=_poor(desk), closed_on=None).first()
    assert found is not None
    return found


def _poor(desk: Desk) -> Any:
    """A household of the clerk's township, under the line."""
    here = desk.county.world.township_a.code
    return next(home for home in desk.county.low if home.scope_code.startswith(here))


def the_document_is_named(desk: Desk) -> None:
    """A rule of a document says its clause; a rule of the county says that no document does."""
    case = RiskCase.objects.get(household=desk.county.poorest, closed_on=None)
    desk.officer.open(reverse("monitoring:case-detail", args=[case.pk]))
    card = desk.officer.page.locator(".sign-card").filter(has_text="低于脱贫收入线").first
    expect(card).to_contain_text("3,850.00 元")
    expect(card).to_contain_text(re.compile(r"第\s*0\.2\s*条|0\.2"))
    expect(card).to_contain_text("禹州")


def no_risk_stays_quiet_until_figures_change(desk: Desk) -> None:
    li, home = desk.li, _poor(desk)
    url = reverse("monitoring:case-detail", args=[_case(desk).pk])
    li.open(url)
    card = li.page.locator(".sign-card").filter(has_text="已脱贫户收入低于监测线")
    expect(card).to_contain_text("人均纯收入 4,300.00 元，低于监测线 5,000.00 元")
    card.get_by_text("数值与标准").click()
    expect(card).to_contain_text("标准：监测收入线")
    expect(card).to_contain_text("文件未规定")
    desk.shot(li, card)
    desk.phone.open(url)
    desk.shot(desk.phone)
    li.page.locator("input[name=outcome][value=no_risk]").check()
    li.page.get_by_label("核查情况和理由").fill("外出务工工资未计入，入户核实收入稳定")
    desk.shot(li, li.page.locator("#decide"))
    li.follow(li.button("保存结论"))
    screened(desk)
    assert not RiskCase.objects.filter(household=home, closed_on=None).exists()
    li.open(reverse("households:income-save", args=[home.pk]))
    li.page.locator("#id_kind").select_option("year")
    filled = {"period_end": "2020-09-30", "collected_on": "2020-09-30", "members": "1", "wage_fen": "4100"}
    none = ("business_fen", "property_fen", "transfer_fen", "production_cost_fen", "self_paid_fen")
    for name, value in (filled | dict.fromkeys(none, "0")).items():
        li.page.locator(f"#id_{name}").fill(value)
    li.follow(li.page.locator("main form button[type=submit]").last)
    assert home.incomes.latest("pk").net_fen == 410_000
    screened(desk)
    li.open(reverse("monitoring:case-detail", args=[_case(desk).pk]))
    card = li.page.locator(".sign-card").filter(has_text="已脱贫户收入低于监测线").first
    expect(card).to_contain_text("人均纯收入 4,100.00 元，低于监测线 5,000.00 元")
    desk.shot(li, card)


def what_if(desk: Desk) -> None:
    """The line from 5,000 to 6,000 元: counts, townships, who comes in, what it costs in visits."""
    officer = desk.officer
    officer.open("/monitoring/whatif/")
    prepare = officer.button("准备事实表")
    if prepare.is_visible():
        prepare.click()
    line = officer.page.locator("input[name='v.county-default/monitor_income_line']")
    expect(officer.page.get_by_text("走访工作量")).to_be_visible(timeout=PATIENCE)
    officer.page.locator("details").filter(has=line).locator("summary").first.click()
    line.fill("6000")
    line.press("Tab")
    expect(officer.page.locator("#whatif-result")).to_contain_text("5000.00 → 6000")
    assert (stat(officer, "新进入"), stat(officer, "退出")) == (len(desk.county.near), 0)
    listed = officer.page.locator("#whatif-list tbody tr")
    assert {one.locator("a").first.inner_text() for one in listed.all()} == {
        home.head_name for home in desk.county.near
    }
    expect(officer.page.locator("#whatif-result")).to_contain_text("全年走访、联系由")
    table = officer.page.locator("section", has=officer.page.get_by_role("heading", name="各乡镇（户）"))
    came = [int(row.locator("td").nth(3).inner_text()) for row in table.locator("tbody tr").all()]
    assert sum(came) == len(desk.county.near)
    desk.shot(officer, line)
    desk.shot(officer, officer.page.locator("#whatif-result"))


def two_packs(desk: Desk) -> None:
    officer = desk.officer
    officer.open("/monitoring/whatif/")
    for name, title in (("a", "禹州"), ("b", "许昌")):
        field = officer.page.locator(f"select[name={name}]")
        label = next(one for one in field.locator("option").all_inner_texts() if title in one)
        with officer.page.expect_response(re.compile("/whatif/")):  # the next choice would call this one off
            field.select_option(label=label)
    result = officer.page.locator("#whatif-result")
    expect(result).to_contain_text("两个政策包比较", timeout=PATIENCE)
    expect(result.get_by_role("heading", name="有变化的规则")).to_be_visible()
    desk.shot(officer, result)


# --- doubtful data --------------------------------------------------------------------------------------------------------


def checked(desk: Desk) -> None:
    officer = desk.officer
    officer.open("/monitoring/data/")
    officer.page.get_by_role("link", name="发起核查").click()
    officer.page.get_by_label("范围").select_option(label="禹州市")
    officer.button("开始").click()
    officer.page.wait_for_url("**/data/runs/")
    expect(officer.page.locator("main tbody tr").first).to_contain_text("已完成", timeout=PATIENCE)


def doubtful_data_go_to_the_townships(desk: Desk) -> None:
    officer, li, phone, here = desk.officer, desk.li, desk.phone, desk.county.world.township_a
    checked(desk)
    officer.open("/monitoring/data/")
    desk.shot(officer)
    officer.page.get_by_role("link", name="发乡镇核实").click()
    officer.page.get_by_label("改正期限").fill("2020-10-25")
    officer.page.get_by_label("要求").fill("逐户核实，先改错误类")
    desk.shot(officer)
    officer.button("发乡镇核实").click()
    expect(officer.page.get_by_text("已发 2 个乡镇")).to_be_visible()
    expect(officer.page.locator("main tbody tr")).to_have_count(2)
    the_workbook_of_a_township(desk)
    phone.open("/")
    phone.follow(phone.page.get_by_role("link", name="疑点改正").first)
    expect(phone.page.locator("main")).to_contain_text("疑点数据清单")
    desk.shot(phone, phone.page.get_by_text("疑点数据清单").first)
    li.open(f"/monitoring/data/faults/?rule={SAME_SEX}")
    expect(li.page.locator("main")).to_contain_text(f"县级交办{here.name}")
    desk.shot(li)
    li.page.get_by_role("link", name="去改正").first.click()
    li.page.get_by_label("性别").select_option("female")
    li.follow(li.page.locator("main form button[type=submit]").last)
    assert desk.county.wife is not None
    desk.county.wife.refresh_from_db()
    assert desk.county.wife.gender == "female"
    the_son_is_exempted(desk)


def the_workbook_of_a_township(desk: Desk) -> None:
    officer, here, there = desk.officer, desk.county.world.township_a, desk.county.world.township_b
    line = officer.page.locator("main tbody tr").filter(has_text=here.name)
    officer.follow(line.get_by_role("link", name="下载表格"))
    assert officer.page.get_by_label("范围").input_value() == here.code
    officer.button("生成").click()
    link = officer.page.get_by_role("link", name="下载").first
    expect(link).to_be_visible(timeout=PATIENCE)
    with officer.page.expect_download() as kept:
        link.click()
    book = load_workbook(io.BytesIO(kept.value.path().read_bytes()), read_only=True)
    rule = next(name for name in book.sheetnames if name.startswith(SAME_SEX))
    (line,) = book[rule].iter_rows(min_row=2, values_only=True)
    assert (line[1], line[5]) == (here.name, "刘桂兰")
    places = {
        row[1]
        for name in book.sheetnames
        if name.startswith("DQ-")
        for row in book[name].iter_rows(min_row=2, values_only=True)
    }
    assert places == {here.name}, f"nothing of {there.name}"


def the_son_is_exempted(desk: Desk) -> None:
    officer = desk.officer
    officer.open(f"/monitoring/data/faults/?rule={TOO_YOUNG}")
    officer.page.get_by_role("link", name="豁免", exact=True).last.click()
    officer.page.get_by_label("豁免原因").fill("收养的子女，有收养登记证")
    officer.page.get_by_label("有效期至").fill("2021-06-30")
    desk.shot(officer)
    officer.page.locator("main form button[type=submit]").last.click()
    expect(officer.page.get_by_text("已豁免，到期后自动恢复为待改正。")).to_be_visible()
    row = FaultExemption.objects.get()
    assert (row.reason, row.until) == ("收养的子女，有收养登记证", date(2021, 6, 30))


def mended_and_run_again(desk: Desk) -> None:
    """A week later: what was mended is closed and its time counted, what is exempt stays quiet."""
    officer, here = desk.officer, desk.county.world.township_a
    desk.today(date(2020, 10, 15))
    checked(desk)
    fault = DataFault.objects.get(rule_key=SAME_SEX)
    assert (fault.closed_on, fault.close_reason) == (date(2020, 10, 15), "已改正")
    officer.open("/monitoring/data/")
    row = officer.page.locator("main tbody tr").filter(has_text=here.name).first
    expect(row).to_contain_text("7 天")
    assert stat(officer, "已豁免") == 1
    desk.shot(officer)
    officer.open("/monitoring/data/handovers/")
    line = officer.page.locator("main tbody tr").filter(has_text=here.name)
    assert line.locator("td").nth(5).inner_text() == "1"
    desk.shot(officer)
    desk.phone.open("/monitoring/data/handovers/")
    desk.shot(desk.phone)
