"""Acts on money. Sums are checked under a lock (of the paper for allocations, of the allocation for payments), so two
people at once cannot spend the same balance; only a confirmed payment reaches the ledger, exactly once."""

from funds.services.allocations import allocation_change, allocation_create
from funds.services.documents import document_create, document_edit
from funds.services.inputs import DocumentInput, PaymentInput, ReversalInput
from funds.services.payments import (
    WITHDRAWN,
    payment_confirm,
    payment_refuse,
    payment_reverse,
    payment_submit,
    payment_withdraw,
)
from funds.services.sums import committed_fen

__all__ = [
    "WITHDRAWN", "DocumentInput", "PaymentInput", "ReversalInput", "allocation_change", "allocation_create", "committed_fen",
    "document_create", "document_edit", "payment_confirm", "payment_refuse", "payment_reverse", "payment_submit",
    "payment_withdraw",
]  # fmt: skip
