"""Payments, from submission to the ledger, under the allocation's lock."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.actor import Actor, require, require_password
from common.errors import Conflict, Invalid, NotPermitted
from common.text import clean
from exchange.services import upload_keep
from funds import rules
from funds.models import Allocation, LedgerEntry, Payment
from funds.services.inputs import PaymentInput, ReversalInput
from funds.services.sums import committed_fen

State = Payment.State
WITHDRAWN = "本人撤回"


def _person(actor: Actor) -> int:
    """Money needs a person behind it."""
    if actor.user_id is None:
        raise NotPermitted
    return actor.user_id


def _again(row: Payment | None, content: tuple[object, ...]) -> Payment | None:
    """The payment that is there already under this UUID, if it says the same; another content is refused."""
    if row is None:
        return None
    there = (
        row.allocation_id,
        row.amount_fen,
        row.paid_on,
        row.payee,
        row.voucher,
        row.reverses_id,
        row.reason,
    )
    if there != content:
        raise Conflict("这个编号（UUID）已用于另一笔拨付。", code="payment_uuid_reused")
    return row


def _add(actor: Actor, row: Payment, verb: str) -> tuple[Payment, bool]:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as twice:
        raise Conflict("这笔拨付刚刚已提交，请刷新后核对。", code="payment_twice") from twice
    audit.record(
        actor, verb, row, allocation=row.allocation_id, amount_fen=row.amount_fen, paid_on=row.paid_on
    )
    return row, True


@transaction.atomic
def payment_submit(
    *, actor: Actor, allocation: Allocation, given: PaymentInput, today: date
) -> tuple[Payment, bool]:
    """Submit a payment for confirmation by somebody else: (payment, whether it is new).

    The same UUID and content answers with the existing payment. Refuses more than the allocation still holds.
    """
    require(actor, "funds.submit_payment", at=allocation.scope_code)
    locked = Allocation.objects.select_for_update().get(pk=allocation.pk)
    payee, voucher = clean(given.payee), clean(given.voucher)
    content = (locked.pk, given.amount_fen, given.paid_on, payee, voucher, None, "")
    if there := _again(Payment.objects.filter(uuid=given.uuid).first(), content):
        return there, False
    fault = rules.payment_fault(
        allocation_fen=locked.amount_fen, committed_fen=committed_fen(locked), amount_fen=given.amount_fen
    )
    if fault:
        raise Invalid(fault, field="amount_fen", code="over_paid")
    fault = rules.paid_day_fault(paid_on=given.paid_on, allocated_on=locked.allocated_on, today=today)
    if fault:
        raise Invalid(fault, field="paid_on")
    voucher_file = upload_keep(actor=actor, upload=given.file, kind="voucher", scope_code=locked.scope_code)
    row = Payment(
        uuid=given.uuid, allocation=locked, amount_fen=given.amount_fen, paid_on=given.paid_on, payee=payee,
        voucher=voucher, file=voucher_file, scope_code=locked.scope_code, submitted_by_id=_person(actor),
    )  # fmt: skip
    return _add(actor, row, "funds.submit_payment")


@transaction.atomic
def payment_reverse(
    *, actor: Actor, payment: Payment, given: ReversalInput, today: date
) -> tuple[Payment, bool]:
    """Submit the reversal of a confirmed payment: a negative payment that somebody else confirms.

    Refuses what is not confirmed, and what is reversed already or waits to be.
    """
    require(actor, "funds.submit_payment", at=payment.scope_code)
    locked = Allocation.objects.select_for_update().get(pk=payment.allocation_id)
    original = Payment.objects.get(pk=payment.pk)
    reason = clean(given.reason)
    content = (
        locked.pk, -original.amount_fen, given.reversed_on, original.payee, original.voucher, original.pk, reason,
    )  # fmt: skip
    if there := _again(Payment.objects.filter(uuid=given.uuid).first(), content):
        return there, False
    if not reason:
        raise Invalid("请写明冲销原因。", field="reason")
    if original.state != State.CONFIRMED or original.reverses_id is not None:
        raise Conflict("只能冲销已确认的拨付。", code="not_confirmed")
    if original.reversals.exclude(state=State.REFUSED).exists():
        raise Conflict("这笔拨付已冲销，或冲销正在等待确认。", code="reversed_already")
    fault = rules.paid_day_fault(paid_on=given.reversed_on, allocated_on=original.paid_on, today=today)
    if fault:
        raise Invalid(f"冲销日期应在原拨付日期 {original.paid_on} 与今天之间。", field="reversed_on")
    row = Payment(
        uuid=given.uuid, allocation=locked, amount_fen=-original.amount_fen, paid_on=given.reversed_on,
        payee=original.payee, voucher=original.voucher, scope_code=locked.scope_code, submitted_by_id=_person(actor),
        reverses=original, reason=reason,
    )  # fmt: skip
    return _add(actor, row, "funds.reverse_payment")


def _decide(actor: Actor, payment: Payment, state: str, refusal: str = "") -> Payment | None:
    """Move a waiting payment to `state`; None when this person had done so before. The caller holds the lock."""
    fault = rules.same_person_fault(submitted_by=payment.submitted_by_id, decided_by=actor.user_id)
    if fault:
        raise NotPermitted(fault, code="two_people")
    won = Payment.objects.filter(pk=payment.pk, state=State.SUBMITTED).update(
        state=state, decided_by_id=actor.user_id, decided_at=timezone.now(), refusal=refusal
    )
    payment.refresh_from_db()
    if won:
        return payment
    if payment.state == state and payment.decided_by_id == actor.user_id:
        return None
    raise Conflict(f"这笔拨付{payment.get_state_display()}，请刷新后核对。", code="wrong_state")


@transaction.atomic
def payment_confirm(*, actor: Actor, payment: Payment) -> Payment:
    """Confirm a payment and post it. Refuses the submitter himself and a password typed too long ago; pressing twice
    posts once."""
    require(actor, "funds.confirm_payment", at=payment.scope_code)
    require_password(actor)
    Allocation.objects.select_for_update().get(pk=payment.allocation_id)
    decided = _decide(actor, payment, State.CONFIRMED)
    if decided is None:
        return payment
    LedgerEntry.objects.create(
        payment=decided,
        allocation_id=decided.allocation_id,
        amount_fen=decided.amount_fen,
        paid_on=decided.paid_on,
        reverses=decided.reverses.ledger_entry if decided.reverses else None,
        scope_code=decided.scope_code,
    )
    audit.record(
        actor, "funds.confirm_payment", decided, amount_fen=decided.amount_fen, paid_on=decided.paid_on
    )
    return decided


@transaction.atomic
def payment_refuse(*, actor: Actor, payment: Payment, reason: str) -> Payment:
    """Send a payment back with a reason. Refuses the submitter himself and an empty reason."""
    require(actor, "funds.confirm_payment", at=payment.scope_code)
    reason = clean(reason)
    if not reason:
        raise Invalid("请写明退回原因。", field="reason")
    Allocation.objects.select_for_update().get(pk=payment.allocation_id)
    if _decide(actor, payment, State.REFUSED, reason):
        audit.record(actor, "funds.refuse_payment", payment, reason=reason, amount_fen=payment.amount_fen)
    return payment


@transaction.atomic
def payment_withdraw(*, actor: Actor, payment: Payment) -> Payment:
    """Take back one's own payment while nobody has decided on it; pressing twice withdraws once."""
    require(actor, "funds.submit_payment", at=payment.scope_code)
    if payment.submitted_by_id != _person(actor):
        raise NotPermitted("只能撤回自己提交的拨付。", code="not_own")
    Allocation.objects.select_for_update().get(pk=payment.allocation_id)
    won = Payment.objects.filter(pk=payment.pk, state=State.SUBMITTED).update(
        state=State.REFUSED, decided_at=timezone.now(), refusal=WITHDRAWN
    )
    payment.refresh_from_db()
    if won:
        audit.record(actor, "funds.withdraw_payment", payment, amount_fen=payment.amount_fen)
    elif payment.refusal != WITHDRAWN or payment.decided_by_id is not None:
        raise Conflict(f"这笔拨付{payment.get_state_display()}，不能撤回。", code="wrong_state")
    return payment
