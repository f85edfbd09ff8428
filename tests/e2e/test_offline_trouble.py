"""What goes wrong on a phone that several people use on bad lines: nothing is lost, nothing doubled, everything is said."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from households.models import Household, Visit, VisitPhoto
from households.views import offline
from tests.e2e.county import County
from tests.e2e.phone import QUEUE_BAR, SHELL, Phone
from tests.factories.households import make_helper, make_household
from tests.factories.pictures import make_picture

NAMES = ("张一", "张二", "张三")
DAY = date(2020, 9, 20)
Opened = Callable[..., Phone]


@pytest.fixture
def road(small_county: County) -> County:
    for name in NAMES:
        make_helper(make_household(small_county.world.village_a1, head_name=name), small_county.cast.wang)
    return small_county


def ready(phone: Phone, username: str = "li") -> None:
    phone.log_in(username)
    phone.take_list()


def visits() -> int:
    return Visit.objects.filter(visited_on=DAY).count()


def test_a_refused_visit_stays_with_its_reason_and_the_rest_go_on(road: County, phone: Opened) -> None:
    li = phone()
    ready(li)
    li.offline()
    li.visit(NAMES[0], "第一户", photo=make_picture())
    li.visit(NAMES[1], "第二户")
    li.visit(NAMES[2], "第三户")
    gone = Household.objects.get(head_name=NAMES[0])
    away = road.world.village_b1
    Household.objects.filter(pk=gone.pk).update(
        village=away, scope_code=away.code
    )  # moved while he was on the road
    li.offline(away=False)
    li.waiting(2)  # the refused visit and its photo
    assert visits() == 2
    li.page.goto(f"{SHELL}#queue")
    rows = li.page.locator("#queue-rows li")
    expect(rows.first).to_contain_text("需修改：没有找到，或不在您的管辖范围内。")
    expect(li.page.locator(QUEUE_BAR)).to_contain_text("1 条需修改")
    here = road.world.village_a1
    Household.objects.filter(pk=gone.pk).update(village=here, scope_code=here.code)
    uuid = next(item["uuid"] for item in li.stored()["items"] if item["kind"] == "visit")
    rows.first.get_by_role("link", name="修改").click()
    expect(li.page.locator("#form-wrong")).to_contain_text("上次没有接受")
    expect(li.page.get_by_label("走访情况")).to_have_value("第一户")
    li.page.get_by_label("走访情况").fill("第一户，已核对")
    li.page.get_by_role("button", name="保存走访").click()
    li.waiting(0)
    saved = Visit.objects.get(household=gone, visited_on=DAY)
    assert (str(saved.uuid), saved.note) == (uuid, "第一户，已核对")  # refused, so the UUID was still free
    assert saved.photos.count() == 1


def test_a_uuid_the_server_knows_otherwise_is_mended_under_a_new_one(road: County, phone: Opened) -> None:
    li = phone()
    ready(li)
    li.offline()
    li.visit(NAMES[0], "第一次")
    (kept,) = li.stored()["items"]
    household = Household.objects.get(head_name=NAMES[0])
    Visit.objects.create(
        uuid=kept["uuid"],
        household=household,
        visited_on=date(2020, 9, 1),
        visitor_name="别人",
        content_hash=b"1" * 32,
    )
    li.offline(away=False)
    li.page.goto(f"{SHELL}#queue")
    expect(li.page.locator("#queue-rows li").first).to_contain_text("需修改")
    li.page.get_by_role("link", name="修改").click()
    li.page.wait_for_selector("#view-visit:not([hidden])")
    li.page.get_by_role("button", name="保存走访").click()
    li.waiting(0)
    assert Visit.objects.get(household=household, visited_on=DAY).note == "第一次"
    assert Visit.objects.filter(household=household).count() == 2


def test_two_people_on_one_phone_each_send_their_own(road: County, phone: Opened) -> None:
    shared = phone()
    ready(shared)
    shared.offline()
    shared.visit(NAMES[0], "李的走访")
    shared.page.on("dialog", lambda box: box.accept())
    # Shut before the line comes back: otherwise the visit may be sent before the first person leaves.
    shared.context.route("**/api/v1/visits/", lambda route: route.abort())
    shared.offline(away=False)
    shared.log_out()
    shared.context.unroute("**/api/v1/visits/")
    ready(shared, "wang")
    shared.waiting(1)
    shared.until(lambda: "1 条属于本机其他用户" in shared.bar())  # once the page knows who is logged in
    assert visits() == 0
    shared.page.goto(f"{SHELL}#queue")
    row = shared.page.locator("#queue-rows li").first
    expect(row).to_contain_text("由 李秀英 登录后上传")
    assert NAMES[0] not in row.inner_text()
    shared.visit(NAMES[1], "王的走访")
    shared.waiting(1)
    assert Visit.objects.get(visited_on=DAY).visitor_id == road.cast.wang.pk
    shared.log_out()
    shared.log_in("li")
    shared.waiting(0)
    assert Visit.objects.get(visited_on=DAY, note="李的走访").visitor_id == road.cast.li.pk
    assert visits() == 2


def test_the_queue_is_saved_as_a_file_and_handed_in_at_the_township(
    road: County, phone: Opened, tmp_path: Path
) -> None:
    wang = phone()
    ready(wang, "wang")
    wang.offline()
    wang.visit(NAMES[0], "走访一", photo=make_picture(800, 600))
    wang.visit(NAMES[1], "走访二")
    wang.page.goto(f"{SHELL}#queue")
    with wang.page.expect_download() as waiting:
        wang.page.get_by_role("button", name="保存为文件").click()
    file = tmp_path / "queue.json"
    waiting.value.save_as(file)
    content = json.loads(file.read_text(encoding="utf-8"))
    assert (len(content["visits"]), len(content["photos"])) == (2, 1)
    content["visits"].append(
        content["visits"][0] | {"uuid": "00000000-0000-4000-8000-000000000001", "household": 999999}
    )
    file.write_text(json.dumps(content), encoding="utf-8")
    li = phone()
    li.log_in("li")
    for outcome in ("已登记 3 条，此前已有 0 条，未接受 1 条", "已登记 0 条，此前已有 3 条，未接受 1 条"):
        li.page.goto("/households/visits/hand-in/")
        li.page.get_by_label("走访队列文件").set_input_files(str(file))
        li.page.get_by_role("button", name="登记").click()
        expect(li.page.locator("#hand-in-result h2")).to_contain_text(outcome)
    assert {row.visitor_id for row in Visit.objects.filter(visited_on=DAY)} == {road.cast.wang.pk}
    wang.offline(away=False)  # the phone finds the network after all
    wang.waiting(0)
    assert visits() == 2
    assert VisitPhoto.objects.count() == 1


def test_a_new_release_of_the_page_keeps_the_queue(
    road: County, phone: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    li = phone()
    ready(li)
    li.context.route("**/api/v1/visits/", lambda route: route.abort())
    li.visit(NAMES[0], "更新前")
    li.waiting(1)
    monkeypatch.setattr(offline, "build_of", lambda: "newrelease")
    li.page.evaluate("() => navigator.serviceWorker.getRegistration().then(r => r.update()).then(() => null)")
    li.until(lambda: li.page.evaluate("() => caches.keys()") == ["offline-newrelease"])
    li.page.reload()
    li.waiting(1)
    li.context.unroute("**/api/v1/visits/")
    li.waiting(0)
    assert visits() == 1


def test_a_busy_server_is_tried_again_and_the_others_are_not_held_up(road: County, phone: Opened) -> None:
    li = phone()
    ready(li)
    answered: list[int] = []

    def busy(route) -> None:
        if "先忙后好" in (route.request.post_data or "") and answered.count(503) < 2:
            answered.append(503)
            route.fulfill(status=503, body="{}")
        else:
            route.continue_()

    li.context.route("**/api/v1/visits/", busy)
    li.offline()
    li.visit(NAMES[0], "先忙后好")
    li.visit(NAMES[1], "马上就好")
    li.offline(away=False)
    li.waiting(1)
    assert Visit.objects.get(visited_on=DAY).note == "马上就好"
    li.page.evaluate("Offline.sync.hurry()")
    li.page.wait_for_timeout(500)
    li.page.evaluate("Offline.sync.hurry()")
    li.waiting(0)
    assert answered == [503, 503]
    assert visits() == 2


def test_a_browser_that_may_store_nothing_says_so_and_offers_the_file(
    road: County, phone: Opened, tmp_path: Path
) -> None:
    li = phone()
    ready(li)
    li.page.locator("#list-rows a", has_text=NAMES[0]).click()
    li.page.get_by_label("走访情况").fill("没有地方存")
    li.page.evaluate(
        "() => { Offline.queue.addVisit = () => Promise.reject(new Error('QuotaExceededError')); }"
    )
    li.page.get_by_role("button", name="保存走访").click()
    expect(li.page.locator("#offline-notes")).to_contain_text("本机没有保存成功")
    with li.page.expect_download() as waiting:
        li.page.locator("#offline-notes").get_by_role("button", name="保存为文件").click()
    file = tmp_path / "one.json"
    waiting.value.save_as(file)
    assert json.loads(file.read_text(encoding="utf-8"))["visits"][0]["note"] == "没有地方存"
    assert li.page.get_by_label("走访情况").input_value() == "没有地方存"


def test_an_address_without_https_says_that_it_cannot_work_offline(road: County, phone: Opened) -> None:
    li = phone(switches=["--host-resolver-rules=MAP county.example 127.0.0.1"])
    port = li.base.rsplit(":", 1)[1]
    li.page.goto(f"http://county.example:{port}{SHELL}")
    expect(li.page.locator("#offline-notes")).to_contain_text("此地址不能离线使用")
    expect(li.page.locator("#offline-notes")).to_contain_text("https")
