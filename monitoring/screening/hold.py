"""Writing under a run's token."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from common.runs import SILENCE
from monitoring.models import ScreeningRun


@contextmanager
def writing(run: ScreeningRun) -> Iterator[None]:
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
