"""The QR code of a village: made, renewed, revoked; the poster; the telephone beside it; the limits under load."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from common.errors import Invalid, NotPermitted
from proceedings.following import codes_follow
from proceedings.models import LocalNumber, RateCounter, VillageCode
from proceedings.selectors.intake import local_number
from proceedings.services.codes import (
    local_number_set,
    village_code_renew,
    village_code_revoke,
    village_codes_fill,
)
from proceedings.services.floods import knock
from tests.cast import actor
from tests.proceedings.posts import make_code
from villages.services import division_merge

pytestmark = pytest.mark.django_db


def test_a_renewed_code_ends_the_old_one(world, cast, client):
    first = village_code_renew(actor=actor(cast.li), village=world.village_a1)
    assert client.get(f"/apply/{first.token}/").status_code == 200
    second = village_code_renew(actor=actor(cast.li), village=world.village_a1)
    assert client.get(f"/apply/{first.token}/").status_code == 404
    assert client.get(f"/apply/{second.token}/").status_code == 200
    assert len(second.token) == 16
    assert VillageCode.objects.filter(revoked_at__isnull=True).count() == 1
    village_code_revoke(actor=actor(cast.officer), code=second)
    assert client.get(f"/apply/{second.token}/").status_code == 404


def test_only_the_office_of_the_place_manages_codes(world, cast):
    for person in (cast.zhao, cast.rev, cast.wang, cast.auditor):
        with pytest.raises(NotPermitted):
            village_code_renew(actor=actor(person), village=world.village_a1)
    with pytest.raises(Invalid):
        village_code_renew(actor=actor(cast.officer), village=world.township_a)


def test_the_poster_shows_code_and_numbers_and_the_image_opens(world, cast, login):
    code = make_code(world.village_a1)
    local_number_set(actor=actor(cast.li), division=world.township_a, phone="0374-8881234")
    client = login(cast.li)
    text = client.get(f"/proceedings/codes/{code.pk}/poster/").content.decode()
    assert f"/apply/{code.token}/" in text
    assert "12317" in text
    assert "0374-8881234" in text
    image = client.get(f"/proceedings/codes/{code.pk}/code.svg")
    assert image["Content-Type"] == "image/svg+xml"
    assert b"<svg" in image.content


def test_the_list_makes_renews_and_revokes(world, cast, login):
    client = login(cast.li)
    client.post(f"/proceedings/codes/villages/{world.village_a1.code}/renew/")
    code = VillageCode.objects.get()
    assert "使用中" in client.get("/proceedings/codes/").content.decode()
    client.post(f"/proceedings/codes/{code.pk}/revoke/")
    code.refresh_from_db()
    assert code.revoked_at is not None
    assert code.revoked_by == cast.li


@pytest.mark.parametrize(("phone", "fits"), [("", False), ("12", False), ("0374-8881234", True)])
def test_a_local_number_is_a_telephone(world, cast, phone, fits):
    if fits:
        local_number_set(actor=actor(cast.li), division=world.township_a, phone=phone)
        assert local_number(world.village_a1) == "0374-8881234"
        assert local_number(world.village_b1) == ""
    else:
        with pytest.raises(Invalid):
            local_number_set(actor=actor(cast.li), division=world.township_a, phone=phone)


def test_the_number_of_the_county_stands_in(world, cast):
    local_number_set(actor=actor(cast.officer), division=world.county, phone="0374-1111111")
    assert local_number(world.village_b1) == "0374-1111111"


def test_old_counters_are_cleared_away(db):
    now = timezone.now()
    knock("send_address", "1.2.3.4", now=now - timedelta(days=3))
    knock("send_address", "1.2.3.5", now=now)
    assert RateCounter.objects.count() == 1


@pytest.mark.parametrize("own", [True, False])
def test_the_code_of_a_dissolved_village_leads_to_the_surviving_one(world, cast, client, own):
    old = make_code(world.village_a2)
    if own:
        village_code_renew(actor=actor(cast.officer), village=world.village_a1)
    division_merge(
        actor=actor(cast.admin),
        division=world.village_a2,
        into=world.village_a1,
        on=date(2020, 9, 1),
        reason="撤并建制村",
    )
    assert client.get(f"/apply/{old.token}/").status_code == (404 if own else 200)
    old.refresh_from_db()
    assert (old.village, old.scope_code) == (world.village_a1, world.village_a1.code)
    assert VillageCode.objects.filter(revoked_at__isnull=True).count() == 1


def test_the_telephone_of_the_surviving_township_stands(world, cast):
    local_number_set(actor=actor(cast.officer), division=world.township_b, phone="0374-2222222")
    local_number_set(actor=actor(cast.officer), division=world.township_a, phone="0374-3333333")
    codes_follow(world.township_b, world.township_a, date(2020, 9, 1))
    assert [row.phone for row in LocalNumber.objects.all()] == ["0374-3333333"]


def test_every_village_without_a_code_gets_one_and_the_others_keep_theirs(world, cast, login):
    kept = make_code(world.village_a1)
    assert login(cast.li).post(f"/proceedings/codes/places/{world.township_a.code}/fill/").status_code == 302
    codes = VillageCode.objects.filter(revoked_at__isnull=True)
    assert set(codes.values_list("village", flat=True)) == {world.village_a1.pk, world.village_a2.pk}
    assert codes.get(village=world.village_a1) == kept
    assert village_codes_fill(actor=actor(cast.officer), township=world.township_a) == 0
    with pytest.raises(NotPermitted):
        village_codes_fill(actor=actor(cast.zhao), township=world.township_a)
    with pytest.raises(Invalid):
        village_codes_fill(actor=actor(cast.officer), township=world.county)
