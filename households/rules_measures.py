"""Help against risk, as pure sets: which risk is answered by which help, and which help is recorded twice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Fit = Literal["answered", "unanswered", "no_rule"]
OTHER_ITEM = "其他"


@dataclass(frozen=True)
class Help:
    """A measure as far as these judgements read it. `ended_on` None: still going on."""

    pk: int
    category: str
    item: str
    person_id: int | None
    started_on: date
    ended_on: date | None
    provider: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """The same help for the same one. What is called 其他 is the same only from the same provider."""
        return (self.category, self.item, self.person_id, self.provider if self.item == OTHER_ITEM else "")


@dataclass(frozen=True)
class RiskFit:
    """One risk of a household and what stands against it. `no_rule`: the table of the county does not speak of it."""

    cause: str
    evidence: tuple[str, ...]
    wanted: tuple[str, ...]
    answered_by: tuple[int, ...]

    @property
    def state(self) -> Fit:
        if not self.wanted:
            return "no_rule"
        return "answered" if self.answered_by else "unanswered"


def risk_fits(
    risks: Mapping[str, Sequence[str]],
    running: Iterable[Help],
    table: Mapping[str, Sequence[str]],
) -> tuple[RiskFit, ...]:
    """Each risk (with how it was seen) beside the running help of a category that answers it, in the order given."""
    helps = list(running)
    return tuple(
        RiskFit(
            cause,
            tuple(evidence),
            tuple(table.get(cause, ())),
            tuple(row.pk for row in helps if row.category in table.get(cause, ())),
        )
        for cause, evidence in risks.items()
    )


def _overlap(one: Help, other: Help) -> bool:
    return (one.ended_on is None or other.started_on <= one.ended_on) and (
        other.ended_on is None or one.started_on <= other.ended_on
    )


def duplicates(rows: Iterable[Help]) -> dict[int, tuple[int, ...]]:
    """Measure -> those that record the same help for the same one over the same time. Nothing is removed."""
    alike: dict[tuple[object, ...], list[Help]] = {}
    for row in rows:
        alike.setdefault(row.key, []).append(row)
    found: dict[int, tuple[int, ...]] = {}
    for group in alike.values():
        for row in group:
            if others := tuple(other.pk for other in group if other.pk != row.pk and _overlap(row, other)):
                found[row.pk] = others
    return found
