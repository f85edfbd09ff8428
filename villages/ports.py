"""What villages asks of the rooms above it: somebody who acts, and a place to record acts. accounts plugs both in."""

from collections.abc import Callable
from typing import Any, Protocol

from villages.scope import DivisionScope


class Acting(Protocol):
    """The part of accounts.actor.Actor this room needs."""

    @property
    def user_id(self) -> int | None: ...

    def may(self, permission: str, at: str | None = None) -> bool: ...

    def scope(self, permission: str) -> DivisionScope: ...


_recorder: list[Callable[..., Any]] = []


def register_recorder(recorder: Callable[..., Any]) -> None:
    _recorder[:] = [recorder]


def record(actor: Acting, verb: str, target: Any = None, **detail: Any) -> None:
    """Append to the audit trail. Without a recorder this fails: an act that must be audited is not done unaudited."""
    _recorder[0](actor, verb, target, **detail)
