from datetime import date
from uuid import uuid4

import pytest

from funds.models import LedgerEntry, Payment
from tests.factories.funds import make_allocation, make_document, make_payment
from tests.factories.projects import make_project

URL = "/api/v1/payments/"


@pytest.fixture(autouse=True)
def business_day(settings):
    settings.BUSINESS_DATE = date(2020, 9, 20)


@pytest.fixture
def allocation(world):
    return make_allocation(make_document(world.county), make_project(world.village_a1))


@pytest.fixture
def body(allocation):
    return {
        "uuid": str(uuid4()), "allocation": allocation.pk, "amount_yuan": "1234.50", "paid_on": "2020-05-20", "payee": "某公司",
    }  # fmt: skip


def send(client, url, body=None):
    return client.post(url, body or {}, content_type="application/json")


def test_money_is_a_string_with_two_decimals(login, cast, body):
    answer = send(login(cast.li), URL, body)
    assert answer.status_code == 201
    assert (answer.json()["amount_yuan"], answer.json()["state"]) == ("1234.50", "submitted")
    assert Payment.objects.get().amount_fen == 123_450
    assert login(cast.auditor).get(URL).json()["results"][0]["amount_yuan"] == "1234.50"


def test_the_same_again_is_200_and_other_content_409(login, cast, body):
    client = login(cast.li)
    first = send(client, URL, body)
    again = send(client, URL, body)
    other = send(client, URL, body | {"amount_yuan": "1.00"})
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert (other.status_code, other.json()["code"]) == (409, "payment_uuid_reused")


@pytest.mark.parametrize("amount", [12.5, True, "12.345", "many", None, ["1"]])
def test_money_that_is_no_exact_number_is_refused(login, cast, body, amount):
    answer = send(login(cast.li), URL, body | {"amount_yuan": amount})
    assert answer.status_code == 400
    assert answer.json()["field"] == "amount_yuan"


def test_more_than_there_is_is_refused_with_a_sentence(login, cast, body):
    answer = send(login(cast.li), URL, body | {"amount_yuan": "300000.01"})
    assert (answer.status_code, answer.json()["code"]) == (422, "over_paid")
    assert "余额 300,000.00 元" in answer.json()["detail"]


def test_another_township_neither_sees_nor_pays(login, cast, body, allocation):
    payment, zhao = make_payment(allocation), login(cast.zhao)
    assert zhao.get(URL).json()["results"] == []
    assert zhao.get(f"{URL}{payment.pk}/").status_code == 404
    assert send(zhao, URL, body).status_code == 404


def test_confirming_needs_another_person_and_a_fresh_password(login, cast, allocation):
    payment = make_payment(allocation, submitted_by=cast.officer)
    url = f"{URL}{payment.pk}/confirm/"
    stale = send(login(cast.officer2), url)
    assert (stale.status_code, stale.json()["code"]) == (403, "password_needed")
    own = send(login(cast.officer, fresh=True), url)
    assert (own.status_code, own.json()["code"]) == (403, "two_people")
    done = send(login(cast.officer2, fresh=True), url)
    assert (done.status_code, done.json()["state"], done.json()["decided_by"]) == (
        200,
        "confirmed",
        "officer2",
    )
    assert LedgerEntry.objects.count() == 1


def test_refusing_and_reversing(login, cast, allocation):
    refused = send(login(cast.officer), f"{URL}{make_payment(allocation).pk}/refuse/", {"reason": "凭证不符"})
    assert (refused.json()["state"], refused.json()["refusal"]) == ("refused", "凭证不符")
    paid = make_payment(allocation, state="confirmed")
    given = {"uuid": str(uuid4()), "reversed_on": "2020-06-01", "reason": "退款"}
    reversal = send(login(cast.li), f"{URL}{paid.pk}/reverse/", given)
    assert (reversal.status_code, reversal.json()["amount_yuan"]) == (201, "-100000.00")
    assert send(login(cast.li), f"{URL}{paid.pk}/reverse/", given).status_code == 200


def test_filters_narrow_the_list(login, cast, allocation, world):
    make_payment(allocation, state="confirmed")
    make_payment(make_allocation(make_document(world.county, year=2019), make_project(world.village_b1)))
    client = login(cast.officer)
    for query, count in (
        ("", 2), ("state=confirmed", 1), ("year=2019", 1), ("area=411081101", 1), ("level=central", 0),
        (f"project={allocation.project_id}", 1), ("paid_on_after=2020-05-21", 0), ("paid_on_before=2020-05-20", 2),
    ):  # fmt: skip
        assert len(client.get(f"{URL}?{query}").json()["results"]) == count, query
