"""A day on the road, in a real browser: the list is taken along, five visits are recorded without network, nothing is lost or doubled."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from households.models import Visit, VisitPhoto
from tests.e2e.county import County
from tests.e2e.phone import QUEUE_BAR, SHELL, Phone
from tests.factories.households import make_household, make_visit
from tests.factories.pictures import make_picture

NAMES = ("张一", "张二", "张三", "张四", "张五")
Opened = Callable[..., Phone]


@pytest.fixture
def road(small_county: County) -> County:
    """Five more households in the clerk's village; what their last visits said is of health and stays at home."""
    for name in NAMES:
        row = make_household(small_county.world.village_a1, head_name=name, phone="13900001111")
        make_visit(row, date(2020, 8, 20), present=name, difficulties="糖尿病住院", wishes="想办慢病卡")
    return small_county


def ready(phone: Phone) -> None:
    phone.log_in("li")
    phone.take_list()


def visits() -> int:
    return Visit.objects.filter(visited_on=date(2020, 9, 20)).count()


def test_five_visits_without_network_are_five_visits_after_a_closed_browser(
    road: County, phone: Opened
) -> None:
    li = phone()
    ready(li)
    li.offline()
    for name in NAMES[:3]:
        li.visit(name, f"{name}在家", nothing=True)
    li.visit(NAMES[3], "房屋漏雨", photo=make_picture(2400, 1800))
    li.waiting(5)  # four visits and a photo
    li.page.reload()
    li.waiting(5)
    li.close()
    li.open()
    li.offline()
    li.page.goto(SHELL)
    li.waiting(5)
    li.visit(NAMES[4], "好")
    li.waiting(6)
    expect(li.page.locator(QUEUE_BAR)).to_contain_text("走访 5，照片 1")
    assert visits() == 0
    li.offline(away=False)
    li.waiting(0)
    assert visits() == 5
    found = Visit.objects.filter(visited_on=date(2020, 9, 20))
    assert {row.household.head_name for row in found} == set(NAMES)
    assert {row.visitor_id for row in found} == {road.cast.li.pk}
    assert {row.present for row in found} == set(NAMES)
    photo = VisitPhoto.objects.get()
    assert photo.visit.household.head_name == NAMES[3]
    assert (photo.width, photo.height) == (1600, 1200)
    expect(li.page.locator(QUEUE_BAR)).to_contain_text("已上传 6 条")


def test_what_lies_on_the_phone_cannot_be_read_and_holds_no_health_text(road: County, phone: Opened) -> None:
    li = phone()
    ready(li)
    answer = li.page.evaluate("fetch('/api/v1/day-list/').then(r => r.text())")
    assert "糖尿病" not in answer
    assert "慢病卡" not in answer
    li.offline()
    li.visit(NAMES[0], "屋顶漏雨")
    li.waiting(1)
    kept = str(li.stored())
    assert li.stored()["daylist"] is not None
    assert NAMES[0] not in kept
    assert "屋顶漏雨" not in kept
    cached = li.page.evaluate(
        "caches.keys().then(n => Promise.all(n.map(k => caches.open(k).then(c => c.keys())))).then(a => a.flat().map(r => r.url))"
    )
    assert cached
    assert not [url for url in cached if "/api/" in url or "/accounts/" in url]


def test_a_half_filled_form_is_there_again_after_a_reload(road: County, phone: Opened) -> None:
    li = phone()
    ready(li)
    li.offline()
    li.page.locator("#list-rows a", has_text=NAMES[1]).click()
    li.page.get_by_label("走访情况").fill("写到一半")
    li.until(lambda: [item["kind"] for item in li.stored()["items"]] == ["draft"])
    li.page.reload()
    li.page.wait_for_selector("#view-visit:not([hidden])")
    li.page.wait_for_function("() => document.querySelector('#o-note').value === '写到一半'")


def test_another_page_without_network_leads_to_the_offline_page(road: County, phone: Opened) -> None:
    li = phone()
    ready(li)
    li.offline()
    row = road.calm
    li.page.goto(f"/households/{row.pk}/visits/new/")
    li.page.wait_for_selector("#view-visit:not([hidden])")
    expect(li.page.locator("#visit-title")).to_contain_text("周平安")


def test_a_login_that_went_in_the_meantime_keeps_everything_until_the_next_one(
    road: County, phone: Opened
) -> None:
    li = phone()
    ready(li)
    li.offline()
    li.visit(NAMES[0], "在家")
    Session.objects.all().delete()
    li.offline(away=False)
    li.page.wait_for_function(
        "() => document.querySelector('#queue-bar').textContent.includes('登录已过期，登录后自动上传')"
    )
    li.waiting(1)
    assert visits() == 0
    li.log_in("li")
    li.waiting(0)
    assert visits() == 1


