"""The embedded default's broker: kombu's filesystem transport, safe against a process that dies in the middle of a write.

kombu writes messages and tables in place and moves a message aside before it reads it. A reader in that instant, or any
reader after a power cut, finds half a message; the error that follows ends the worker, and a half-written table does so at
every start. Here files come into being whole, by a rename, and one that cannot be read is set aside with a warning: the
run it announced is still in the database, and the sweeper sends it again (common/runs.py).
"""

import fcntl
import logging
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from time import monotonic_ns
from typing import Any

from kombu.transport import filesystem, virtual
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)
Table = list[Any]


class Channel(filesystem.Channel):
    """Every folder is one of the same disk (settings.QUEUE_DIR): a rename between them is one step."""

    @property
    def aside(self) -> Path:
        """Where files lie while they are being written or read; what a killed process leaves there is not looked at."""
        return Path(self.processed_folder)

    def _write(self, target: Path, content: object) -> None:
        part = self.aside / f"{uuid.uuid4()}.part"
        part.write_text(dumps(content), encoding="utf-8")
        part.replace(target)

    # --- messages -------------------------------------------------------------------------------------------------------

    def _put(self, queue: str, payload: object, **kwargs: object) -> None:  # type: ignore[override] # as kombu's own does
        """Add a message. OSError (disk full, no right) is what callers take for a broker that is away."""
        self._write(Path(self.data_folder_out) / f"{monotonic_ns():020}_{uuid.uuid4()}.{queue}.msg", payload)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The oldest message that can be read; raises Empty when there is none. No two readers get the same one."""
        ending = f"{queue}.msg"
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != ending:
                continue
            taken = self.aside / name
            try:
                os.rename(Path(self.data_folder_in) / name, taken)
            except FileNotFoundError:
                continue  # another worker was faster
            try:
                return loads(taken.read_bytes())
            except ValueError:
                log.warning("unreadable message %s left out; its run is sent again by the sweeper", name)
            finally:
                taken.unlink(missing_ok=True)
        raise Empty

    # --- who listens to what --------------------------------------------------------------------------------------------

    def get_table(self, exchange: str) -> Table:
        try:
            return [exchange_queue_t(*row) for row in loads(self._exchange_file(exchange).read_bytes())]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError):
            log.warning("unreadable table of %s begun anew", exchange)
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._change(exchange, lambda table: table if row in table else [row, *table])

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **kwargs: Any
    ) -> None:
        virtual.Channel._delete(self, queue, exchange, routing_key, pattern, *args, **kwargs)
        row = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._change(exchange, lambda table: [one for one in table if one != row])

    def _change(self, exchange: str, change: Callable[[Table], Table]) -> None:
        """Read and write in one turn, so that two processes which start together both stay in the table."""
        with self._alone():
            before = self.get_table(exchange)
            after = change(before)
            if after != before:
                self._write(self._exchange_file(exchange), after)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.control_folder.mkdir(exist_ok=True)
        with (self.control_folder / "lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    Channel = Channel
