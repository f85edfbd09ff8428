"""Time, memory and the machine."""

import os
import platform
import threading
import time
from collections.abc import Callable
from statistics import median
from types import TracebackType
from typing import Any, Self

import psutil


class Clock:
    """Wall and processor seconds of a block, and the most memory this process held meanwhile (in MB)."""

    def __enter__(self) -> Self:
        self._own = psutil.Process()
        self.peak = self.before = self._own.memory_info().rss / 1e6
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def _look(self) -> None:
        while not self._over.wait(0.02):
            self.peak = max(self.peak, self._own.memory_info().rss / 1e6)

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.wall, self.cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        self._over.set()
        self._watch.join()
        self.peak = max(self.peak, self._own.memory_info().rss / 1e6)

    @property
    def figures(self) -> dict[str, float]:
        return {"wall": self.wall, "cpu": self.cpu, "peak": self.peak, "grown": self.peak - self.before}


def timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    with Clock() as clock:
        result = work()
    return result, clock.figures


def medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: median(one[name] for one in rounds) for name in rounds[0]}


def machine() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            model = next(line.split(":")[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor()
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    memory = psutil.virtual_memory().total / 1e9
    return f"{psutil.cpu_count()} x {model}, {memory:.0f} GB, Python {platform.python_version()}, load {load}"


def versions() -> str:
    import sqlite3  # noqa: PLC0415

    import django  # noqa: PLC0415
    import duckdb  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    text = f"Django {django.__version__}, DuckDB {duckdb.__version__}, SQLite {sqlite3.sqlite_version}"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            text += f", PostgreSQL {cursor.fetchone()[0]}"
    return text
