"""One working day: a clerk on the road, an officer at a desk, and a clerk next door who sees nothing of it."""

import io
import re
from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect

from exchange.models import ExportFile
from households.models import Visit
from monitoring.models import Decision, RiskCase
from tests.e2e.county import County
from tests.e2e.visitor import Visitor

REASON = "入户看过住院票据，医保和救助已报销九成，家中收入稳定。"


def test_from_the_visit_to_the_export_and_nothing_next_door(
    county: County, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    case = RiskCase.objects.get(household=county.ill)
    li = visitor("li", phone=True)
    _records_a_visit_with_a_double_tap(li, county)
    _decides_that_there_is_no_risk(li, county, case)
    officer = visitor("officer")
    _counts_equal_the_lists_behind_them(officer)
    _opens_the_fund_check(officer, county)
    names = _exports_the_ledger(officer, tmp_path)
    assert {"李大山", "周平安", "王未见", "赵小河"} <= names
    zhao = visitor("zhao")
    _sees_nothing_of_other_townships(zhao, county, case)
    assert "赵小河" in (own := _exports_the_ledger(zhao, tmp_path))
    assert own.isdisjoint({"李大山", "周平安", "王未见"})


def _records_a_visit_with_a_double_tap(li: Visitor, county: County) -> None:
    before = Visit.objects.filter(household=county.ill).count()
    assert li.open(f"/households/{county.ill.pk}/visits/new/") == 200
    assert li.measure("document.documentElement.scrollWidth") <= 390
    li.page.locator("input[name=visited_on]").fill("2020-09-19")
    li.page.locator("textarea[name=difficulties]").fill("住院后暂时不能外出务工")
    li.button("保存走访").dblclick()
    li.page.wait_for_url(re.compile(rf"/households/{county.ill.pk}/$"))
    expect(li.page.get_by_text("2020-09-19 的走访已保存。")).to_be_visible()
    visits = Visit.objects.filter(household=county.ill)
    assert visits.count() == before + 1
    assert visits.get(visited_on="2020-09-19").difficulties == "住院后暂时不能外出务工"


def _decides_that_there_is_no_risk(li: Visitor, county: County, case: RiskCase) -> None:
    li.open("/monitoring/risks/")
    li.page.get_by_role("link", name="李大山").click()
    li.page.wait_for_url(re.compile(rf"/monitoring/cases/{case.pk}/$"))
    assert "重大疾病" in li.text()
    li.page.get_by_label("经核查无风险").check()
    li.page.get_by_label("核查情况和理由").fill(REASON)
    li.page.get_by_label("依据的走访").select_option(index=1)
    li.follow(li.button("保存结论"))
    decision = Decision.objects.get(case=case)
    assert (decision.outcome, decision.reason) == ("no_risk", REASON)
    assert str(decision.visit.visited_on) == "2020-09-19"
    case.refresh_from_db()
    assert case.closed_on is not None
    li.open("/monitoring/risks/")
    assert "李大山" not in li.text()


def _counts_equal_the_lists_behind_them(someone: Visitor) -> None:
    """After 更新数字 every figure of the top row that counts rows equals its list."""
    someone.open("/reporting/")
    someone.follow(someone.button("更新数字"))
    tiles = someone.page.locator("main a.card-link")
    seen = [(tiles.nth(at).inner_text(), tiles.nth(at).get_attribute("href")) for at in range(tiles.count())]
    counts = [(text, href) for text, href in seen if href and "%" not in text and "人" not in text]
    assert len(counts) >= 4
    for text, href in counts:
        figure = re.search(r"\n\s*(\d+)\s", text)
        assert figure, text
        assert someone.open(str(href)) == 200
        listed = someone.page.locator("#figure-table tbody tr:has(td:nth-child(3))").count()
        assert listed == int(figure[1]), text
    assert any(int(re.search(r"\n\s*(\d+)\s", text)[1]) for text, _ in counts)  # type: ignore[index]


def _opens_the_fund_check(officer: Visitor, county: County) -> None:
    assert officer.open("/monitoring/funds/") == 200
    text = officer.text()
    assert county.project.name in text
    assert "九月底拨付率下限" in text
    assert "83.3" in text  # 50 of 60 万元 paid


def _exports_the_ledger(someone: Visitor, folder: Path) -> set[str]:
    """Asks for the ledger, waits until it can be downloaded; the names in it. Numbers are masked."""
    someone.open("/exchange/exports/")
    someone.page.get_by_label("表式").select_option("YTP_REN_2022")
    someone.follow(someone.button("生成"))
    with someone.page.expect_download() as waiting:
        someone.page.get_by_role("link", name="下载").first.click()
    file = folder / f"{someone.name}.xlsx"
    waiting.value.save_as(file)
    rows = list(load_workbook(io.BytesIO(file.read_bytes())).active.iter_rows(values_only=True))
    head = next(at for at, row in enumerate(rows) if "姓名" in row)
    assert len([cell for cell in rows[head] if cell]) == 31
    number = next(at for at, cell in enumerate(rows[head]) if cell and "证件号码" in str(cell))
    people = [row for row in rows[head + 1 :] if row[rows[head].index("姓名")]]
    assert people
    assert all("****" in str(row[number]) for row in people)
    return {str(row[rows[head].index("姓名")]) for row in people}


def _sees_nothing_of_other_townships(zhao: Visitor, county: County, case: RiskCase) -> None:
    hidden = ("李大山", "周平安", "王未见", county.project.name)
    for path in ("/", "/households/", "/households/?q=李大山", "/households/?area=411081100", "/households/visits/",
                 "/monitoring/risks/", "/monitoring/duties/", "/projects/", "/funds/allocations/", "/funds/payments/",
                 "/monitoring/funds/", "/monitoring/rectifications/"):  # fmt: skip
        assert zhao.open(path) == 200, path
        assert [name for name in hidden if name in zhao.text()] == [], path
    visit = Visit.objects.filter(household=county.ill).latest("pk")
    allocation = county.project.allocations.get()
    file = ExportFile.objects.latest("pk").file
    for path in (
        f"/households/{county.ill.pk}/",
        f"/households/{county.ill.pk}/members/",
        f"/households/{county.ill.pk}/visits/new/",
        f"/households/visits/{visit.pk}/",
        f"/monitoring/cases/{case.pk}/",
        f"/monitoring/households/{county.ill.pk}/panel/",
        f"/projects/{county.project.pk}/",
        f"/funds/allocations/{allocation.pk}/",
        f"/exchange/files/{file.uuid}/",
        "/reporting/?area=411081100",
        "/reporting/figures/open_cases/?area=411081100",
        "/villages/411081100201/",
    ):
        assert zhao.open(path) == 404, path
    assert zhao.open("/reporting/figures/live_households/") == 200
    assert zhao.rows("#figure-table tbody tr") == 1
    _counts_equal_the_lists_behind_them(zhao)
