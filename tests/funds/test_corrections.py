"""Taking back one's own payment, and correcting what a project was given."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from common.errors import Conflict, Invalid, NotPermitted
from funds import services
from funds.models import LedgerEntry, Payment
from funds.selectors import allocation_changes
from tests.cast import actor
from tests.factories.funds import make_allocation, make_document, make_payment
from tests.factories.projects import make_project


@pytest.fixture
def allocation(world):
    paper = make_document(world.county, amount_fen=1500)
    make_allocation(paper, make_project(world.village_b1), amount_fen=300)
    return make_allocation(paper, make_project(world.village_a1), amount_fen=1000)


def withdraw(user, payment) -> Payment:
    return services.payment_withdraw(actor=actor(user), payment=payment)


def test_the_submitter_takes_back_what_waits_and_the_money_is_free_again(cast, allocation):
    payment = make_payment(allocation, amount_fen=1000, submitted_by=cast.li)
    assert services.committed_fen(allocation) == 1000
    row = withdraw(cast.li, payment)
    assert (row.state, row.refusal, row.decided_by_id) == ("refused", "本人撤回", None)
    assert services.committed_fen(allocation) == 0
    assert not LedgerEntry.objects.exists()
    assert AuditEntry.objects.filter(verb="funds.withdraw_payment").count() == 1


def test_pressing_twice_withdraws_once(cast, allocation):
    payment = make_payment(allocation, amount_fen=10, submitted_by=cast.li)
    withdraw(cast.li, payment)
    withdraw(cast.li, payment)
    assert AuditEntry.objects.filter(verb="funds.withdraw_payment").count() == 1


@pytest.mark.parametrize("state", ["confirmed", "refused"])
def test_what_somebody_decided_is_not_taken_back(cast, allocation, state):
    payment = make_payment(
        allocation, amount_fen=10, submitted_by=cast.li, state=state, decided_by=cast.officer
    )
    with pytest.raises(Conflict, match="不能撤回"):
        withdraw(cast.li, payment)
    payment.refresh_from_db()
    assert payment.state == state


def test_nobody_takes_back_the_payment_of_another(cast, allocation):
    payment = make_payment(allocation, amount_fen=10, submitted_by=cast.li)
    for user in (cast.rev, cast.officer, cast.auditor, cast.zhao):
        with pytest.raises(NotPermitted):
            withdraw(user, payment)


def test_a_withdrawn_payment_cannot_be_confirmed(cast, allocation):
    payment = make_payment(allocation, amount_fen=10, submitted_by=cast.li)
    withdraw(cast.li, payment)
    with pytest.raises(Conflict):
        services.payment_confirm(actor=actor(cast.officer), payment=payment)


def change(user, allocation, amount_fen: int, reason: str = "录入有误"):
    return services.allocation_change(
        actor=actor(user), allocation=allocation, amount_fen=amount_fen, reason=reason
    )


def test_an_allocation_is_corrected_with_its_history(cast, allocation):
    make_payment(allocation, amount_fen=200, state="confirmed")
    make_payment(allocation, amount_fen=100)
    change(cast.officer, allocation, 300)
    row = change(cast.officer, allocation, 1200)
    assert row.amount_fen == 1200
    found = [(one.before_fen, one.after_fen, one.who, one.reason) for one in allocation_changes(row)]
    assert found[0] == (300, 1200, cast.officer.full_name, "录入有误")
    assert AuditEntry.objects.filter(verb="funds.change_allocation").count() == 2


@pytest.mark.parametrize(
    ("amount", "words"), [(299, "不能小于"), (1201, "余额"), (0, "大于 0"), (-5, "大于 0")]
)
def test_a_correction_stays_between_the_payments_and_the_paper(cast, allocation, amount, words):
    make_payment(allocation, amount_fen=200, state="confirmed")
    make_payment(allocation, amount_fen=100)
    with pytest.raises(Invalid, match=words):
        change(cast.officer, allocation, amount)
    allocation.refresh_from_db()
    assert allocation.amount_fen == 1000


def test_a_correction_needs_a_reason_and_the_county(cast, allocation):
    with pytest.raises(Invalid):
        change(cast.officer, allocation, 900, " ")
    for user in (cast.li, cast.rev, cast.auditor):
        with pytest.raises(NotPermitted):
            change(user, allocation, 900)


def test_the_buttons_stand_where_they_work(cast, allocation, client):
    payment = make_payment(allocation, amount_fen=10, submitted_by=cast.li, paid_on=date(2020, 5, 1))
    page = reverse("funds:payment-detail", args=[payment.pk])
    client.force_login(cast.rev)
    assert "撤回" not in client.get(page).content.decode()
    client.force_login(cast.li)
    assert "撤回" in client.get(page).content.decode()
    assert (
        "更正分配金额"
        not in client.get(reverse("funds:allocation-detail", args=[allocation.pk])).content.decode()
    )
    client.post(reverse("funds:payment-withdraw", args=[payment.pk]))
    payment.refresh_from_db()
    assert payment.refusal == "本人撤回"
    client.force_login(cast.officer)
    where = reverse("funds:allocation-change", args=[allocation.pk])
    assert client.post(where, {"amount_fen": "0.0009", "reason": ""}).status_code == 422
    assert client.post(where, {"amount_fen": "0.0009", "reason": "录入有误"}).status_code == 302
    text = client.get(reverse("funds:allocation-detail", args=[allocation.pk])).content.decode()
    assert "更正记录" in text
    assert "9.00" in text
