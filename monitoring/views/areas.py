"""The county a page speaks about."""

from typing import Any

from monitoring.selectors import counties


def area_for(actor: Any, permission: str) -> str:
    """The county that lies in, or around, the person's area."""
    prefixes = actor.scope(permission).prefixes
    return next((code[:6] for code in prefixes if len(code) >= 6), next(iter(counties()), ""))
