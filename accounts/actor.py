"""The acting person as a frozen value, built once per request or command, used by every door alike."""

import getpass
import socket
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Posting, User
from accounts.permissions import ALL_FIELD_GROUPS, PERMISSIONS
from common.errors import Invalid, NotPermitted, PasswordNeeded
from villages.models import Division, Level
from villages.scope import DivisionScope

OPERATOR = "operator"
CONFIRMED_AT = "password_confirmed_at"  # session key: when the password was last typed


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
    county_name: str = ""


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
        return DivisionScope(
            tuple(sorted({grant.code for grant in mine if not grant.assigned_only})),
            tuple(sorted({grant.code for grant in mine if grant.assigned_only})),
            self.user_id,
            _groups_of(mine),
        )

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def area(self) -> str:
        """Where and as what this person serves, for the frame: "顺店镇 乡镇办事员"."""
        return "、".join(dict.fromkeys(f"{grant.division_name} {grant.role_name}" for grant in self.grants))

    @property
    def county_name(self) -> str:
        return next((grant.county_name for grant in self.grants if grant.county_name), "")

    @property
    def long_session(self) -> bool:
        """Field roles stay logged in; one office role beside a field role already ends the session early."""
        return bool(self.grants) and all(grant.long_session for grant in self.grants)


def _inside(grant: Grant, wider: Grant) -> bool:
    """Does `wider` give everything that `grant` gives: its area, its households, its groups of fields?"""
    if wider.assigned_only and not grant.assigned_only:
        return False
    return grant.code.startswith(wider.code) and grant.field_groups <= wider.field_groups


def _groups_of(grants: list[Grant]) -> frozenset[str]:
    """The groups of fields to be shown in the whole area of these postings.

    A posting inside a wider one adds nothing. Of the rest only what all of them give is shown: groups held in one
    township must not open the fields of a county (somebody who lacks some that way has a second account).
    """
    least: frozenset[str] | None = None
    for grant in grants:
        if any(_inside(grant, wider) and not _inside(wider, grant) for wider in grants):
            continue
        least = grant.field_groups if least is None else least & grant.field_groups
    return least or frozenset()


NOBODY = Actor(None, "", "")


def require(actor: Actor, permission: str, at: str | None = None) -> None:
    """Raise NotPermitted unless the actor holds the permission (at that division)."""
    if not actor.may(permission, at):
        raise NotPermitted(f"您没有“{PERMISSIONS[permission]}”的权限。")


def require_password(actor: Actor) -> None:
    """Raise PasswordNeeded unless the password was typed within the last ten minutes (reveal, export, confirmation)."""
    if not actor.password_fresh:
        raise PasswordNeeded("此项操作需要再次输入密码确认身份。")


def _county_of(division: Division) -> str:
    """The name of the county at or above; the caller's query brings two parents along."""
    place: Division | None = division
    for _ in range(3):
        if place is None:
            break
        if place.level == Level.COUNTY:
            return place.name
        place = place.parent if place.parent_id and place.level in {Level.TOWNSHIP, Level.VILLAGE} else None
    return ""


def _grants(user: User, on: date) -> tuple[Grant, ...]:
    rows = (
        Posting.objects.current(on)
        .filter(user=user)
        .select_related("role", "division__parent__parent")
        .order_by("pk")
    )
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
            county_name=_county_of(row.division),
        )
        for row in rows
    )


def actor_for(user: User, *, on: date | None = None, **context: object) -> Actor:
    """The actor of an active user with the postings current today (real clock: postings are not a matter of business date)."""
    grants = _grants(user, on or timezone.localdate()) if user.is_active else ()
    return Actor(user.pk, user.username, user.full_name or user.username, grants, **context)  # type: ignore[arg-type]


def client_address(request: Any) -> str | None:
    """Where the request came from; the proxy's word counts only when the proxy is one of ours."""
    address = request.META.get("REMOTE_ADDR") or ""
    if address in settings.TRUSTED_PROXIES:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip()
        address = forwarded or address
    return address or None


def password_confirmed_recently(request: Any) -> bool:
    """Was the password typed in this session within PASSWORD_RECHECK_SECONDS?"""
    stamp = request.session.get(CONFIRMED_AT) if hasattr(request, "session") else None
    return stamp is not None and 0 <= timezone.now().timestamp() - stamp < settings.PASSWORD_RECHECK_SECONDS


def actor_of(request: Any) -> Actor:
    """The actor of a request, HTML or API alike; built once, again only when a token names another user."""
    user = request.user
    known = getattr(request, "actor", None)
    if isinstance(known, Actor) and known.user_id == user.pk:
        return known
    bare = getattr(request, "_request", request)  # DRF wraps the request; the wrapped one lives as long
    if not user.is_authenticated:
        bare.actor = NOBODY
        return NOBODY
    by_token = getattr(request, "auth", None) is not None
    bare.actor = actor_for(
        user,
        address=client_address(bare),
        reference=getattr(bare, "reference", ""),
        # A program cannot type a password: acts that ask for it again are not for tokens.
        password_fresh=not by_token and password_confirmed_recently(bare),
    )
    return bare.actor


def operator_actor(as_username: str | None = None) -> Actor:
    """Who a command acts as: the named user with his own rights, else the system actor with every permission everywhere.

    The audit trail names the user and machine of the operating system beside it.
    """
    host = f"{getpass.getuser()}@{socket.gethostname()}"[:120]
    if as_username:
        user = User.objects.filter(username=as_username, is_active=True, is_system=False).first()
        if user is None:
            raise Invalid(f"没有名为“{as_username}”的可用账号。", code="unknown_user")
        return actor_for(user, host=host)
    user, _ = User.objects.get_or_create(
        username=OPERATOR,
        defaults={"full_name": "系统操作员", "is_system": True, "is_active": False, "password": "!", "must_change_password": False},
    )  # fmt: skip
    # Before the first division is loaded there is no area to name; such an actor may act but sees no row.
    roots = list(Division.objects.filter(parent__isnull=True).order_by("code")) or [
        Division(code="", name="")
    ]
    every = frozenset(PERMISSIONS)
    grants = tuple(Grant(OPERATOR, "系统", root.code, root.name, every) for root in roots)
    return Actor(user.pk, OPERATOR, user.full_name, grants, host=host)