def test_two_tabs_send_a_visit_once(road: County, phone: Opened) -> None:
    li = phone()
    ready(li)
    second = li.tab()
    second.goto(SHELL)
    li.offline()
    li.visit(NAMES[0], "在家")
    li.waiting(1, second)
    posts: list[str] = []
    li.context.on("request", lambda asked: posts.append(asked.url) if asked.method == "POST" else None)
    li.offline(away=False)
    for page in (li.page, second):
        page.evaluate("Offline.sync.hurry()")
    li.waiting(0)
    li.waiting(0, second)
    assert visits() == 1
    assert len(posts) == 1


def test_a_lost_reply_makes_no_second_visit(road: County, phone: Opened) -> None:
    li = phone()
    ready(li)
    lost: list[int] = []

    def swallow(route) -> None:  # the server has it, the phone never hears of it
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    li.context.route("**/api/v1/visits/", swallow)
    li.visit(NAMES[0], "在家")
    li.waiting(0)
    assert lost == [201]
    assert visits() == 1


def test_logging_out_warns_of_the_unsent_and_takes_the_list_away(road: County, phone: Opened) -> None:
    li = phone()
    ready(li)
    li.context.route("**/api/v1/visits/", lambda route: route.abort())
    li.visit(NAMES[0], "在家")
    li.waiting(1)
    warned: list[str] = []
    li.page.on("dialog", lambda box: (warned.append(box.message), box.accept()))
    li.log_out()
    assert "1 条没有上传" in warned[0]
    stored = li.stored()
    assert stored["daylist"] is None
    assert len(stored["items"]) == 1
    li.context.unroute("**/api/v1/visits/")
    li.log_in("li")
    li.waiting(0)
    assert visits() == 1


def test_the_list_goes_by_itself_after_its_day(road: County, phone: Opened) -> None:
    li = phone()
    ready(li)
    li.page.evaluate(
        "Offline.db.meta('daylist').then(row => Offline.db.set('daylist', Object.assign(row, {expires_at: Date.now() - 1})))"
    )
    li.offline()
    li.page.reload()
    li.page.wait_for_selector("#view-list:not([hidden])")
    expect(li.page.locator("#list-count")).to_contain_text("本机没有名单")
    assert li.stored()["daylist"] is None


def test_a_visit_form_whose_network_goes_while_it_is_open_ends_in_the_queue(
    road: County, phone: Opened
) -> None:
    li = phone()
    ready(li)
    li.page.goto(f"/households/{road.calm.pk}/visits/new/")
    li.page.get_by_label("走访情况").fill("填到一半断网")
    li.offline()
    li.page.get_by_role("button", name="保存走访").click()
    li.page.wait_for_selector("#view-queue:not([hidden])")
    li.waiting(1)
    li.offline(away=False)
    li.waiting(0)
    saved = Visit.objects.get(visited_on=date(2020, 9, 20))
    assert (saved.household_id, saved.note) == (road.calm.pk, "填到一半断网")


def test_photos_and_a_consented_position_of_the_form_with_network(
    road: County, phone: Opened, tmp_path: Path
) -> None:
    li = phone(permissions=["geolocation"], geolocation={"latitude": 34.15, "longitude": 113.47})
    ready(li)
    li.page.goto(f"/households/{road.calm.pk}/visits/new/")
    file = tmp_path / "IMG_2.jpg"
    file.write_bytes(make_picture(3000, 1500))
    li.page.locator("#id_photos").set_input_files(str(file))
    li.page.wait_for_selector("[data-photo-list] img")
    li.page.get_by_label("户主同意记录本次走访的位置").check()
    li.page.wait_for_function("() => document.querySelector('[name=latitude]').value !== ''")
    li.page.get_by_role("button", name="情况无变化").click()
    li.page.wait_for_url(f"**/households/{road.calm.pk}/")
    li.waiting(0)
    saved = Visit.objects.get(visited_on=date(2020, 9, 20))
    assert saved.nothing_changed
    assert (str(saved.latitude), str(saved.longitude)) == ("34.150000", "113.470000")
    assert li.stored()["items"] == []
    assert saved.photos.get().width == 1600


def test_the_phone_keeps_no_more_photos_than_a_visit_may_have(
    road: County, phone: Opened, tmp_path: Path, settings: Any
) -> None:
    settings.VISIT_PHOTOS_MOST = 2
    li = phone()
    ready(li)
    li.page.goto(f"/households/{road.calm.pk}/visits/new/")
    files = [tmp_path / f"IMG_{number}.jpg" for number in range(3)]
    for file in files:
        file.write_bytes(make_picture(400, 300))
    li.page.locator("#id_photos").set_input_files([str(file) for file in files])
    li.page.get_by_text("每次走访最多 2 张照片，有 1 张没有加入").wait_for()
    li.page.locator("[data-photo-list] img").nth(1).wait_for()  # each appears once it is shrunk
    assert li.page.locator("[data-photo-list] img").count() == 2
    li.page.get_by_role("button", name="情况无变化").click()
    li.page.wait_for_url(f"**/households/{road.calm.pk}/")
    li.waiting(0)
    assert Visit.objects.get(visited_on=date(2020, 9, 20)).photos.count() == 2
