"""A test ends only when the server has answered everybody, also those who no longer wait for it."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.signals import request_started

from tests.e2e.county import County
from tests.e2e.quiet import all_served
from tests.e2e.visitor import Visitor

SLOW = "/healthz"


@pytest.fixture
def slow() -> Iterator[tuple[threading.Event, threading.Event]]:
    """One page that takes its time: when it was asked for, and when it went on."""
    asked, went_on = threading.Event(), threading.Event()

    def dawdle(environ: dict[str, Any], **_: Any) -> None:
        if environ["PATH_INFO"] == SLOW:
            asked.set()
            time.sleep(1.5)
            went_on.set()

    request_started.connect(dawdle)
    yield asked, went_on
    request_started.disconnect(dawdle)


def test_who_leaves_before_the_answer_is_still_waited_for(
    small_county: County,
    visitor: Callable[..., Visitor],
    slow: tuple[threading.Event, threading.Event],
) -> None:
    li, (asked, went_on) = visitor("li"), slow
    li.measure(f"() => {{ fetch('{SLOW}'); }}")
    assert asked.wait(10)
    li.leave()
    assert not went_on.is_set()
    assert all_served()
    assert went_on.is_set()
