"""A visit that is sent fifty times at once, as phones do when the line comes back, against the real web server."""

import json
from collections import Counter
from uuid import uuid4

from tests.faults.house import House, Reply, Web, together

MANY = 50


def visit(house: House, uuid: str, note: str) -> dict[str, object]:
    return {
        "uuid": uuid, "household": house.known["households"][0], "visited_on": "2020-09-18", "kind": "home",
        "nothing_changed": True, "present": "本人", "note": note,
    }  # fmt: skip


def statuses(replies: list[Reply]) -> Counter:
    return Counter(reply.status for reply in replies)


def stored(house: House) -> tuple[int, int]:
    """Visits, and what the audit trail knows of their making."""
    told = "SELECT COUNT(*) FROM accounts_auditentry WHERE verb = 'households.visit_record'"
    return house.one("SELECT COUNT(*) FROM households_visit"), house.one(told)


def test_visits_sent_fifty_times_at_once(house: House):
    with house.web() as web:
        the_same_visit_is_one_visit(house, web)
        one_uuid_for_fifty_contents_is_the_first_of_them(house, web)
        fifty_visits_are_fifty_visits(house, web)
    assert "Traceback" not in house.words("web")


def the_same_visit_is_one_visit(house: House, web: Web) -> None:
    before, told = stored(house)
    body = visit(house, str(uuid4()), "在家，无变化")
    replies = together(MANY, lambda _: web.api("visits/", body))
    assert statuses(replies) == {201: 1, 200: MANY - 1}, house.words("web")
    assert len({json.loads(reply.text)["id"] for reply in replies}) == 1
    assert stored(house) == (before + 1, told + 1)


def one_uuid_for_fifty_contents_is_the_first_of_them(house: House, web: Web) -> None:
    before, told = stored(house)
    uuid = str(uuid4())
    replies = together(MANY, lambda place: web.api("visits/", visit(house, uuid, f"第 {place} 份")))
    assert statuses(replies) == {201: 1, 409: MANY - 1}, house.words("web")
    assert {json.loads(reply.text)["code"] for reply in replies if reply.status == 409} == {
        "visit_uuid_reused"
    }
    (winner,) = [place for place, reply in enumerate(replies) if reply.status == 201]
    parameter = uuid if house.database else uuid.replace("-", "")
    assert house.rows("SELECT note FROM households_visit WHERE uuid = %s", parameter) == [
        (f"第 {winner} 份",)
    ]
    assert stored(house) == (before + 1, told + 1)


def fifty_visits_are_fifty_visits(house: House, web: Web) -> None:
    before, told = stored(house)
    replies = together(MANY, lambda place: web.api("visits/", visit(house, str(uuid4()), f"第 {place} 次")))
    assert statuses(replies) == {201: MANY}, house.words("web")
    assert len({json.loads(reply.text)["id"] for reply in replies}) == MANY
    assert stored(house) == (before + MANY, told + MANY)
