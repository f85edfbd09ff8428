"""What other programs rely on: the commands as processes, and the same work done by the worker on Redis and PostgreSQL."""

import json

import pytest

from tests.faults.house import COUNTY, ROOT, House, until
from tests.faults.test_broker_away import own_redis

SCREEN = ("screen", "--quarter", "2020Q3", "--json")
FUNDS = ("check_funds", "--as-of", "2020-09-30", "--json")
SCREEN_KEYS = {
    "quarter", "as_of", "pack", "packs", "households", "opened", "closed", "open", "skipped", "by_rule", "unknown_by_rule",
}  # fmt: skip
FUNDS_KEYS = {"as_of", "pack", "granted_yuan", "paid_yuan", "paid_pct", "milestones", "shares", "findings"}
COUNTS = (
    "SELECT (SELECT COUNT(*) FROM monitoring_risksign), (SELECT COUNT(*) FROM monitoring_riskcase),"
    " (SELECT COUNT(*) FROM monitoring_collectionduty), (SELECT COUNT(*) FROM monitoring_risksign WHERE closed_on IS NULL)"
)


def test_a_second_run_changes_nothing(house: House):
    first = house.manage(*SCREEN)
    assert (first.code, set(first.body)) == (0, SCREEN_KEYS), first.err
    assert first.body["opened"] == first.body["open"] == sum(first.body["by_rule"].values()) > 50
    money = house.manage(*FUNDS)
    assert (money.code, set(money.body)) == (0, FUNDS_KEYS), money.err
    assert money.body["findings"]
    for one in money.body["findings"]:
        assert set(one) == {"subject", "code", "clause", "observed", "limit"}
        assert one["clause"]
        assert one["limit"] is not None
    left = house.rows(COUNTS)

    again = house.manage(*SCREEN)
    assert again.code == 0
    assert again.body == first.body | {"opened": 0, "closed": 0}
    assert house.manage(*FUNDS).body == money.body
    assert house.rows(COUNTS) == left


def test_refusals_and_wrong_arguments_say_so_by_exit_code(house_of):
    house = house_of("sqlite")
    refused = house.manage(*SCREEN, "--division", "999999")
    assert (refused.code, set(refused.body)) == (1, {"error", "detail"})
    for wrong in (("screen", "--json"), ("screen", "--quarter", "2020Q9", "--json")):
        answer = house.manage(*wrong)
        assert (answer.code, answer.body["error"]) == (2, "arguments")


def test_the_entry_script_keeps_standard_output_clean(house_of):
    house = house_of("sqlite")
    answer = house.program(str(ROOT / "run"), "manage", *FUNDS)
    assert (answer.code, set(answer.body)) == (0, FUNDS_KEYS), answer.err


@pytest.mark.pg
@pytest.mark.redis
def test_the_worker_on_redis_and_postgresql_finds_what_the_command_finds(house_of, redis_url):
    alone, served = house_of("sqlite"), house_of("postgres", REDIS_URL=redis_url)
    with own_redis(redis_url), served.web() as web:
        worker, (session, _) = served.worker(), served.known["sessions"]
        asked = [
            web.form("/monitoring/runs/new/", session, kind="households", area=COUNTY, quarter="2020Q3"),
            web.form("/monitoring/runs/new/", session, kind="funds", area=COUNTY, as_of="2020-09-20"),
        ]
        assert [one.status for one in asked] == [302, 302]
        expected = {
            "households": alone.manage(*SCREEN).body,
            "funds": alone.manage("check_funds", "--as-of", "2020-09-20", "--json").body,
        }
        states = "SELECT DISTINCT state FROM monitoring_screeningrun"
        until(lambda: served.rows(states) == [("done",)], within=90, what="end of the worker's runs")
        served.kill(worker)
    found = served.rows("SELECT kind, result FROM monitoring_screeningrun")
    assert {kind: plain(result) for kind, result in found} == expected
    assert served.rows(COUNTS) == alone.rows(COUNTS)


def plain(result: object) -> object:
    return json.loads(result) if isinstance(result, str) else result
