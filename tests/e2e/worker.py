"""A real worker beside the browser: its own process, its own queue, the tests' database.

The tests' SQLite lives in memory, where no other process can see it: it is copied to a file, and from then on this process,
its live server and the worker all open that file. On PostgreSQL all of them open the test database.
"""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from poverty.celery import app
from tests.faults.house import ROOT, environment
from tools.serve import die_with_parent, worker_command


def _own_database(folder: Path) -> dict[str, str]:
    """Where the worker finds the tests' database."""
    if connection.vendor == "sqlite":
        return {}  # the embedded default: db.sqlite3 in its VAR_DIR
    place = connection.settings_dict
    host = f"{place['HOST']}:{place['PORT'] or 5432}"
    return {"DATABASE_URL": f"postgres://{place['USER']}:{place['PASSWORD']}@{host}/{place['NAME']}"}


@contextmanager
def filed(folder: Path) -> Iterator[None]:
    """The tests' SQLite as a file that other processes can open; nothing to do on PostgreSQL."""
    if connection.vendor != "sqlite":
        yield
        return
    file, memory, name = folder / "db.sqlite3", connection.connection, connection.settings_dict["NAME"]
    with sqlite3.connect(file) as copy:
        memory.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")
    copy.close()
    # Set aside, not closed: with its last connection the database in memory would be gone.
    connection.connection, connection.settings_dict["NAME"] = None, str(file)
    try:
        yield
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = memory, name


@contextmanager
def _queue(folder: Path) -> Iterator[None]:
    """Tasks of this process go to the worker's queue instead of being done at once."""
    messages, done, control = (folder / "queue" / name for name in ("messages", "processed", "control"))
    for path in (messages, done, control):
        path.mkdir(parents=True, exist_ok=True)
    ours: dict[str, Any] = {
        "task_always_eager": False, "broker_url": "filesystem://localhost", "broker_transport": "poverty.broker:Transport",
        "broker_transport_options": {
            "data_folder_in": str(messages), "data_folder_out": str(messages), "processed_folder": str(done), "store_processed": False,
            "control_folder": str(control),
        },
    }  # fmt: skip
    before = {name: app.conf[name] for name in ours}
    _change(ours)
    try:
        yield
    finally:
        _change(before)


def _change(values: dict[str, Any]) -> None:
    app.conf.update(values)
    app._pool = None  # connections know the queue they were opened for
    app.amqp._producer_pool = None


@contextmanager
def worker(folder: Path) -> Iterator[Path]:
    """Worker and beat as ./run starts them, on the tests' database, for as long as this lasts: what is lost on the way is sent
    again by the sweeper. Their words go to the file that is given back."""
    env = environment(
        folder, SECRET_KEY=settings.SECRET_KEY, DATA_KEYS=settings.DATA_KEYS, **_own_database(folder)
    )
    said, command = folder / "worker.log", worker_command()
    command[command.index("-s") + 1] = str(folder / "beat")
    with _queue(folder), said.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - started before the threads of this test
        )  # fmt: skip
        try:
            yield said
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
