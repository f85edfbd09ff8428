"""Many people at one balance at once."""

from datetime import date
from uuid import uuid4

import pytest

from funds import services
from funds.models import Payment
from funds.services import PaymentInput
from tests.at_once import THREADS
from tests.cast import actor, make_cast, make_world
from tests.factories.funds import make_allocation, make_document, make_payment
from tests.factories.projects import make_project

TODAY = date(2020, 9, 20)


@pytest.fixture
def scene(transactional_db):
    world = make_world()
    return world, make_cast(world)


def test_a_balance_is_not_spent_twice(scene, at_once):
    world, cast = scene
    allocation = make_allocation(make_document(world.county), make_project(world.village_a1), amount_fen=500)
    li = actor(cast.li)

    def submit(number: int) -> str:
        given = PaymentInput(uuid4(), 100, date(2020, 5, 1), payee=f"公司{number}")
        services.payment_submit(actor=li, allocation=allocation, given=given, today=TODAY)
        return "made"

    assert at_once(submit) == {"made": 5, "over_paid": THREADS - 5}
    assert at_once.stored("SELECT SUM(amount_fen) FROM funds_payment") == 500


def test_the_same_payment_sent_by_many_is_one_payment(scene, at_once):
    world, cast = scene
    allocation = make_allocation(make_document(world.county), make_project(world.village_a1), amount_fen=500)
    li, given = actor(cast.li), PaymentInput(uuid4(), 100, date(2020, 5, 1))
    answers = at_once(
        lambda _: services.payment_submit(actor=li, allocation=allocation, given=given, today=TODAY)[1]
    )
    assert answers == {True: 1, False: THREADS - 1}
    assert at_once.stored("SELECT COUNT(*) FROM funds_payment") == 1


def test_a_paper_is_not_allocated_twice(scene, at_once):
    world, cast = scene
    document = make_document(world.county, amount_fen=500)
    projects = [make_project(world.village_a1) for _ in range(THREADS)]
    officer = actor(cast.officer)

    def allocate(number: int) -> str:
        services.allocation_create(
            actor=officer, document=document, project=projects[number], amount_fen=100, allocated_on=TODAY, today=TODAY
        )  # fmt: skip
        return "made"

    assert at_once(allocate) == {"made": 5, "over_allocated": THREADS - 5}
    assert at_once.stored("SELECT SUM(amount_fen) FROM funds_allocation") == 500


def test_many_confirmations_post_once(scene, at_once):
    world, cast = scene
    payment = make_payment(make_allocation(make_document(world.county), make_project(world.village_a1)))
    people = [actor(cast.officer), actor(cast.officer2)]

    def confirm(number: int) -> str:
        own = Payment.objects.get(pk=payment.pk)
        return services.payment_confirm(actor=people[number % 2], payment=own).state

    answers = at_once(confirm)
    assert set(answers) <= {"confirmed", "wrong_state"}
    assert answers["confirmed"] >= 1
    assert at_once.stored("SELECT COUNT(*) FROM funds_ledgerentry") == 1
