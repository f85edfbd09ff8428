"""Writing under a run's token."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from common.runs import SILENCE, Run
from monitoring.screening.temporary import passing


@contextmanager
def writing(run: Run) -> Iterator[None]:
    """One short transaction of a run. It begins by renewing the heartbeat under the token.

    That update locks the run's row: a worker that wants to take over waits for the end of the transaction, and a worker
    that was taken over raises LostRun before it writes. The heartbeat is renewed at the end too, so a long statement
    does not look like silence the moment its lock is released. On PostgreSQL the server ends the transaction of a process
    that has been frozen between two statements for as long as a run may be silent: its lock would outlast everybody.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                milliseconds = int(SILENCE.total_seconds() * 1000)
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = %s", [milliseconds])
        run.beat()
        yield
        run.beat()


@contextmanager
def walking(run: Run) -> Iterator[None]:
    """Around a long statement over whole sheets that writes temporary tables only.

    On PostgreSQL the run's row is locked meanwhile, so that a statement longer than the silence allowed is not taken for a
    dead worker. On SQLite there would be one lock for everybody, and a temporary table needs none.
    """
    if connection.vendor != "postgresql":
        run.beat()
        yield
        return
    with writing(run), passing():
        yield
