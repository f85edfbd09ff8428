"""What `manage.py check --deploy` says about a real server beyond Django's own checks."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register("poverty", deploy=True)
def public_address(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A code printed at an inner address is found out only when somebody in a village scans it."""
    if settings.PUBLIC_URL:
        return []
    return [
        Warning(
            "PUBLIC_URL is empty: codes on wall cards and posters will carry the address of whoever prints them.",
            hint="Set PUBLIC_URL to the address phones reach, e.g. https://fupin.county.example.",
            id="poverty.W001",
        )
    ]
