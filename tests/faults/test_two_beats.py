"""Two beats, on two machines or after a careless restart, fire the same job at the same second."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.house import House, until

# Waits until the other one is ready as well, so that both fire together.
FIRE = """
import pathlib, sys, time
import django
django.setup()
from monitoring import tasks
me, other = map(pathlib.Path, sys.argv[1:3])
me.touch()
while not other.exists():
    time.sleep(0.001)
for _ in range(3):
    tasks.screening_nightly()
    tasks.screening_quarterly()
    tasks.fund_check_monthly()
"""
RUNS = "SELECT kind, only_changed, state FROM monitoring_screeningrun ORDER BY kind, only_changed"


def fire_twice(house: House, folder: Path) -> None:
    folder.mkdir()
    first, second = folder / "first", folder / "second"
    with ThreadPoolExecutor(2) as both:
        done = list(
            both.map(
                lambda pair: house.program(sys.executable, "-c", FIRE, *map(str, pair)),
                [(first, second), (second, first)],
            )
        )
    assert [one.code for one in done] == [0, 0], done


def test_two_beats_at_once_make_one_run_of_each(house: House):
    fire_twice(house, house.folder / "before")
    expected = [("funds", False), ("households", False), ("households", True)]
    assert [(kind, bool(changed), state) for kind, changed, state in house.rows(RUNS)] == [
        (*one, "queued") for one in expected
    ]
    assert len(list((house.folder / "queue" / "messages").iterdir())) == 3
    house.worker()
    until(lambda: {row[2] for row in house.rows(RUNS)} == {"done"}, within=90, what="end of the runs")
    signs = house.one("SELECT COUNT(*) FROM monitoring_risksign")
    assert signs > 0
    fire_twice(house, house.folder / "after")
    time.sleep(2)  # long enough for the worker to take what should not be there
    assert len(house.rows(RUNS)) == 3
    assert house.one("SELECT COUNT(*) FROM monitoring_risksign") == signs
