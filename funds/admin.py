"""The admin shows money and changes nothing: acts go through services, which check and audit."""

from django.contrib import admin

from funds.models import Allocation, FundDocument, LedgerEntry, Payment
from projects.admin import ReadOnly


@admin.register(FundDocument)
class FundDocumentAdmin(ReadOnly):
    list_display = ("doc_number", "title", "level", "year", "issued_on", "amount_fen", "is_special", "basis")
    list_filter = ("year", "level")


@admin.register(Allocation)
class AllocationAdmin(ReadOnly):
    list_display = ("document", "project", "amount_fen", "allocated_on")
    list_select_related = ("document", "project")


@admin.register(Payment)
class PaymentAdmin(ReadOnly):
    list_display = ("paid_on", "allocation_id", "amount_fen", "state", "submitted_by", "decided_by")
    list_filter = ("state",)
    list_select_related = ("submitted_by", "decided_by")


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnly):
    list_display = ("paid_on", "allocation_id", "amount_fen", "posted_at", "payment_id", "reverses_id")
