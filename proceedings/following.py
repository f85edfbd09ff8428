"""Codes and telephones when a division is dissolved into another: the surviving one keeps its own."""

from datetime import date

from django.utils import timezone

from proceedings.models import LocalNumber, VillageCode
from villages.models import Division


def codes_follow(division: Division, into: Division, on: date) -> None:
    """The code of a dissolved village goes on working for the surviving one, unless that has a code in use itself."""
    if VillageCode.objects.filter(village=into, revoked_at__isnull=True).exists():
        VillageCode.objects.filter(village=division, revoked_at__isnull=True).update(
            revoked_at=timezone.now()
        )
    if LocalNumber.objects.filter(division=into).exists():
        LocalNumber.objects.filter(division=division).delete()
