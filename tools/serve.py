"""Serve the web pages and the background worker together until Ctrl-C. Started by ./run.

One process watches both, because either without the other looks healthy and is not: a web server without its worker
accepts imports that never happen. When one ends, the other is stopped and the exit code says so.
"""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var")
STARTUP_SECONDS = 60
# A worker in the middle of a task may finish it; what is cut off is taken up again by the sweeper of runs.
GRACE_SECONDS = 25
PR_SET_PDEATHSIG = 1


class Stop(Exception):
    """Raised by the signal handler, so that every wait ends at once."""


def say(text: str) -> None:
    print(text, flush=True)


def address() -> tuple[str, int]:
    host, _, port = os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")
    if not port.isdigit():
        raise SystemExit("run: BIND must look like 127.0.0.1:8000")
    return host.strip("[]") or "127.0.0.1", int(port)


def die_with_parent() -> None:
    """Linux only: a killed ./run must not leave a server behind that holds the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(*arguments: str) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C in the terminal reaches this process only, which then stops both in order.
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - this process has no threads that could hold a lock
    )


def web_command(host: str, port: int) -> list[str]:
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    command = [
        "gunicorn",
        "poverty.wsgi",
        "--bind",
        bind,
        "--log-level",
        "warning",
        "--graceful-timeout",
        "20",
    ]
    command += ["--workers", "2", "--worker-class", "gthread", "--threads", "4", "--timeout", "120"]
    # Only these may say that a request came in over https (X-Forwarded-Proto).
    return [*command, "--forwarded-allow-ips", os.environ.get("TRUSTED_PROXIES") or "127.0.0.1"]


def worker_command() -> list[str]:
    # The embedded default has one worker, so it also beats; docker-compose.yml runs beat by itself.
    command = ["celery", "-q", "-A", "poverty", "worker", "-B", "-c", "1", "-l", "WARNING"]
    return [*command, "-s", str(VAR / "celerybeat"), "--without-gossip", "--without-mingle"]


def answers(host: str, port: int) -> int | None:
    """The status of /healthz, or None while nobody listens."""
    line = http.client.HTTPConnection(host, port, timeout=5)
    try:
        line.request("GET", "/healthz", headers={"Host": f"127.0.0.1:{port}"})
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        line.close()


def wait_until_serving(host: str, port: int, services: dict[str, subprocess.Popen[bytes]]) -> bool:
    deadline = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < deadline:
        if any(service.poll() is not None for service in services.values()):
            return False
        status = answers(host, port)
        if status is not None:
            if status != http.client.OK:
                say(f"run: /healthz answered {status}; look at the lines above and at ALLOWED_HOSTS")
            return True
        time.sleep(0.2)
    say(f"run: no answer on port {port} after {STARTUP_SECONDS} s")
    return False


def stop(services: dict[str, subprocess.Popen[bytes]]) -> None:
    for service in services.values():
        if service.poll() is None:
            service.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for service in services.values():
        try:
            service.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(service.pid, signal.SIGKILL)
            service.wait()


def asked_to_stop(number: int, frame: FrameType | None) -> None:
    # The second Ctrl-C must not interrupt the stopping itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stop


def is_taken(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def watch(host: str, port: int, services: dict[str, subprocess.Popen[bytes]]) -> int:
    # Asked from here, "every address" is this machine.
    reach = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104
    services["web"] = start(*web_command(host, port))
    services["worker"] = start(*worker_command())
    if wait_until_serving(reach, port, services):
        shown = f"[{reach}]" if ":" in reach else reach
        say(f"\n系统已启动,请在浏览器打开 / ready: http://{shown}:{port}\n按 Ctrl-C 停止 / Ctrl-C stops it")
        while all(service.poll() is None for service in services.values()):
            time.sleep(0.5)
    for name, service in services.items():
        if service.poll() is not None:
            say(f"run: the {name} process ended by itself with code {service.returncode}; stopping")
    return 1


def main() -> int:
    host, port = address()
    if is_taken(host, port):
        say(
            f"run: 端口被占用 / {host}:{port} is in use; choose another, e.g. BIND=127.0.0.1:{port + 1} ./run"
        )
        return 1
    VAR.mkdir(parents=True, exist_ok=True)
    services: dict[str, subprocess.Popen[bytes]] = {}
    signal.signal(signal.SIGINT, asked_to_stop)
    signal.signal(signal.SIGTERM, asked_to_stop)
    code = 0
    try:
        code = watch(host, port, services)
    except Stop:
        say("\nrun: 正在停止 / stopping")
    stop(services)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
