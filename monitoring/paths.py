"""The formal path of a proposal, as a registry: the room above that keeps it registers in ready().

Putting a household under monitoring is decided there, step by step; here a proposal only begins it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from accounts.actor import Actor
from monitoring.models import RiskCase


class Proposed(Protocol):
    """A proposal was made: begin the formal path, or join the one that is open. May refuse."""

    def __call__(
        self, *, actor: Actor, case: RiskCase, proposed_class: str, reason: str, on: date
    ) -> Any: ...  # noqa: ANN401 - what it makes is known above only


class Declined(Protocol):
    """The county declines: end the path of this case, and through it the case. False: there is none."""

    def __call__(self, *, actor: Actor, case: RiskCase, reason: str, on: date) -> bool: ...


@dataclass(frozen=True)
class FormalPath:
    proposed: Proposed
    declined: Declined


_paths: list[FormalPath] = []


def register_path(path: FormalPath) -> None:
    """One path; a second registration (a reloaded app) replaces the first."""
    _paths[:] = [path]


def formal_path() -> FormalPath | None:
    return _paths[0] if _paths else None
