"""To whom a stored file is given out. Rooms register the rule of their files in AppConfig.ready(); this room knows no households."""

from collections.abc import Callable

from accounts.actor import Actor
from exchange.files import KINDS
from exchange.models import StoredFile

Door = Callable[[Actor, StoredFile], bool]
_doors: dict[str, Door] = {}


def register_door(kind: str, door: Door) -> None:
    """The rule by which files of this kind are given out."""
    _doors[kind] = door


def is_open(actor: Actor, row: StoredFile) -> bool:
    """May this person fetch this file? The same people to whom a page shows it; who uploaded it has no right of his own,
    except to imports and exports, which are nobody else's."""
    kind = KINDS.get(row.kind)
    if row.owner_only or kind is None or not kind.view:
        return actor.user_id is not None and row.owner_id == actor.user_id
    if kind.by_row:
        door = _doors.get(row.kind)
        return door is not None and door(actor, row)
    return actor.scope(kind.view).covers(row.scope_code)
