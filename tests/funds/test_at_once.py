"""Many people at one balance at once, with real threads and connections of their own.

The tests' SQLite lives in memory, where threads share one connection's locks: so it is copied to a file first, and the
threads open that file, as the worker processes of a real installation do. On PostgreSQL they open the test database.
"""

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, connections

from common.errors import DomainError
from funds import services
from funds.models import Payment
from funds.services import PaymentInput
from tests.cast import actor, make_cast, make_world
from tests.factories.funds import make_allocation, make_document, make_payment
from tests.factories.projects import make_project

TODAY = date(2020, 9, 20)
THREADS = 12


class AtOnce:
    """at_once(act) runs act(number) in many threads, started together, and counts the answers."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self, act: Callable[[int], object]) -> Counter:
        if connection.vendor == "sqlite":
            with sqlite3.connect(self.file) as copy:
                connection.connection.backup(copy)
                # As the product finds its database: changing the mode is refused while others have it open.
                copy.execute("PRAGMA journal_mode=WAL")
            connection.settings_dict["NAME"] = str(self.file)
        gate, answers = threading.Barrier(THREADS), []

        def one(number: int) -> None:
            gate.wait()
            try:
                answers.append(act(number))
            except DomainError as refusal:
                answers.append(refusal.code)
            except Exception as bug:  # noqa: BLE001 - a thread's bug must reach the assertion
                answers.append(repr(bug))
            finally:
                connections["default"].close()

        threads = [threading.Thread(target=one, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return Counter(answers)

    def stored(self, sql: str) -> int:
        """What stands in the database that the threads wrote to."""
        if connection.vendor == "sqlite":
            with sqlite3.connect(self.file) as copy:
                return copy.execute(sql).fetchone()[0]
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]


@pytest.fixture
def at_once(transactional_db, tmp_path):
    before = connection.settings_dict["NAME"]
    yield AtOnce(tmp_path / "shared.sqlite3")
    connection.settings_dict["NAME"] = before


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
