"""Extra files of a pack that somebody reads: the room that reads one registers how it is checked, so that a fault in it
is refused when the pack is loaded and not found on a screen."""

from collections.abc import Callable, Mapping
from typing import Any

from policies.pack.faults import Book

Check = Callable[[Mapping[str, Any], Book], object]
_sections: dict[str, Check] = {}


def register_section(name: str, check: Check) -> None:
    """`check(content, book)` notes every fault of `<name>.toml`; the same name again (a reloaded app) replaces the first."""
    _sections[name] = check


def check_sections(content: Mapping[str, Any], book_of: Callable[[str], Book]) -> None:
    """Check every extra file that somebody reads; the others stay free tables."""
    for name, check in sorted(_sections.items()):
        if name in content:
            check(content[name], book_of(f"{name}.toml"))
