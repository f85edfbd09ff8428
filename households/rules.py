"""Pure arithmetic of the case file: no Django, no database, no clock. None is unknown and stays unknown."""

from collections.abc import Mapping, Sequence

INCOME_PARTS = ("wage", "business", "property", "transfer")


def net_income(parts: Sequence[int | None], cost: int | None) -> int | None:
    """家庭纯收入 = the sum of the four kinds of income less production cost; unknown as soon as one of them is."""
    if cost is None or any(part is None for part in parts):
        return None
    return sum(part for part in parts if part is not None) - cost


def per_head(fen: int | None, members: int | None) -> int | None:
    """分 per head for the screen, rounded half up; no member or unknown is unknown. Judgements multiply instead."""
    if fen is None or not members:
        return None
    return (2 * fen + members) // (2 * members)


def items_total(items: Sequence[int | None]) -> int | None:
    """What the items of a component make together; an item that was not asked leaves it unknown."""
    if any(fen is None for fen in items):
        return None
    return sum(fen for fen in items if fen is not None)


def component_total(items: Sequence[int | None], typed: int | None) -> int | None:
    """The total of a component: as it was typed, else from its items. Without any item only the typed total speaks."""
    asked = [fen for fen in items if fen is not None]
    if typed is not None or not asked:
        return typed
    return items_total(items)


def totals_differ(items: Sequence[int | None], typed: int | None) -> tuple[int, int] | None:
    """(sum of the items, typed total) where both are there and say different things."""
    asked = [fen for fen in items if fen is not None]
    if typed is None or not asked or sum(asked) == typed:
        return None
    return sum(asked), typed


def net_of_components(totals: Mapping[str, int | None]) -> int | None:
    """家庭纯收入 from the totals by component."""
    return net_income([totals.get(part) for part in INCOME_PARTS], totals.get("production_cost"))


_HEAD = "head"
# New head, as he stood to the old one -> the others, as they stood to the old one -> as they stand to the new one.
# "{m|f}" is chosen by the gender of whom it speaks about. What is not here has to be said by the clerk.
_CHILD = {
    _HEAD: "father|mother", "spouse": "father|mother", "son": "sibling", "daughter": "sibling",
    "father": "fathers_father", "mother": "fathers_mother", "sons_son": "nephew", "sons_daughter": "niece",
    "sibling": "uncle|other",
}  # fmt: skip
RESTATED: dict[str, dict[str, str]] = {
    "spouse": {
        _HEAD: "spouse", "son": "son", "daughter": "daughter", "daughter_in_law": "daughter_in_law",
        "son_in_law": "son_in_law", "sons_son": "sons_son", "sons_daughter": "sons_daughter",
        "daughters_son": "daughters_son", "daughters_daughter": "daughters_daughter",
        "great_grandson": "great_grandson", "great_granddaughter": "great_granddaughter",
    },
    "son": _CHILD,
    "daughter": _CHILD,
    "father": {
        _HEAD: "son|daughter", "mother": "spouse", "sibling": "son|daughter", "spouse": "daughter_in_law|daughter_in_law",
        "son": "sons_son", "daughter": "sons_daughter", "sons_son": "great_grandson", "sons_daughter": "great_granddaughter",
    },
    "mother": {
        _HEAD: "son|daughter", "father": "spouse", "sibling": "son|daughter", "spouse": "daughter_in_law|daughter_in_law",
        "son": "sons_son", "daughter": "sons_daughter", "sons_son": "great_grandson", "sons_daughter": "great_granddaughter",
    },
    "sibling": {_HEAD: "sibling", "sibling": "sibling", "father": "father", "mother": "mother", "son": "nephew", "daughter": "niece"},
    "sons_son": {_HEAD: "fathers_father|fathers_mother", "spouse": "fathers_father|fathers_mother", "sons_son": "sibling",
                 "sons_daughter": "sibling"},
    "sons_daughter": {_HEAD: "fathers_father|fathers_mother", "spouse": "fathers_father|fathers_mother", "sons_son": "sibling",
                      "sons_daughter": "sibling"},
}  # fmt: skip


def relation_proposed(new_head: str, other: str, gender: str) -> str:
    """How `other` probably stands to the new head; empty where it cannot be told. The clerk confirms each."""
    found = RESTATED.get(new_head, {}).get(other, "")
    male, _, female = found.partition("|")
    return female if female and gender == "female" else male
