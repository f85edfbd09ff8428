"""Everybody: households drawn class by class, placed, peopled, named and numbered."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

from poverty.demo import families, health, living, story
from poverty.demo.drafts import HouseholdDraft, PersonDraft
from poverty.demo.names import full_name, surname
from poverty.demo.numbers import Numbers
from poverty.demo.placing import VillagePlan, place_others, place_unexited
from poverty.demo.plan import (
    BORDER,
    GROUPS,
    UNEXITED,
    UNEXITED_ABLE,
    UNEXITED_UNABLE,
    WITHOUT,
    Scale,
    day_between,
    stream,
)
from poverty.demo.sizes import exact_sizes
from poverty.demo.writer import Counter

SHARES_BLOOD = ("head", "son", "daughter", "father", "sons_son", "sons_daughter", "sibling")
DEPARTMENTS = (
    "市教体局",
    "市卫健委",
    "市住建局",
    "市水利局",
    "市财政局",
    "市民政局",
    "市农业农村局",
    "镇政府",
    "镇政府",
    "镇卫生院",
    "中心学校",
    "村委会",
)


def draw_households(seed: int, scale: Scale) -> list[HouseholdDraft]:
    found = []
    for group in GROUPS:
        rng = stream(seed, f"sizes/{group.name}")
        sizes = exact_sizes(rng, scale.of(group.households), scale.persons(group), group.largest)
        homes = [HouseholdDraft(group, size) for size in sizes]
        for home in homes:
            home.students = families.students_of(rng, home)
        if group is UNEXITED:
            families.spread_students(rng, homes, _unexited_students(scale))
        found += homes
    return found


def _unexited_students(scale: Scale) -> int:
    """What the document leaves out of its two groups: children under sixteen and those at school."""
    return scale.persons(UNEXITED) - scale.of(UNEXITED_ABLE) - scale.of(UNEXITED_UNABLE)


def settle_all(seed: int, scale: Scale, homes: list[HouseholdDraft], villages: list[VillagePlan]) -> None:
    unexited = [home for home in homes if home.group is UNEXITED]
    place_unexited(stream(seed, "unexited"), unexited, villages, scale)
    place_others(stream(seed, "places"), homes, villages)
    homes.sort(key=lambda home: home.code)  # stable: within a village in the order they were drawn


def give_people(seed: int, scale: Scale, homes: list[HouseholdDraft]) -> None:
    maker, rng = families.FamilyMaker(stream(seed, "families")), stream(seed, "health")
    for home in homes:
        maker.fill(home)
        for person in home.people:
            health.give_health(rng, person, home.group)
            health.give_schooling(rng, person)
            health.give_labour(rng, person)
    health.settle_unexited_labour(rng, homes, scale)
    for home in homes:
        for person in home.people:
            health.give_work(rng, person, home.group)


def give_dates(seed: int, homes: list[HouseholdDraft]) -> None:
    rng = stream(seed, "dates")
    for home in homes:
        name = home.group.name
        if home.group is BORDER:
            home.identified_on = home.risk_on = day_between(rng, date(2019, 12, 5), date(2020, 2, 18))
        else:
            year = rng.choices((2014, 2015, 2016, 2017, 2018), (60, 14, 10, 10, 6))[0]
            if home.group is WITHOUT:
                year = 2014
            home.identified_on = day_between(rng, date(year, 4, 1), date(year, 11, 20))
        if home.group is WITHOUT:
            home.exited_on = date(rng.choice((2014, 2015, 2015, 2016)), 12, 10)
        elif name in ("with", "monitored"):
            exits = [
                when for when in (2016, 2017, 2017, 2018, 2018, 2019, 2019) if when > home.identified_on.year
            ]
            home.exited_on = date(rng.choice(exits), 12, 10)
        if name == "monitored":
            home.risk_on = day_between(rng, date(2019, 12, 15), date(2020, 2, 10))
        for person in home.people:
            person.joined = max(home.identified_on, person.born)
        living.give_allowance(rng, home)


def give_causes(rng: Random, home: HouseholdDraft) -> None:
    """A cause that the household's own people bear out."""
    fitting = []
    if any(person.serious or person.chronic for person in home.people):
        fitting += ["illness"] * 4
    if any(person.disability for person in home.people):
        fitting += ["disability"] * 4
    if any(
        person.schooling.startswith(("senior", "vocational", "higher", "bachelor")) for person in home.people
    ):
        fitting += ["schooling"] * 2
    if len(home.able()) * 4 <= home.size:
        fitting += ["no_labour"] * 3
    home.cause = rng.choice(
        fitting or ["no_skill", "no_skill", "no_money", "no_money", "motivation", "no_land"]
    )
    if home.risk_on:
        risks = (
            [home.cause]
            if home.cause in ("illness", "disability", "schooling", "no_labour")
            else ["job_unstable"]
        )
        extra = [cause for cause in dict.fromkeys(fitting) if cause not in risks]
        home.risks = (risks + extra[: rng.randrange(0, 2)])[:5]


