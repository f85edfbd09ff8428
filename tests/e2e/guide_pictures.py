"""Takes the pictures of the chapters of the guide from a running demonstration county, one window each.

    python -m tests.e2e.guide_pictures --base http://127.0.0.1:8000 --accounts var/demo-accounts.txt --out docs/zh/img

The pictures of the way of one household (path-*.png) come from tests/e2e/test_whole_path.py. Here a little is written: a
member leaves and the act is taken back, points are given, and a hamlet is written by two clerks at once.
"""

import argparse
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.phone import in_chinese
from tests.e2e.screenshots import CLERK, DESK, OFFICER, _follow, _page_of


def _household(page: Page) -> str:
    """The address of one monitored household of the clerk's."""
    page.goto("/monitoring/risks/")
    _follow(page, "main a[href*='/monitoring/cases/']")
    _follow(page, "main .page-actions a[href*='/households/']")
    return page.url


def _part(page: Page, name: str) -> None:
    _household(page)
    page.wait_for_load_state("networkidle")
    part = page.locator(f"#{name}")
    for _ in range(4):  # the parts above load as they are passed, and push this one down
        part.evaluate("it => window.scrollTo(0, it.getBoundingClientRect().top + window.scrollY - 76)")
        page.wait_for_timeout(500)


def _save(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state("networkidle")


def _acts(page: Page) -> None:
    """A member left by mistake; the act is taken back."""
    _household(page)
    page.wait_for_load_state("networkidle")
    _follow(page, "#members a[href$='/leave/'] >> nth=-1")
    page.locator("select[name=kind]").select_option(index=3)
    page.locator("input[name=reason]").fill("随子女到国外定居")
    _save(page)
    _part(page, "acts")
    _follow(page, "#acts a[href$='/reverse/']")
    page.locator("main form input[name=reason], main form textarea[name=reason]").fill("录错了人，核实后撤销")
    _save(page)
    _part(page, "acts")


def _two_editors(page: Page) -> None:
    address = _household(page) + "edit/"
    page.goto(address)
    other = page.context.new_page()
    now = page.locator("input[name=hamlet]").input_value()
    theirs, mine = [name for name in ("六组", "七组", "八组") if name != now][:2]
    for one, hamlet in ((other, theirs), (page, mine)):
        if one is other:
            one.goto(address)
        one.locator("input[name=hamlet]").fill(hamlet)
        _save(one)
    other.close()
    page.locator("#stale-fields").scroll_into_view_if_needed()


def _points(page: Page) -> None:
    for reason in (1, 6):
        page.goto(_household(page) + "points/earn/")
        page.locator("select[name=reason_code]").select_option(index=reason)
        _save(page)
    _part(page, "points")


def _card(page: Page) -> None:
    page.goto(_household(page) + "card/")


def _plan_of_one(page: Page) -> None:
    page.goto(_household(page) + "plan/")


def _frozen(page: Page) -> None:
    """The second quarter, frozen where it is not yet."""
    page.goto("/monitoring/freezes/")
    if not page.locator("main table a[href*='/monitoring/freezes/']").count():
        page.on("dialog", lambda box: box.accept())
        page.locator("select[name=quarter]").select_option(value="2020Q2")
        page.locator("input[name=note]").fill("二季度报省表")
        page.locator("main form[data-confirm] button[type=submit]").first.click()
    else:
        _follow(page, "main table a[href*='/monitoring/freezes/']")
    page.locator("main .stats").first.wait_for(timeout=600_000)


def _rule_names(page: Page) -> None:
    """Who is named by a rule that is only counted, of today's facts."""
    page.goto("/monitoring/rules/names/")
    if not page.locator("main .stats").count():
        page.locator("#rule-names form button[type=submit]").click()
        page.locator("main .stats").first.wait_for(timeout=600_000)
        page.goto("/monitoring/rules/names/")


def _at(path: str) -> Callable[[Page], None]:
    return lambda page: page.goto(path) and None


def _pack_rules(page: Page) -> None:
    page.goto("/policies/")
    page.locator("main").get_by_role("link", name=re.compile("禹州")).first.click()
    page.wait_for_load_state("networkidle")
    page.locator("main a", has_text=re.compile("^规则")).first.click()


# name of the picture -> (who looks, at which page)
PICTURES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "file-acts": (CLERK, _acts),
    "file-two-editors": (CLERK, _two_editors),
    "file-incomes": (CLERK, lambda page: _part(page, "incomes")),
    "plan-list": (CLERK, _at("/households/visits/plan/")),
    "plan-coverage": (OFFICER, _at("/households/visits/coverage/")),
    "plan-groups": (OFFICER, _at("/households/groups/")),
    "plan-card": (CLERK, _card),
    "support-plan": (CLERK, _plan_of_one),
    "support-taper": (OFFICER, _at("/households/measures/tapers/")),
    "support-points": (CLERK, _points),
    "data-home": (OFFICER, _at("/monitoring/data/")),
    "data-faults": (CLERK, _at("/monitoring/data/faults/")),
    "rules-pack": (OFFICER, _pack_rules),
    "freeze-quarter": (OFFICER, _frozen),
    "rule-names": (OFFICER, _rule_names),
}


def take(base: str, password: str, out: Path, only: str = "") -> None:
    """Every picture whose name begins with `only`, each in its file below `out`."""
    out.mkdir(parents=True, exist_ok=True)
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as tool:
        browser: Browser = tool.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--lang=zh-CN"],
            env=in_chinese(),
        )
        people = {user: _page_of(browser, base, user, password, DESK) for user in (CLERK, OFFICER)}
        for name, (user, go) in PICTURES.items():
            if name.startswith(only):
                go(people[user])
                people[user].wait_for_load_state("networkidle")
                people[user].wait_for_timeout(400)
                people[user].screenshot(path=out / f"{name}.png", animations="disabled")
        browser.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--base", default="http://127.0.0.1:8000")
    options.add_argument("--accounts", type=Path, default=Path("var/demo-accounts.txt"))
    options.add_argument("--out", type=Path, default=Path("docs/zh/img"))
    options.add_argument("--only", default="", help="names that begin so")
    given = options.parse_args()
    found = re.search(r"密码: (\S+)", given.accounts.read_text(encoding="utf-8"))
    if not found:
        raise SystemExit(f"no password in {given.accounts}")
    take(given.base, found[1], given.out, given.only)


if __name__ == "__main__":
    main()
