"""What the form pages share."""

from typing import Any

from django.views.decorators.http import require_http_methods

from common.dates import business_today
from households import selectors
from households.models import Household

EDIT = "households.edit"
both = require_http_methods(["GET", "POST"])


def household_for(request: Any, pk: int, permission: str = EDIT) -> Household:
    return selectors.household_get(actor=request.actor, pk=pk, permission=permission)


def member_choices(household: Household) -> list[tuple[str, str]]:
    return [(str(row.person_id), row.person.name) for row in selectors.members_of(household)]


def today_initial() -> dict[str, Any]:
    return {"on": business_today()}


def based_on(held: Any, names: list[str]) -> dict[str, Any]:
    """A form's first values: what holds now, and which spell says so (0: none)."""
    values = {name: getattr(held, name) for name in names if hasattr(held, name)} if held else {}
    return today_initial() | values | {"base": held.pk if held else 0}
