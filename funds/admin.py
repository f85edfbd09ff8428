"""The admin shows money and changes nothing: acts go through services, which check and audit."""

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from funds.models import Allocation, FundDocument, LedgerEntry, Payment


@admin.register(FundDocument)
class FundDocumentAdmin(ReadOnlyAdmin):
    list_display = ("doc_number", "title", "level", "year", "issued_on", "amount_fen", "is_special", "basis")
    list_filter = ("year", "level")


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    list_display = ("document", "project", "amount_fen", "allocated_on")
    list_select_related = ("document", "project")


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ("paid_on", "allocation_id", "amount_fen", "state", "submitted_by", "decided_by")
    list_filter = ("state",)
    list_select_related = ("submitted_by", "decided_by")


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("paid_on", "allocation_id", "amount_fen", "posted_at", "payment_id", "reverses_id")
