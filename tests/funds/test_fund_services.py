from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AppendOnlyError, AuditEntry
from common.errors import Conflict, Invalid, NotPermitted, PasswordNeeded, Stale
from funds import services
from funds.models import LedgerEntry, Payment
from funds.services import DocumentInput, PaymentInput, ReversalInput
from tests.cast import actor
from tests.factories.funds import make_allocation, make_document, make_payment
from tests.factories.projects import make_project

TODAY = date(2020, 9, 20)


@pytest.fixture
def paper(world):
    return DocumentInput(
        "豫财农〔2020〕12号", "下达资金", "province", 2020, date(2020, 1, 10), 100_000_000, world.county
    )


@pytest.fixture
def allocation(world):
    return make_allocation(make_document(world.county), make_project(world.village_a1), amount_fen=1000)


def given(amount_fen: int = 400, **kw) -> PaymentInput:
    return PaymentInput(
        **({"uuid": uuid4(), "amount_fen": amount_fen, "paid_on": date(2020, 5, 1), "payee": "某公司"} | kw)
    )


def submit(user, allocation, **kw) -> Payment:
    return services.payment_submit(actor=actor(user), allocation=allocation, given=given(**kw), today=TODAY)[
        0
    ]


# --- papers ---------------------------------------------------------------------------------------------------------
def test_a_paper_is_entered_once(cast, paper):
    row = services.document_create(actor=actor(cast.officer), given=paper, today=TODAY)
    assert (row.scope_code, row.amount_fen, row.history.count()) == ("411081", 100_000_000, 1)
    with pytest.raises(Conflict, match="已登记"):
        services.document_create(actor=actor(cast.officer), given=paper, today=TODAY)


@pytest.mark.parametrize(
    "changes",
    [
        {"doc_number": " "}, {"level": "moon"}, {"amount_fen": 0}, {"amount_fen": -1}, {"year": 1999},
        {"issued_on": date(2020, 9, 21)},
    ],
)  # fmt: skip
def test_a_paper_that_makes_no_sense_is_refused(cast, paper, changes):
    with pytest.raises(Invalid) as refusal:
        services.document_create(actor=actor(cast.officer), given=replace(paper, **changes), today=TODAY)
    assert refusal.value.field in changes


@pytest.mark.parametrize("who", ["li", "rev", "leader", "auditor"])
def test_only_the_county_officer_enters_papers(cast, paper, who):
    with pytest.raises(NotPermitted):
        services.document_create(actor=actor(getattr(cast, who)), given=paper, today=TODAY)


def test_a_paper_is_corrected_as_far_as_its_allocations_allow(cast, paper, world):
    officer = actor(cast.officer)
    row = services.document_create(actor=officer, given=paper, today=TODAY)
    make_allocation(row, make_project(world.village_a1), amount_fen=500)

    def edit(version: int, **changes):
        return services.document_edit(
            actor=officer, document=row, version=version, given=replace(paper, **changes), today=TODAY
        )

    assert edit(1, title="改名", amount_fen=500).version == 2
    with pytest.raises(Stale) as stale:
        edit(1, title="再改")
    assert stale.value.values["title"] == ("改名", "再改")
    for changes in (
        {"amount_fen": 499},
        {"level": "city"},
        {"year": 2021},
        {"is_special": False},
        {"issued_on": date(2020, 1, 11)},
    ):
        with pytest.raises(Invalid):
            edit(2, **changes)
    other = make_document(world.county)
    with pytest.raises(Conflict, match="已登记"):
        edit(2, doc_number=other.doc_number)
    assert edit(2, title="改名", amount_fen=500).version == 2


# --- allocations ----------------------------------------------------------------------------------------------------
def allocate(user, document, project, amount_fen, on=date(2020, 2, 1)):
    return services.allocation_create(
        actor=actor(user),
        document=document,
        project=project,
        amount_fen=amount_fen,
        allocated_on=on,
        today=TODAY,
    )


def test_allocations_may_reach_the_amount_of_the_paper_and_not_pass_it(cast, world):
    document = make_document(world.county, amount_fen=1000)
    first, second, third = (make_project(world.village_a1) for _ in range(3))
    row = allocate(cast.officer, document, first, 600)
    assert (row.scope_code, row.history.count()) == (world.village_a1.code, 1)
    with pytest.raises(Invalid, match=r"余额 4\.00 元"):
        allocate(cast.officer, document, second, 401)
    allocate(cast.officer, document, second, 400)
    with pytest.raises(Invalid):
        allocate(cast.officer, document, third, 1)
    assert AuditEntry.objects.filter(verb="funds.allocate").count() == 2


