"""变更记录: one line of time for everything that changed in a household's file, field by field: who, when, why, old, new.

Personal numbers appear as changed, never with a value; a group of fields somebody lacks is absent.
"""

from dataclasses import dataclass, replace

from households.changes.line import FULL, KINDS, Change
from households.changes.records import record_changes
from households.changes.spells import spell_changes
from households.changes.tracked import tracked_changes
from households.field_groups import sees_all
from households.models import Household, Membership

SIZE = 30
Key = tuple[int, str, int, str]
__all__ = ["KINDS", "Change", "ChangePage", "changes_of"]


@dataclass(frozen=True)
class ChangePage:
    rows: list[Change]
    total: int
    next_after: str
    has_before: bool
    kinds: list[tuple[str, str]]
    fields: list[str]


def _cursor(key: Key) -> str:
    return ".".join((str(key[0]), key[1], str(key[2]), key[3]))


def _key_of(cursor: str) -> Key | None:
    parts = cursor.split(".", 3)
    if len(parts) != 4 or not (parts[0].isdigit() and parts[2].isdigit()):
        return None
    return int(parts[0]), parts[1], int(parts[2]), parts[3]


def _visible(change: Change, groups: frozenset[str], full: bool) -> bool:
    if change.group == FULL:
        return full
    return not change.group or change.group in groups


def changes_of(
    household: Household,
    groups: frozenset[str],
    *,
    kind: str = "",
    field: str = "",
    after: str = "",
    size: int = SIZE,
) -> ChangePage:
    """The newest changes first, those after the cursor; in a constant number of queries however long the history is."""
    people = list(
        Membership.objects.filter(household=household).values_list("person_id", flat=True).distinct()
    )
    full = sees_all(groups)
    found = [
        *tracked_changes(household, people),
        *spell_changes(household, people),
        *record_changes(household),
    ]
    seen = [change for change in found if _visible(change, groups, full)]
    if not full:  # a reason is a free text and may speak of anything
        seen = [replace(change, reason="") for change in seen]
    kinds = {change.kind for change in seen}
    fields = sorted({change.field for change in seen if not kind or change.kind == kind})
    wanted = [
        change
        for change in seen
        if (not kind or change.kind == kind) and (not field or change.field == field)
    ]
    wanted.sort(key=lambda change: change.key, reverse=True)
    start = _key_of(after) if after else None
    rest = [change for change in wanted if change.key < start] if start else wanted
    more = len(rest) > size
    return ChangePage(
        rest[:size], len(wanted), _cursor(rest[size - 1].key) if more else "", bool(start),
        [(code, label) for code, label in KINDS.items() if code in kinds], fields,
    )  # fmt: skip
