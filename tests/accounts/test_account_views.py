"""Pages of accounts, the errors every page shares, and the frame."""

import logging
from datetime import date

import pytest
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

from accounts.home import HomeCounter, HomeItem, home_of
from accounts.models import AuditEntry, User
from accounts.nav import nav_for, registered
from accounts.tokens import token_create
from common.errors import Conflict, Invalid, PasswordNeeded
from poverty.urls import urlpatterns as real
from tests.cast import PASSWORD, actor


def refuses(request):
    kinds = {
        "409": Conflict("已被处理。"),
        "422": Invalid("金额有误。"),
        "password": PasswordNeeded("请确认身份。"),
    }
    raise kinds[request.GET["kind"]]


def breaks(request):
    raise RuntimeError("a bug")


urlpatterns = [*real, path("refuses/", refuses), path("api/v1/refuses/", refuses), path("breaks/", breaks)]
handler404, handler500 = "accounts.errors.not_found", "accounts.errors.server_error"


@pytest.fixture
def broken_urls(settings):
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize(
    ("kind", "status", "sentence"), [("409", 409, "已被处理。"), ("422", 422, "金额有误。")]
)
def test_a_refusal_becomes_a_page_with_its_number(login, cast, broken_urls, kind, status, sentence):
    response = login(cast.li).get(f"/refuses/?kind={kind}")
    assert response.status_code == status
    text = response.content.decode()
    assert sentence in text
    assert response["X-Reference"] in text


def test_a_refusal_on_the_api_is_json(login, cast, broken_urls):
    response = login(cast.li).get("/api/v1/refuses/?kind=409")
    assert response.status_code == 409
    assert response.json() == {"code": "conflict", "detail": "已被处理。", "field": None}


def test_a_needed_password_leads_to_the_recheck_and_back(login, cast, broken_urls):
    client = login(cast.li)
    response = client.get("/refuses/?kind=password")
    assert response["Location"].startswith(reverse("accounts:password-recheck"))
    assert "next=%2Frefuses%2F%3Fkind%3Dpassword" in response["Location"]
    posted = client.post("/refuses/?kind=password", headers={"Referer": "http://testserver/villages/?q=1"})
    assert "next=%2Fvillages%2F%3Fq%3D1" in posted["Location"]
    by_htmx = client.post("/refuses/?kind=password", headers={"HX-Request": "true"})
    assert by_htmx.status_code == 204
    assert by_htmx["HX-Redirect"].startswith(reverse("accounts:password-recheck"))


def test_a_bug_shows_a_chinese_page_with_its_number_and_nothing_else(login, cast, broken_urls):
    client = login(cast.li)
    client.raise_request_exception = False
    response = client.get("/breaks/")
    assert response.status_code == 500
    text = response.content.decode()
    assert "系统出错" in text
    assert response["X-Reference"] in text
    assert "a bug" not in text


def test_an_unknown_address_is_a_chinese_page(login, cast):
    response = login(cast.li).get("/nowhere/")
    assert response.status_code == 404
    assert "没有找到" in response.content.decode()


def test_a_form_of_an_ended_session_is_refused_in_chinese(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.li)
    response = client.post(reverse("accounts:logout"))
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


def test_the_log_holds_neither_query_string_nor_name(login, cast, broken_urls, caplog):
    client = login(cast.li)
    client.raise_request_exception = False
    with caplog.at_level(logging.DEBUG):
        for url in ("/villages/", "/refuses/", "/nowhere/"):
            client.get(url, {"q": "王小明", "kind": "409", "id": "411081198001011234"})
        client.post(reverse("accounts:login"), {"username": "王小明", "password": "bei-mi-ma"})
    lines = "\n".join(
        f"{entry.name} {entry.getMessage()}"
        for entry in caplog.records
        if not entry.name.startswith("django.db")
    )
    assert "villages/" in lines, "the requests were logged at all"
    for secret in ("王小明", "%E7%8E%8B", "411081198001011234", "李秀英", "bei-mi-ma", "kind="):
        assert secret not in lines


