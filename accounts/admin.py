"""Maintenance view of accounts. Accounts are made, posted and given passwords on the product's own, audited pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import ApiToken, AuditEntry, Posting, Role, User
from common.admin import ReadOnlyAdmin

admin.site.site_header = "系统维护"
admin.site.site_title = "系统维护"
admin.site.index_title = "用户、角色、代码表与批处理"


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("username", "full_name", "unit", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "full_name")
    fields = ("username", "full_name", "unit", "is_active", "is_staff", "is_superuser", "last_login")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only who may maintain the server, and that only: entry to this very site."""
        return bool(request.user.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("username", "full_name", "unit", "is_active", "last_login")


@admin.register(Role)
class RoleAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "assigned_only", "long_session")


@admin.register(Posting)
class PostingAdmin(ReadOnlyAdmin):
    list_display = ("user", "role", "division", "effective_from", "effective_to")
    list_filter = ("role",)
    list_select_related = ("user", "role", "division")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor_label", "verb", "target_kind", "target_id", "scope_code")
    show_full_result_count = False


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ("user", "name", "expires_at", "revoked_at", "last_used_on")
