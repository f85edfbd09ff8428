"""Keyset paging for screens: equal cost on page 1 and page 1000, no OFFSET."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

CAP = 1000
PAGE = 50


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    next_after: int | None
    has_before: bool
    shown_count: str  # "37" or "1,000+"


def start_of(after: str | None) -> int:
    """The key that a cursor names; 0 where it is none."""
    return int(after) if after and after.isascii() and after.isdigit() and len(after) < 19 else 0


def page_of(
    rows: QuerySet,
    after: str | None,
    size: int = PAGE,
    *,
    count: QuerySet | int | None = None,
    newest_first: bool = False,
) -> Page:
    """The `size` rows with a primary key above `after` (below it with `newest_first`).

    A cursor that is no number means the first page. `count`: the same rows without what only the page needs, or how many
    there are where that is known already.
    """
    start = start_of(after)
    rest = rows.order_by("-pk" if newest_first else "pk")
    if start:
        rest = rest.filter(pk__lt=start) if newest_first else rest.filter(pk__gt=start)
    found = list(rest[: size + 1])
    more = len(found) > size
    return Page(
        found[:size],
        found[size - 1].pk if more else None,
        start > 0,
        _shown(rows if count is None else count),
    )


def _shown(count: QuerySet | int) -> str:
    if isinstance(count, int):
        return f"{count:,}"
    counted = count.order_by()[: CAP + 1].count()
    return f"{CAP:,}+" if counted > CAP else f"{counted:,}"
