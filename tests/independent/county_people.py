"""People of the random county: ages on the line, deaths and removals around the day, situations full of blanks."""

from datetime import date, timedelta
from typing import Any

from households import codes
from households.models import Household, Membership, Person, PersonSituation
from tests.independent.dice import Dice

# Ages where a document changes its mind, and plain ones between.
AGES = (
    0,
    2,
    5,
    6,
    6,
    7,
    7,
    8,
    10,
    14,
    15,
    15,
    16,
    16,
    17,
    18,
    19,
    25,
    35,
    45,
    50,
    59,
    59,
    60,
    60,
    61,
    75,
    90,
)
SKILLS = codes.LabourSkill.values


def people(dice: Dice, made: list[Household]) -> dict[int, list[int]]:
    """Everybody with membership and situations. Returns the persons whose first household each one was."""
    persons, belongs = [], []
    for household in made:
        size = 0 if dice.chance(3) else dice.randrange(1, 6)
        for place in range(size):
            persons.append(_person(dice, len(persons)))
            belongs.append((household, place))
    Person.objects.bulk_create(persons)
    memberships(dice, made, persons, belongs)
    situations(dice, persons)
    own: dict[int, list[int]] = {household.pk: [] for household in made}
    for person, (household, _) in zip(persons, belongs, strict=True):
        own[household.pk].append(person.pk)
    return own


def birthday(dice: Dice) -> date | None:
    """A birthday yesterday, today, tomorrow or some other time of the year; one in ten is not known."""
    if dice.chance(10):
        return None
    year = dice.day.year - dice.one(AGES)
    if dice.chance(5):
        return date(year - year % 4, 2, 29)
    month = dice.day + timedelta(days=dice.one((-1, 0, 0, 1, -150, -40)))
    return date(year - (month.year > dice.day.year), month.month, min(month.day, 28))


def _person(dice: Dice, number: int) -> Person:
    died = dice.edge(-400, 20) if dice.chance(6) else None
    return Person(
        person_no=f"IP{number:06d}", name="某人", gender=dice.one(codes.Gender.values), birth_date=birthday(dice),
        died_on=died, is_live=not dice.chance(2),
    )  # fmt: skip


def memberships(
    dice: Dice, made: list[Household], persons: list[Person], belongs: list[tuple[Household, int]]
) -> None:
    """The first one is the head. Some came late, left early, moved to another household on the day, or came back."""
    rows = []
    long_ago = dice.day - timedelta(days=3000)
    for person, (household, place) in zip(persons, belongs, strict=True):
        relation = "head" if place == 0 else dice.one(("spouse", "son", "daughter", "mother", "other"))
        start = long_ago if place == 0 or dice.chance(80) else dice.edge()
        if place == 0 or dice.chance(85):
            end = dice.edge(-30, 20) if place == 0 and dice.chance(3) else None
            rows.append(_membership(dice, household, person, relation, (start, end)))
            continue
        left = max(start, dice.edge())
        rows.append(_membership(dice, household, person, relation, (start, left)))
        if dice.chance(60):
            other = dice.one(made)
            period = (left + timedelta(days=dice.one((0, 0, 5))), None)
            rows.append(_membership(dice, other, person, "other", period))
    Membership.objects.bulk_create(rows)


def _membership(
    dice: Dice, household: Household, person: Person, relation: str, period: tuple[date, date | None]
) -> Membership:
    return Membership(household=household, person=person, relation=relation, **dice.dated(period))


def situations(dice: Dice, persons: list[Person]) -> None:
    """One in twelve was never asked; the others have one or more situations, each with its own blanks."""
    rows = []
    for person in persons:
        if dice.chance(8):
            continue
        rows += [
            PersonSituation(person=person, **situation(dice, person.birth_date), **dice.dated(span))
            for span in dice.periods(2)
        ]
    PersonSituation.objects.bulk_create(rows)


def situation(dice: Dice, born: date | None) -> dict[str, Any]:
    """Schooling, health, labour, work and insurance. A disabled person may lack kind or grade, a healthy one have them."""
    young = born is None or dice.day.year - born.year < 18
    schooling = ["not_at_school", "preschool_age"] + (
        ["primary", "junior_1", "kindergarten"] if young else ["bachelor_1"]
    )
    disabled = dice.or_none((True, False, False), 15)
    graded = disabled is True or dice.chance(10)
    return {
        "schooling": dice.or_blank(schooling),
        "not_in_school_reason": dice.or_blank(codes.NotInSchoolReason.values, 60),
        "is_healthy": dice.or_none((True, False)),
        "has_chronic_illness": dice.or_none((True, False)),
        "has_serious_illness": dice.or_none((True, False, False)),
        "is_disabled": disabled,
        "disability_kind": dice.or_blank(codes.DisabilityKind.values) if graded else "",
        "disability_grade": dice.or_none((1, 2, 3, 4)) if graded else None,
        "labour_skill": dice.or_blank(SKILLS),
        "work_place": dice.or_blank(codes.WorkPlace.values, 50),
        "work_months": dice.or_none((0, 0, 1, 5, 6, 7, 12)),
        "has_medical_insurance": dice.or_none((True, True, False)),
        "has_serious_illness_insurance": dice.or_none((True, True, False)),
        "has_pension_insurance": dice.or_none((True, True, False)),
        "post_months": dice.or_none((0, 6, 12), 60),
        "has_medical_help": dice.or_none((True, False), 50),
        "is_relocated": dice.or_none((True, False), 50),
    }
