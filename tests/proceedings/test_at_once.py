"""Two people press at once: one wins, the other is told; fifty times the same form is one step. Real connections."""

import threading
from uuid import uuid4

import pytest
from django.db import connection, connections

from common.errors import Conflict
from proceedings import services
from proceedings.models import Proceeding, Step
from proceedings.services import ActInput
from tests.cast import actor, make_cast, make_world
from tests.proceedings import walk
from tests.proceedings.walk import DAY, opened

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 8


@pytest.fixture
def world(transactional_db):
    return make_world()


def together(act) -> list[object]:
    """act(0..n) in threads released at once; what each answered or raised."""
    gate, found = threading.Barrier(PEOPLE), [None] * PEOPLE

    def one(place: int) -> None:
        gate.wait()
        try:
            found[place] = act(place)
        except Exception as refusal:  # noqa: BLE001 - judged by the test
            found[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture
def real():
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("an SQLite in memory has one connection; on a file and on PostgreSQL this runs")


@pytest.mark.usefixtures("real")
def test_two_who_press_at_once_are_one_step_and_one_conflict(world):
    cast = make_cast(world)
    row = opened(walk.home(world, cast), cast)
    given = ActInput(on=DAY, version=row.version)
    found = together(
        lambda place: services.proceeding_advance(
            actor=actor(cast.li), proceeding=row, act="accept", given=given
        )
    )
    won = [answer for answer in found if isinstance(answer, Proceeding)]
    assert len(won) == 1
    assert all(isinstance(answer, Conflict) for answer in found if answer is not won[0]), found
    assert Step.objects.filter(act="accept").count() == 1


@pytest.mark.usefixtures("real")
def test_the_same_form_many_times_at_once_is_one_step(world):
    cast = make_cast(world)
    row = opened(walk.home(world, cast), cast)
    given = ActInput(on=DAY, version=row.version, uuid=uuid4())
    found = together(
        lambda place: services.proceeding_advance(
            actor=actor(cast.li), proceeding=row, act="accept", given=given
        )
    )
    assert all(isinstance(answer, Proceeding) for answer in found), found
    assert Step.objects.filter(act="accept").count() == 1


@pytest.mark.usefixtures("real")
def test_many_who_open_at_once_open_one(world):
    cast = make_cast(world)
    home = walk.home(world, cast)
    found = together(lambda place: opened(home, cast, who="li"))
    assert sum(isinstance(answer, Proceeding) for answer in found) == 1, found
    assert all(isinstance(answer, Proceeding | Conflict) for answer in found), found
    assert Proceeding.objects.count() == 1
