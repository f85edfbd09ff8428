"""The county a page speaks about."""

from typing import Any

from monitoring.selectors import counties
from villages.models import COUNTY_DIGITS


def area_for(actor: Any, permission: str) -> str:
    """The county that lies in, or around, the person's area."""
    prefixes = actor.scope(permission).prefixes
    return next(
        (code[:COUNTY_DIGITS] for code in prefixes if len(code) >= COUNTY_DIGITS), next(iter(counties()), "")
    )
