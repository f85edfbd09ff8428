"""The static checks: style, types, arrows between the apps, migrations, production settings, vendored files.

Started by `./run check` and, before the tests, by `./run test`. Runs them all and names those that failed, so that one
run shows everything there is to mend.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
# What the machine is configured for must not change the verdict: checks run on the embedded default.
FOREIGN = ("DATABASE_URL", "REDIS_URL", "DEMO", "BUSINESS_DATE", "DEBUG", "SECRET_KEY_FILE", "DATA_KEYS_FILE")
LINT_IMPORTS = (
    "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
)

CHECKS: dict[str, list[str]] = {
    "ruff": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "import-linter": ["-c", LINT_IMPORTS],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
    "packs": ["manage.py", "check_packs"],
    "check --deploy": ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "static/vendor": ["tools/vendor/vendor.py", "--check"],
    "mypy": ["-m", "mypy", "."],
}


def production(folder: str) -> dict[str, str]:
    """The environment of a real county server; `check --deploy` would otherwise judge the settings of a laptop.

    Nothing is contacted: the database named here does not exist.
    """
    return {
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DATA_KEYS": f"k1:{secrets.token_hex(32)};hash:{secrets.token_hex(32)}",
        "ALLOWED_HOSTS": "county.example",
        "CSRF_TRUSTED_ORIGINS": "https://county.example",
        "PUBLIC_URL": "https://county.example",
        "DATABASE_URL": "postgres://nobody:none@127.0.0.1:1/none",
        "SECURE_SSL": "true",
        "VAR_DIR": folder,
    }


def run_checks() -> list[str]:
    """Run every check; the names of those that failed."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="poverty-check-") as folder:
        plain = {name: value for name, value in os.environ.items() if name not in FOREIGN} | {
            "VAR_DIR": folder
        }
        for name, command in CHECKS.items():
            env = plain | production(folder) if name == "check --deploy" else plain
            began = time.monotonic()
            done = subprocess.run(
                [PYTHON, *command],
                cwd=ROOT,
                env=env,
                check=False,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            verdict = "FAILED" if done.returncode else "ok    "
            print(f"{verdict} {name} ({time.monotonic() - began:.1f} s)", flush=True)
            if done.returncode:
                print(done.stdout, flush=True)
                failed.append(name)
    return failed


if __name__ == "__main__":
    broken = run_checks()
    print(f"static checks failed: {', '.join(broken)}" if broken else "static checks passed")
    raise SystemExit(1 if broken else 0)
