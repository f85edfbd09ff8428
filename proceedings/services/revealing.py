"""Showing a sealed number of this room: with a reason, a fresh password, and a line in the audit trail first."""

from typing import Any

from django.db import transaction

from accounts import audit
from accounts.actor import Actor, require, require_password
from common.errors import Invalid, NotFound, NotPermitted
from common.text import clean

REVEAL = "households.reveal"


@transaction.atomic
def sealed_reveal(
    *, actor: Actor, target: Any, field: str, reason: str, verb: str, fields: tuple[str, ...]
) -> str:
    """One number of `target` in full. Refuses who may not reveal there, and a reveal without a reason."""
    require(actor, REVEAL, at=target.scope_code)
    if field not in fields:
        raise NotFound
    if "identity" not in actor.scope(REVEAL).field_groups:
        raise NotPermitted
    require_password(actor)
    reason = clean(reason)
    if len(reason) < 2:
        raise Invalid("请填写查看事由。", field="reason", code="reason_needed")
    audit.record(actor, verb, target, reason=reason[:200], field=field)
    number: str = target.number(field)
    return number


def application_reveal(*, actor: Actor, application: Any, field: str, reason: str) -> str:
    """Telephone or ID number of an applicant, in full, once."""
    verb = "proceedings.application_reveal"
    return sealed_reveal(
        actor=actor, target=application, field=field, reason=reason, verb=verb, fields=("phone", "id_number")
    )
