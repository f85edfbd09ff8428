"""Keeps the Role rows equal to accounts/permissions.py. Runs after each migrate: the one signal this product uses."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS

from accounts.permissions import ROLES


def sync_roles(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Write every role of the table; a role that left the table keeps its row (postings point at it) and loses all rights."""
    from accounts.models import Role  # noqa: PLC0415 - imported by the app's ready()

    rows = Role.objects.using(using)
    for code, spec in ROLES.items():
        rows.update_or_create(
            code=code,
            defaults={
                "name": spec.name,
                "permissions": sorted(spec.permissions),
                "assigned_only": spec.assigned_only,
                "long_session": spec.long_session,
            },
        )
    rows.exclude(code__in=ROLES).update(permissions=[])