def test_an_allocation_is_made_once_after_the_paper_and_inside_the_county(cast, world):
    document, project = make_document(world.county), make_project(world.village_a1)
    with pytest.raises(Invalid, match="早于文件下达日期"):
        allocate(cast.officer, document, project, 1, on=date(2020, 1, 9))
    with pytest.raises(Invalid, match="晚于今天"):
        allocate(cast.officer, document, project, 1, on=date(2020, 9, 21))
    allocate(cast.officer, document, project, 1)
    with pytest.raises(Conflict, match="已分配给这个项目"):
        allocate(cast.officer, document, project, 1)
    with pytest.raises(Invalid, match="不在该指标文件的县内"):
        allocate(cast.officer, document, make_project(scope_code="411082100201"), 1)
    with pytest.raises(NotPermitted):
        allocate(cast.li, document, make_project(world.village_a1), 1)


# --- payments -------------------------------------------------------------------------------------------------------
def test_a_payment_waits_until_another_person_confirms_it(cast, allocation):
    payment = submit(cast.li, allocation)
    assert (payment.state, payment.submitted_by, payment.scope_code) == (
        "submitted",
        cast.li,
        allocation.scope_code,
    )
    assert not LedgerEntry.objects.exists()
    services.payment_confirm(actor=actor(cast.officer), payment=payment)
    entry = LedgerEntry.objects.get()
    assert (entry.payment, entry.amount_fen, entry.paid_on) == (payment, 400, date(2020, 5, 1))
    assert (payment.state, payment.decided_by) == ("confirmed", cast.officer)
    assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {
        "funds.submit_payment",
        "funds.confirm_payment",
    }


def test_the_same_uuid_and_content_is_the_same_payment(cast, allocation):
    same = given()
    first, made = services.payment_submit(
        actor=actor(cast.li), allocation=allocation, given=same, today=TODAY
    )
    again, remade = services.payment_submit(
        actor=actor(cast.li), allocation=allocation, given=same, today=TODAY
    )
    assert (first.pk, made, again.pk, remade) == (again.pk, True, first.pk, False)
    assert Payment.objects.count() == 1


def test_the_same_uuid_with_other_content_is_refused(cast, allocation):
    same = given()
    services.payment_submit(actor=actor(cast.li), allocation=allocation, given=same, today=TODAY)
    for other in (
        {"amount_fen": 401},
        {"paid_on": date(2020, 5, 2)},
        {"payee": "另一公司"},
        {"voucher": "9"},
    ):
        with pytest.raises(Conflict) as refusal:
            services.payment_submit(
                actor=actor(cast.li), allocation=allocation, given=replace(same, **other), today=TODAY
            )
        assert refusal.value.code == "payment_uuid_reused"


def test_waiting_and_confirmed_money_both_count_against_the_allocation(cast, allocation):
    submit(cast.li, allocation, amount_fen=400)
    services.payment_confirm(actor=actor(cast.officer), payment=submit(cast.li, allocation, amount_fen=500))
    with pytest.raises(Invalid, match=r"余额 1\.00 元"):
        submit(cast.li, allocation, amount_fen=101)
    submit(cast.li, allocation, amount_fen=100)


def test_a_refused_payment_frees_its_money(cast, allocation):
    payment = submit(cast.li, allocation, amount_fen=1000)
    services.payment_refuse(actor=actor(cast.officer), payment=payment, reason="凭证不符")
    assert (payment.state, payment.refusal) == ("refused", "凭证不符")
    submit(cast.li, allocation, amount_fen=1000)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_fen": 0}, "amount_fen"),
        ({"amount_fen": -1}, "amount_fen"),
        ({"paid_on": date(2020, 9, 21)}, "paid_on"),
        ({"paid_on": date(2020, 1, 9)}, "paid_on"),
    ],
)
def test_a_payment_that_cannot_be_is_refused(cast, allocation, changes, field):
    with pytest.raises(Invalid) as refusal:
        submit(cast.li, allocation, **changes)
    assert refusal.value.field == field


@pytest.mark.parametrize("who", ["zhao", "auditor", "leader", "wang"])
def test_who_may_not_submit(cast, allocation, who):
    with pytest.raises(NotPermitted):
        submit(getattr(cast, who), allocation)


def test_nobody_confirms_or_refuses_his_own_payment(cast, allocation):
    payment = submit(cast.officer, allocation)
    for act in (
        lambda: services.payment_confirm(actor=actor(cast.officer), payment=payment),
        lambda: services.payment_refuse(actor=actor(cast.officer), payment=payment, reason="自己"),
    ):
        with pytest.raises(NotPermitted) as refusal:
            act()
        assert refusal.value.code == "two_people"
    services.payment_confirm(actor=actor(cast.officer2), payment=payment)


def test_the_database_itself_refuses_one_person_for_both(cast, allocation):
    payment = submit(cast.officer, allocation)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(state="confirmed", decided_by=cast.officer)


