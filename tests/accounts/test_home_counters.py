"""The counters of the home page: what is urgent first, what is nothing last, four of them on a telephone."""

import pytest

from accounts.home import HomeCounter
from accounts.views import home

pytestmark = pytest.mark.django_db


def _given(monkeypatch, *counters: HomeCounter) -> None:
    monkeypatch.setattr(home, "home_of", lambda actor, today: (list(counters), []))


def _labels(page) -> list[str]:
    return [one.label for one in page.context["counters"]]


def test_red_comes_before_amber_and_zero_comes_last(cast, login, monkeypatch):
    _given(
        monkeypatch,
        HomeCounter("零", 0, "/", "red"), HomeCounter("在办", 3, "/"), HomeCounter("将超期", 2, "/", "amber"),
        HomeCounter("不明", None, "/", "grey"), HomeCounter("超期", 1, "/", "red"),
    )  # fmt: skip
    assert _labels(login(cast.li).get("/")) == ["超期", "将超期", "在办", "不明", "零"]


@pytest.mark.parametrize(("size", "is_folded"), [(4, False), (5, True)])
def test_more_than_four_are_folded_on_a_telephone(cast, login, monkeypatch, size, is_folded):
    _given(monkeypatch, *(HomeCounter(f"数 {number}", number, "/") for number in range(1, size + 1)))
    page = login(cast.li).get("/").content.decode()
    assert ('id="stats-all"' in page) is is_folded
    assert (f"更多（共 {size} 项）" in page) is is_folded
