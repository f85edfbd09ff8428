"""Many people at one row at once, with real threads and connections of their own.

The tests' SQLite lives in memory, where threads share one connection's locks: so it is copied to a file first, and the
threads open that file, as the worker processes of a real installation do. On PostgreSQL they open the test database.
"""

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.db import connection, connections

from common.errors import DomainError

THREADS = 12


class AtOnce:
    """at_once(act) runs act(number) in many threads, started together, and counts the answers."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self, act: Callable[[int], object]) -> Counter:
        if connection.vendor == "sqlite":
            with sqlite3.connect(self.file) as copy:
                connection.connection.backup(copy)
                # As the product finds its database: changing the mode is refused while others have it open.
                copy.execute("PRAGMA journal_mode=WAL")
            connection.settings_dict["NAME"] = str(self.file)
        gate, answers = threading.Barrier(THREADS), []

        def one(number: int) -> None:
            gate.wait()
            try:
                answers.append(act(number))
            except DomainError as refusal:
                answers.append(refusal.code)
            except Exception as bug:  # noqa: BLE001 - a thread's bug must reach the assertion
                answers.append(repr(bug))
            finally:
                connections["default"].close()

        threads = [threading.Thread(target=one, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return Counter(answers)

    def stored(self, sql: str) -> int:
        """What stands in the database that the threads wrote to."""
        if connection.vendor == "sqlite":
            with sqlite3.connect(self.file) as copy:
                return copy.execute(sql).fetchone()[0]
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]
