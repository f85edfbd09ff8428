"""明白卡: what may hang on the wall of a house, and where its code leads.

The wall is read by everybody who passes. So no number of a person, no income, no health: measures that tell of illness or
disability stay away, by categories and words that the county sets.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import segno
from django.urls import reverse

from common.errors import NotFound
from households.models import AidMeasure, Household
from households.selectors.paper import Paper
from policies.packset import PackSet
from policies.selectors import packs_in_force

LINES = 8  # as many measures as fit beside the other lines on one page in large type
COUNTY, TOWNSHIP = 6, 9
QrTarget = Callable[[Household, str], str | None]
LocalNumber = Callable[[Household], str]
_targets: list[QrTarget] = []
_numbers: list[LocalNumber] = []


def register_qr_target(target: QrTarget) -> None:
    """`target(household, base)` gives the full address the code leads to (base: "https://host"), or None for the usual one."""
    _targets[:] = [target]


def register_local_number(number: LocalNumber) -> None:
    """`number(household)` gives the township's telephone as registered for notices; empty: that of the packs."""
    _numbers[:] = [number]


def qr_address(household: Household, base: str) -> str:
    """Where the code leads; without a registered target to the household's own page, which asks for a login."""
    found = _targets[0](household, base) if _targets else None
    return found or f"{base}{reverse('households:household-detail', args=[household.pk])}"


def qr_svg(address: str) -> bytes:
    """The code as an image file; it survives a quarter of its area being soiled."""
    out = io.BytesIO()
    segno.make(address, error="q", micro=False).save(
        out, kind="svg", border=2, scale=8, dark="#000", light="#fff"
    )
    return out.getvalue()


def _words(packs: PackSet, key: str) -> tuple[str, ...]:
    try:
        return tuple(str(value) for value in packs.param(key).values)
    except NotFound:
        return ()


@dataclass(frozen=True)
class Contacts:
    """The numbers on the card: the hotline, and the township's where the county has entered one."""

    hotline: str
    township: str = ""


def contacts_of(packs: PackSet, scope_code: str) -> Contacts:
    """Numbers of offices from the packs: `card_hotline`, and contacts.toml ([[township]] code, phone) of the narrowest."""
    hotline = next(iter(_words(packs, "card_hotline")), "")
    for pack in packs.packs:
        rows = pack.extra.get("contacts", {}).get("township", [])
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and row.get("code") == scope_code[:TOWNSHIP] and row.get("phone"):
                return Contacts(hotline, str(row["phone"]))
    return Contacts(hotline)


@dataclass(frozen=True)
class Card:
    """What the card of one household shows."""

    paper: Paper
    measures: tuple[AidMeasure, ...]
    more: int
    contacts: Contacts

    @property
    def household(self) -> Household:
        return self.paper.household


def may_hang(measure: AidMeasure, categories: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Does the measure tell nothing of anybody's health? Category and the words of its item decide."""
    return measure.category not in categories and not any(word in measure.item for word in words)


def cards_of(papers: Sequence[Paper], as_of: date) -> list[Card]:
    """The cards of households; no health, and without the county's lists no measure at all rather than too many."""
    counties = {paper.household.scope_code[:COUNTY] for paper in papers}
    packs = {code: packs_in_force(as_of, code) for code in counties}
    contacts: dict[str, Contacts] = {}  # asked once per township, not once per card
    for household in (paper.household for paper in papers):
        code = household.scope_code
        if code[:TOWNSHIP] not in contacts:
            found = contacts_of(packs[code[:COUNTY]], code)
            registered = _numbers[0](household) if _numbers else ""
            contacts[code[:TOWNSHIP]] = Contacts(found.hotline, registered or found.township)
    return [
        _card(
            paper, packs[paper.household.scope_code[:COUNTY]], contacts[paper.household.scope_code[:TOWNSHIP]]
        )
        for paper in papers
    ]


def _card(paper: Paper, packs: PackSet, contacts: Contacts) -> Card:
    categories, words = _words(packs, "card_hidden_categories"), _words(packs, "card_hidden_words")
    shown = (
        [row for row in paper.measures if may_hang(row, categories, words)] if categories and words else []
    )
    return Card(paper, tuple(shown[:LINES]), max(len(shown) - LINES, 0), contacts)
