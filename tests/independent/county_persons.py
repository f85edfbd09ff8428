"""What the random county lacks for rules about persons and villages: people of whom nearly everything is known, places with
exactly as many poor as a document allows, villages of each class on each line.
"""

from datetime import date, timedelta
from typing import Any

from households import codes
from households.models import (
    AidMeasure,
    Household,
    HouseholdSituation,
    IncomeRecord,
    Membership,
    Person,
    PersonSituation,
    SafetyNet,
    StatusSpell,
)
from tests.independent.county import division
from tests.independent.dice import Dice, moment
from villages.models import Division, VillageYear

LONG_AGO = 3000  # days
# (class, persons, poor, persons and poor of the year before, income in 元, has a task)
VILLAGES = (
    ("poor", 1000, 200, 1000, 199, 100_000, True), ("poor", 1000, 199, 1000, 200, 99_999, True),
    ("poor", 999, 200, None, None, None, True), ("deep_poverty", 1000, 300, 1000, 300, 99_999, True),
    ("deep_poverty", 1000, 301, 1000, 300, 100_001, True), ("deep_poverty", 500, 151, 1001, 302, 0, True),
    ("deep_poverty", 0, 5, 1000, 10, 5, True), ("deep_poverty", 1000, 5, 0, 0, 5, True),
    ("deep_poverty", None, 5, 1000, 10, 5, None), ("key_nonpoor", 1000, 50, 1000, 60, 50_000, True),
    ("key_nonpoor", 999, 50, 1000, 60, 49_999, False), ("key_nonpoor", 900, 49, 1000, 60, None, True),
    ("nonpoor", 900, 50, 1000, 60, 0, True), ("nonpoor", 900, None, 1000, 60, 1, True),
    ("nonpoor", 900, 46, 1000, 60, 0, False), ("nonpoor", 9000, 51, 1000, 60, 0, None), ("", 900, 300, 900, 200, 0, True),
)  # fmt: skip
CROWDS = (("104201", 20), ("104202", 21), ("105201", 100), ("105202", 100), ("106201", 100), ("106202", 101))


def add(seed: int, place: str, day: date, crowded: bool) -> None:
    """Put it beside what `county.build` made."""
    dice = Dice(seed, day)
    _villages(dice, place)
    _families(dice, [division(f"{place}100{number}") for number in (201, 202)])
    if crowded:
        for code, poor in CROWDS:
            _crowd(dice, division(place + code), poor)


def _villages(dice: Dice, place: str) -> None:
    rows = []
    for number, (kind, people, poor, people_before, poor_before, income, task) in enumerate(VILLAGES):
        village, year = division(f"{place}107{201 + number}"), dice.day.year - dice.one((0, 0, 1))
        rows.append(
            VillageYear(
                division=village, year=year, village_class=kind, registered_population=people, poor_persons=poor,
                collective_income_fen=None if income is None else income * 100, has_relief_task=task,
            )
        )  # fmt: skip
        before = {
            "registered_population": people_before,
            "poor_persons": poor_before,
            "village_class": "nonpoor",
        }
        # A gap between the years: the older one is not the year before.
        rows.append(VillageYear(division=village, year=year - dice.one((1, 1, 1, 2)), **before))
    VillageYear.objects.bulk_create(rows)


def _household(village: Division, number: int) -> Household:
    return Household(
        household_no=f"S{village.code}{number:04d}",
        village=village,
        scope_code=village.code,
        head_name="户主",
    )


def _spell(dice: Dice, days: int = LONG_AGO) -> dict[str, Any]:
    start = dice.day - timedelta(days=days)
    return {"effective_from": start, "recorded_at": moment(start)}


