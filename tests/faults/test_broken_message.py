"""Half a message in the queue, as a power cut leaves it: the worker goes on, and the run that was announced is done."""

from tests.faults.house import COUNTY, House, until
from tests.faults.test_killed_data_check import QUEUED, TWO_MINUTES, state


def test_a_worker_outlives_half_a_message(house: House):
    queue = house.folder / "queue" / "messages"
    queue.mkdir(parents=True, exist_ok=True)
    (queue / "0_killed.celery.msg").write_bytes(b'{"body": "W1sxXS')
    house.rows(QUEUED, f"quality:{COUNTY}:2020-09-20", COUNTY)
    worker = house.worker()
    until(
        lambda: worker.poll() is not None or state(house)[0] == "done",
        within=TWO_MINUTES,
        what="end of the run",
    )
    assert worker.poll() is None, house.words("worker")
    assert not (queue / "0_killed.celery.msg").exists()
    assert "0_killed.celery.msg" in house.words("worker")
