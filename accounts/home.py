"""What waits for a person today, as a registry: each app adds a provider in ready(), the home page mixes them by deadline."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from accounts.actor import Actor


@dataclass(frozen=True)
class HomeItem:
    """One matter with its next act. `kind` is the Chinese word of the filter chip (风险核查, 走访, 整改, 拨付)."""

    kind: str
    title: str
    place: str
    why: str
    due_on: date | None
    url: str
    act_label: str


@dataclass(frozen=True)
class HomeCounter:
    """A number and the list behind it. `tone`: red overdue, amber soon, blue in hand, green met, grey unknown.

    `value` None is unknown, not 0.
    """

    label: str
    value: int | None
    url: str
    tone: str = "blue"


Part = HomeItem | HomeCounter
Provider = Callable[[Actor, date], Iterable[object]]
_providers: list[Provider] = []


def register_home(provider: Provider) -> None:
    """`provider(actor, today)` returns HomeItems and HomeCounters, in one list or as (items, counters)."""
    if provider not in _providers:
        _providers.append(provider)


def _flat(parts: Iterable[object]) -> Iterable[Part]:
    for part in parts:
        if isinstance(part, HomeItem | HomeCounter):
            yield part
        elif isinstance(part, Iterable):
            yield from _flat(part)


def home_of(actor: Actor, today: date) -> tuple[list[HomeCounter], list[HomeItem]]:
    """All counters, and all matters with the earliest deadline first; matters without one come last."""
    parts = [part for provider in _providers for part in _flat(provider(actor, today))]
    items = [part for part in parts if isinstance(part, HomeItem)]
    items.sort(key=lambda item: (item.due_on is None, item.due_on or today, item.kind, item.title))
    return [part for part in parts if isinstance(part, HomeCounter)], items
