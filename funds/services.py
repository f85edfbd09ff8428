"""Acts on money. Sums are checked under a lock (of the paper for allocations, of the allocation for payments), so two
people at once cannot spend the same balance; only a confirmed payment reaches the ledger, exactly once."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils import timezone

from accounts import audit
from accounts.actor import Actor, require, require_password
from accounts.models import User
from common.errors import Conflict, Invalid, NotPermitted, Stale
from common.text import clean
from exchange.services import upload_keep
from funds import rules
from funds.models import Allocation, FundDocument, FundLevel, LedgerEntry, Payment
from projects.models import Project
from villages.models import Division

State = Payment.State
WITHDRAWN = "本人撤回"
DOCUMENT_FIELDS = (
    "doc_number", "title", "level", "year", "issued_on", "amount_fen", "is_special", "basis",
)  # fmt: skip


@dataclass(frozen=True)
class DocumentInput:
    doc_number: str
    title: str
    level: str
    year: int
    issued_on: date
    amount_fen: int
    county: Division
    is_special: bool = True
    basis: str = "text"


@dataclass(frozen=True)
class PaymentInput:
    """`uuid` is made by the client: the same one and the same content again is the same payment."""

    uuid: UUID
    amount_fen: int
    paid_on: date
    payee: str = ""
    voucher: str = ""
    file: Any = None  # the upload of a form


@dataclass(frozen=True)
class ReversalInput:
    uuid: UUID
    reversed_on: date
    reason: str


# --- papers -----------------------------------------------------------------------------------------------------------
def _cleaned(given: DocumentInput, today: date) -> dict[str, object]:
    number, title = clean(given.doc_number), clean(given.title)
    if not number:
        raise Invalid("请填写文号。", field="doc_number")
    if given.level not in FundLevel.values:
        raise Invalid(f"没有“{given.level}”这一资金级次。", field="level")
    if given.amount_fen <= 0:
        raise Invalid("指标金额应大于 0。", field="amount_fen")
    if given.issued_on > today:
        raise Invalid(f"下达日期 {given.issued_on} 晚于今天（{today}）。", field="issued_on")
    if not 2000 <= given.year <= 2100:
        raise Invalid(f"年度 {given.year} 有误。", field="year")
    return {
        "doc_number": number, "title": title, "level": given.level, "year": given.year, "issued_on": given.issued_on,
        "amount_fen": given.amount_fen, "is_special": given.is_special, "basis": given.basis,
    }  # fmt: skip


def _number_free(number: str, but: int | None = None) -> None:
    if FundDocument.objects.filter(~Q(pk=but), doc_number=number).exists():
        raise Conflict(f"文号 {number} 已登记。", code="document_number_taken", field="doc_number")


@transaction.atomic
def document_create(*, actor: Actor, given: DocumentInput, today: date) -> FundDocument:
    """Enter a paper that grants money. Refuses a number that is entered already."""
    require(actor, "funds.edit", at=given.county.code)
    values = _cleaned(given, today)
    _number_free(str(values["doc_number"]))
    document = FundDocument(county=given.county, scope_code=given.county.code, **values)
    document.save()
    audit.record(
        actor, "funds.create_document", document, level=document.level, amount_fen=document.amount_fen
    )
    return document


@transaction.atomic
def document_edit(
    *, actor: Actor, document: FundDocument, version: int, given: DocumentInput, today: date
) -> FundDocument:
    """Correct a paper. Refuses an amount below what is allocated, and moving money that is allocated to another level or
    year. `version` is the one the form was made from: another one is Stale."""
    require(actor, "funds.edit", at=document.scope_code)
    values = _cleaned(given, today)
    row = FundDocument.objects.select_for_update().get(pk=document.pk)
    changed = {
        name: (getattr(row, name), values[name])
        for name in DOCUMENT_FIELDS
        if getattr(row, name) != values[name]
    }
    if row.version != version:
        raise Stale(values=changed)
    _number_free(str(values["doc_number"]), but=row.pk)
    allocated = _sum(Allocation.objects.filter(document=row))
    if given.amount_fen < allocated:
        raise Invalid("指标金额不能小于已分配金额。", field="amount_fen", code="below_allocated")
    fixed = {"level", "year", "is_special"} & set(changed)
    if allocated and fixed:
        raise Invalid(
            "该指标已有分配，不能再改级次、年度和资金性质。", field=min(fixed), code="document_in_use"
        )
    first = Allocation.objects.filter(document=row).order_by("allocated_on").first()
    if first and given.issued_on > first.allocated_on:
        raise Invalid(f"下达日期不能晚于首次分配日期 {first.allocated_on}。", field="issued_on")
    if changed:
        for name, (_, mine) in changed.items():
            setattr(row, name, mine)
        row.version += 1
        row.save()
        audit.record(actor, "funds.edit_document", row, fields=sorted(changed))
    return row


# --- allocations ------------------------------------------------------------------------------------------------------
def _sum(rows) -> int:  # type: ignore[no-untyped-def]
    return rows.aggregate(total=Sum("amount_fen"))["total"] or 0


@transaction.atomic
def allocation_create(
    *,
    actor: Actor,
    document: FundDocument,
    project: Project,
    amount_fen: int,
    allocated_on: date,
    today: date,
) -> Allocation:
    """Give a project money of a paper. Refuses more than the paper still holds, and the same project twice."""
    require(actor, "funds.edit", at=document.scope_code)
    if not project.scope_code.startswith(document.scope_code):
        raise Invalid("项目不在该指标文件的县内。", field="project")
    paper = FundDocument.objects.select_for_update().get(pk=document.pk)
    if allocated_on < paper.issued_on:
        raise Invalid(f"分配日期不能早于文件下达日期 {paper.issued_on}。", field="allocated_on")
    if allocated_on > today:
        raise Invalid(f"分配日期 {allocated_on} 晚于今天（{today}）。", field="allocated_on")
    if Allocation.objects.filter(document=paper, project=project).exists():
        raise Conflict("该指标已分配给这个项目。", code="allocation_twice", field="project")
    fault = rules.allocation_fault(
        document_fen=paper.amount_fen,
        allocated_fen=_sum(Allocation.objects.filter(document=paper)),
        amount_fen=amount_fen,
    )
    if fault:
        raise Invalid(fault, field="amount_fen", code="over_allocated")
    row = Allocation(
        document=paper,
        project=project,
        amount_fen=amount_fen,
        allocated_on=allocated_on,
        scope_code=project.scope_code,
    )
    row.save()
    audit.record(actor, "funds.allocate", row, document=paper.pk, project=project.pk, amount_fen=amount_fen)
    return row


@transaction.atomic
def allocation_change(*, actor: Actor, allocation: Allocation, amount_fen: int, reason: str) -> Allocation:
    """Correct what a project was given of a paper; the history keeps what stood before.

    Refuses less than is paid or waits to be paid, and more than the paper holds beside its other allocations.
    """
    require(actor, "funds.edit", at=allocation.document.scope_code)
    reason = clean(reason)
    if not reason:
        raise Invalid("请写明更正原因。", field="reason", code="reason_needed")
    paper = FundDocument.objects.select_for_update().get(pk=allocation.document_id)
    row = Allocation.objects.select_for_update().get(pk=allocation.pk)
    others = _sum(Allocation.objects.filter(document=paper).exclude(pk=row.pk))
    fault = rules.allocation_fault(
        document_fen=paper.amount_fen, allocated_fen=others, amount_fen=amount_fen
    ) or rules.below_payments_fault(committed_fen=committed_fen(row), amount_fen=amount_fen)
    if fault:
        raise Invalid(fault, field="amount_fen", code="allocation_out_of_bounds")
    before = row.amount_fen
    if before != amount_fen:
        row.amount_fen = amount_fen
        row._history_user = User(pk=actor.user_id)  # type: ignore[attr-defined]
        row._change_reason = reason[:100]  # type: ignore[attr-defined]
        row.save()
        audit.record(actor, "funds.change_allocation", row, before_fen=before, amount_fen=amount_fen)
    return row


def _person(actor: Actor) -> int:
    """Money needs a person behind it."""
    if actor.user_id is None:
        raise NotPermitted
    return actor.user_id


# --- payments ---------------------------------------------------------------------------------------------------------
def committed_fen(allocation: Allocation) -> int:
    """Confirmed money and money waiting. A waiting reversal frees nothing until it is confirmed."""
    counted = Q(state=State.CONFIRMED) | Q(state=State.SUBMITTED, amount_fen__gt=0)
    return _sum(Payment.objects.filter(counted, allocation=allocation))


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
