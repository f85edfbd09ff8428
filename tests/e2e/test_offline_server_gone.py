"""The network is there, the server is not: killed while visits are recorded, started again, and everything arrives once."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.phone import QUEUE_BAR, SHELL, Phone
from tests.faults.conftest import BOTH, Counties, Open, house_of  # noqa: F401 - a fixture of this test
from tests.faults.house import HOST, House, free_port

COUNT = "SELECT COUNT(*) FROM households_visit WHERE note = %s"


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counties]:
    """A county apart from that of the other real processes, which comes and goes with its own tests."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    found = Counties(shared / "faults-browser")
    found.enter()
    yield found
    found.leave()


@pytest.mark.parametrize("kind", BOTH)
def test_a_killed_server_loses_nothing(kind: str, house_of: Open, phone_at: Callable[..., Phone]) -> None:  # noqa: F811
    house: House = house_of(kind)
    port = free_port()
    with house.web(port):
        clerk = phone_at(f"http://{HOST}:{port}")
        clerk.log_in("shundian")
        clerk.take_list()
        names = [one.inner_text() for one in clerk.page.locator("#list-rows strong").all()[:2]]
        clerk.page.wait_for_load_state("networkidle")
    clerk.visit(names[0], "服务器不在")
    clerk.waiting(1)
    expect(clerk.page.locator(QUEUE_BAR)).to_contain_text("未联网")
    clerk.close()
    clerk.open()
    clerk.page.goto(SHELL)  # from the phone itself: nobody answers
    clerk.visit(names[1], "服务器仍不在")
    clerk.waiting(2)
    with house.web(port):
        clerk.waiting(0)
        assert [house.one(COUNT, note) for note in ("服务器不在", "服务器仍不在")] == [1, 1]
    assert "Traceback" not in house.words("web")
