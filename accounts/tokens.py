"""API tokens: made once and shown once, kept as a digest, revoked for good."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import ApiToken, token_digest
from common.errors import Invalid, NotFound

LONGEST_DAYS = 366


def _own_id(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotFound()
    return actor.user_id


def token_in_use(plain: str, *, now: datetime) -> ApiToken | None:
    """The living token of an active user, or None. Notes the day of use, once a day."""
    if not plain:
        return None
    token = (
        ApiToken.objects.select_related("user")
        .filter(digest=token_digest(plain), revoked_at__isnull=True, expires_at__gt=now)
        .first()
    )
    if token is None or not token.user.is_active or token.user.must_change_password:
        return None
    today = timezone.localdate(now)
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return token


def token_list(*, actor: Actor) -> list[ApiToken]:
    """The actor's own tokens, newest first."""
    return list(ApiToken.objects.filter(user_id=_own_id(actor)).order_by("-pk"))


@transaction.atomic
def token_create(*, actor: Actor, name: str, days: int) -> tuple[ApiToken, str]:
    """A new token of the acting person; the second value is its text, which nobody can read again."""
    name = name.strip()
    if not name:
        raise Invalid("请填写令牌用途。", field="name")
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(f"有效期应为 1 至 {LONGEST_DAYS} 天。", field="days")
    plain = ApiToken.new_secret()
    token = ApiToken.objects.create(
        user_id=_own_id(actor),
        name=name,
        digest=token_digest(plain),
        tail=plain[-4:],
        expires_at=timezone.now() + timedelta(days=days),
    )
    record(actor, "accounts.token_created", token, days=days)
    return token, plain


@transaction.atomic
def token_revoke(*, actor: Actor, pk: int) -> ApiToken:
    """End a token of one's own; a second time changes nothing."""
    token = ApiToken.objects.select_for_update().filter(pk=pk, user_id=_own_id(actor)).first()
    if token is None:
        raise NotFound()
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record(actor, "accounts.token_revoked", token)
    return token
