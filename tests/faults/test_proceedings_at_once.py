"""Many hands at one proceeding, through the real web server: one opening, one step, and no error page."""

from collections import Counter
from uuid import uuid4

from tests.faults.house import House, Reply, Web, together

TIMES = 20
OPENED = "SELECT COUNT(*) FROM proceedings_proceeding WHERE household_id = %s"
STEPS = "SELECT COUNT(*) FROM proceedings_step WHERE act = %s"


def statuses(replies: list[Reply]) -> Counter:
    return Counter(reply.status for reply in replies)


def open_form(uuid: str) -> dict[str, str]:
    return {"uuid": uuid, "source": "hotline", "on": "2020-09-18", "reason": "热线反映户主住院"}


def test_proceedings_under_many_hands(house: House):
    with house.web() as web:
        many_forms_open_one_proceeding(house, web)
        one_form_many_times_is_one_proceeding(house, web)
        many_presses_are_one_step(house, web)
    assert "Traceback" not in house.words("web")


def many_forms_open_one_proceeding(house: House, web: Web) -> None:
    home, officers = house.known["households"][0], house.known["sessions"]
    path = f"/proceedings/households/{home}/open/"
    replies = together(TIMES, lambda place: web.form(path, officers[place % 2], **open_form(str(uuid4()))))
    assert statuses(replies) == {302: 1, 422: TIMES - 1}
    assert house.one(OPENED, home) == 1


def one_form_many_times_is_one_proceeding(house: House, web: Web) -> None:
    home, officer = house.known["households"][1], house.known["sessions"][0]
    form = open_form(str(uuid4()))
    path = f"/proceedings/households/{home}/open/"
    replies = together(TIMES, lambda _: web.form(path, officer, **form))
    assert statuses(replies) == {302: TIMES}
    assert house.one(OPENED, home) == 1


def many_presses_are_one_step(house: House, web: Web) -> None:
    """The second officer ends what the first has opened; he presses twenty times, each time a form of its own."""
    home, officer = house.known["households"][1], house.known["sessions"][1]
    row = house.one("SELECT id FROM proceedings_proceeding WHERE household_id = %s", home)

    def press(_: int) -> Reply:
        return web.form(
            f"/proceedings/{row}/act/", officer, act="decline", uuid=str(uuid4()), version="1", on="2020-09-20",
            opinion="与实际不符",
        )  # fmt: skip

    replies = together(TIMES, press)
    assert set(statuses(replies)) <= {302, 422}
    assert house.one(STEPS, "decline") == 1
    assert house.one("SELECT state FROM proceedings_proceeding WHERE id = %s", row) == "declined"
