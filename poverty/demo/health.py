"""Health, disability, labour, schooling and work of everybody, fitting age and each other."""

from datetime import date
from random import Random

from poverty.demo.drafts import HouseholdDraft, PersonDraft
from poverty.demo.families import age_of
from poverty.demo.plan import UNEXITED, UNEXITED_UNABLE, GroupPlan, Scale

KINDS = ("sight", "hearing", "speech", "limb", "limb", "limb", "intellect", "mind", "mind", "multiple")
KIND_DIGIT = {"sight": 1, "hearing": 2, "speech": 3, "limb": 4, "intellect": 5, "mind": 6, "multiple": 7}
_DISABLED = {"unexited": 0.15, "monitored": 0.1, "border": 0.08, "with": 0.075, "without": 0.02}
_GRADES = ("primary",) * 6 + ("junior_1", "junior_2", "junior_3", "senior_1", "senior_2", "senior_3")
_NEXT = {
    "kindergarten": "primary", "junior_1": "junior_2", "junior_2": "junior_3", "senior_1": "senior_2",
    "senior_2": "senior_3", "vocational_1": "vocational_2", "vocational_2": "vocational_3",
    "higher_vocational_1": "higher_vocational_2", "higher_vocational_2": "higher_vocational_3",
    "bachelor_1": "bachelor_2", "bachelor_2": "bachelor_3", "bachelor_3": "bachelor_4",
}  # fmt: skip


def school_age(born: date, autumn: int) -> int:
    """Full years on the last day before that autumn's school year."""
    return autumn - born.year - ((born.month, born.day) > (8, 31))


def schooling_in(rng: Random, born: date, autumn: int) -> str:
    """Where somebody of this age sits who is a child or a student."""
    age = school_age(born, autumn)
    if age < 3:
        return "preschool_age"
    if age < 6:
        return "kindergarten"
    if age < 15:
        return _GRADES[age - 6]
    if age < 18:
        branch = "vocational" if rng.random() < 0.4 else "senior"
        return f"{branch}_{age - 14}"
    if rng.random() < 0.55:
        return f"higher_vocational_{min(3, age - 17)}"
    return f"bachelor_{min(4, age - 17)}"


def schooling_after(rng: Random, person: PersonDraft, autumn: int) -> str:
    """The next school year; "not_at_school" for those who have finished."""
    age, before = school_age(person.born, autumn), person.schooling
    if (
        before == "preschool_age"
        or (before == "kindergarten" and age < 6)
        or (before == "primary" and age < 12)
    ):
        return schooling_in(rng, person.born, autumn)
    if before == "primary":
        return "junior_1"
    if before == "junior_3":
        return "vocational_1" if rng.random() < 0.42 else "senior_1"
    if before == "senior_3":
        return "higher_vocational_1" if rng.random() < 0.6 else "bachelor_1"
    return _NEXT.get(before, "not_at_school")


def finished_education(schooling: str) -> str:
    branch = schooling.rsplit("_", 1)[0]
    return {
        "vocational": "senior",
        "senior": "senior",
        "higher_vocational": "college",
        "bachelor": "bachelor",
    }.get(branch, "junior")


def _education(rng: Random, age: int) -> str:
    roll = rng.random()
    if age >= 65:
        return "illiterate" if roll < 0.34 else "primary" if roll < 0.86 else "junior"
    if age >= 45:
        return "primary" if roll < 0.32 else "junior" if roll < 0.92 else "senior"
    if age >= 28:
        return (
            "primary" if roll < 0.08 else "junior" if roll < 0.8 else "senior" if roll < 0.94 else "college"
        )
    return "junior" if roll < 0.55 else "senior" if roll < 0.82 else "college" if roll < 0.95 else "bachelor"


def give_health(rng: Random, person: PersonDraft, group: GroupPlan) -> None:
    age = age_of(person)
    if rng.random() < _DISABLED[group.name] * (0.35 if age < 16 else 1.0):
        person.disability = (rng.choice(KINDS), rng.choice((1, 2, 2, 3, 3, 4)))
    person.serious = rng.random() < (0.004 if age < 40 else 0.022)
    person.chronic = not person.serious and rng.random() < (0.015 if age < 40 else 0.12 if age < 60 else 0.33)
    person.healthy = not (person.disability or person.serious or person.chronic)


def give_schooling(rng: Random, person: PersonDraft) -> None:
    if person.student:
        person.schooling = schooling_in(rng, person.born, 2019)
    else:
        person.schooling, person.education = "not_at_school", _education(rng, age_of(person))


def _severe(person: PersonDraft) -> bool:
    return bool(person.disability and person.disability[1] <= 2)


def give_labour(rng: Random, person: PersonDraft) -> None:
    age = age_of(person)
    if person.student:
        person.labour = "none"
    elif _severe(person) or (person.serious and rng.random() < 0.5):
        person.labour = "lost" if rng.random() < 0.8 else "weak_or_half"
    elif age >= 76:
        person.labour = "none"
    elif age >= 61:
        person.labour = "weak_or_half" if rng.random() < 0.72 else "none"
    elif person.disability or person.serious or (person.chronic and rng.random() < 0.4):
        person.labour = "weak_or_half"
    else:
        person.labour = "skilled" if rng.random() < 0.12 else "ordinary"


def settle_unexited_labour(rng: Random, homes: list[HouseholdDraft], scale: Scale) -> None:
    """Exactly as many unable adults as the document counts: the oldest and the severely disabled first."""
    adults = [p for home in homes if home.group is UNEXITED for p in home.people if not p.student]
    adults.sort(key=lambda p: age_of(p) + 45 * _severe(p) + 20 * p.serious + rng.random() * 9, reverse=True)
    for place, person in enumerate(adults):
        if place < scale.of(UNEXITED_UNABLE):
            person.labour = "lost" if _severe(person) or person.serious else "none"
            if (
                age_of(person) < 60 and person.healthy
            ):  # somebody of working age who cannot work is ill or disabled
                person.disability, person.healthy = (rng.choice(KINDS), rng.choice((1, 2))), False
                person.labour = "lost"
        elif person.labour in ("none", "lost"):
            person.labour = "weak_or_half"


def give_work(rng: Random, person: PersonDraft, group: GroupPlan) -> None:
    age = age_of(person)
    share = {"ordinary": 0.86, "skilled": 0.94, "weak_or_half": 0.3}.get(person.labour, 0.0)
    if person.student or age > 66 or rng.random() > share * (0.85 if group is UNEXITED else 1):
        person.work_months = 0 if age >= 16 else None
        return
    far = person.labour != "weak_or_half" and age < 50
    places = (
        ("in_county", "in_province", "in_province", "outside_province")
        if far
        else ("in_township", "in_township", "in_county")
    )
    person.work_place = rng.choice(places)
    person.work_months = rng.randrange(6, 12) if far else rng.randrange(3, 11)
