"""The second reading and the engine must answer alike: household by household, rule by rule, in random counties."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

import pytest

from common.dates import Quarter
from policies.models import PackRule
from policies.pack import load_folder
from tests.factories.policies import publish
from tests.independent import (
    county_desks,
    county_taper,
    judge_desks,
    judge_households,
    judge_others,
    judge_yuzhou,
)
from tests.independent.county import build
from tests.independent.dice import moment
from tests.independent.engine import Answers, described, judged
from tests.independent.home import County, Home, Moment
from tests.independent.logic import CLEAR, HIT, OUT, PACKS, RULES, UNKNOWN
from tests.independent.rows import Rows, read_rows
from tests.independent.standards import ALLOWANCE_STANDARD, EXIT_LINE, county_standards

READINGS = (judge_desks, judge_households, judge_others, judge_yuzhou)  # importing them fills RULES
DOCUMENTS = (
    "county-default",
    "yuzhou-2020",
    "xuchang-2023",
    "shangqiu-2018",
    "mianchi-2018-2020",
    "longterm-2020",
)
# Household rules without a second reading, and why.
NOT_READ: dict[str, str] = {}
# Answers that no household can get, and why.
RECORDED = "what happened is recorded; where nothing is, nothing happened"
NEVER_ANSWERED: dict[str, dict[str, str]] = {
    **{f"CD-event/{kind}": {UNKNOWN: RECORDED} for kind in judge_households.EVENTS},
    **{f"XC-R003/{kind}": {UNKNOWN: RECORDED} for kind in ("illness", "disaster", "accident")},
    "XC-R011": {UNKNOWN: RECORDED},
}


@dataclass(frozen=True)
class World:
    """A county, its packs, and the moments it is judged at. `own`: beginnings of the rule keys it has to try in full."""

    place: str
    packs: tuple[str, ...]
    moments: tuple[Moment, ...]
    own: str
    seed: int
    households: int = 200
    own_numbers: bool = False  # the county entered allowance standard and exit line itself


def at(day: date, *, known: datetime | None = None, quarter: str = "") -> Moment:
    found = Quarter.parse(quarter) if quarter else Quarter.of(day)
    days = (found.first_day, found.last_day)
    return Moment(day, known, ALLOWANCE_STANDARD, EXIT_LINE, days)


SEPTEMBER = date(2020, 9, 20)
WORLDS = {
    "no document": World("411282", ("county-default",), (at(SEPTEMBER),), "CD-", 16, own_numbers=True),
    "Yuzhou 2020": World(
        "411081", ("county-default", "yuzhou-2020"),
        (at(SEPTEMBER), at(date(2020, 10, 5), quarter="2020Q3"), at(SEPTEMBER, known=moment(date(2020, 9, 1)))), "YZ-", 18,
    ),
    "Xuchang 2023": World(
        "411081", ("county-default", "yuzhou-2020", "xuchang-2023"), (at(date(2023, 9, 20)),), "XC-", 3,
    ),
    "Shangqiu 2018": World(
        "411481", ("county-default", "shangqiu-2018"), (at(date(2018, 10, 30)), at(date(2018, 10, 31))), "SQ-", 4,
        own_numbers=True,
    ),
    "Mianchi 2019": World(
        "411221", ("county-default", "mianchi-2018-2020"), (at(date(2019, 12, 31)),), "MC-", 5, own_numbers=True,
    ),
    "Lianyungang 2020": World(
        "320722", ("county-default", "longterm-2020"), (at(SEPTEMBER),), "LT-", 6, own_numbers=True,
    ),
}  # fmt: skip


def household_rules(code: str) -> set[str]:
    pack = load_folder(PACKS / code)
    return {rule.key for rule in pack.active_rules if rule.subject == "household"}


def test_every_household_rule_has_a_second_reading():
    running = set().union(*(household_rules(code) for code in DOCUMENTS))
    assert running - set(RULES) == set(NOT_READ), "these rules need a reading of their own from the document"
    assert set(RULES) - running == set(), "these readings are of rules that do not run"


@pytest.mark.django_db
@pytest.mark.parametrize("name", WORLDS)
def test_the_engine_and_the_second_reading_agree(name):
    world = WORLDS[name]
    publish(*world.packs)
    if world.own_numbers:
        county_standards(world.place)
    build(world.seed, world.households, place=world.place, day=world.moments[0].day)
    county_taper.add(world.seed, world.place, world.moments[0].day, ALLOWANCE_STANDARD)
    county_desks.add(world.seed, world.place, world.moments[0].day)
    rows = read_rows()
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    differences: list[str] = []
    for when in world.moments:
        answers = judged(world.place, when.day, known=when.known, quarter=str(Quarter.of(when.quarter[0])))
        differences += compare(world, replace(when), rows, answers, seen)
    assert not differences, f"{len(differences)} differences\n" + "\n".join(differences[:12])
    lacking = untried(world, seen)
    assert not lacking, f"never came up: {lacking}"


def compare(
    world: World, when: Moment, rows: Rows, answers: Answers, seen: dict[str, Counter[str]]
) -> Iterator[str]:
    """A sentence for every household where the two do not say the same; fills `seen`."""
    county = County(rows, when)
    homes = {f"household:{home.row['id']}": home for home in county.homes(world.place)}
    faulty = {key for key, home in homes.items() if home.fault}
    if faulty != answers.faulty:
        yield f"{when.day}: not to be judged {sorted(faulty ^ answers.faulty)}"
    for key in sorted(set(answers.stored) & set(RULES)):
        mine = {subject: RULES[key](home) for subject, home in homes.items() if subject not in answers.faulty}
        seen[key].update(mine.values())
        yield from differing(f"{key} on {when.day}", homes, mine, answers.stored[key])
        clear = sum(answer == CLEAR for answer in mine.values())
        if clear != answers.clear[key]:
            yield f"{key} on {when.day}: engine {answers.clear[key]} clear, second reading {clear}"


def differing(
    where: str, homes: dict[str, Home], mine: dict[str, str], stored: dict[str, str]
) -> Iterator[str]:
    """The run stores hits and unknowns by name; who is neither was clear or out."""
    for subject, answer in mine.items():
        theirs = stored.get(subject, "clear or out")
        if theirs != answer and not (answer in (CLEAR, OUT) and subject not in stored):
            yield f"{where}: {subject} engine {theirs}, second reading {answer}\n{described(homes[subject])}"


def untried(world: World, seen: dict[str, Counter[str]]) -> dict[str, list[str]]:
    """Answers that never came up for a rule of this world: such a comparison would prove little."""
    keys = set(
        PackRule.objects.filter(subject="household", key__startswith=world.own).values_list("key", flat=True)
    )
    lacking = {
        key: [a for a in (HIT, CLEAR, UNKNOWN) if not seen[key][a] and a not in NEVER_ANSWERED.get(key, {})]
        for key in keys
    }
    return {key: answers for key, answers in lacking.items() if answers}
