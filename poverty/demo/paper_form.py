"""What the paper form asks beyond the rules: house, road, fuel, land; and the items of some yearly incomes."""

from collections.abc import Iterator
from random import Random

from households.codes import INCOME_ITEMS
from households.models import IncomeRecord
from poverty.demo.drafts import HouseholdDraft

LIVING = (
    "house_structure", "road_kind", "road_km", "fuel", "toilet", "has_electricity", "has_broadcast", "has_broadband",
    "water_source", "arable_mu", "forest_mu", "in_cooperative", "relocation_way",
)  # fmt: skip
ITEM = ("record_id", "component", "item", "fen")
ITEMISED = 10  # every tenth household has its last year item by item
# The share of the first items of a component in percent; the last item named takes what is left, the others are none.
SPLIT: dict[str, tuple[tuple[str, int], ...]] = {
    "wage": (("wage_labour", 82), ("wage_post_village", 100)),
    "business": (("business_planting", 65), ("business_livestock", 100)),
    "property": (("property_land", 70), ("property_dividend", 100)),
    "transfer": (("transfer_pension", 45), ("transfer_soil", 60), ("transfer_other", 100)),
    "production_cost": (("cost_planting", 60), ("cost_livestock", 100)),
    "self_paid": (("self_paid_medical", 75), ("self_paid_schooling", 100)),
}


def living_of(rng: Random, home: HouseholdDraft) -> tuple[object, ...]:
    """The same for every spell of one household; now and then something has not been asked."""
    asked = rng.random() < 0.9
    piped = "water_unsafe" not in home.marks
    return (
        rng.choice(("brick_concrete", "brick_concrete", "brick_wood", "earth_wood")) if asked else "",
        rng.choice(("cement", "cement", "cement", "asphalt", "gravel")),
        rng.randrange(1, 60) / 20,
        rng.choice(("clean", "clean", "coal", "firewood")) if asked else "",
        rng.choice(("sanitary", "dry", "dry")) if asked else "",
        True,
        True if asked else None,
        rng.random() < 0.6 if asked else None,
        "piped" if piped else "well",
        rng.randrange(0, 60 * home.size) / 20,
        rng.choice((0, 0, 0.5, 1.5)) if asked else None,
        rng.random() < 0.25 if asked else None,
        "not_relocated" if rng.random() < 0.98 else "single",
    )


def _items(component: str, total: int) -> Iterator[tuple[str, int]]:
    """Every item of the component; together they are the total to the 分."""
    left, parts = total, {}
    for item, percent in SPLIT[component][:-1]:
        parts[item] = min(total * percent // 100, left)
        left -= parts[item]
    parts[SPLIT[component][-1][0]] = left
    yield from ((item, parts.get(item, 0)) for item in INCOME_ITEMS[component])


def income_items(year: int) -> Iterator[tuple[object, ...]]:
    """Rows for the yearly records of every tenth household; a component that is unknown has no items."""
    names = [f"{component}_fen" for component in SPLIT]
    rows = IncomeRecord.objects.filter(kind=IncomeRecord.Kind.YEAR, period_end__year=year)
    for pk, household, *totals in rows.order_by("pk").values_list("pk", "household_id", *names):
        if household % ITEMISED:
            continue
        for component, total in zip(SPLIT, totals, strict=True):
            if total is not None:
                yield from ((pk, component, item, fen) for item, fen in _items(component, total))
