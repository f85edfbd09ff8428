"""The sheets of the product. Apps register theirs in AppConfig.ready(); this room imports none of them."""

from collections.abc import Iterable

from accounts.actor import Actor
from common.errors import NotFound
from exchange.sheet import SheetSpec

_sheets: dict[str, SheetSpec] = {}


def register_sheet(spec: SheetSpec) -> None:
    """Add a layout; two different ones under one code are a bug."""
    known = _sheets.get(spec.code)
    if known is not None and known is not spec:
        raise LookupError(f"two sheets are called {spec.code}")
    _sheets[spec.code] = spec


def sheet_get(code: str) -> SheetSpec:
    """The layout of this code; NotFound names the ones there are."""
    try:
        return _sheets[code]
    except KeyError:
        raise NotFound(
            f"没有名为“{code}”的表式，可用：{'、'.join(sorted(_sheets))}。", code="unknown_layout"
        ) from None


def _ordered(found: Iterable[SheetSpec]) -> list[SheetSpec]:
    return sorted(found, key=lambda spec: (spec.order, spec.code))


def sheets_out(actor: Actor) -> list[SheetSpec]:
    """The layouts this person may export."""
    if not actor.may("exchange.export"):
        return []
    return _ordered(
        spec for spec in _sheets.values() if (spec.rows or spec.file) and actor.may(spec.permission)
    )


def sheets_in(actor: Actor) -> list[SheetSpec]:
    """The layouts this person may import."""
    if not actor.may("exchange.import"):
        return []
    return _ordered(spec for spec in _sheets.values() if spec.importer and actor.may(spec.edit_permission))
