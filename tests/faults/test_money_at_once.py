"""Two county officers at the same payment and at the last money of a paper, through the real web server."""

from collections import Counter

from tests.faults.house import House, Web, together

TIMES = 20


def test_money_under_many_hands(house: House):
    with house.web() as web:
        a_payment_confirmed_twenty_times_is_booked_once(house, web)
        the_rest_of_a_paper_is_given_once(house, web)
    assert "Traceback" not in house.words("web")


def a_payment_confirmed_twenty_times_is_booked_once(house: House, web: Web) -> None:
    payment, officers = house.known["payment"], house.known["sessions"]
    booked = "SELECT COUNT(*), SUM(amount_fen) FROM funds_ledgerentry"
    (count, total), amount = house.rows(booked)[0], 10_000_000
    path = f"/funds/payments/{payment}/confirm/"
    replies = together(TIMES, lambda place: web.form(path, officers[place % 2]))
    back = f"/funds/payments/{payment}/"
    assert Counter((reply.status, reply.headers["location"]) for reply in replies) == {(302, back): TIMES}
    assert house.rows(booked) == [(count + 1, total + amount)]
    mine = "SELECT amount_fen FROM funds_ledgerentry WHERE payment_id = %s"
    assert house.rows(mine, payment) == [(amount,)]
    assert house.one("SELECT state FROM funds_payment WHERE id = %s", payment) == "confirmed"
    told = "SELECT COUNT(*) FROM accounts_auditentry WHERE verb = 'funds.confirm_payment'"
    assert house.one(told) == 1


def the_rest_of_a_paper_is_given_once(house: House, web: Web) -> None:
    """The paper still holds 70 万元; two projects ask for 60 each at the same moment."""
    paper, projects, officers = (house.known[name] for name in ("paper", "projects", "sessions"))
    given = "SELECT SUM(amount_fen) FROM funds_allocation WHERE document_id = %s"
    assert house.one(given, paper) == 30_000_000
    replies = together(
        2,
        lambda place: web.form(
            f"/funds/documents/{paper}/allocations/", officers[place], project=projects[place], amount_fen="60",
            allocated_on="2020-09-20",
        ),
    )  # fmt: skip
    assert sorted(reply.status for reply in replies) == [302, 422]
    assert house.one(given, paper) == 90_000_000
