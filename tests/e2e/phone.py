"""A phone: a browser with a folder of its own, so that it can be closed and opened again and still know what it knew."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

from tests.e2e.visitor import WAIT_MS

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]
SHELL = "/households/offline/"
QUEUE_BAR = "#queue-bar"


def in_chinese() -> dict[str, str | float | bool]:
    """The surroundings of a browser that writes its own buttons and dates in Chinese, where Debian's chromium-l10n is there."""
    return {**os.environ, "LANGUAGE": "zh_CN"}


def program() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


class Phone:
    """`open()` and `close()` as one does with a browser; the folder stays."""

    def __init__(self, tool: Playwright, folder: Path, base: str, *, password: str, **how: Any) -> None:
        self.tool, self.folder, self.base, self.password, self.how = tool, folder, base, password, how
        self.troubles: list[str] = []
        self.open()

    def open(self) -> Page:
        extra = self.how.get("switches", [])
        self.context: BrowserContext = self.tool.chromium.launch_persistent_context(
            str(self.folder), executable_path=program(), args=SWITCHES + extra, viewport={"width": 390, "height": 844},
            is_mobile=True, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=self.base,
            permissions=self.how.get("permissions", []), geolocation=self.how.get("geolocation"), accept_downloads=True,
            env=in_chinese(),
        )  # fmt: skip
        self.page = self.watched(self.context.pages[0])
        return self.page

    def watched(self, page: Page) -> Page:
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on(
            "console",
            lambda said: self.troubles.append(said.text) if "Content Security" in said.text else None,
        )
        return page

    def tab(self) -> Page:
        return self.watched(self.context.new_page())

    def close(self) -> None:
        self.context.close()

    def offline(self, *, away: bool = True) -> None:
        self.context.set_offline(away)

    def log_in(self, username: str) -> None:
        self.page.goto("/accounts/login/")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(self.password)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(f"{self.base}/")

    def log_out(self) -> None:
        self.page.goto("/accounts/me/")
        self.page.locator("main form[action$='/accounts/logout/'] button").click()
        self.page.wait_for_url("**/accounts/login/**")

    def take_list(self) -> None:
        """Download the day list, with the service worker in charge so that the page comes without network too."""
        self.page.goto(SHELL)
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
        if not self.page.evaluate("() => Boolean(navigator.serviceWorker.controller)"):
            self.page.reload()  # the worker woke up while this page was on its way: the next one is its own
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        self.page.get_by_role("button", name="下载今日名单").click()
        self.page.wait_for_selector("#list-rows li")

    def visit(self, name: str, note: str = "", *, photo: bytes | None = None, nothing: bool = False) -> None:
        """One visit on the offline page, from the list."""
        self.page.goto(f"{SHELL}#list")
        self.page.locator("#list-rows a", has_text=name).click()
        self.page.wait_for_selector("#view-visit:not([hidden])")
        if note:
            self.page.get_by_label("走访情况").fill(note)
        if photo:
            file = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo}
            self.page.locator("#o-photos").set_input_files(file)  # type: ignore[arg-type]
            self.page.wait_for_selector("#view-visit [data-photo-list] img")
        self.page.get_by_role("button", name="情况无变化" if nothing else "保存走访").click()
        self.page.wait_for_selector("#view-list:not([hidden])")

    def waiting(self, number: int, page: Page | None = None) -> None:
        """Wait until so many items are said to wait."""
        script = "n => (document.querySelector('#queue-bar') || {dataset: {}}).dataset.count === String(n)"
        (page or self.page).wait_for_function(script, arg=number)

    def until(self, question: Callable[[], bool]) -> None:
        """Ask again and again; the page goes on working in between."""
        deadline = time.monotonic() + WAIT_MS / 1000
        while not question():
            assert time.monotonic() < deadline, "it did not come to that"
            self.page.wait_for_timeout(100)

    def bar(self) -> str:
        return self.page.locator(QUEUE_BAR).inner_text()

    def stored(self) -> dict[str, Any]:
        """What lies in the browser's store, as text where it is text."""
        return self.page.evaluate(
            """async () => {
              const found = {items: await Offline.db.all("items"), keys: (await Offline.db.all("keys")).length};
              found.daylist = (await Offline.db.meta("daylist")) || null;
              found.user = (await Offline.db.meta("user")) || null;
              return JSON.parse(JSON.stringify(found));
            }"""
        )
