"""Bases of the Django admin: it holds users, roles, code lists and runs. Nothing personal and no money is changed there."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class ReadOnlyAdmin(admin.ModelAdmin):
    """May be looked at by staff; never added to, changed or deleted. Sealed columns and hashes are left out."""

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        hidden = ("_sealed", "_hash", "digest", "password")
        names = [field.name for field in self.model._meta.get_fields() if getattr(field, "concrete", False)]
        return [name for name in names if name.endswith(hidden)]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
