"""Printed codes carry PUBLIC_URL where it is set: the request that prints may come from inside, the phone that reads does not."""

from datetime import date

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from households import cards
from poverty import env
from proceedings.services.codes import village_code_renew
from tests.cast import actor
from tests.factories.households import make_household

BASE = "https://fupin.county.example"


@pytest.fixture(params=[BASE, ""])
def set_to(request, settings):
    settings.BUSINESS_DATE, settings.PUBLIC_URL = date(2020, 9, 20), request.param
    return request.param


@pytest.mark.django_db
def test_card_and_poster_lead_to_the_public_address(world, cast, login, set_to, monkeypatch):
    base = set_to or "http://testserver"
    home, client = make_household(world.village_a1), login(cast.li)
    card = reverse("households:household-card-code", args=[home.pk])
    own = f"{base}{reverse('households:household-detail', args=[home.pk])}"
    assert client.get(card).content == cards.qr_svg(own)
    code = village_code_renew(actor=actor(cast.li), village=world.village_a1)
    apply = f"{base}{reverse('apply:form', args=[code.token])}"
    assert client.get(card).content == cards.qr_svg(apply)
    poster = client.get(reverse("proceedings:code-poster", args=[code.pk])).content.decode()
    assert apply in poster
    drawn: list[str] = []
    real = cards.segno.make
    monkeypatch.setattr("segno.make", lambda words, **kw: (drawn.append(words), real(words, **kw))[1])
    assert client.get(f"/proceedings/codes/{code.pk}/code.svg").status_code == 200
    assert drawn == [apply]


@pytest.mark.parametrize(
    ("given", "read"),
    [("", ""), (BASE, BASE), (f"{BASE}/", BASE), ("http://10.1.2.3:8000", "http://10.1.2.3:8000")],
)
def test_an_address_is_read_without_its_last_stroke(monkeypatch, given, read):
    monkeypatch.setenv("PUBLIC_URL", given)
    assert env.origin("PUBLIC_URL") == read


@pytest.mark.parametrize(
    "given",
    [
        "fupin.county.example",
        "ftp://a.example",
        f"{BASE}/fupin",
        f"{BASE}?a=1",
        "https://",
        "https://me@a.example",
    ],
)
def test_what_is_no_address_stops_the_start(monkeypatch, given):
    monkeypatch.setenv("PUBLIC_URL", given)
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL must be an address"):
        env.origin("PUBLIC_URL")


@pytest.mark.parametrize(("public", "warned"), [("", ["poverty.W001"]), (BASE, [])])
def test_a_real_server_without_a_public_address_is_warned(settings, public, warned):
    settings.PUBLIC_URL = public
    assert [one.id for one in run_checks(tags=["poverty"], include_deployment_checks=True)] == warned
    assert run_checks(tags=["poverty"]) == []
