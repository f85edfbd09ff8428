"""Policy packs as typed values: docs/pack-format.md."""

from policies.pack.checklists import CheckGroup, CheckItem, Checklist
from policies.pack.faults import Book, Fault, PackError
from policies.pack.fields import Fields
from policies.pack.model import Leaf, Many, Node, Not, Pack, Rule, SourceIssue, leaves
from policies.pack.param import BASES_ZH, Param, Spell, clause_zh
from policies.pack.read_catalogue import Entry
from policies.pack.reading import load_folder, pack_of_content
from policies.pack.sections import register_section

__all__ = [
    "BASES_ZH", "Book", "CheckGroup", "CheckItem", "Checklist", "Entry", "Fault", "Fields", "Leaf", "Many", "Node", "Not", "Pack",
    "PackError", "Param", "Rule", "SourceIssue", "Spell", "clause_zh", "leaves", "load_folder", "pack_of_content",
    "register_section",
]  # fmt: skip
