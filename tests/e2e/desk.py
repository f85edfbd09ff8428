"""The desks of the people who do a quarter's work, with the pictures that are taken of it."""

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator

from tests.e2e.quarter_county import QuarterCounty
from tests.e2e.visitor import Visitor

NARROW = 390


class Desk:
    """The county, the people at their browsers, the calendar, the pictures."""

    def __init__(
        self, county: QuarterCounty, arrive: Callable[..., Visitor], settings: Any, folder: Path
    ) -> None:
        self.county, self.settings, self.folder, self.shots = county, settings, folder, 0
        self.officer, self.li, self.phone = arrive("officer"), arrive("li"), arrive("li", phone=True)

    def today(self, day: date) -> None:
        self.settings.BUSINESS_DATE = day

    def shot(self, someone: Visitor, at: Locator | None = None) -> None:
        """A window of the guide, where pictures are asked for; on a phone nothing may stand out of the window."""
        self.shots += 1
        if someone is self.phone:
            assert someone.measure("document.documentElement.scrollWidth") <= NARROW, someone.page.url
        if not (out := os.environ.get("PATH_PICTURES")):
            return
        if at is not None:
            at.evaluate("it => window.scrollTo(0, it.getBoundingClientRect().top + window.scrollY - 90)")
        someone.page.wait_for_timeout(400)
        someone.page.screenshot(path=Path(out) / f"quarter-{self.shots:02}.png", animations="disabled")

    def keep(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path


def stat(someone: Visitor, label: str) -> int:
    """A number of the tiles on top of a page."""
    tile = someone.page.locator(".stat").filter(
        has=someone.page.locator(".stat-label", has_text=re.compile(f"^{label}$"))
    )
    return int(re.sub(r"\D", "", tile.first.locator(".stat-value").inner_text()))
