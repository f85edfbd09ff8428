"""Writing the audit trail. One line in the service that does the act."""

from django.db import models

from accounts.actor import Actor
from accounts.models import AuditEntry


def record(
    actor: Actor,
    verb: str,
    target: models.Model | None = None,
    *,
    scope_code: str = "",
    reason: str = "",
    **detail: object,
) -> AuditEntry:
    """Append one entry. `detail` holds figures and codes only: no names, ID numbers, phones or accounts."""
    return AuditEntry.objects.create(
        actor_id=actor.user_id,
        actor_label=f"{actor.display}({actor.username})",
        verb=verb,
        target_kind=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        scope_code=scope_code or getattr(target, "scope_code", "") or "",
        reason=reason,
        detail={
            name: value if isinstance(value, (int, bool, list, dict, type(None))) else str(value)
            for name, value in detail.items()
        },
        address=actor.address,
        host=actor.host,
        reference=actor.reference,
    )
