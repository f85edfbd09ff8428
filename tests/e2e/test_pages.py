"""Pages as people with little meet them: no scripts, no mouse, a screen reader; and no page that breaks the content policy."""

import re
from collections.abc import Callable

from households.models import Visit
from tests.cast import PASSWORD, Cast
from tests.e2e.county import County
from tests.e2e.visitor import Visitor

UNNAMED = """[...document.querySelectorAll("main input:not([type=hidden]), main select, main textarea")]
  .filter(one => !(one.labels && one.labels.length) && !one.getAttribute("aria-label") && !one.getAttribute("aria-labelledby"))
  .map(one => one.name)"""
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
DESK_PAGES = (
    "/", "/reporting/", "/households/", "/households/visits/", "/households/measures/", "/monitoring/risks/", "/monitoring/duties/",
    "/monitoring/funds/", "/monitoring/rectifications/", "/monitoring/runs/", "/projects/", "/funds/", "/funds/payments/",
    "/villages/", "/policies/", "/exchange/exports/", "/exchange/imports/", "/accounts/me/", "/accounts/audit/",
)  # fmt: skip


def test_the_keyboard_alone_is_enough_to_log_in(
    transactional_db: None, cast: Cast, visitor: Callable[..., Visitor]
) -> None:
    nobody = visitor()
    nobody.page.goto("/accounts/login/")
    keys = nobody.page.keyboard
    for _ in range(12):
        if nobody.measure("document.activeElement.name") == "username":
            break
        keys.press("Tab")
    keys.type("li")
    keys.press("Tab")
    assert nobody.measure("document.activeElement.name") == "password"
    keys.type(PASSWORD)
    keys.press("Enter")
    nobody.page.wait_for_url(f"{nobody.base}/", wait_until="load")
    keys.press("Tab")
    assert nobody.measure("document.activeElement.textContent").strip() == "跳到正文"


def test_without_scripts_a_visit_is_saved_and_a_list_filtered(
    transactional_db: None, small_county: County, visitor: Callable[..., Visitor]
) -> None:
    li = visitor("li", phone=True, scripts=False)
    li.page.goto("/households/")
    li.page.locator("input[name=q]").last.fill("周平安")
    li.button("查找").click()
    li.page.wait_for_url(re.compile("q="))
    assert "周平安" in li.text()
    assert "李大山" not in li.text()
    li.follow(li.page.get_by_role("link", name="周平安"))
    li.follow(li.page.get_by_role("link", name="走访", exact=True).first)
    li.page.goto(f"/households/{small_county.calm.pk}/visits/new/")
    li.page.locator("input[name=visited_on]").fill("2020-09-18")
    li.button("情况无变化").click()
    li.page.wait_for_url(re.compile(rf"/households/{small_county.calm.pk}/$"))
    assert Visit.objects.filter(household=small_county.calm, visited_on="2020-09-18").count() == 1


def test_pages_keep_the_content_policy_fit_the_screen_and_name_their_fields(
    county: County, visitor: Callable[..., Visitor]
) -> None:
    officer = visitor("officer")
    for path in (*DESK_PAGES, f"/households/{county.ill.pk}/", f"/projects/{county.project.pk}/"):
        assert officer.open(path) == 200, path
        assert officer.measure(UNNAMED) == [], path
        assert officer.measure(SIDEWAYS) <= 0, path
    li = visitor("li", phone=True)
    visit_form = f"/households/{county.ill.pk}/visits/new/"
    for path in ("/", "/households/", f"/households/{county.ill.pk}/", visit_form, "/monitoring/risks/"):
        assert li.open(path) == 200, path
        assert li.measure(UNNAMED) == [], path
        assert li.measure(SIDEWAYS) <= 0, path
