"""What an app gives the import engine: it looks at the whole file once, then judges rows in chunks, then writes the good ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from exchange.reader import Fault, Opened, TypedRow


class Kind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass
class Verdict:
    """What becomes of one row. `write` does it, in a transaction of the caller; a DomainError from it refuses the row."""

    kind: Kind
    faults: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)
    write: Callable[[], None] | None = None


class Importer(Protocol):
    def survey(self, opened: Opened) -> None:
        """See the whole file before its first row is judged (which row speaks for a household, what comes twice)."""

    def prepare(self, rows: Sequence[TypedRow]) -> None:
        """Fetch, with a fixed number of queries, what judging these rows needs."""

    def judge(self, row: TypedRow) -> Verdict:
        """Compare one row without a fault of its own with what is on record."""
