"""The visit form for those who hear it instead of seeing it, and for those who wait for it on a bad line."""

import gzip
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import expect

from households.models import Visit
from tests.e2e.county import County
from tests.e2e.phone import SHELL, Phone
from tests.e2e.visitor import Visitor
from tests.factories.households import make_visit
from tests.factories.policies import publish

MOST_BYTES = 200_000
UNNAMED = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href]")]
  .filter(one => one.checkVisibility())
  .filter(one => !(one.labels && one.labels.length) && !one.getAttribute("aria-label") && !one.getAttribute("aria-labelledby")
                 && !one.textContent.trim())
  .map(one => one.outerHTML)"""
UNGROUPED = """() => [...document.querySelectorAll("input[type=radio], input[type=checkbox][name=present]")]
  .filter(one => { const group = one.closest("fieldset"); return !group || !group.querySelector("legend").textContent.trim(); })
  .map(one => one.name)"""
BROKEN_LINKS = """() => [...document.querySelectorAll("[aria-describedby], [aria-errormessage], [aria-labelledby]")]
  .flatMap(one => ["aria-describedby", "aria-errormessage", "aria-labelledby"].flatMap(name => (one.getAttribute(name) || "").split(/\\s+/)))
  .filter(id => id && !document.getElementById(id))"""
SMALL = """() => [...document.querySelectorAll("main button, main a, main select, main summary, main input:not([type=hidden]), main textarea")]
  .filter(one => one.checkVisibility() && !one.classList.contains("visually-hidden"))
  .map(one => (one.closest("label") || one))
  .filter(one => one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML.slice(0, 120))"""
PLACE = """() => { const one = document.activeElement; const box = (one.closest(".segments label") || one).getBoundingClientRect();
  return [one === document.body ? "" : one.name || one.id || one.textContent.trim(), box.top + window.scrollY, !!one.closest(".form-actions")]; }"""


@pytest.fixture
def asked(small_county: County) -> County:
    """A household of the class whose quarter is collected, with something said last time."""
    publish("yuzhou-2020")
    make_visit(
        small_county.calm,
        date(2020, 9, 1),
        kind="phone",
        present="周平安",
        difficulties="屋顶漏雨",
        wishes="想修房",
    )
    return small_county


def form_of(county: County) -> str:
    return f"/households/{county.calm.pk}/visits/new/"


def heard(someone: Visitor) -> None:
    """Every field and button has a name, every group a legend, every reference its target, every target its size."""
    for script in (UNNAMED, UNGROUPED, BROKEN_LINKS, SMALL):
        assert someone.measure(script) == []


def test_the_form_can_be_heard_and_its_order_is_the_order_on_the_screen(
    asked: County, visitor: Callable[..., Visitor]
) -> None:
    li = visitor("li", phone=True)
    assert li.open(form_of(asked)) == 200
    heard(li)
    li.measure("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")
    heard(li)
    assert li.measure("() => document.documentElement.scrollWidth") <= 390
    places: list[tuple[str, float]] = []
    li.measure("() => document.querySelector('h1').scrollIntoView()")
    for _ in range(150):
        li.page.keyboard.press("Tab")
        name, top, at_the_bottom = li.measure(PLACE)
        if at_the_bottom or not name:
            break
        places.append((name, top))
    names = [name for name, _ in places]
    for name in (
        "visited_on",
        "kind",
        "present",
        "e0-kind",
        "q-wage_fen",
        "g-water-state",
        "difficulties",
        "photos",
    ):
        assert name in names, name
    tops = [top for name, top in places if name != "跳到正文"]
    assert all(after >= before - 60 for before, after in zip(tops, tops[1:], strict=False)), places


def test_errors_are_tied_to_their_fields(asked: County, visitor: Callable[..., Visitor]) -> None:
    li = visitor("li", phone=True, scripts=False)
    li.page.goto(form_of(asked))
    li.page.locator("[name=visited_on]").fill("2020-09-21")
    li.page.locator("details summary").first.click()
    li.page.locator("[name=e0-kind]").select_option("job_lost")
    li.page.locator("[name=q-wage_fen]").fill("很多")
    li.follow(li.button("保存走访"))
    for name, word in (("e0-happened_on", "请填写发生日期"), ("q-wage_fen", "金额")):
        field = li.page.locator(f"[name={name}]")
        assert field.get_attribute("aria-invalid") == "true"
        told = field.get_attribute("aria-describedby") or ""
        assert word in " ".join(li.page.locator(f"[id='{one}']").inner_text() for one in told.split())
    assert not Visit.objects.filter(visited_on=date(2020, 9, 21)).exists()


def test_an_unchanged_household_takes_one_tap(asked: County, visitor: Callable[..., Visitor]) -> None:
    li = visitor("li", phone=True)
    li.open(form_of(asked))
    assert li.page.get_by_label("电话").is_checked()  # as last time
    assert li.page.get_by_label("周平安", exact=True).is_checked()
    assert li.page.locator("[name=q-wage_fen]").get_attribute("inputmode") == "decimal"
    li.page.get_by_role("button", name="困难与上次相同").click()
    assert li.page.get_by_label("困难", exact=True).input_value() == "屋顶漏雨"
    box = li.button("情况无变化").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 844  # within reach of the thumb, wherever the page is scrolled
    li.button("情况无变化").click()
    li.page.wait_for_url(re.compile(rf"/households/{asked.calm.pk}/$"))
    saved = Visit.objects.get(visited_on=date(2020, 9, 20))
    assert (saved.nothing_changed, saved.kind, saved.present, saved.difficulties) == (
        True,
        "phone",
        "周平安",
        "屋顶漏雨",
    )


def test_the_offline_form_can_be_heard_too(asked: County, phone: Callable[..., Phone]) -> None:
    li = phone()
    li.log_in("li")
    li.take_list()
    li.page.locator("#list-rows a", has_text="周平安").click()
    li.page.wait_for_selector("#view-visit:not([hidden])")
    assert li.page.locator("#visit-title").evaluate("one => one === document.activeElement")
    li.page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")
    for script in (UNNAMED, UNGROUPED, BROKEN_LINKS, SMALL):
        assert li.page.evaluate(script) == [], script
    assert li.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert li.page.get_by_label("工资性收入").is_visible()
    li.page.get_by_label("走访日期").fill("2020-09-21")
    li.page.get_by_role("button", name="保存走访").click()
    expect(li.page.locator("#form-wrong")).to_contain_text("不能晚于今天")
    expect(li.page.get_by_label("走访日期")).to_have_attribute("aria-errormessage", "form-wrong")
    expect(li.page.locator("#queue-bar [role=status]")).to_have_count(1)


def _static_of(url: str) -> bytes:
    name = urlsplit(url).path.removeprefix(f"/{settings.STATIC_URL.strip('/')}/")
    return Path(str(finders.find(name))).read_bytes()


@pytest.mark.parametrize("page", ["form", "shell"])
def test_the_first_load_is_under_200_kb_compressed(
    asked: County, visitor: Callable[..., Visitor], page: str
) -> None:
    """Every address the browser fetches for the page, compressed as the web server sends it."""
    li = visitor("li", phone=True)
    fetched: list[str] = []
    li.context.on("request", lambda one: fetched.append(one.url))
    path = form_of(asked) if page == "form" else SHELL
    assert li.open(path) == 200
    # What the service worker fetches for later is not waited for; what the page needs is.
    needed = {url for url in fetched if "/static/" in url}
    assert not [
        url for url in needed if re.search(r"tabler\.min\.js|echarts|htmx|bootstrap-icons|\.woff", url)
    ]
    client = Client()
    client.force_login(asked.cast.li)
    total = len(gzip.compress(client.get(path).content)) + sum(
        len(gzip.compress(_static_of(url))) for url in needed
    )
    assert 50_000 < total < MOST_BYTES, total


def test_the_form_is_usable_on_throttled_3g(asked: County, visitor: Callable[..., Visitor]) -> None:
    """Bytes, not seconds: what came over the line until the form could be sent, and that it then could."""
    li = visitor("li", phone=True)
    line = li.context.new_cdp_session(li.page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    slow = {
        "offline": False,
        "latency": 300,
        "downloadThroughput": 1_600_000 / 8,
        "uploadThroughput": 750_000 / 8,
    }
    line.send("Network.emulateNetworkConditions", slow)
    received: list[float] = []
    line.on("Network.loadingFinished", lambda told: received.append(told["encodedDataLength"]))
    li.page.set_default_timeout(60_000)
    li.page.goto(form_of(asked), wait_until="load")
    # The test server does not compress; the raw bytes of the style sheet are known.
    raw = len(_static_of("/static/vendor/tabler/tabler.min.css")) + 200_000
    assert 0 < sum(received) < raw, sum(received)
    li.button("情况无变化").click()
    li.page.wait_for_url(re.compile(rf"/households/{asked.calm.pk}/$"), timeout=60_000)
    assert Visit.objects.filter(visited_on=date(2020, 9, 20), household=asked.calm).count() == 1
