"""What this room does, one function per act."""

from proceedings.inputs import ActInput, OpenInput
from proceedings.services.advancing import proceeding_advance, proceeding_return
from proceedings.services.joining import proceeding_decline_for, proceeding_join
from proceedings.services.opening import proceeding_open
from proceedings.services.papers import missing_papers, paper_add
from proceedings.services.rollback import rollback

__all__ = [
    "ActInput",
    "OpenInput",
    "missing_papers",
    "paper_add",
    "proceeding_advance",
    "proceeding_decline_for",
    "proceeding_join",
    "proceeding_open",
    "proceeding_return",
    "rollback",
]
