"""The book of the rules about persons, houses, villages and townships: f(subject, day) -> verdict, by rule key."""

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.independent.logic import CLEAR, HIT, OUT, UNKNOWN, Truth, both, either, judge, no

__all__ = [
    "CLEAR",
    "HIT",
    "OUT",
    "RULES",
    "UNKNOWN",
    "Truth",
    "both",
    "either",
    "judge",
    "no",
    "rule",
    "said",
]

Reading = Callable[[Any, date], str]
RULES: dict[str, Reading] = {}


def rule(*keys: str) -> Callable[[Reading], Reading]:
    """Enter a reading under its rule keys."""

    def enter(reading: Reading) -> Reading:
        assert not set(keys) & set(RULES), f"{keys} are read twice"
        RULES.update(dict.fromkeys(keys, reading))
        return reading

    return enter


def said(value: Any, test: Callable[[Any], bool]) -> Truth:
    """The test of a value, where there is one."""
    return None if value is None else test(value)
