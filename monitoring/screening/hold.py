"""Writing under a run's token."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from monitoring.models import ScreeningRun


@contextmanager
def writing(run: ScreeningRun) -> Iterator[None]:
    """One short transaction of a run. It begins by renewing the heartbeat under the token.

    That update locks the run's row: a worker that wants to take over waits for the end of the transaction, and a worker
    that was taken over raises LostRun before it writes. The heartbeat is renewed at the end too, so a long statement
    does not look like silence the moment its lock is released.
    """
    with transaction.atomic():
        run.beat()
        yield
        run.beat()
