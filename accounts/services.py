"""Accounts and postings: every act is permitted, atomic and audited."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.actor import Actor, password_confirmed_recently, require
from accounts.audit import record
from accounts.models import Posting, Role, User
from accounts.permissions import FIELD_GROUPS
from accounts.tokens import token_create, token_revoke
from common.errors import Conflict, Invalid, NotFound
from villages.models import Division

__all__ = [
    "login_noted", "logout_noted", "one_time_password", "password_change", "password_confirmed_recently", "posting_close",
    "posting_open", "token_create", "token_revoke", "user_activate", "user_create", "user_password_reset",
]  # fmt: skip

MANAGE = "accounts.manage"
# No letters that read alike: such a password is copied from paper.
LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def one_time_password() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def _checked_password(password: str, user: User, field: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Invalid(" ".join(weak.messages), field=field, code="weak_password") from weak


@transaction.atomic
def user_create(
    *,
    actor: Actor,
    username: str,
    full_name: str,
    password: str = "",
    unit: str = "",
    must_change: bool = True,
) -> tuple[User, str]:
    """A new account without any posting, hence without any right. Returns it with its first password (made here when not given)."""
    require(actor, MANAGE)
    username = username.strip().lower()
    if User.objects.filter(username__iexact=username).exists():
        raise Conflict(f"用户名“{username}”已被使用。", field="username", code="username_taken")
    if not full_name.strip():
        raise Invalid("请填写姓名：一人一号，不设共用账号。", field="full_name")
    user = User(
        username=username, full_name=full_name.strip(), unit=unit.strip(), must_change_password=must_change
    )
    first = password or one_time_password()
    _checked_password(first, user, "password")
    user.set_password(first)
    user.save()
    record(actor, "accounts.user_created", user)
    return user, first


def _locked(pk: int) -> User:
    user = User.objects.select_for_update().filter(pk=pk, is_system=False).first()
    if user is None:
        raise NotFound()
    return user


@transaction.atomic
def user_password_reset(*, actor: Actor, pk: int) -> tuple[User, str]:
    """A new one-time password; it must be changed at the next login, and open sessions end."""
    require(actor, MANAGE)
    user, first = _locked(pk), one_time_password()
    user.set_password(first)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    record(actor, "accounts.password_reset", user)
    return user, first


@transaction.atomic
def user_activate(*, actor: Actor, pk: int, active: bool) -> User:
    """Switch an account on or off. Nobody switches himself off: the last administrator would be locked out."""
    require(actor, MANAGE)
    user = _locked(pk)
    if user.pk == actor.user_id:
        raise Conflict("不能停用自己的账号。", code="own_account")
    if user.is_active != active:
        user.is_active = active
        user.save(update_fields=["is_active"])
        record(actor, "accounts.user_activated" if active else "accounts.user_deactivated", user)
    return user


@transaction.atomic
def password_change(*, actor: Actor, user: User, new_password: str) -> None:
    """A person's own new password."""
    if actor.user_id != user.pk:
        raise NotFound()
    _checked_password(new_password, user, "new_password")
    user.set_password(new_password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record(actor, "accounts.password_changed", user)


@transaction.atomic
def posting_open(
    *,
    actor: Actor,
    user: User,
    role_code: str,
    division: Division,
    from_: date,
    field_groups: Sequence[str] = (),
) -> Posting:
    """Give a person a role at a division from a day on. One open posting per person, role and division."""
    require(actor, MANAGE, at=division.code)
    role = Role.objects.filter(code=role_code).first()
    if role is None:
        raise Invalid(f"没有角色“{role_code}”。", field="role")
    unknown = set(field_groups) - set(FIELD_GROUPS)
    if unknown:
        raise Invalid(f"没有字段组：{'、'.join(sorted(unknown))}。", field="field_groups")
    if division.valid_to is not None:
        raise Invalid(f"{division.name}已撤销，不能任职。", field="division")
    if user.pk == actor.user_id:
        raise Conflict("不能给自己授权，请由另一名管理员办理。", code="own_posting")
    try:
        with transaction.atomic():
            posting = Posting.objects.create(
                user=user, role=role, division=division, department=user.unit[:40],
                field_groups=sorted(field_groups), effective_from=from_,
            )  # fmt: skip
    except IntegrityError:
        raise Conflict("此人在该区划已有同一角色的任职。", code="posting_exists") from None
    record(actor, "accounts.posting_opened", posting, scope_code=division.code, role=role_code, user=user.pk)
    return posting


@transaction.atomic
def posting_close(*, actor: Actor, pk: int, on: date) -> Posting:
    """End a posting on a day (that day no longer belongs to it)."""
    posting = (
        Posting.objects.select_for_update(of=("self",))
        .select_related("division", "user")
        .filter(pk=pk)
        .first()
    )
    require(actor, MANAGE)
    if posting is None or not actor.may(MANAGE, at=posting.division.code):
        raise NotFound()
    if posting.user_id == actor.user_id:
        raise Conflict("不能截止自己的任职，请由另一名管理员办理。", code="own_posting")
    if posting.effective_to is not None:
        raise Conflict("这条任职已经截止。", code="posting_closed")
    if on < posting.effective_from:
        raise Invalid("截止日期不能早于起始日期。", field="effective_to")
    posting.effective_to = on
    posting.save(update_fields=["effective_to"])
    record(
        actor,
        "accounts.posting_closed",
        posting,
        scope_code=posting.division.code,
        user=posting.user_id,
        on=on,
    )
    return posting


@transaction.atomic
def login_noted(*, actor: Actor, user: User, previous: datetime | None) -> None:
    """Keep the time of the login before this one, and audit this one."""
    User.objects.filter(pk=user.pk).update(previous_login=previous)
    record(actor, "accounts.login", user)


def logout_noted(*, actor: Actor) -> None:
    record(actor, "accounts.logout")
