"""Coming in, staying in, going out."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.actor import CONFIRMED_AT
from accounts.middleware import SEEN_AT
from accounts.models import AuditEntry
from tests.cast import PASSWORD

LOGIN = "/accounts/login/"


def enter(client, username="li", password=PASSWORD, **more):
    return client.post(LOGIN, {"username": username, "password": password, **more})


def test_the_right_password_leads_home_and_is_audited(client, cast):
    response = enter(client)
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert AuditEntry.objects.filter(verb="accounts.login", actor=cast.li).count() == 1


def test_a_wrong_password_says_nothing_about_which_part_was_wrong(client, cast):
    known, unknown = enter(client, password="x"), enter(client, username="nobody", password="x")
    assert known.status_code == unknown.status_code == 422
    assert "用户名或密码不正确" in known.content.decode()
    assert "用户名或密码不正确" in unknown.content.decode()
    assert not AuditEntry.objects.exists()


def test_a_deactivated_account_cannot_enter(client, cast):
    cast.li.is_active = False
    cast.li.save()
    assert enter(client).status_code == 422


def test_an_address_of_another_site_is_not_followed(client, cast):
    assert enter(client, next="https://evil.example/")["Location"] == "/"
    assert enter(client, next="//evil.example/")["Location"] == "/"


def test_the_second_login_tells_of_the_first(client, cast):
    enter(client)
    client.post(reverse("accounts:logout"))
    enter(client)
    page = client.get(reverse("accounts:me")).content.decode()
    assert "上次登录：" in page
    cast.li.refresh_from_db()
    assert cast.li.previous_login is not None


@pytest.fixture
def throttled(settings):
    settings.AXES_ENABLED = True


def test_five_wrong_passwords_lock_the_account_in_chinese(client, cast, throttled):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = enter(client, password="wrong")
    assert response.status_code == 429
    assert "账号暂时锁定" in response.content.decode()
    assert enter(client).status_code == 429, "the right password does not open a locked account"
    assert enter(client, username="zhao").status_code == 302, "a colleague at the same address still gets in"


def test_an_office_session_ends_after_half_an_idle_hour(login, cast):
    client = login(cast.officer)
    assert client.get("/").status_code == 200
    session = client.session
    session[SEEN_AT] -= settings.IDLE_SECONDS + 5
    session.save()
    response = client.get("/villages/?q=x")
    assert response.status_code == 302
    assert response["Location"].startswith(LOGIN)
    assert "idle=1" in response["Location"]
    assert client.get("/").status_code == 302, "the session is gone, not only this answer"


def test_a_field_session_survives_the_same_pause(login, cast):
    client = login(cast.li)
    client.get("/")
    session = client.session
    session[SEEN_AT] -= settings.IDLE_SECONDS + 5
    session.save()
    assert client.get("/").status_code == 200


def test_a_page_that_asks_by_itself_keeps_no_session_alive(login, cast):
    client = login(cast.officer)
    client.get("/")
    session = client.session
    before = session[SEEN_AT] - 600
    session[SEEN_AT] = before
    session.save()
    client.get("/", headers={"X-Poll": "1"})
    assert client.session[SEEN_AT] == before
    client.get("/")
    assert client.session[SEEN_AT] > before


def test_the_first_password_is_changed_before_anything_else(login, cast):
    cast.li.must_change_password = True
    cast.li.save()
    client = login(cast.li)
    change = reverse("accounts:password-change")
    assert client.get("/")["Location"] == change
    assert client.get("/api/v1/schema/").json()["code"] == "password_change_needed"
    bad = client.post(change, {"old_password": PASSWORD, "new_password": "short", "repeated": "short"})
    assert bad.status_code == 422
    good = client.post(
        change, {"old_password": PASSWORD, "new_password": "lv-cha-yi-bei", "repeated": "lv-cha-yi-bei"}
    )
    assert good.status_code == 302
    assert client.get("/").status_code == 200
    assert AuditEntry.objects.filter(verb="accounts.password_changed").count() == 1


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [("wrong-one", "lv-cha-yi-bei", "lv-cha-yi-bei"), (PASSWORD, PASSWORD, PASSWORD), (PASSWORD, "lv-cha-yi-bei", "lv-cha")],
)  # fmt: skip
def test_a_new_password_needs_the_old_one_and_is_new_and_typed_twice(login, cast, old, new, again):
    values = {"old_password": old, "new_password": new, "repeated": again}
    assert login(cast.li).post(reverse("accounts:password-change"), values).status_code == 422
    cast.li.refresh_from_db()
    assert cast.li.check_password(PASSWORD)


def test_the_recheck_stamps_the_session_and_returns(login, cast):
    client, url = login(cast.li), reverse("accounts:password-recheck")
    assert client.post(url, {"password": "wrong", "next": "/villages/"}).status_code == 422
    assert CONFIRMED_AT not in client.session
    response = client.post(url, {"password": PASSWORD, "next": "/villages/"})
    assert response["Location"] == "/villages/"
    assert client.session[CONFIRMED_AT] <= timezone.now().timestamp()


def test_logout_needs_a_post_and_ends_the_session(login, cast):
    client = login(cast.li)
    assert client.get(reverse("accounts:logout")).status_code == 405
    client.post(reverse("accounts:logout"))
    assert client.get("/").status_code == 302


def test_an_htmx_request_of_nobody_leads_the_whole_page_to_the_login(client, db):
    response = client.get("/villages/", headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert response["HX-Redirect"].startswith(LOGIN)


def test_a_posting_that_ended_gives_nothing_any_more(login, cast):
    client = login(cast.li)
    assert client.get("/villages/").status_code == 200
    posting = cast.li.postings.get()
    posting.effective_to = timezone.localdate() - timedelta(days=1)
    posting.save()
    assert client.get("/villages/").status_code == 403