def _people(dice: Dice, homes: list[Household], number: int, born: list[Any]) -> list[Person]:
    """Members of each household, `number` of them, the first one its head."""
    persons = [
        Person(
            person_no=f"S{home.household_no}{place:04d}",
            name="某人",
            gender="male",
            birth_date=dice.one(born),
        )
        for home in homes
        for place in range(number)
    ]
    Person.objects.bulk_create(persons)
    Membership.objects.bulk_create(
        Membership(
            household=homes[index // number], person=person, relation="other" if index % number else "head", **_spell(dice)
        )
        for index, person in enumerate(persons)
    )  # fmt: skip
    return persons


def _crowd(dice: Dice, village: Division, poor: int) -> None:
    """One household with exactly so many living poor, beside a dead one, one who leaves that day and one still to come."""
    home = _household(village, 0)
    home.save()
    StatusSpell.objects.create(
        household=home, dimension="poverty", value=dice.one(codes.UNEXITED), **_spell(dice)
    )
    persons = _people(dice, [home], poor + 3, [date(1980, 1, 1)])
    dead, leaving, coming = persons[-3:]
    Person.objects.filter(pk=dead.pk).update(died_on=dice.day)
    Person.objects.filter(pk=persons[1].pk).update(died_on=dice.day + timedelta(days=1))
    Membership.objects.filter(person=leaving).update(effective_to=dice.day, end_recorded_at=moment(dice.day))
    Membership.objects.filter(person=coming).update(effective_from=dice.day + timedelta(days=1))


def _families(dice: Dice, villages: list[Division]) -> None:
    """Three dozen households of which nearly everything is known."""
    homes = [_household(dice.one(villages), number) for number in range(36)]
    Household.objects.bulk_create(homes)
    known = (
        "unexited",
        "unexited",
        "returned",
        "exited_with_policy",
        "exited_without_policy",
        "ordinary",
        "ordinary",
    )
    rows = []
    for home in homes:
        classes = {
            "poverty": dice.or_blank(known, 8),
            "monitor": dice.one(("none", "none", "unstable_exited", "borderline")),
        }
        rows += [
            StatusSpell(household=home, dimension=dimension, value=value, **_spell(dice))
            for dimension, value in classes.items()
            if value
        ]
    StatusSpell.objects.bulk_create(rows)
    _living(dice, homes)
    ages = (0, 5, 6, 6, 7, 10, 15, 16, 17, 30, 30, 45, 59, 60, 80)
    day = dice.day.replace(day=min(dice.day.day, 28))
    born = [
        day.replace(year=day.year - age) + timedelta(days=shift) for age in ages for shift in (0, 0, 1)
    ] + [None, None]
    persons = _people(dice, homes, 4, born)
    spells = [PersonSituation(person=person, **_situation(dice), **_spell(dice)) for person in persons]
    PersonSituation.objects.bulk_create(spells)
    _help(dice, homes, persons)
    _subsidies(dice, homes, spells)
    _twice(dice, homes, persons)


def _living(dice: Dice, homes: list[Household]) -> None:
    HouseholdSituation.objects.bulk_create(
        HouseholdSituation(household=home, danger_grade=dice.or_blank("ABCD", 15), **_spell(dice))
        for home in homes
    )
    nets = [
        SafetyNet(household=home, kind=dice.one(codes.SafetyNetKind.values), **_spell(dice))
        for home in homes
        if dice.chance(25)
    ]
    SafetyNet.objects.bulk_create(nets)
    end = date(dice.day.year - 1, 9, 30)
    incomes = [
        IncomeRecord(
            household=home, kind="year", period_start=date(end.year - 1, 10, 1), period_end=end,
            collected_on=end, recorded_at=moment(end), members=dice.one((0, 4, 4, 4, 4)),
            net_fen=dice.or_none((1_799_999, 1_800_000, 1_500_000, 5_000_000), 10),
        )
        for home in homes
    ]  # fmt: skip
    IncomeRecord.objects.bulk_create(incomes)


def _situation(dice: Dice) -> dict[str, Any]:
    disabled = dice.or_none((True, False), 8)
    at_school = ("not_at_school", "not_at_school", "preschool_age", "kindergarten", "primary", "junior_1")
    insured = (True, True, False)
    return {
        "schooling": dice.or_blank(at_school, 8), "is_disabled": disabled,
        "has_serious_illness": dice.or_none((True, False, False), 8),
        "disability_grade": dice.or_none((1, 2, 3), 8) if disabled else None,
        "disability_kind": dice.or_blank(("intellect", "limb"), 8) if disabled else "",
        "labour_skill": dice.or_blank(("ordinary", "skilled", "weak_or_half", "weak_or_half", "lost", "none"), 15),
        "work_months": dice.or_none((0, 0, 1), 8), "has_medical_insurance": dice.or_none(insured, 8),
        "has_serious_illness_insurance": dice.or_none(insured, 8), "has_pension_insurance": dice.or_none(insured, 8),
    }  # fmt: skip


def _help(dice: Dice, homes: list[Household], persons: list[Person]) -> None:
    """Half the households get help; trainings lie a year back, mostly over by now."""
    wanted = (("health", "医疗救助"), ("public_post", "保洁"), ("industry", "其他"))
    rows = []
    for index, home in enumerate(homes):
        for _ in range(dice.one((0, 1, 2))):
            category, item = dice.one(wanted)
            who = dice.one(persons[index * 4 : index * 4 + 4]) if dice.chance(50) else None
            rows.append(_measure(dice, home, who, category, item, dice.day - timedelta(days=500)))
    for index, person in enumerate(persons):
        if dice.chance(60):
            start = dice.months_ago(12) if dice.chance(50) else dice.edge(-400, 2)
            rows.append(_measure(dice, homes[index // 4], person, "employment", "技能培训", start))
    AidMeasure.objects.bulk_create(rows)


def _subsidies(dice: Dice, homes: list[Household], spells: list[PersonSituation]) -> None:
    """Some of the disabled have their subsidy, by their own name or by that of the household."""
    rows = []
    for index, spell in enumerate(spells):
        if spell.is_disabled and dice.chance(60):
            who = spell.person if dice.chance(70) else None
            begun = dice.day - timedelta(days=dice.one((0, 200, 800)))
            rows.append(_measure(dice, homes[index // 4], who, "social_security", "残疾人补贴", begun))
    AidMeasure.objects.bulk_create(rows)


def _measure(
    dice: Dice, home: Household, who: Person | None, category: str, item: str, start: date
) -> AidMeasure:
    state = dice.one(("active", "active", "done", "done", "planned", "stopped"))
    end = start + timedelta(days=dice.one((0, 14, 600))) if state in ("done", "stopped") else None
    return AidMeasure(
        household=home, person=who, category=category, item=item, started_on=start, ended_on=end, state=state,
        recorded_at=moment(start),
    )  # fmt: skip


def _twice(dice: Dice, homes: list[Household], persons: list[Person]) -> None:
    """Some stand in two households at once, as imported history has it: in the one put down last they are judged."""
    later = dice.day + timedelta(days=30)
    Membership.objects.bulk_create(
        Membership(
            household=homes[index // 4 - 1], person=persons[index], relation="other", effective_to=later,
            end_recorded_at=moment(dice.day), **_spell(dice, 10),
        )
        for index in range(5, len(persons), 23) if index % 4
    )  # fmt: skip
