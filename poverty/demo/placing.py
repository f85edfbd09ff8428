"""Which village each household lives in, within the document's limits of unexited persons."""

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from poverty.demo.drafts import HouseholdDraft
from poverty.demo.plan import (
    HILLS,
    POOR_VILLAGES,
    SUPERVISED_TOWNSHIPS,
    SUPERVISED_VILLAGES,
    TOWNSHIP_CEILING,
    UNEXITED,
    VILLAGE_CEILING,
    Scale,
)
from poverty.demo.sizes import exact_parts


@dataclass(slots=True)
class VillagePlan:
    """A village of the roster and what it is in the demonstration."""

    pk: int
    code: str
    name: str
    township: str
    township_name: str
    poor: bool = False
    population: int = 0
    weight: float = 1.0


def choose_poor_villages(rng: Random, villages: list[VillagePlan]) -> None:
    """53 poor villages, mostly in the hills. Which ones is the demonstration's choice, no document says it."""
    open_ones = [village for village in villages if village.code not in SUPERVISED_VILLAGES]
    keys = {v.code: rng.random() ** (1 / (6 if v.township in HILLS else 1)) for v in open_ones}
    for village in sorted(open_ones, key=lambda v: keys[v.code], reverse=True)[:POOR_VILLAGES]:
        village.poor = True
    for village in villages:
        village.population = int(rng.triangular(780, 3400, 1650))
        village.weight = village.population * (2.6 if village.poor else 1.0) * rng.uniform(0.55, 1.6)


def place_unexited(
    rng: Random, homes: list[HouseholdDraft], villages: list[VillagePlan], scale: Scale
) -> None:
    """Fill townships up to their quota and villages up to their ceiling; big households first, while there is room."""
    by_township = defaultdict(list)
    for village in villages:
        by_township[village.township].append(village)
    total = sum(home.size for home in homes)
    quotas = _township_quotas(rng, by_township, total, scale)
    room: dict[str, int] = {}
    for township, members in by_township.items():
        room.update(_village_rooms(rng, members, quotas[township], scale))
    for home in sorted(homes, key=lambda one: -one.size):
        fitting = [village for village in villages if room[village.code] >= home.size]
        village = rng.choices(fitting, [room[one.code] for one in fitting])[0]
        room[village.code] -= home.size
        settle(home, village)


def _township_quotas(
    rng: Random, by_township: dict[str, list[VillagePlan]], total: int, scale: Scale
) -> dict[str, int]:
    fixed = {code: scale.of(number) for code, number in SUPERVISED_TOWNSHIPS.items()}
    others = [code for code in by_township if code not in fixed]
    left = max(0, total - sum(fixed.values()))
    weights = [len(by_township[code]) * rng.uniform(0.7, 1.35) for code in others]
    quotas = dict(zip(others, exact_parts(left, weights), strict=True))
    ceiling = scale.of(TOWNSHIP_CEILING)
    while scale.factor == 1 and max(quotas.values()) > ceiling:
        high = max(quotas, key=quotas.__getitem__)
        low = min(quotas, key=lambda code: quotas[code] / len(by_township[code]))
        quotas[high], quotas[low] = quotas[high] - 1, quotas[low] + 1
    return fixed | quotas


def _village_rooms(rng: Random, members: list[VillagePlan], quota: int, scale: Scale) -> dict[str, int]:
    """Parts of the township's quota, none above the ceiling except the villages the document names.

    A reduced county keeps the outline only: there every village may take any household.
    """
    if scale.factor != 1:
        return {village.code: 10**6 for village in members}
    named = {v.code: SUPERVISED_VILLAGES[v.code] for v in members if v.code in SUPERVISED_VILLAGES}
    others = [village for village in members if village.code not in named]
    weights = [rng.uniform(0.35, 1.5) for _ in others]
    parts = dict(
        zip((v.code for v in others), exact_parts(quota - sum(named.values()), weights), strict=True)
    )
    while max(parts.values()) > VILLAGE_CEILING:
        high, low = max(parts, key=parts.__getitem__), min(parts, key=parts.__getitem__)
        parts[high], parts[low] = parts[high] - 1, parts[low] + 1
    return parts | named


def place_others(rng: Random, homes: list[HouseholdDraft], villages: list[VillagePlan]) -> None:
    others = [home for home in homes if home.group is not UNEXITED]
    chosen = rng.choices(villages, [village.weight for village in villages], k=len(others))
    for home, village in zip(others, chosen, strict=True):
        settle(home, village)


def settle(home: HouseholdDraft, village: VillagePlan) -> None:
    home.village_id, home.code = village.pk, village.code
    home.village_name, home.township_name = village.name, village.township_name
    home.hui = village.township == "411081210"
