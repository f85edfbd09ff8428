"""Pure arithmetic of the case file: no Django, no database, no clock. None is unknown and stays unknown."""

from collections.abc import Sequence


def net_income(parts: Sequence[int | None], cost: int | None) -> int | None:
    """家庭纯收入 = the sum of the four kinds of income less production cost; unknown as soon as one of them is."""
    if cost is None or any(part is None for part in parts):
        return None
    return sum(part for part in parts if part is not None) - cost


def per_head(fen: int | None, members: int | None) -> int | None:
    """分 per head for the screen, rounded half up; no member or unknown is unknown. Judgements multiply instead."""
    if fen is None or not members:
        return None
    return (2 * fen + members) // (2 * members)