@pytest.mark.parametrize("who", ["li", "rev", "auditor", "leader"])
def test_who_may_not_confirm(cast, allocation, who):
    payment = submit(cast.officer, allocation)
    with pytest.raises(NotPermitted):
        services.payment_confirm(actor=actor(getattr(cast, who)), payment=payment)


def test_a_password_typed_too_long_ago_is_asked_again(cast, allocation):
    payment = submit(cast.li, allocation)
    with pytest.raises(PasswordNeeded):
        services.payment_confirm(actor=actor(cast.officer, password_fresh=False), payment=payment)
    assert not LedgerEntry.objects.exists()


def test_pressing_twice_posts_once_and_a_second_person_comes_too_late(cast, allocation):
    payment = submit(cast.li, allocation)
    stale = Payment.objects.get(pk=payment.pk)
    services.payment_confirm(actor=actor(cast.officer), payment=payment)
    services.payment_confirm(actor=actor(cast.officer), payment=stale)
    with pytest.raises(Conflict, match="已确认"):
        services.payment_confirm(actor=actor(cast.officer2), payment=Payment.objects.get(pk=payment.pk))
    with pytest.raises(Conflict, match="已确认"):
        services.payment_refuse(actor=actor(cast.officer2), payment=payment, reason="晚了")
    assert LedgerEntry.objects.count() == 1
    assert AuditEntry.objects.filter(verb="funds.confirm_payment").count() == 1


def test_refusing_needs_a_reason(cast, allocation):
    with pytest.raises(Invalid, match="退回原因"):
        services.payment_refuse(actor=actor(cast.officer), payment=submit(cast.li, allocation), reason="　")


def test_the_ledger_is_never_changed(cast, allocation):
    make_payment(allocation, amount_fen=1, state="confirmed")
    entry = LedgerEntry.objects.get()
    entry.amount_fen = 2
    for act in (entry.save, entry.delete, LedgerEntry.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            act()


# --- reversals ------------------------------------------------------------------------------------------------------
def back(**kw) -> ReversalInput:
    return ReversalInput(**({"uuid": uuid4(), "reversed_on": date(2020, 6, 1), "reason": "退款"} | kw))


def reverse(user, payment, **kw) -> Payment:
    return services.payment_reverse(actor=actor(user), payment=payment, given=back(**kw), today=TODAY)[0]


def test_a_reversal_is_a_negative_payment_that_two_people_make(cast, allocation):
    payment = make_payment(allocation, amount_fen=1000, state="confirmed")
    reversal = reverse(cast.li, payment)
    assert (reversal.amount_fen, reversal.reverses, reversal.state) == (-1000, payment, "submitted")
    with pytest.raises(Invalid):  # nothing is free before the reversal is confirmed
        submit(cast.li, allocation, amount_fen=1)
    services.payment_confirm(actor=actor(cast.officer), payment=reversal)
    assert list(LedgerEntry.objects.order_by("pk").values_list("amount_fen", flat=True)) == [1000, -1000]
    assert reversal.ledger_entry.reverses == payment.ledger_entry
    submit(cast.li, allocation, amount_fen=1000)


def test_a_reversal_is_made_once_unless_it_was_refused(cast, allocation):
    payment = make_payment(allocation, amount_fen=1000, state="confirmed")
    first = reverse(cast.li, payment)
    with pytest.raises(Conflict, match="已冲销"):
        reverse(cast.li, payment)
    services.payment_refuse(actor=actor(cast.officer), payment=first, reason="没有退款")
    second = reverse(cast.li, payment)
    services.payment_confirm(actor=actor(cast.officer), payment=second)
    with pytest.raises(Conflict, match="已冲销"):
        reverse(cast.li, payment)
    with pytest.raises(Conflict, match="只能冲销"):
        reverse(cast.li, second)


def test_the_same_reversal_again_is_the_same_payment(cast, allocation):
    payment, same = make_payment(allocation, amount_fen=1000, state="confirmed"), back()
    for expected in (True, False):
        _, made = services.payment_reverse(actor=actor(cast.li), payment=payment, given=same, today=TODAY)
        assert made is expected


@pytest.mark.parametrize(
    "changes", [{"reason": " "}, {"reversed_on": date(2020, 5, 19)}, {"reversed_on": date(2020, 9, 21)}]
)
def test_a_reversal_needs_a_reason_and_a_day_after_the_payment(cast, allocation, changes):
    payment = make_payment(allocation, amount_fen=1000, state="confirmed")  # paid on 2020-05-20
    with pytest.raises(Invalid) as refusal:
        reverse(cast.li, payment, **changes)
    assert refusal.value.field in changes


def test_what_is_not_confirmed_is_not_reversed(cast, allocation):
    with pytest.raises(Conflict, match="只能冲销"):
        reverse(cast.li, make_payment(allocation, amount_fen=10))
