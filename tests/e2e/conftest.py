"""A browser, a small county with something going on in it, and people who open pages there."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.cast import PASSWORD, Cast, World
from tests.e2e.county import TODAY, County, judge, make_county
from tests.e2e.phone import Phone, in_chinese, program
from tests.e2e.quiet import all_served
from tests.e2e.visitor import WAIT_MS, Visitor

# Playwright keeps an event loop in this thread; without the word Django refuses the database to the tests beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def playwright_tool() -> Iterator[Playwright]:
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as tool:
        yield tool


@pytest.fixture(scope="session")
def browser(playwright_tool: Playwright) -> Iterator[Browser]:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        pytest.skip("no Chromium: set CHROMIUM")
    switches = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-sync",
        "--lang=zh-CN",
    ]
    opened = playwright_tool.chromium.launch(executable_path=found, args=switches, env=in_chinese())
    yield opened
    opened.close()


@pytest.fixture
def live_server(live_server: LiveServer) -> Iterator[LiveServer]:
    """The server of the session, left only when it has answered everybody: the tables are emptied after that."""
    yield live_server
    assert all_served(), "a browser was left open, or a page is still being answered"


@pytest.fixture
def phone_at(playwright_tool: Playwright, tmp_path: Path) -> Iterator[Callable[..., Phone]]:
    """phone_at(address) -> a browser with a folder of its own. At the end no script may have failed on it."""
    if not program():
        pytest.skip("no Chromium: set CHROMIUM")
    phones: list[Phone] = []

    def opened(base: str, **how: Any) -> Phone:
        folder = tmp_path / f"phone{len(phones)}"
        phones.append(Phone(playwright_tool, folder, base, password=PASSWORD, **how))
        return phones[-1]

    yield opened
    for one in phones:
        one.close()
    assert [trouble for one in phones for trouble in one.troubles] == []


@pytest.fixture
def phone(live_server: LiveServer, phone_at: Callable[..., Phone]) -> Callable[..., Phone]:
    return lambda **how: phone_at(live_server.url, **how)


@pytest.fixture
def small_county(transactional_db: None, world: World, cast: Cast, settings: Any, tmp_path: Path) -> County:
    settings.BUSINESS_DATE = TODAY
    settings.FILES_DIR = tmp_path / "files"
    return make_county(world, cast)


@pytest.fixture
def county(small_county: County) -> County:
    """The same county, judged."""
    judge(small_county)
    return small_county


@pytest.fixture
def visitor(live_server: LiveServer, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """visitor("li", phone=True) -> somebody with a browser of their own, logged in by the login page.

    At the end nobody may have met an error of a script, a breach of the content policy or a failed request.
    """
    people: list[Visitor] = []

    def arrive(username: str = "", **how: Any) -> Visitor:
        one = Visitor(browser, live_server.url, **how)
        people.append(one)
        if username:
            one.log_in(username)
        return one

    yield arrive
    troubles = [f"{one.name}: {trouble}" for one in people for trouble in one.troubles]
    for one in people:
        one.leave()
    assert troubles == []
