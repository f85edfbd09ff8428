"""`./run test`: the static checks, then every test that this machine can run.

What cannot run here (no browser, no PostgreSQL, no Redis) is named, not silently skipped. With REQUIRE_ALL=1, as on the
build server, a missing one is a failure.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile

import psycopg2
import redis
from check import ROOT, run_checks

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def find_postgres() -> str | None:
    url = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL", "")
    if not url.startswith(("postgres://", "postgresql://")):
        return None
    try:
        psycopg2.connect(url, connect_timeout=3).close()
    except psycopg2.Error:
        return None
    return url


def find_redis() -> str | None:
    url = os.environ.get("TEST_REDIS_URL") or os.environ.get("REDIS_URL", "")
    if not url:
        return None
    try:
        redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3).ping()
    except (redis.RedisError, ValueError):
        return None
    return url


# marker of the tests -> (variable they find it by, what to say when it is absent, how to look for it)
NEEDS = {
    "e2e": ("CHROMIUM", "browser journeys: no Chromium (install it or set CHROMIUM)", find_browser),
    "pg": (
        "TEST_DATABASE_URL",
        "PostgreSQL: none reachable by TEST_DATABASE_URL or DATABASE_URL",
        find_postgres,
    ),
    "redis": ("TEST_REDIS_URL", "Redis: none reachable by TEST_REDIS_URL or REDIS_URL", find_redis),
}


def look_around(env: dict[str, str]) -> list[str]:
    """Tell the tests where browser, PostgreSQL and Redis are; the markers of those that are not there."""
    absent = []
    for marker, (variable, words, find) in NEEDS.items():
        found = find()
        if found:
            env[variable] = found
        else:
            print(f"left out - {words}", flush=True)
            absent.append(marker)
    return absent


def main() -> int:
    # The tests are about the product, not about how this terminal happens to be configured.
    env = {
        name: value for name, value in os.environ.items() if name not in {"DEMO", "BUSINESS_DATE", "DEBUG"}
    }
    # With DATABASE_URL set the product demands keys, as it should; those of the tests live as long as the tests.
    if not env.get("SECRET_KEY_FILE"):
        env.setdefault("SECRET_KEY", secrets.token_urlsafe(64))
    if not env.get("DATA_KEYS_FILE"):
        env.setdefault("DATA_KEYS", f"k1:{secrets.token_hex(32)};hash:{secrets.token_hex(32)}")
    absent = look_around(env)
    if absent and os.environ.get("REQUIRE_ALL") == "1":
        print("REQUIRE_ALL=1: nothing may be left out", flush=True)
        return 1
    failed = run_checks()
    command = [sys.executable, "-m", "pytest", "-n", "2"]
    if absent:
        command += ["-m", " and ".join(f"not {marker}" for marker in absent)]
    # Files and keys of the tests stay out of the installation's own var folder.
    with tempfile.TemporaryDirectory(prefix="poverty-test-") as folder:
        done = subprocess.run([*command, *sys.argv[1:]], cwd=ROOT, env=env | {"VAR_DIR": folder}, check=False)
    if failed:
        print(f"static checks failed: {', '.join(failed)}", flush=True)
    return done.returncode or (1 if failed else 0)


if __name__ == "__main__":
    raise SystemExit(main())
