"""Standards that metrics measure by (低保标准), read from the packs in force; the measuring apps may not know packs."""

from datetime import date
from decimal import Decimal

from common.errors import NotFound
from policies.selectors import packs_in_force


def standard_fen(name: str, as_of: date, division_code: str) -> int | None:
    """The parameter `name` of the narrowest pack that has it, in 分 per head and year; None where none says it."""
    try:
        param = packs_in_force(as_of, division_code).param(name)
    except NotFound:
        return None
    if not isinstance(param.value, Decimal) or str(param.unit) != "yuan/person/year":
        return None
    return int(param.value * (param.unit.fen or 1))
