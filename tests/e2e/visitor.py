"""Somebody at a browser: opens pages, and remembers what went wrong on them."""

from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response

from tests.cast import PASSWORD

DESK = {"viewport": {"width": 1366, "height": 768}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WAIT_MS = 20_000  # how long a busy machine may take over a page


class Visitor:
    """`page` is the browser's page; `troubles` lists console errors, script errors and refused requests."""

    def __init__(self, browser: Browser, base: str, *, phone: bool = False, scripts: bool = True) -> None:
        self.base, self.name, self.troubles = base, "nobody", []
        self.context = browser.new_context(
            base_url=base,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=scripts,
            **(PHONE if phone else DESK),  # type: ignore[arg-type]
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # The browser also writes a line for every refused page; those are judged by their status below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"{self.page.url}: {message.text}")

    def _response(self, response: Response) -> None:
        wanted = response.request.is_navigation_request() and response.status in (403, 404, 422)
        if response.status >= 400 and not wanted:
            self.troubles.append(f"{response.status} {response.url}")

    def log_in(self, username: str) -> None:
        self.name = username
        self.page.goto("/accounts/login/")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(f"{self.base}/")

    def open(self, path: str) -> int:
        """Go there; the status of the answer."""
        answer = self.page.goto(path)
        assert answer is not None
        self.page.wait_for_load_state("networkidle")
        return answer.status

    def follow(self, link: Locator) -> None:
        """Press something that leads to another page, and be there. A bare click returns while the old page still stands,
        and what is read then is what stood there before."""
        with self.page.expect_navigation():
            link.click()
        self.page.wait_for_load_state("networkidle")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def rows(self, table: str = "main table tbody tr") -> int:
        return self.page.locator(table).count()

    def measure(self, script: str) -> Any:
        return self.page.evaluate(script)

    def leave(self) -> None:
        self.context.close()
