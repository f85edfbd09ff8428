"""What the wall card of a house takes from this room: the self-application page of its village, the township's number."""

from django.urls import reverse

from households.models import Household
from proceedings.models import VillageCode
from proceedings.selectors.intake import local_number


def apply_address(household: Household, base: str) -> str | None:
    """The page behind the village's code in use; None while the village has none."""
    code = VillageCode.objects.filter(village_id=household.village_id, revoked_at__isnull=True).first()
    return f"{base}{reverse('apply:form', args=[code.token])}" if code else None


def township_number(household: Household) -> str:
    """The number registered for notices; empty where nobody registered one."""
    return local_number(household.village)
