"""The end of a test with a server in its own process: nobody may be served any more when the tables are emptied."""

import threading
import time

from tests.e2e.visitor import WAIT_MS

NAME = "process_request_thread"  # the standard library's server names the thread of each connection so


def serving() -> list[threading.Thread]:
    """The connections that are open: a browser that leaves closes its own, but what it had asked for is still worked on."""
    return [one for one in threading.enumerate() if NAME in one.name]


def all_served(seconds: float = WAIT_MS / 1000) -> bool:
    """Wait until no connection is open. A page asked for and not waited for would otherwise be read from tables that are
    being emptied for the next test: a deadlock on PostgreSQL, or a test that cannot be cleaned up after."""
    until = time.monotonic() + seconds
    for one in serving():
        one.join(max(0.0, until - time.monotonic()))
    return not serving()
