"""What the print of a proceeding takes from notices, objections and the exit standard."""

from typing import Any

from proceedings.models import Proceeding
from proceedings.selectors.exits import frozen_of
from proceedings.selectors.notices import notices_of, objections_of


def print_context(row: Proceeding) -> dict[str, Any]:
    """The parts of a file that stand behind its steps and papers. The caller has obtained the proceeding."""
    return {
        "print_parts": ["proceedings/_print_postings.html"],
        "notices": notices_of(row),
        "objections": objections_of(row),
        "frozen": frozen_of(row),
    }
