"""Facts of the villages in 2018 and 2019, from the households that live there and the plan of the poor villages."""

from collections import Counter
from datetime import date
from random import Random

from poverty.demo.drafts import HouseholdDraft
from poverty.demo.placing import VillagePlan
from poverty.demo.plan import FUNDED_VILLAGES, KEY_VILLAGES, SOURCE, SUPERVISED_VILLAGES

COLUMNS = (
    "division_id", "year", "village_class", "registered_population", "registered_households", "poor_persons",
    "collective_income_fen", "has_relief_task", "source",
)  # fmt: skip


def poor_persons(homes: list[HouseholdDraft], day: date) -> Counter[str]:
    """Persons per village who were not out of poverty on that day."""
    found: Counter[str] = Counter()
    for home in homes:
        if (
            home.group.name != "border"
            and home.identified_on <= day
            and (home.exited_on is None or home.exited_on > day)
        ):
            found[home.code] += home.size
    return found


def key_villages(villages: list[VillagePlan], poor_2018: Counter[str]) -> set[str]:
    """The 46 key non-poor villages: those the document names, then those with most poor persons at the end of 2018."""
    open_ones = [v for v in villages if not v.poor]
    open_ones.sort(key=lambda v: (v.code not in SUPERVISED_VILLAGES, -poor_2018[v.code], v.code))
    return {village.code for village in open_ones[:KEY_VILLAGES]}


def funded_villages(villages: list[VillagePlan], poor_2018: Counter[str]) -> list[VillagePlan]:
    """269 non-poor villages by incidence of 2018, then poor persons, then code: a total order."""
    ranked = sorted(
        (v for v in villages if not v.poor),
        key=lambda v: (-poor_2018[v.code] / v.population, -poor_2018[v.code], v.code),
    )
    return ranked[:FUNDED_VILLAGES]


def rows_of(
    rng: Random, villages: list[VillagePlan], homes: list[HouseholdDraft], keys: set[str]
) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for year in (2018, 2019):
        poor = poor_persons(homes, date(year, 12, 31))
        for village in villages:
            kind = "poor" if village.poor else "key_nonpoor" if village.code in keys else "nonpoor"
            income = _collective_income(rng, kind) * (8 if year == 2018 else 10) // 10
            found.append(
                (
                    village.pk,
                    year,
                    kind,
                    village.population,
                    village.population * 10 // 37,
                    poor[village.code],
                    income,
                    True,
                    SOURCE,
                )
            )
    return found


def _collective_income(rng: Random, kind: str) -> int:
    """分 a year. Most poor villages reach 100,000 yuan and most key villages 50,000, as the document asks; some do not."""
    if kind == "poor":
        yuan = rng.randrange(61000, 99000) if rng.random() < 0.09 else rng.randrange(101000, 286000)
    elif kind == "key_nonpoor":
        yuan = rng.randrange(22000, 49000) if rng.random() < 0.16 else rng.randrange(51000, 132000)
    else:
        yuan = rng.randrange(6000, 88000)
    return yuan // 100 * 100 * 100
