"""The acting person as a frozen value, built once per request or command, used by every door alike."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from accounts.models import Posting, User
from accounts.permissions import ALL_FIELD_GROUPS, PERMISSIONS
from common.errors import NotPermitted
from villages.scope import DivisionScope


def _known(permission: str) -> None:
    """A misspelt permission is a bug that would deny (or, negated, allow) silently: stop at once."""
    if permission not in PERMISSIONS:
        raise LookupError(f"unknown permission {permission}")


@dataclass(frozen=True)
class Grant:
    """One posting: in `code` and below, with these permissions."""

    role: str
    role_name: str
    code: str
    division_name: str
    permissions: frozenset[str]
    assigned_only: bool = False
    field_groups: frozenset[str] = ALL_FIELD_GROUPS
    long_session: bool = False


@dataclass(frozen=True)
class Actor:
    user_id: int | None
    username: str
    display: str
    grants: tuple[Grant, ...] = ()
    address: str | None = None
    host: str = ""
    reference: str = ""
    # False while an act that needs a fresh password would be refused (decisions: reveal, export, confirm payment).
    password_fresh: bool = True
    extra: dict = field(default_factory=dict, compare=False, hash=False)

    def may(self, permission: str, at: str | None = None) -> bool:
        """Does some posting give this permission (at the division code `at`, when named)?"""
        _known(permission)
        return any(
            permission in grant.permissions and (at is None or at.startswith(grant.code))
            for grant in self.grants
        )

    def scope(self, permission: str) -> DivisionScope:
        """The area in which this permission holds. Nobody's scope is empty, and empty matches nothing."""
        _known(permission)
        mine = [grant for grant in self.grants if permission in grant.permissions]
        groups = frozenset().union(*(grant.field_groups for grant in mine)) if mine else frozenset()
        return DivisionScope(
            tuple(sorted({grant.code for grant in mine if not grant.assigned_only})),
            tuple(sorted({grant.code for grant in mine if grant.assigned_only})),
            self.user_id,
            groups,
        )

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)


def require(actor: Actor, permission: str, at: str | None = None) -> None:
    """Raise NotPermitted unless the actor holds the permission (at that division)."""
    if not actor.may(permission, at):
        raise NotPermitted(f"您没有“{PERMISSIONS[permission]}”的权限。")


def _grants(user: User, on: date) -> tuple[Grant, ...]:
    rows = Posting.objects.current(on).filter(user=user).select_related("role", "division").order_by("pk")
    return tuple(
        Grant(
            role=row.role.code,
            role_name=row.role.name,
            code=row.division.code,
            division_name=row.division.name,
            permissions=frozenset(row.role.permissions),
            assigned_only=row.role.assigned_only,
            field_groups=frozenset(row.field_groups) if row.field_groups else ALL_FIELD_GROUPS,
            long_session=row.role.long_session,
        )
        for row in rows
    )


def actor_for(user: User, *, on: date | None = None, **context: object) -> Actor:
    """The actor of an active user with the postings current today (real clock: postings are not a matter of business date)."""
    grants = _grants(user, on or timezone.localdate()) if user.is_active else ()
    return Actor(user.pk, user.username, user.full_name or user.username, grants, **context)  # type: ignore[arg-type]
