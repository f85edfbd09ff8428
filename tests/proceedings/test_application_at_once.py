"""Twelve at the same moment, over connections of their own: limits are exact, a double tap is one, one clerk wins."""

from datetime import date
from uuid import UUID

import pytest

from proceedings.applying import ApplicationInput
from proceedings.models import Application
from proceedings.services.applications import application_decline, application_send
from proceedings.services.floods import knock
from tests.at_once import THREADS
from tests.cast import actor, make_cast, make_world
from tests.proceedings.posts import PHONE, make_application, make_code

SENT = ApplicationInput(
    uuid=UUID("11111111-2222-4333-8444-555555555555"), name="并测发", phone=PHONE, troubles=("job",), consent=True
)  # fmt: skip


def test_exactly_as_many_come_in_as_are_allowed(at_once, settings):
    settings.APPLY_LIMITS = settings.APPLY_LIMITS | {"send_address": (5, 3600)}
    answers = at_once(lambda number: knock("send_address", "203.0.113.9"))
    assert answers == {None: 5, "too_many": THREADS - 5}


def test_a_double_tap_is_one_application(at_once):
    code = make_code(make_world().village_a1)
    answers = at_once(
        lambda number: application_send(token=code.token, entry=SENT, today=date(2020, 9, 20))[0].receipt
    )
    assert len(answers) == 1
    assert at_once.stored("SELECT count(*) FROM proceedings_application") == 1


@pytest.mark.parametrize("reason", ["不是本村的人"])
def test_one_clerk_settles_it(at_once, reason):
    world = make_world()
    cast = make_cast(world)
    row = make_application(world.village_a1)
    clerks = [actor(cast.li), actor(cast.officer)]

    def settle(number: int) -> str:
        fresh = Application.objects.get(pk=row.pk)
        found = application_decline(
            actor=clerks[number % 2], application=fresh, reason=reason, on=date(2020, 9, 20)
        )
        return found.state

    assert at_once(settle) == {"declined": 1, "application_settled": THREADS - 1}
