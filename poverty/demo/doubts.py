"""A few slips of the pen, so that the checks of the data have something to find. None touches a figure of the document, and
each is one that forms and lists let through: a ledger of this county comes back unchanged.
"""

from collections.abc import Callable
from random import Random

from poverty.demo.drafts import HouseholdDraft, PersonDraft
from poverty.demo.plan import Scale


def _wrong_word(person: PersonDraft) -> None:
    person.relation = "daughter" if person.male else "son"


def _digit(person: PersonDraft) -> None:
    person.name += "1"


def _no_place(person: PersonDraft) -> None:
    person.work_place = ""


def _well_and_ill(person: PersonDraft) -> None:
    person.healthy = True


def _schooled_at_school(person: PersonDraft) -> None:
    person.education = "primary"


Slip = tuple[int, Callable[[PersonDraft], bool], Callable[[PersonDraft], None]]
# how many, whom it may happen to, what was written
SLIPS: tuple[Slip, ...] = (
    (9, lambda person: person.relation in ("son", "daughter"), _wrong_word),
    (4, lambda person: person.relation != "head", _digit),
    (13, lambda person: person.works and person.turn is None, _no_place),
    (8, lambda person: person.chronic and person.turn is None, _well_and_ill),
    (9, lambda person: person.schooling == "junior_2" and person.turn is None, _schooled_at_school),
)
NO_UNIT = 6


def plant_doubts(rng: Random, scale: Scale, homes: list[HouseholdDraft]) -> None:
    """Slips in households of exited families that bear no mark of the story, one to a household."""
    pool = [home for home in homes if home.group.name == "with" and not home.marks]
    rng.shuffle(pool)
    for count, fits, write in SLIPS:
        wanted = scale.of(count)
        for home in list(pool):
            if not wanted:
                break
            person = next(
                (one for one in home.people if one.left is None and not one.joined_as and fits(one)), None
            )
            if person is not None:
                write(person)
                pool.remove(home)
                wanted -= 1
    for home in pool[: scale.of(NO_UNIT)]:
        home.helper_unit = ""
