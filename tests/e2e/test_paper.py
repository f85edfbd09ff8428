"""Paper as the browser prints it: a card is one page whatever stands on it, a household's form is one page, many are many."""

import re
from collections.abc import Callable
from datetime import date

from households import cards
from tests.e2e.county import County
from tests.e2e.visitor import Visitor
from tests.factories.households import make_helper, make_household, make_measure, make_person, make_visit

PAGE = re.compile(rb"/Type\s*/Page[^s]")


def pages(visitor: Visitor, path: str) -> int:
    """How many sheets of A4 the printer would take."""
    assert visitor.open(path) == 200
    return len(PAGE.findall(visitor.page.pdf(prefer_css_page_size=True, print_background=True)))


def test_a_full_card_is_exactly_one_page(
    transactional_db: None, county: County, visitor: Callable[..., Visitor]
) -> None:
    make_helper(county.calm, name="欧阳建国", unit="禹州市农业农村和乡村振兴事务服务中心驻村工作队第一工作组")
    for number in range(cards.LINES + 2):
        make_measure(
            county.calm, "industry", item="致富带头人/合作社/龙头企业带动", amount_fen=1_234_500 + number,
            on=date(2020, 2, 1), provider="市农业农村局",
        )  # fmt: skip
    li = visitor("li")
    assert pages(li, f"/households/{county.calm.pk}/card/") == 1
    assert "另有 2 项未列" in li.page.locator("main").inner_text()
    # Nothing is cut off at the foot of the page either.
    li.page.emulate_media(media="print")
    spill = "[...document.querySelectorAll('.wall-card')].map(one => one.scrollHeight - one.clientHeight)"
    assert max(li.measure(spill)) <= 1
    assert li.measure("document.querySelector('.wall-code img').naturalWidth") > 100


def test_an_empty_card_is_one_page_too(
    transactional_db: None, county: County, visitor: Callable[..., Visitor]
) -> None:
    assert pages(visitor("li"), f"/households/{county.unseen.pk}/card/") == 1


def test_a_village_prints_one_page_per_household(
    transactional_db: None, county: County, visitor: Callable[..., Visitor]
) -> None:
    village = county.world.village_a1
    for number in range(3):
        home = make_household(village, members=5, household_no=f"E{number}", poverty_status="unexited")
        for month in range(1, 7):
            make_visit(home, date(2020, month, 3), note="家庭情况稳定，帮扶政策已落实，无其他诉求。")
            make_measure(home, "industry", on=date(2020, month, 1), amount_fen=100_000)
    make_person(home, name="第六口人")
    li = visitor("li")
    assert pages(li, f"/households/print/{village.code}/cards/") == 5
    assert pages(li, f"/households/print/{village.code}/sheets/") == 5
    assert pages(li, f"/households/{home.pk}/sheet/") == 1


def test_paper_and_plan_do_not_scroll_sideways_on_a_phone(
    transactional_db: None, county: County, visitor: Callable[..., Visitor]
) -> None:
    li = visitor("li", phone=True)
    for path in (
        "/households/visits/plan/", "/households/visits/coverage/", "/households/groups/", "/households/groups/disabled/",
        "/households/print/", f"/households/{county.calm.pk}/card/",
    ):  # fmt: skip
        assert li.open(path) == 200
        assert li.measure("document.documentElement.scrollWidth - window.innerWidth") <= 0, path
