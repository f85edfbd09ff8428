"""How often the open doors may be knocked at. Counted in the database, so that several processes count together."""

import ipaddress
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from common.errors import DomainError
from common.vault import search_hash
from proceedings.models import RateCounter

KEEP = timedelta(days=2)


class TooMany(DomainError):
    """Tried too often; the sentence says when to come back or whom to call."""

    code = "too_many"
    status = 429


def network_of(address: str | None) -> str:
    """One house has one IPv4 address, but a whole /64 of IPv6 ones."""
    if not address:
        return ""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network(f"{found}/64", strict=False))


def _window(now: datetime, seconds: int) -> datetime:
    stamp = int(now.timestamp())
    return datetime.fromtimestamp(stamp - stamp % seconds, UTC)


@transaction.atomic
def _counted(kind: str, value: str, limit: int, seconds: int, now: datetime) -> bool:
    key, window = search_hash(f"{kind}|{value}"), _window(now, seconds)
    row, made = RateCounter.objects.get_or_create(kind=kind, key=key, window=window)
    if made:
        RateCounter.objects.filter(window__lt=now - KEEP).delete()
    # The condition stands in the UPDATE: of two requests at the last free place one is counted.
    return bool(RateCounter.objects.filter(pk=row.pk, count__lt=limit).update(count=F("count") + 1))


def knock(kind: str, value: str, *, now: datetime | None = None) -> None:
    """Count one try of `kind` by `value` (an address, a code, a receipt number); TooMany beyond settings.APPLY_LIMITS.

    The count is written in a transaction of its own and stays, whatever the act that follows comes to.
    """
    limit, seconds = settings.APPLY_LIMITS[kind]
    if value and not _counted(kind, value, limit, seconds, now or timezone.now()):
        wait = "一小时" if seconds <= 3600 else "一天"
        raise TooMany(f"操作过于频繁，请过{wait}再试。事情紧急的，请直接联系村委会或拨打 12317。", kind=kind)
