"""Takes the pictures of the README from a running demonstration county.

    python -m tests.e2e.screenshots --base http://127.0.0.1:8000 --accounts var/demo-accounts.txt --out docs/img

The county must have been screened and its money checked, as seed_demo does. Nothing is written there. One window each, not
the whole page, so that a picture stays small.
"""

import argparse
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.phone import in_chinese

DESK = {"width": 1366, "height": 720}
PHONE = {"width": 390, "height": 844}
CLERK, OFFICER = "shundian", "officer1"


def _follow(page: Page, selector: str) -> None:
    href = page.locator(selector).first.get_attribute("href")
    page.goto(str(href))


def _home(page: Page) -> None:
    page.goto("/")


def _visit(page: Page) -> None:
    page.goto("/monitoring/duties/")
    _follow(page, "main a[href$='/visits/new/']")


def _case(page: Page) -> None:
    page.goto("/monitoring/risks/")
    _follow(page, "main a[href*='/monitoring/cases/']")


def _household(page: Page) -> None:
    """A household with a sign, of the first check task."""
    _case(page)
    _follow(page, "main .page-actions a[href*='/households/']")


def _risks(page: Page) -> None:
    page.goto("/monitoring/risks/")


def _dashboard(page: Page) -> None:
    page.goto("/reporting/")


def _funds(page: Page) -> None:
    page.goto("/monitoring/funds/")


def _rectification(page: Page) -> None:
    page.goto("/monitoring/rectifications/")
    _follow(page, "main table a[href*='/monitoring/rectifications/']")


def _pack(page: Page) -> None:
    page.goto("/policies/")
    page.locator("main").get_by_role("link", name=re.compile("禹州")).first.click()


def _runs(page: Page) -> None:
    page.goto("/monitoring/runs/")


# name of the picture -> (who looks, on what, at which page)
PICTURES: dict[str, tuple[str, dict[str, int], Callable[[Page], None]]] = {
    "home-clerk": (CLERK, DESK, _home),
    "visit-phone": (CLERK, PHONE, _visit),
    "household": (CLERK, DESK, _household),
    "check-task": (CLERK, DESK, _case),
    "risk-list": (OFFICER, DESK, _risks),
    "dashboard": (OFFICER, DESK, _dashboard),
    "fund-check": (OFFICER, DESK, _funds),
    "rectification": (OFFICER, DESK, _rectification),
    "policy-pack": (OFFICER, DESK, _pack),
    "runs": (OFFICER, DESK, _runs),
}


def _page_of(browser: Browser, base: str, user: str, password: str, window: dict[str, int]) -> Page:
    phone = window is PHONE
    context = browser.new_context(
        base_url=base,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport=window,  # type: ignore[arg-type]
        is_mobile=phone,
        has_touch=phone,
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("input[name=username]").fill(user)
    page.locator("input[name=password]").fill(password)
    page.locator("form button[type=submit]").click()
    page.wait_for_url(f"{base}/")
    page.wait_for_load_state("networkidle")
    return page


def take(base: str, password: str, out: Path) -> None:
    """Every picture, each in its file below `out`."""
    out.mkdir(parents=True, exist_ok=True)
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as tool:
        browser = tool.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--lang=zh-CN"],
            env=in_chinese(),
        )
        pages: dict[tuple[str, int], Page] = {}
        for name, (user, window, go) in PICTURES.items():
            key = (user, window["width"])
            page = pages.get(key) or _page_of(browser, base, user, password, window)
            pages[key] = page
            go(page)
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(500)
            page.screenshot(path=out / f"{name}.png", animations="disabled")
        browser.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--base", default="http://127.0.0.1:8000")
    options.add_argument("--accounts", type=Path, default=Path("var/demo-accounts.txt"))
    options.add_argument("--out", type=Path, default=Path("docs/img"))
    given = options.parse_args()
    found = re.search(r"密码: (\S+)", given.accounts.read_text(encoding="utf-8"))
    if not found:
        raise SystemExit(f"no password in {given.accounts}")
    take(given.base, found[1], given.out)


if __name__ == "__main__":
    main()
