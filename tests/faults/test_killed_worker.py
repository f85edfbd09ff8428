"""A worker that is killed in the middle of a screening, while it writes: another one ends the run as if nothing had been."""

import json
import os
import signal
import time
from datetime import timedelta

import pytest

from poverty.celery import app
from poverty.settings import RUN_SILENCE_SECONDS
from tests.faults.house import COUNTY, House, until
from tests.faults.stuck import stuck

TWO_MINUTES = 120
# It comes in the last quarter of the run: what stands before it is written, what comes after it is not.
LATE = ("monitoring_risksign", "NEW.rule_key = 'CD-visit/quarter'")
QUEUED = (
    "INSERT INTO monitoring_screeningrun (key, kind, scope_code, quarter, as_of, only_changed, is_acting, keep_facts, packs,"
    " opened, closed, evaluated, skipped, state, queued_at, done_count, error, result) VALUES (%s, 'households', %s, '2020Q3',"
    " '2020-09-20', %s, %s, %s, '{}', 0, 0, 0, 0, 'queued', '2020-09-20 00:00:00+00:00', 0, '', '{}')"
)
SIGNS = (
    "SELECT rule_key, subject_key, evidence, limits, opened_on, last_true_on, closed_on, close_reason, case_id IS NULL"
    " FROM monitoring_risksign ORDER BY rule_key, subject_key"
)
CASES = "SELECT household_id, state, opened_on, due_on FROM monitoring_riskcase ORDER BY household_id"
DUTIES = "SELECT household_id, topic, opened_on, due_on FROM monitoring_collectionduty ORDER BY household_id, topic"
TALLIES = "SELECT rule_key, hit, clear, unknown, faulty FROM monitoring_runtally ORDER BY rule_key"
FACTS = "SELECT COUNT(*) FROM monitoring_householdfacts"


def queue(house: House) -> None:
    """A run whose message got lost long ago: the sweeper of whatever worker comes will send it."""
    house.rows(QUEUED, f"households:{COUNTY}:2020-09-20:2020Q3", COUNTY, False, True, False)


def left_behind(house: House) -> list[list[tuple]]:
    return [house.rows(sql) for sql in (SIGNS, CASES, DUTIES, TALLIES)]


def state(house: House) -> tuple[str, int, int]:
    """State, rules done, signs written."""
    signs = "(SELECT COUNT(*) FROM monitoring_risksign)"
    return house.rows("SELECT state, done_count, " + signs + " FROM monitoring_screeningrun")[0]  # noqa: S608


def is_stuck(house: House) -> bool:
    """Many rules are done and their signs are written, and for a moment nothing more comes."""
    seen = state(house)
    if seen[0] != "running" or seen[1] < 10 or not seen[2]:
        return False
    time.sleep(0.7)
    return state(house) == seen


def test_another_worker_ends_what_a_killed_one_began(house: House, house_of):
    queue(house)
    with stuck(house, *LATE):
        first = house.worker("first")
        until(lambda: is_stuck(house), within=TWO_MINUTES, what="run in its middle")
        assert state(house)[0] == "running"
        assert house.one(FACTS) > 0
        house.kill(first)
    killed_at = time.monotonic()
    house.worker("second")
    until(lambda: state(house)[0] not in {"running", "queued"}, within=TWO_MINUTES, what="end of the run")
    assert time.monotonic() - killed_at < TWO_MINUTES
    assert state(house)[0] == "done", house.words("second")
    assert house.one("SELECT COUNT(*) FROM monitoring_screeningrun") == 1

    quiet = house_of("postgres" if house.database else "sqlite")
    undisturbed = quiet.manage("screen", "--quarter", "2020Q3", "--json").body
    assert left_behind(house) == left_behind(quiet)
    result = house.one("SELECT result FROM monitoring_screeningrun")
    assert (json.loads(result) if isinstance(result, str) else result) == undisturbed
    assert undisturbed["opened"] == undisturbed["open"] == len(house.rows(SIGNS)) > 50
    assert house.one(FACTS) == 0


@pytest.mark.pg
def test_a_frozen_worker_does_not_keep_the_run(house_of):
    """Stopped, not dead: its connection stays open. The server ends its transaction, and another worker gets on."""
    house = house_of("postgres")
    queue(house)
    with stuck(house, *LATE):
        frozen = house.worker("frozen")
        until(lambda: is_stuck(house), within=TWO_MINUTES, what="run in its middle")
        os.killpg(frozen.pid, signal.SIGSTOP)
    try:
        house.worker("second")
        until(lambda: state(house)[0] not in {"running", "queued"}, within=TWO_MINUTES, what="end of the run")
        assert state(house)[0] == "done", house.words("second")
        done = left_behind(house)
    finally:
        os.killpg(frozen.pid, signal.SIGCONT)
    until(
        lambda: "lost" in house.words("frozen").lower() or "terminat" in house.words("frozen"),
        within=60,
        what="its end",
    )
    assert left_behind(house) == done


def test_the_usual_settings_take_over_within_two_minutes():
    """The test above shortens the silence; with the usual one the sweeper still comes in time."""
    assert RUN_SILENCE_SECONDS == 60
    sweep = timedelta(seconds=app.conf.beat_schedule["sweep-runs"]["schedule"])
    assert timedelta(seconds=RUN_SILENCE_SECONDS) + sweep <= timedelta(seconds=90)
