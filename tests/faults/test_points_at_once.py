"""Fifty hands at the points of one household, through the real web server: never overdrawn, never counted twice."""

from collections import Counter
from uuid import uuid4

from tests.faults.house import House, Reply, Web, together

MANY = 50


def test_points_under_many_hands(house: House):
    with house.web() as web:
        fifty_spends_never_overdraw(house, web)
        one_form_sent_fifty_times_is_one_spend(house, web)
    assert "Traceback" not in house.words("web")


def earned(house: House, web: Web, points: int) -> int:
    household = house.known["households"][1]
    fields = {"on": "2020-09-10", "reason_code": "other", "reason": "志愿服务", "points": str(points)}
    reply = web.form(
        f"/households/{household}/points/earn/", house.known["clerk"], uuid=str(uuid4()), **fields
    )
    assert reply.status == 302, reply.text
    return int(household)


def spend(house: House, web: Web, household: int, number: str) -> Reply:
    fields = {"on": "2020-09-10", "reason": "洗衣液", "points": "3"}
    return web.form(f"/households/{household}/points/spend/", house.known["clerk"], uuid=number, **fields)


def statuses(replies: list[Reply]) -> Counter:
    return Counter(reply.status for reply in replies)


def ledger(house: House, household: int) -> list[tuple]:
    sql = "SELECT sequence, change, balance_after FROM households_pointentry WHERE household_id = %s ORDER BY sequence"
    return house.rows(sql, household)


def in_order(rows: list[tuple]) -> bool:
    """Numbered without a gap, and every balance is the one before and the change."""
    total = 0
    for place, (sequence, change, balance) in enumerate(rows, 1):
        total += change
        if (sequence, balance) != (place, total) or balance < 0:
            return False
    return True


def fifty_spends_never_overdraw(house: House, web: Web) -> None:
    """Twenty points, three each: six can be served."""
    household = earned(house, web, 20)
    replies = together(MANY, lambda _: spend(house, web, household, str(uuid4())))
    assert statuses(replies) == {302: 6, 422: MANY - 6}, house.words("web")
    rows = ledger(house, household)
    assert len(rows) == 7
    assert in_order(rows)
    assert rows[-1][2] == 2


def one_form_sent_fifty_times_is_one_spend(house: House, web: Web) -> None:
    household = earned(house, web, 20)
    number, before = str(uuid4()), len(ledger(house, household))
    replies = together(MANY, lambda _: spend(house, web, household, number))
    assert statuses(replies) == {302: MANY}, house.words("web")
    rows = ledger(house, household)
    assert len(rows) == before + 1
    assert in_order(rows)
    told = "SELECT COUNT(*) FROM accounts_auditentry WHERE verb = 'households.point_record'"
    assert house.one(told) == len(rows)
