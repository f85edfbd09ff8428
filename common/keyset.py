"""Keyset paging for screens: equal cost on page 1 and page 1000, no OFFSET."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

CAP = 1000


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    next_after: int | None
    has_before: bool
    shown_count: str  # "37" or "1,000+"


def page_of(
    rows: QuerySet,
    after: str | None,
    size: int = 50,
    *,
    count: QuerySet | None = None,
    newest_first: bool = False,
) -> Page:
    """The `size` rows with a primary key above `after` (below it with `newest_first`).

    A cursor that is no number means the first page.
    """
    start = int(after) if after and after.isascii() and after.isdigit() and len(after) < 19 else 0
    rest = rows.order_by("-pk" if newest_first else "pk")
    if start:
        rest = rest.filter(pk__lt=start) if newest_first else rest.filter(pk__gt=start)
    found = list(rest[: size + 1])
    more = len(found) > size
    counted = (count if count is not None else rows).order_by()[: CAP + 1].count()
    text = f"{CAP:,}+" if counted > CAP else f"{counted:,}"
    return Page(found[:size], found[size - 1].pk if more else None, start > 0, text)
