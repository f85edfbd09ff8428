"""Databases of their own for benchmarks, seeded once and kept: SQLite files below VAR_DIR, poverty_bench_* on PostgreSQL."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
USUAL_HOUSEHOLDS = 16_000  # of scale 1, by its usual name
SEEDED = 15_874  # what seed_demo makes at scale 1, exactly
MOST_SEEDED = 20 * USUAL_HOUSEHOLDS  # seed_demo refuses more; larger databases are grown from the usual one
USUAL_SERVER = "postgres://poverty:poverty@127.0.0.1/poverty"


class MissingServer(Exception):
    """There is no PostgreSQL to measure on; the sentence says why."""


@dataclass(frozen=True)
class Place:
    """One database of one size."""

    vendor: str
    households: int

    @property
    def folder(self) -> Path:
        return Path(os.environ.get("VAR_DIR", ROOT / "var")) / "bench" / f"{self.vendor}-{self.households}"

    @property
    def database(self) -> str:
        return f"poverty_bench_{self.households}"

    @property
    def server(self) -> str:
        return os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL") or USUAL_SERVER

    @property
    def env(self) -> dict[str, str]:
        own = {"VAR_DIR": str(self.folder), "DEMO": "1", "BUSINESS_DATE": "2020-09-20", "PYTHONUTF8": "1"}
        own["ALLOWED_HOSTS"] = "testserver"  # the name under which the test client calls
        if self.vendor == "postgresql":
            own["DATABASE_URL"] = urlunsplit(urlsplit(self.server)._replace(path=f"/{self.database}"))
            own["SECRET_KEY"] = "benchmarks-only"  # noqa: S105 - of a database of invented people
            own["DATA_KEYS"] = f"k1:{'1' * 64};hash:{'2' * 64}"
        kept = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
        }
        return kept | own

    @property
    def mark(self) -> Path:
        return self.folder / "ready"

    def prepare(self) -> None:
        """Make and seed the database where that has not been done; an unfinished one goes on, a kept one is migrated."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.is_grown:
            if self.vendor != "postgresql":
                raise MissingServer(f"more than {MOST_SEEDED} households are grown on PostgreSQL only")
            self.original.prepare()
        if self.vendor == "postgresql":
            self._create()
        if self.mark.exists():  # kept from an earlier version of the code
            self._call(["manage.py", "migrate", "--noinput", "-v", "0"])
            return
        print(
            f"  seeding {self.vendor}, {self.households} households (kept in {self.folder})", file=sys.stderr
        )
        if self.is_grown:
            self._call(["-m", "benchmarks.grow", str(-(-self.households // SEEDED))])
        else:
            self._call(["manage.py", "migrate", "--noinput", "-v", "0"])
            self._call(["manage.py", "seed_demo", "--scale", str(self.households / USUAL_HOUSEHOLDS)])
        self.mark.touch()

    @property
    def is_grown(self) -> bool:
        return self.households > MOST_SEEDED

    @property
    def original(self) -> "Place":
        return Place(self.vendor, USUAL_HOUSEHOLDS)

    def _call(self, command: list[str]) -> None:
        subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.env, check=True, stdout=subprocess.DEVNULL
        )

    def _create(self) -> None:
        import psycopg2  # noqa: PLC0415 - only where a server is wanted

        try:
            door = psycopg2.connect(self.server)
        except psycopg2.OperationalError as refusal:
            raise MissingServer(str(refusal).strip().splitlines()[0]) from refusal
        door.autocommit = True
        with door.cursor() as cursor:  # `with door` would open a transaction, in which nothing can be created
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.database])
            if cursor.fetchone() is None:
                self.mark.unlink(missing_ok=True)
                pattern = f" TEMPLATE {self.original.database}" if self.is_grown else ""
                cursor.execute(f"CREATE DATABASE {self.database}{pattern}")
        door.close()

    def measure(self, name: str, options: list[str]) -> dict[str, Any]:
        """Run one benchmark in a process of its own, so that its memory is its own too."""
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.worker", name, *options],
            cwd=ROOT, env=self.env, check=False, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{name} on {self.vendor} with {self.households} households failed")
        return json.loads(done.stdout.strip().splitlines()[-1])
