"""Three values and the register of rules. None is "nobody knows": it never reads as no and never as fine."""

import tomllib
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

Truth = bool | None
HIT, CLEAR, UNKNOWN, OUT = "hit", "clear", "unknown", "out"
PACKS = Path(__file__).resolve().parents[2] / "policies" / "packs"


def both(*parts: Truth) -> Truth:
    """All of them: one no is enough for no, else one unknown for unknown."""
    return False if any(part is False for part in parts) else None if None in parts else True


def either(*parts: Truth) -> Truth:
    """Any of them: one yes is enough for yes, else one unknown for unknown."""
    return True if any(part is True for part in parts) else None if None in parts else False


def no(part: Truth) -> Truth:
    return None if part is None else not part


def below(left: int | None, right: int | None) -> Truth:
    return None if left is None or right is None else left < right


def among(value: str | None, codes: tuple[str, ...]) -> Truth:
    return None if value is None else value in codes


def judge(who: Truth, what: Truth) -> str:
    """Those the rule is not about are out; whether it is about somebody may itself be unknown."""
    if who is not True:
        return OUT if who is False else UNKNOWN
    return UNKNOWN if what is None else HIT if what else CLEAR


Judgement = Callable[[Any], str]
RULES: dict[str, Judgement] = {}  # rule key -> our own reading of it


def rule(*keys: str) -> Callable[[Judgement], Judgement]:
    """Put a reading under its rule keys."""

    def keep(reading: Judgement) -> Judgement:
        for key in keys:
            assert key not in RULES, f"{key} is read twice"
            RULES[key] = reading
        return reading

    return keep


@cache
def _parameters(pack: str) -> dict[str, Any]:
    return tomllib.loads((PACKS / pack / "parameters.toml").read_text(encoding="utf-8"))["param"]


def chosen(pack: str, name: str) -> Any:
    """What the county (or this product) chose where the document is silent. 元 come as 分."""
    param = _parameters(pack)[name]
    assert param["basis"] != "text", f"{name} stands in the document: write it where it is read"
    return int(Decimal(param["value"]) * 100) if param["unit"].startswith("yuan") else param["value"]
