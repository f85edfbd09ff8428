"""Papers that grant money."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.actor import Actor, require
from common.errors import Conflict, Invalid, Stale
from common.text import clean
from funds.models import Allocation, FundDocument, FundLevel
from funds.services.inputs import DocumentInput
from funds.services.sums import total_fen

DOCUMENT_FIELDS = (
    "doc_number", "title", "level", "year", "issued_on", "amount_fen", "is_special", "basis",
)  # fmt: skip


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
    allocated = total_fen(Allocation.objects.filter(document=row))
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
