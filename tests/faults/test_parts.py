"""A run over a prefecture, in parts, with real processes: a killed worker, a part that fails, two runs at once."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.faults.house import COUNTY, House, until
from tests.faults.stuck import stuck
from tests.faults.test_killed_worker import CASES, DUTIES, FACTS, LATE, SIGNS, TWO_MINUTES

SCREEN = ("screen", "--quarter", "2020Q3", "--json", "--division")
PREFECTURE, PROVINCE, OTHER = "4110", "41", "411082"
TALLIES = (
    "SELECT r.scope_code, t.rule_key, t.hit, t.clear, t.unknown, t.faulty FROM monitoring_runtally t"
    " JOIN monitoring_screeningrun r ON r.id = t.run_id ORDER BY r.scope_code, t.rule_key"
)
PLACE = (
    "INSERT INTO villages_division (key, code, name, short_name, level, parent_id, is_stub)"
    " SELECT %s, %s, %s, '', %s, id, %s FROM villages_division WHERE code = %s"
)
MOVED = (
    "UPDATE households_household SET scope_code = %s, village_id = (SELECT id FROM villages_division WHERE code = %s)"
    " WHERE id - id / 3 * 3 = 0"
)
FIRST = "SELECT MIN(id) FROM households_household WHERE substr(scope_code, 1, 6) = %s"


def divided(house: House) -> House:
    """A third of the households live in a second county of the prefecture, where only the county's own rules are in force."""
    line = house.connect()
    village = f"{OTHER}100001"
    for number, (code, level) in enumerate(
        ((OTHER, "county"), (f"{OTHER}100", "township"), (village, "village"))
    ):
        above = PREFECTURE if level == "county" else code[: {"township": 6, "village": 9}[level]]
        key = f"{number:032x}"
        house.execute(line, PLACE, (key, code, f"地方{number}", level, False, above))
    house.execute(line, MOVED, (village, village))
    line.commit()
    line.close()
    return house


def left_behind(house: House) -> list[list[tuple]]:
    return [house.rows(sql) for sql in (SIGNS, CASES, DUTIES, TALLIES)]


def parent(house: House) -> tuple[str, dict]:
    state, result = house.rows("SELECT state, result FROM monitoring_screeningrun WHERE split = 'county'")[-1]
    return state, json.loads(result) if isinstance(result, str) else result


def part_is_at_it(house: House) -> bool:
    """A part has written the facts and signs of many rules."""
    at_work = "SELECT COUNT(*) FROM monitoring_screeningrun WHERE parent_id IS NOT NULL AND state = 'running' AND done_count > 9"
    return bool(house.one(at_work) and house.one("SELECT COUNT(*) FROM monitoring_risksign"))


def test_another_worker_ends_the_part_of_a_killed_one(house: House, house_of):
    divided(house)
    with stuck(house, *LATE):
        first = house.worker("first")
        asked = house.start("manage", *SCREEN, PREFECTURE, "--workers", name="command")
        until(lambda: part_is_at_it(house), within=90, what="part in its middle")
        assert house.one(FACTS) > 0
        house.kill(first)
    house.worker("second")
    until(lambda: parent(house)[0] not in {"running", "queued"}, within=TWO_MINUTES, what="end of the run")
    state, result = parent(house)
    assert state == "done", house.words("second")
    assert asked.wait(timeout=60) == 0, house.words("command")
    assert json.loads(house.words("command").splitlines()[-1]) == result

    quiet = divided(house_of("postgres" if house.database else "sqlite"))
    undisturbed = quiet.manage(*SCREEN, PREFECTURE)
    assert undisturbed.code == 0, undisturbed.err
    assert result == undisturbed.body
    assert left_behind(house) == left_behind(quiet)
    assert result["opened"] == len(house.rows(SIGNS)) > 50
    assert result["pack"] == ""
    assert {"yuzhou-2020", "county-default"} <= set(result["packs"])
    assert house.one(FACTS) == 0


@contextmanager
def poisoned(house: House) -> Iterator[None]:
    """No sign of the second county can be written."""
    line = house.connect()
    wrong = f"NEW.scope_code LIKE '{OTHER}%'"
    if house.database:
        statements = (
            "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RAISE EXCEPTION ''poison''; RETURN NEW; END'",
            f"CREATE TRIGGER poison BEFORE INSERT ON monitoring_risksign FOR EACH ROW WHEN ({wrong}) EXECUTE FUNCTION poison()",
        )
    else:
        statements = (
            f"CREATE TRIGGER poison BEFORE INSERT ON monitoring_risksign WHEN {wrong} BEGIN SELECT RAISE(ABORT, 'poison'); END",
        )
    for statement in statements:
        line.cursor().execute(statement)
    line.commit()
    yield
    line.cursor().execute("DROP TRIGGER poison" + (" ON monitoring_risksign" if house.database else ""))
    line.commit()
    line.close()


def test_a_part_that_fails_loses_nobody_else_and_two_runs_at_once_share_the_work(house: House):
    divided(house)
    alone = house.one(FIRST, COUNTY)
    line = house.connect()
    house.execute(
        line,
        "UPDATE households_membership SET effective_to = effective_from WHERE household_id = %s",
        (alone,),
    )
    line.commit()
    line.close()
    with poisoned(house):
        answer = house.manage(*SCREEN, PREFECTURE)
    body = answer.body
    assert (answer.code, parent(house)[0]) == (1, "failed"), answer.err
    assert [(one["area"], one["state"]) for one in body["not_judged"]] == [(OTHER, "failed")]
    assert "poison" not in json.dumps(body)
    faults = house.rows("SELECT subject_key, substr(scope_code, 1, 6) FROM monitoring_runfault")
    assert (f"household:{alone}", COUNTY) in faults
    assert (body["skipped"], body["opened"]) == (1, len(house.rows(SIGNS)))

    # SQLite has one writer: two commands at once there take turns, at many times the time. They follow each other.
    with ThreadPoolExecutor(2 if house.database else 1) as both:
        answers = list(both.map(lambda code: house.manage(*SCREEN, code), (PREFECTURE, PROVINCE)))
    assert [one.code for one in answers] == [0, 0], answers
    first, second = (one.body for one in answers)
    signs = len(house.rows(SIGNS))
    assert first["opened"] + second["opened"] == signs - body["opened"] > 0
    assert first["open"] == second["open"] == signs
    assert first["by_rule"] == second["by_rule"]
    # What the failed part had filled is left to the sweeper, which drops the sheets of runs that are over.
    living = f"{FACTS} WHERE run_id NOT IN (SELECT id FROM monitoring_screeningrun WHERE state = 'failed')"  # noqa: S608 - a constant of this file
    assert house.one(living) == 0
    assert {
        row[0] for row in house.rows("SELECT state FROM monitoring_screeningrun WHERE parent_id IS NULL")
    } == {"failed", "done"}
