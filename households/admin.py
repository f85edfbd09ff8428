"""Read-only and masked: the case file is changed through its services only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from households.models import Household, Person


class ReadOnly(admin.ModelAdmin):
    """Sealed columns and hashes never appear; numbers appear masked."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Household)
class HouseholdAdmin(ReadOnly):
    list_display = (
        "household_no",
        "scope_code",
        "poverty_status",
        "monitor_class",
        "members_count",
        "is_live",
    )
    list_filter = ("poverty_status", "monitor_class", "is_live")
    search_fields = ("household_no",)
    fields = (*list_display, "phone_masked", "bank_account_masked", "created_at")
    readonly_fields = fields

    @admin.display(description="联系电话")
    def phone_masked(self, row: Household) -> str:
        return row.number_masked("phone") or "—"

    @admin.display(description="银行账号")
    def bank_account_masked(self, row: Household) -> str:
        return row.number_masked("bank_account") or "—"


@admin.register(Person)
class PersonAdmin(ReadOnly):
    list_display = ("person_no", "gender", "is_live")
    search_fields = ("person_no",)
    fields = ("person_no", "gender", "id_kind", "id_number_masked", "is_live")
    readonly_fields = fields

    @admin.display(description="证件号码")
    def id_number_masked(self, row: Person) -> str:
        return row.number_masked("id_number") or "—"
