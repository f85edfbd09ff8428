"""Policy packs as typed values: docs/pack-format.md."""

from policies.pack.faults import Fault, PackError
from policies.pack.model import (
    Leaf,
    Many,
    Node,
    Not,
    Pack,
    Param,
    Rule,
    SourceIssue,
    Spell,
    clause_zh,
    leaves,
)
from policies.pack.read_catalogue import Entry
from policies.pack.reading import load_folder, pack_of_content

__all__ = [
    "Entry", "Fault", "Leaf", "Many", "Node", "Not", "Pack", "PackError", "Param", "Rule", "SourceIssue", "Spell",
    "clause_zh", "leaves", "load_folder", "pack_of_content",
]  # fmt: skip
