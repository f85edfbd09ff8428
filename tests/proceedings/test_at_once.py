"""Two people press at once: one wins, the other is told; many times the same form is one step. Real connections."""

from uuid import uuid4

import pytest

from proceedings import services
from proceedings.services import ActInput
from tests.at_once import THREADS
from tests.cast import actor, make_cast, make_world
from tests.proceedings import walk
from tests.proceedings.walk import DAY, opened

pytestmark = pytest.mark.django_db(transaction=True)
ACCEPTED = "SELECT COUNT(*) FROM proceedings_step WHERE act = 'accept'"


@pytest.fixture
def world(transactional_db):
    return make_world()


@pytest.fixture
def accept(world):
    """accept(uuid) presses the first button of one clue, from the version it was opened with."""
    cast = make_cast(world)
    row = opened(walk.home(world, cast), cast)
    li = actor(cast.li)

    def press(**form: object) -> str:
        given = ActInput(on=DAY, version=row.version, **form)
        services.proceeding_advance(actor=li, proceeding=row, act="accept", given=given)
        return "done"

    return press


def test_two_who_press_at_once_are_one_step_and_one_refusal(accept, at_once):
    answers = at_once(lambda number: accept())
    assert answers.pop("done") == 1
    assert sum(answers.values()) == THREADS - 1
    assert set(answers) <= {"stale", "wrong_state"}
    assert at_once.stored(ACCEPTED) == 1


def test_the_same_form_many_times_at_once_is_one_step(accept, at_once):
    form = uuid4()
    assert at_once(lambda number: accept(uuid=form)) == {"done": THREADS}
    assert at_once.stored(ACCEPTED) == 1


def test_many_who_open_at_once_open_one(world, at_once):
    cast = make_cast(world)
    home = walk.home(world, cast)

    def begin(number: int) -> str:
        opened(home, cast, who="li")
        return "opened"

    answers = at_once(begin)
    assert answers.pop("opened") == 1
    assert sum(answers.values()) == THREADS - 1
    assert all(code.isidentifier() for code in answers), answers
    assert at_once.stored("SELECT COUNT(*) FROM proceedings_proceeding") == 1
