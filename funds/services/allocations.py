"""Money of a paper given to a project, under the paper's lock."""

from datetime import date

from django.db import transaction

from accounts import audit
from accounts.actor import Actor, require
from accounts.models import User
from common.errors import Conflict, Invalid
from common.text import clean
from funds import rules
from funds.models import Allocation, FundDocument
from funds.services.sums import committed_fen, total_fen
from projects.models import Project


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
        allocated_fen=total_fen(Allocation.objects.filter(document=paper)),
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
    others = total_fen(Allocation.objects.filter(document=paper).exclude(pk=row.pk))
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
