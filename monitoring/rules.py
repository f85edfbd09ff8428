"""Pure judgements of this room: same figures or changed ones, soon due or overdue. No database, no web."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


def evidence_read(text: str) -> dict[str, str]:
    """ "a=1;b=" -> {"a": "1", "b": ""}; an empty value is unknown."""
    return dict(part.split("=", 1) for part in text.split(";") if "=" in part)


@dataclass(frozen=True)
class Seen:
    """One topic of a decision, with the evidence that the person had before them."""

    decision: int
    settles: bool  # "no risk", or a proposal that has been dealt with
    until: date | None
    rule_key: str
    subject_key: str
    evidence: str


def same_figures(seen: Mapping[str, str], now: Mapping[str, str], band: Mapping[str, int]) -> bool:
    """Every figure of `now` was seen, and none has moved by its band or more."""
    return all(name in seen and _near(seen[name], value, band.get(name, 0)) for name, value in now.items())


def _near(before: str, after: str, band: int) -> bool:
    if before == after:
        return True
    try:
        return abs(int(after) - int(before)) < band
    except ValueError:  # a word, a day, or unknown: nothing but equal is near
        return False


def still_judged(  # noqa: PLR0913 - the six things that the question is about
    words: Sequence[Seen],
    rule_key: str,
    subject_key: str,
    evidence: str,
    band: Mapping[str, int],
    as_of: date,
) -> int | None:
    """The decision that still speaks for this sign, or None: it must be asked.

    `words` are the topics of the latest decision on the sign's (household, topic). A new pack may bring a new rule key
    for the same topic: then the figures that were seen on this topic and subject decide.
    """
    if not words or not words[0].settles:
        return None
    if words[0].until is not None and as_of >= words[0].until:
        return None
    mine = [seen for seen in words if seen.subject_key == subject_key]
    exact = [seen for seen in mine if seen.rule_key == rule_key]
    figures: dict[str, str] = {}
    for seen in exact or mine:
        figures.update(evidence_read(seen.evidence))
    if not mine or not same_figures(figures, evidence_read(evidence), band):
        return None
    return words[0].decision


def days_left(due_on: date, today: date) -> int:
    return (due_on - today).days


def due_mark(due_on: date, today: date, *, soon: timedelta, is_over: bool = False) -> str:
    """ "overdue", "soon" (at most so long to go) or "" - and never a mark on what is done."""
    if is_over:
        return ""
    if due_on < today:
        return "overdue"
    return "soon" if due_on - today <= soon else ""
