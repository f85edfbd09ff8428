"""Each door, four times: by nobody, without the permission, with it, and with it in another place."""

import pytest

from tests.access.matrix import LOGIN, PUBLIC, Row, Scene, all_rows, call, outsider, strip

ROWS = all_rows()
GUARDED = [row for row in ROWS if row.permission not in {PUBLIC, LOGIN}]


@pytest.fixture
def scene(world, cast):
    return Scene(world, cast)


def ask(row: Row, scene: Scene, user):
    return call(row, row.url(scene), row.body(scene), user)


@pytest.mark.parametrize("row", [row for row in ROWS if row.permission != PUBLIC], ids=str)
def test_nobody_is_led_to_the_login(row, scene):
    response = ask(row, scene, None)
    if row.is_api:
        assert response.status_code == 401
        assert response.json()["code"]
    else:
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("row", [row for row in ROWS if row.permission == PUBLIC], ids=str)
def test_a_public_door_asks_for_no_login(row, scene):
    response = ask(row, scene, None)
    assert response.status_code < 500
    assert "/accounts/login/" not in response.headers.get("Location", "")


@pytest.mark.parametrize("row", GUARDED, ids=str)
def test_without_the_permission_the_door_is_shut(row, scene):
    url, body = row.url(scene), row.body(scene)
    strip(row)
    response = call(row, url, body, getattr(scene.cast, row.who))
    assert response.status_code in {403, 404}, response.content[:300].decode()


@pytest.mark.parametrize("row", [row for row in ROWS if row.permission != PUBLIC], ids=str)
def test_with_the_permission_the_door_opens(row, scene):
    user = scene.cast.li if row.permission == LOGIN and not row.insider else getattr(scene.cast, row.who)
    response = ask(row, scene, user)
    assert response.status_code not in {401, 403, 404, 405}, response.content[:300].decode()
    assert response.status_code < 500
    if row.name != "accounts:logout":
        assert "/accounts/login/" not in response.headers.get("Location", "")


@pytest.mark.parametrize("row", [row for row in GUARDED if row.is_scoped], ids=str)
def test_in_another_place_it_does_not_exist(row, scene):
    response = ask(row, scene, outsider(row, scene))
    assert response.status_code == row.outside, response.content[:300].decode()
