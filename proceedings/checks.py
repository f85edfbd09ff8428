"""Named checks that a proceeding must pass, filled by whoever knows: name -> callable(proceeding) -> findings.

An exit standard that nobody has filled answers 标准未录入 and does not pass: unknown is never "met".
"""

from collections.abc import Callable
from typing import Any

from proceedings.models import Proceeding

OBJECTIONS, HOUSEHOLD_EXIT, VILLAGE_EXIT = "objections", "household_exit", "village_exit"
Check = Callable[[Proceeding], list[str]]
Freeze = Callable[[Proceeding], dict[str, Any]]
UNFILLED = "标准未录入"
STANDARDS = (HOUSEHOLD_EXIT, VILLAGE_EXIT)
_checks: dict[str, Check] = {}
_freezes: list[Freeze] = []


def register_check(name: str, check: Check) -> None:
    """`check(proceeding)` returns what stands in the way, in sentences; an empty list passes."""
    if name not in (OBJECTIONS, *STANDARDS):
        raise LookupError(f"no such check {name}")
    _checks[name] = check


def unregister_check(name: str) -> None:
    _checks.pop(name, None)


def findings(name: str, proceeding: Proceeding) -> list[str]:
    """What stands in the way. Without a filled standard an exit cannot pass; without objections nothing objects."""
    check = _checks.get(name)
    if check is None:
        return [UNFILLED] if name in STANDARDS else []
    return check(proceeding)


def register_freeze(freeze: Freeze) -> None:
    """`freeze(proceeding)` returns what is kept in the details of a step that a standard has decided."""
    if freeze not in _freezes:
        _freezes.append(freeze)


def frozen(conditions: tuple[str, ...], proceeding: Proceeding) -> dict[str, Any]:
    """The results to keep with a step whose conditions name an exit standard; of other steps nothing."""
    if not any(f"{name}_standard" in conditions for name in STANDARDS):
        return {}
    return {key: value for freeze in _freezes for key, value in freeze(proceeding).items()}
