"""Households on allowance whose income stands above the standard, for about as many months as a document lets them keep it."""

from datetime import date, timedelta

from households.models import AidMeasure, Household, IncomeRecord, Membership, Person, SafetyNet, StatusSpell
from tests.independent.county import division
from tests.independent.dice import Dice, moment
from tests.independent.home import months_later

MONTHS = (0, 9, 10, 11, 12, 13, 21, 22, 23, 24, 25)
SHARES = (99, 100, 101, 150, 200, 200, 201, 250)  # percent of the standard
NUMBER = 44


def add(seed: int, place: str, day: date, standard: int) -> None:
    """`standard`: 分 a head and year. A record on the line breaks the row above it; one too many 分 tells the line."""
    dice = Dice(seed + 2000, day)
    village = division(f"{place}101201")
    homes = [
        Household(household_no=f"T{place}{n:04d}", village=village, scope_code=village.code, head_name="户主",
                  risks=dice.one(([], [], ["illness"])), main_cause=dice.one(("illness", "illness", "")))
        for n in range(NUMBER)
    ]  # fmt: skip
    Household.objects.bulk_create(homes)
    Household.objects.filter(household_no__startswith=f"T{place}").update(
        created_at=moment(day - timedelta(days=4000))
    )
    long_ago = {"effective_from": date(2012, 1, 1), "recorded_at": moment(date(2012, 1, 1))}
    persons = [
        Person(person_no=f"T{place}{n:04d}", name="某人", gender="female", birth_date=date(1970, 1, 1))
        for n in range(NUMBER)
    ]
    Person.objects.bulk_create(persons)
    Membership.objects.bulk_create(
        Membership(household=home, person=person, relation="head", **long_ago)
        for home, person in zip(homes, persons, strict=True)
    )
    StatusSpell.objects.bulk_create(
        StatusSpell(
            household=home, dimension="poverty", value=dice.one(("exited_with_policy", "exited_without_policy", "unexited")), **long_ago
        )
        for home in homes
    )  # fmt: skip
    SafetyNet.objects.bulk_create(
        SafetyNet(household=home, kind="rural_allowance", **long_ago) for home in homes
    )
    AidMeasure.objects.bulk_create(
        AidMeasure(
            household=home, category="social_security", item="低保", started_on=date(2012, 1, 1), state="active",
            recorded_at=moment(date(2012, 1, 1)),
        )
        for home in homes if dice.chance(50)
    )  # fmt: skip
    records: list[IncomeRecord] = []
    for number, home in enumerate(homes):
        records += _years(dice, home, MONTHS[number % len(MONTHS)], standard)
    IncomeRecord.objects.bulk_create(records)


def _years(dice: Dice, home: Household, months: int, standard: int) -> list[IncomeRecord]:
    """Above the standard since so many months, give or take a day; sometimes no longer, sometimes nobody knows."""
    since = months_later(dice.day, -months) + timedelta(days=dice.one((-1, 0, 0, 1)))
    made = []
    for back in range(months // 12 + 2):
        end = months_later(dice.day.replace(day=1), -12 * back - 1) + timedelta(days=27)
        collected = max(end, since) if end >= months_later(since, -6) else end
        share = dice.one(SHARES[2:-2]) if collected >= since and collected <= dice.day else 90
        if back == 0 and dice.chance(35):
            share = dice.one(SHARES)
        fen = standard * 3 * share // 100 + (dice.one((0, 0, 1)) if share in (100, 200) else 0)
        made.append(
            IncomeRecord(
                household=home, kind="year", period_start=months_later(end, -12) + timedelta(days=1), period_end=end,
                collected_on=min(collected, dice.day) if end <= dice.day else collected, recorded_at=moment(end), members=3,
                net_fen=None if back == 0 and dice.chance(15) else fen, transfer_fen=dice.or_none((0, 100_000, 100_000)),
            )
        )  # fmt: skip
    return made
