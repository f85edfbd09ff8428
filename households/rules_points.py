"""爱心超市积分 as pure arithmetic: what an entry does to the balance."""

from typing import Literal

Kind = Literal["earn", "spend", "correction"]


def change_of(kind: str, points: int, corrected: int | None = None) -> int:
    """Earning adds, spending takes away, a correction undoes what the corrected entry did (`corrected`: its change)."""
    if kind == "correction":
        if corrected is None:
            raise ValueError("a correction corrects something")
        return -corrected
    return points if kind == "earn" else -points
