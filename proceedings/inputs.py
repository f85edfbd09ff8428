"""What the doors hand to the services of this room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from monitoring.models import RiskCase


@dataclass(frozen=True)
class OpenInput:
    """A new proceeding. `uuid` comes with the form: the same form twice is one proceeding."""

    kind: str
    source: str
    on: date
    reason: str
    case: RiskCase | None = None
    proposed_class: str = ""
    risks: Sequence[str] = ()
    removal_way: str = ""
    green_channel: bool = False
    green_reason: str = ""
    uuid: UUID | None = None
    files: Sequence[tuple[str, Any]] = field(default_factory=tuple)  # (kind of paper, upload)


@dataclass(frozen=True)
class ActInput:
    """One act. `details` as proceedings.details names them; `files`: (kind of paper, upload)."""

    on: date
    opinion: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[tuple[str, Any]] = field(default_factory=tuple)
    version: int | None = None
    uuid: UUID | None = None
