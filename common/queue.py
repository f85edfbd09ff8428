"""Hand a run to the worker after the transaction. The row is already there: when the broker is away it just stays queued."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def enqueue_on_commit(task_name: str, run_id: int) -> None:
    transaction.on_commit(lambda: enqueue(task_name, run_id))


def enqueue(task_name: str, run_id: int) -> bool:
    """Send now; False when the broker is away (the sweeper sends the run later).

    Through the task registry, not send_task(): the latter ignores eager mode, so tests would talk to a broker.
    """
    if task_name not in current_app.tasks:  # a web process has not imported the rooms' tasks; the worker has
        current_app.loader.import_default_modules()
    try:
        current_app.tasks[task_name].apply_async((run_id,), retry=False)
    except (OperationalError, OSError) as away:
        log.warning("broker away, run %s of %s stays queued: %s", run_id, task_name, type(away).__name__)
        return False
    return True
