"""Redis is away while people work: what they send is saved at once, and what it asks for is done when Redis is back."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
import redis

from tests.faults.house import COUNTY, HOST, House, Reply, Web, free_port, until
from tests.faults.line import Line

SECONDS = 2
RUN = "SELECT state, sent_at IS NULL, error FROM monitoring_screeningrun"


def visit(house: House) -> dict[str, object]:
    return {
        "uuid": str(uuid4()), "household": house.known["households"][0], "visited_on": "2020-09-18", "nothing_changed": True,
    }  # fmt: skip


def work_goes_on(house: House, web: Web) -> None:
    """A visit is saved and a screening is asked for, both at once and without an error for the people."""
    uuid = str(uuid4())
    assert web.api("visits/", visit(house) | {"uuid": uuid}).status == 201
    parameter = uuid if house.database else uuid.replace("-", "")
    assert house.one("SELECT COUNT(*) FROM households_visit WHERE uuid = %s", parameter) == 1
    asked = ask(house, web, kind="households", quarter="2020Q3")
    assert (asked.status, asked.headers["location"].startswith("/monitoring/runs/")) == (302, True)
    assert house.rows(RUN)[0][0] == "queued"


def ask(house: House, web: Web, **fields: str) -> Reply:
    return web.form("/monitoring/runs/new/", house.known["sessions"][0], area=COUNTY, **fields)


def seconds(act: Callable[[], Reply], status: int) -> float:
    begun = time.monotonic()
    assert act().status == status
    return time.monotonic() - begun


@contextmanager
def own_redis(url: str) -> Iterator[None]:
    """The database of the tests, emptied before and after."""
    line = redis.Redis.from_url(url)
    line.flushdb()
    try:
        yield
    finally:
        line.flushdb()
        line.close()


def test_a_closed_port_holds_up_nobody(house_of):
    """The quickest of a few counts: the first requests of a process also import what they need."""
    house = house_of("sqlite", REDIS_URL=f"redis://{HOST}:{free_port()}/0")
    with house.web() as web:
        work_goes_on(house, web)
        days = [f"2020-09-{day:02}" for day in range(1, 7)]
        asked = [seconds(lambda day=day: ask(house, web, kind="funds", as_of=day), 302) for day in days]
        visits = [seconds(lambda: web.api("visits/", visit(house)), 201) for _ in days]
    assert min(asked) < SECONDS, asked
    assert min(visits) < SECONDS, visits
    assert max(asked + visits) < 10, (asked, visits)
    assert house.words("web").count("broker away") == 7
    assert {row[0] for row in house.rows(RUN)} == {"queued"}


@pytest.mark.redis
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.pg)])
def test_what_was_asked_for_meanwhile_is_done_when_redis_is_back(house_of, redis_url, kind):
    line = Line(redis_url)
    house = house_of(kind, REDIS_URL=line.url)
    with own_redis(redis_url), house.web() as web:
        house.worker()
        work_goes_on(house, web)
        time.sleep(2)
        assert house.rows(RUN)[0][0] == "queued"
        line.mend()
        try:
            until(
                lambda: house.rows(RUN)[0][0] not in {"queued", "running"}, within=90, what="end of the run"
            )
        finally:
            line.cut()
        assert house.rows(RUN)[0][0] == "done", house.words("worker")
        assert house.one("SELECT COUNT(*) FROM monitoring_risksign") > 0
