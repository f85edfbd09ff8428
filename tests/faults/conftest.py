"""One small county per database, made once for all tests and processes of a test run; every test gets a copy."""

import fcntl
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg2
import pytest

from tests.faults.house import ROOT, House, environment

SQLITE, POSTGRES = "sqlite", "postgres"
BOTH = [pytest.param(SQLITE), pytest.param(POSTGRES, marks=pytest.mark.pg)]


def server() -> str:
    return os.environ.get("TEST_DATABASE_URL", "")


def url_of(name: str) -> str:
    return f"{server().rpartition('/')[0]}/{name}"


def administer(*statements: str) -> None:
    """CREATE and DROP DATABASE, which want a connection outside of any transaction."""
    place = dj_database_url.parse(server())
    line = psycopg2.connect(
        host=place["HOST"], port=place["PORT"] or 5432, user=place["USER"], password=place["PASSWORD"],
        dbname=place["NAME"],
    )  # fmt: skip
    line.autocommit = True
    try:
        for statement in statements:
            line.cursor().execute(statement)
    finally:
        line.close()


class Counties:
    """The two templates and who uses them: the test processes of one run share them, the last one clears up."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0

    @contextmanager
    def alone(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield

    @property
    def users(self) -> set[str]:
        return {path.suffix for path in self.folder.glob("user.*")}

    def enter(self) -> None:
        with self.alone():
            (self.folder / f"user.{os.getpid()}").touch()
            if not (self.folder / "name").exists():
                self._make(f"poverty_faults_{secrets.token_hex(4)}")

    def _make(self, name: str) -> None:
        """Both at once: seeding keeps one core busy."""
        kinds = {SQLITE: ""}
        if server():
            administer(f"CREATE DATABASE {name}")
            kinds[POSTGRES] = url_of(name)
        (self.folder / "name").write_text(name)
        with ThreadPoolExecutor(2) as both:
            for kind, known in zip(kinds, both.map(self._seed, kinds, kinds.values()), strict=True):
                (self.folder / f"{kind}.json").write_text(known)

    def _seed(self, kind: str, url: str) -> str:
        folder = self.folder / kind
        folder.mkdir()
        env = environment(folder) | ({"DATABASE_URL": url} if url else {})
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.seeding"], cwd=ROOT, env=env, capture_output=True, text=True,
            timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout

    def leave(self) -> None:
        with self.alone():
            (self.folder / f"user.{os.getpid()}").unlink(missing_ok=True)
            if self.users:
                return
            if server():
                administer(f"DROP DATABASE IF EXISTS {(self.folder / 'name').read_text()}")
            for left in self.folder.iterdir():
                if left.name != "lock":
                    shutil.rmtree(left) if left.is_dir() else left.unlink()

    def copy(self, kind: str, folder: Path, stack: ExitStack, **more: str) -> House:
        """A house whose database is a copy of the county; `stack` takes it down."""
        known: dict[str, Any] = json.loads((self.folder / f"{kind}.json").read_text())
        env = environment(folder, **more)
        if kind == POSTGRES:
            self.number += 1
            template = (self.folder / "name").read_text()
            name = f"{template}_{os.getpid()}_{self.number}"
            with self.alone():  # a template must have nobody else in it
                administer(f"CREATE DATABASE {name} TEMPLATE {template}")
            stack.callback(administer, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            env["DATABASE_URL"] = url_of(name)
        else:
            with sqlite3.connect(self.folder / SQLITE / "db.sqlite3") as source:
                target = sqlite3.connect(folder / "db.sqlite3")
                source.backup(target)
                target.close()
        house = House(folder, env, known)
        stack.callback(house.close)
        return house


@pytest.fixture(scope="session")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counties]:
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    found = Counties(shared / "faults")
    found.enter()
    yield found
    found.leave()


Open = Callable[..., House]


@pytest.fixture
def house_of(counties: Counties, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """house_of("sqlite", REDIS_URL=...) -> a house that lives as long as the test."""
    with ExitStack() as stack:

        def opened(kind: str, **more: str) -> House:
            if kind == POSTGRES and not server():
                pytest.skip("PostgreSQL: TEST_DATABASE_URL names none")
            return counties.copy(kind, tmp_path_factory.mktemp(kind), stack, **more)

        yield opened


@pytest.fixture(params=BOTH)
def house(request: pytest.FixtureRequest, house_of: Open) -> House:
    """The test runs once on each database."""
    return house_of(request.param)


@pytest.fixture
def redis_url() -> str:
    url = os.environ.get("TEST_REDIS_URL")
    if not url:
        pytest.skip("Redis: TEST_REDIS_URL names none")
    return url
