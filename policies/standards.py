"""Standards that metrics measure by (低保标准), read from the packs in force; the measuring apps may not know packs."""

from datetime import date
from decimal import Decimal

from common.errors import NotFound
from policies.selectors import packs_holding, packs_in_force


def standard_fen(name: str, as_of: date, division_code: str) -> int | None:
    """The parameter `name` of the narrowest pack that has it, in 分 per head and year; None where none says it."""
    try:
        param = packs_in_force(as_of, division_code).param(name)
    except NotFound:
        return None
    if not isinstance(param.value, Decimal) or str(param.unit) != "yuan/person/year":
        return None
    return int(param.value * (param.unit.fen or 1))


def widest(name: str, as_of: date) -> int | None:
    """The largest whole number that any pack in force anywhere gives for `name`; None where none names it."""
    params = [pack.params[name].on(as_of) for pack in packs_holding(as_of) if name in pack.params]
    return max((int(param.value) for param in params if isinstance(param.value, Decimal)), default=None)
