"""The card on the wall of a house leads to the self-application page of its village."""

from datetime import date

import pytest
from django.urls import reverse

from households import cards
from proceedings import wall
from proceedings.models import LocalNumber
from proceedings.services.codes import village_code_renew, village_code_revoke
from tests.cast import actor
from tests.factories.households import make_household

BASE = "https://county.example"


@pytest.fixture
def home(world, settings):
    settings.BUSINESS_DATE = date(2020, 9, 20)
    return make_household(world.village_a1)


def test_the_code_in_use_is_the_one_on_the_wall(home, cast, world):
    assert wall.apply_address(home, BASE) is None
    code = village_code_renew(actor=actor(cast.li), village=world.village_a1)
    assert cards.qr_address(home, BASE) == f"{BASE}{reverse('apply:form', args=[code.token])}"
    village_code_revoke(actor=actor(cast.li), code=code)
    assert cards.qr_address(home, BASE) == f"{BASE}{reverse('households:household-detail', args=[home.pk])}"


def test_the_card_shows_the_number_registered_for_notices(home, cast, world, login):
    LocalNumber.objects.create(
        division=world.township_a, scope_code=world.township_a.code, phone="0374-8000009"
    )
    page = login(cast.li).get(reverse("households:household-card", args=[home.pk])).content.decode()
    assert "0374-8000009" in page
