"""A worker that is killed while it writes doubtful data: its sheets go with it, another one ends the run as if nothing had been."""

import json
import time

from tests.faults.house import COUNTY, House, until
from tests.faults.stuck import stuck

TWO_MINUTES = 120
# Households are judged after persons: what is doubted of persons is written when the worker dies, the rest is not.
LATE = ("monitoring_datafault", "NEW.subject_kind = 'household'")
QUEUED = (
    "INSERT INTO monitoring_qualityrun (key, scope_code, as_of, pack_checksum, rules, households, persons, opened, closed,"
    " still_open, exempt, state, queued_at, done_count, error, result) VALUES (%s, %s, '2020-09-20', '', 0, 0, 0, 0, 0, 0, 0,"
    " 'queued', '2020-09-20 00:00:00+00:00', 0, '', '{}')"
)
FAULTS = (
    "SELECT rule_key, subject_key, severity, found_on, closed_on, close_reason, shown FROM monitoring_datafault"
    " ORDER BY rule_key, subject_key"
)


def state(house: House) -> tuple[str, int]:
    """State, and faults of persons written."""
    persons = "(SELECT COUNT(*) FROM monitoring_datafault WHERE subject_kind = 'person')"
    return house.rows(f"SELECT state, {persons} FROM monitoring_qualityrun")[0]  # noqa: S608


def is_stuck(house: House) -> bool:
    seen = state(house)
    if seen[0] != "running" or not seen[1]:
        return False
    time.sleep(0.7)
    return state(house) == seen


def test_another_worker_ends_the_data_check_of_a_killed_one(house: House, house_of):
    house.rows(QUEUED, f"quality:{COUNTY}:2020-09-20", COUNTY)
    with stuck(house, *LATE):
        first = house.worker("first")
        until(lambda: is_stuck(house), within=TWO_MINUTES, what="run in its middle")
        house.kill(first)
    house.worker("second")
    until(lambda: state(house)[0] not in {"running", "queued"}, within=TWO_MINUTES, what="end of the run")
    assert state(house)[0] == "done", house.words("second")
    assert house.one("SELECT COUNT(*) FROM monitoring_qualityrun") == 1

    quiet = house_of("postgres" if house.database else "sqlite")
    undisturbed = quiet.manage("check_data", "--json").body
    assert house.rows(FAULTS) == quiet.rows(FAULTS)
    result = house.one("SELECT result FROM monitoring_qualityrun")
    result = json.loads(result) if isinstance(result, str) else result
    assert result["by_rule"] == undisturbed["by_rule"]
    assert result["open"] == undisturbed["open"] == len(house.rows(FAULTS)) > 5