def test_a_user_is_made_once_with_a_password_that_is_shown_once(login, cast):
    client = login(cast.admin)
    response = client.post(reverse("accounts:user-create"), {"username": "huxin", "full_name": "胡新"})
    assert response["Cache-Control"] == "no-store"
    first = response.context["first"]
    assert first in response.content.decode()
    entrant = Client()
    entered = entrant.post(reverse("accounts:login"), {"username": "huxin", "password": first})
    assert entered.status_code == 302
    assert entrant.get("/")["Location"] == reverse("accounts:password-change")
    assert first not in str(list(AuditEntry.objects.values()))


def test_a_posting_outside_the_area_is_a_field_error(login, cast):
    client = login(cast.admin)
    url = reverse("accounts:posting-open", args=[cast.li.pk])
    values = {"role": "auditor", "division": "999999", "effective_from": "2020-09-20"}
    response = client.post(url, values)
    assert response.status_code == 422
    assert response.context["form"].errors["division"]


def test_the_lists_answer_whole_pages_and_fragments(login, cast):
    for user, name in ((cast.admin, "accounts:user-list"), (cast.auditor, "accounts:audit-list")):
        client = login(user)
        page, part = client.get(reverse(name)), client.get(reverse(name), headers={"HX-Request": "true"})
        assert b"<html" in page.content
        assert b"<html" not in part.content
        assert "HX-Request" in part["Vary"]


def test_a_token_opens_the_api_and_a_wrong_one_does_not(cast, client):
    _, plain = token_create(actor=actor(cast.li), name="取数", days=1)
    url = "/api/v1/schema/"
    assert client.get(url, headers={"Authorization": f"Token {plain}"}).status_code == 200
    wrong = client.get(url, headers={"Authorization": "Token nonsense"})
    assert wrong.status_code == 401
    assert wrong.json()["code"] == "bad_token"
    assert client.get(url).status_code == 401


def test_the_home_page_mixes_by_deadline_and_keeps_one_kind(cast, monkeypatch, login):
    def provider(actor, today):
        return [
            HomeItem("走访", "后到期", "刘沟", "本季未走访", date(2020, 9, 30), "/b/", "走访"),
            HomeItem("整改", "无期限", "刘沟", "待整改", None, "/c/", "整改"),
            HomeItem("核查", "先到期", "刘沟", "收入下降", date(2020, 9, 1), "/a/", "核查"),
        ], [HomeCounter("待核查风险", 1, "/a/", "red")]

    monkeypatch.setattr("accounts.home._providers", [provider])
    counters, items = home_of(actor(cast.li), date(2020, 9, 20))
    assert [item.title for item in items] == ["先到期", "后到期", "无期限"]
    assert counters[0].value == 1
    page = login(cast.li).get("/", {"kind": "走访"})
    assert "后到期" in page.content.decode()
    assert "先到期" not in page.content.decode()
    assert page.context["total"] == 3


def test_every_entry_of_the_navigation_leads_somewhere(cast):
    for item in registered():
        assert reverse(item.url_name)
    labels = {link.label for link in nav_for(actor(cast.li), "/")}
    assert "首页" in labels
    assert "用户与任职" not in labels


def test_no_page_of_ours_needs_an_inline_script_or_style(login, cast):
    client = login(cast.admin)
    for name in ("home", "accounts:me", "accounts:user-list", "accounts:role-list", "villages:division-list"):
        text = client.get(reverse(name)).content.decode()
        assert " style=" not in text
        assert "onclick" not in text
        assert "<script>" not in text


def test_the_maintenance_site_is_for_staff_only(login, cast, client):
    assert client.get("/admin/")["Location"].startswith("/accounts/login/")
    assert client.get("/admin/login/")["Location"].startswith("/accounts/login/")
    response = login(cast.admin).get("/admin/", follow=True)
    assert response.status_code == 403


def test_a_superuser_changes_nothing_personal_there(db, login):
    root = User.objects.create_superuser("root", "", PASSWORD, full_name="超级", must_change_password=False)
    client = login(root)
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/accounts/auditentry/").status_code == 200
    assert client.get("/admin/accounts/posting/add/").status_code == 403


def test_a_date_field_shows_the_form_a_browser_accepts(login, cast):
    text = login(cast.admin).get(reverse("accounts:user-detail", args=[cast.li.pk])).content.decode()
    assert f'value="{timezone.localdate():%Y-%m-%d}"' in text