def number_and_name(
    seed: int, homes: list[HouseholdDraft], household_ids: Counter, person_ids: Counter
) -> None:
    rng, numbers = stream(seed, "names"), Numbers(stream(seed, "numbers"))
    running: dict[str, int] = {}
    for home in homes:
        running[home.code] = running.get(home.code, 0) + 1
        home.pk, home.uuid = household_ids(), UUID(int=rng.getrandbits(128), version=4)
        home.number = f"{home.code}{running[home.code]:05d}"
        family = surname(rng, hui=home.hui)
        for place, person in enumerate(home.people, start=1):
            person.pk, person.uuid = person_ids(), UUID(int=rng.getrandbits(128), version=4)
            person.number = f"{home.number}{place:02d}"
            own = person.relation in SHARES_BLOOD and (person.relation != "head" or person.male)
            blood = family if own else surname(rng, hui=home.hui)
            person.name = full_name(rng, blood, person.born, male=person.male)
            person.identity = numbers.identity(person.born, male=person.male)


def newborns(seed: int, homes: list[HouseholdDraft], deaths: dict[str, int], next_person: Counter) -> None:
    """One child born in 2020 for each worker who dies, class by class: the dashboards' sums stay those of the document."""
    rng, numbers = stream(seed, "newborns"), Numbers(stream(seed, "newborn numbers"))
    for group, missing in deaths.items():
        young = [
            home for home in homes
            if home.group.name == group and not home.marks and home.head.male and home.head.born.year > 1970
            and any(person.relation == "spouse" and person.born.year > 1978 for person in home.people)
        ]  # fmt: skip
        for home in rng.sample(young, min(missing, len(young))):
            born = day_between(rng, date(2020, 3, 10), date(2020, 7, 30))
            child = PersonDraft(
                "son" if rng.random() < 0.52 else "daughter", rng.random() < 0.5, born, student=True
            )
            child.male = child.relation == "son"
            child.pk, child.uuid = next_person(), UUID(int=rng.getrandbits(128), version=4)
            child.number = f"{home.number}{len(home.people) + 1:02d}"
            child.name = full_name(rng, home.head.name[0], born, male=child.male)
            child.identity = numbers.identity(born, male=child.male)
            child.joined, child.joined_as = born + timedelta(days=0), "newborn"
            child.labour, child.schooling = "none", "preschool_age"
            home.people.append(child)


def give_helpers(seed: int, homes: list[HouseholdDraft], helpers: dict[str, list[tuple[int, str]]]) -> None:
    """A named helper each; in the villages of the helpers with accounts these serve, about 25 households each."""
    rng, served = stream(seed, "helpers"), dict.fromkeys(helpers, 0)
    for home in homes:
        home.helper_unit = rng.choice(DEPARTMENTS)
        home.helper_name = full_name(rng, surname(rng), date(1980, 1, 1), male=rng.random() < 0.65)
        own = helpers.get(home.code)
        if own and served[home.code] < 25 * len(own) and "no_helper" not in home.marks:
            home.helper_user, home.helper_name = own[served[home.code] % len(own)]
            home.helper_unit = "驻村工作队"
            served[home.code] += 1


def tell_story(seed: int, scale: Scale, homes: list[HouseholdDraft]) -> None:
    rng = stream(seed, "story")
    story.mark_households(rng, homes, scale)
    story.danger_houses(rng, homes, scale)
    for home in homes:
        give_causes(rng, home)
