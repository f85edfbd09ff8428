"""An installation of its own for one test: folder, database, queue, and the real processes that work in it."""

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import dj_database_url
import psycopg2

from tools.serve import answers, die_with_parent, web_command, worker_command

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
CSRF = "x" * 32
# What decides about an installation comes from the test alone, never from the terminal it was started in.
OURS = {
    "DATABASE_URL", "REDIS_URL", "VAR_DIR", "SECRET_KEY", "SECRET_KEY_FILE", "DATA_KEYS", "DATA_KEYS_FILE", "DEBUG", "DEMO",
    "BUSINESS_DATE", "RUN_SILENCE_SECONDS", "SECURE_SSL", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "LOG_LEVEL",
}  # fmt: skip
KEYS = {"SECRET_KEY": "faults-" + "s" * 50, "DATA_KEYS": f"k1:{'ab' * 32};hash:{'cd' * 32}"}
COUNTY = "411081"


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return kept | KEYS | {
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings_served", "VAR_DIR": str(folder), "DEMO": "1",
        "BUSINESS_DATE": "2020-09-20", "ALLOWED_HOSTS": HOST, "RUN_SILENCE_SECONDS": "6", "PYTHONUTF8": "1",
    } | more  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def until(question: Callable[[], Any], *, within: float, what: str, step: float = 0.05) -> Any:
    """The first answer that is not empty; a failure with words when none comes in time."""
    deadline = time.monotonic() + within
    while not (answer := question()):
        if time.monotonic() > deadline:
            raise AssertionError(f"no {what} within {within} s")
        time.sleep(step)
    return answer


def together(number: int, act: Callable[[int], Any]) -> list[Any]:
    """act(0), act(1), ... in as many threads, released at once; what one raises is raised here."""
    gate, found = threading.Barrier(number), [None] * number

    def one(place: int) -> None:
        gate.wait()
        try:
            found[place] = act(place)
        except Exception as bug:  # noqa: BLE001 - handed over to the test's own thread
            found[place] = bug

    threads = [threading.Thread(target=one, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer in found:
        if isinstance(answer, Exception):
            raise answer
    return found


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def body(self) -> dict[str, Any]:
        """Standard output, which must be one JSON object on one line and nothing else."""
        line, newline, rest = self.out.partition("\n")
        assert (newline, rest) == ("\n", ""), self.out
        found = json.loads(line)
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    text: str


@dataclass(frozen=True)
class Web:
    """The web server as its users reach it."""

    port: int
    token: str

    def post(self, path: str, text: str, headers: dict[str, str]) -> Reply:
        return self.raw(path, text.encode(), headers)

    def raw(self, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        line = http.client.HTTPConnection(HOST, self.port, timeout=60)
        try:
            line.request("POST", path, body, headers)
            reply = line.getresponse()
            names = {name.lower(): value for name, value in reply.getheaders()}
            return Reply(reply.status, names, reply.read().decode())
        finally:
            line.close()

    def api(self, path: str, body: dict[str, Any]) -> Reply:
        """As a program, by token."""
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        return self.post(f"/api/v1/{path}", json.dumps(body), headers)

    def form(self, path: str, session: str, **fields: str) -> Reply:
        """As a browser, by session and with the CSRF cookie."""
        headers = {
            "Cookie": f"sessionid={session}; csrftoken={CSRF}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return self.post(path, urlencode(fields | {"csrfmiddlewaretoken": CSRF}), headers)


@dataclass
class House:
    folder: Path
    env: dict[str, str]
    known: dict[str, Any]
    running: list[subprocess.Popen] = field(default_factory=list)

    @property
    def database(self) -> str:
        return self.env.get("DATABASE_URL", "")

    # --- programs ---------------------------------------------------------------------------------------------------

    def program(self, *command: str, **more: str) -> Answer:
        done = subprocess.run(
            command, cwd=ROOT, env=self.env | more, capture_output=True, text=True, timeout=120, check=False
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def manage(self, *arguments: str, **more: str) -> Answer:
        return self.program(sys.executable, "manage.py", *arguments, **more)

    def start(self, *command: str, name: str, **more: str) -> subprocess.Popen:
        """A server in a session of its own, so that a kill reaches all its processes; its words go to a file."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=ROOT, env=self.env | more, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=die_with_parent,  # noqa: PLW1509 - no test starts one while its threads run
            )  # fmt: skip
        self.running.append(process)
        return process

    def worker(self, name: str = "worker", **more: str) -> subprocess.Popen:
        """Worker and beat as ./run starts them."""
        command = worker_command()
        command[command.index("-s") + 1] = str(self.folder / f"beat-{name}")
        return self.start(*command, name=name, **more)

    @contextmanager
    def web(self, port: int = 0, **more: str) -> Iterator[Web]:
        port = port or free_port()
        server = self.start(*web_command(HOST, port), name="web", **more)
        try:
            until(lambda: server.poll() or answers(HOST, port), within=60, what="web server")
            assert answers(HOST, port) == 200, self.words("web")
            yield Web(port, self.known["token"])
        finally:
            self.kill(server)

    def kill(self, process: subprocess.Popen) -> None:
        """SIGKILL to the whole group: nobody gets to say goodbye."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def close(self) -> None:
        """Ends what runs. What it has said goes to standard output: pytest shows it where the test failed."""
        for process in self.running:
            self.kill(process)
        for log in sorted(self.folder.glob("*.log")):
            sys.stdout.write(f"--- {log.name}\n{self.words(log.stem)[-4000:]}\n")

    def words(self, name: str) -> str:
        """What a server has written, for the message of a failure."""
        path = self.folder / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace")[-20000:] if path.exists() else ""

    # --- rows -------------------------------------------------------------------------------------------------------

    def connect(self) -> Any:
        if self.database:
            place = dj_database_url.parse(self.database)
            return psycopg2.connect(
                host=place["HOST"], port=place["PORT"] or 5432, user=place["USER"], password=place["PASSWORD"],
                dbname=place["NAME"],
            )  # fmt: skip
        return sqlite3.connect(self.folder / "db.sqlite3", timeout=30)

    def execute(self, line: Any, sql: str, values: Sequence[Any] = ()) -> list[tuple]:
        cursor = line.cursor()
        cursor.execute(sql if self.database else sql.replace("%s", "?"), tuple(values))
        return cursor.fetchall() if cursor.description else []

    def rows(self, sql: str, *values: Any) -> list[tuple]:
        """One statement on a connection of its own."""
        line = self.connect()
        try:
            found = self.execute(line, sql, values)
            line.commit()
            return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in found]
        finally:
            line.close()

    def one(self, sql: str, *values: Any) -> Any:
        return self.rows(sql, *values)[0][0]
