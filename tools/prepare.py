"""Make .venv match the lock files. Started by ./run with the system's Python; standard library only.

Says nothing and calls nobody when the environment is already right, so that a second start is fast and works
without a network. Everything it prints goes to stderr: the stdout of `./run manage ... --json` belongs to the command.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUNTIME = ROOT / "requirements.txt"
DEV = ROOT / "requirements-dev.txt"


def say(text: str) -> None:
    print(f"run: {text}", file=sys.stderr, flush=True)


def wanted(lock: Path) -> str:
    """What the stamp must hold: the lock's hash, and which Python the packages were installed for.

    A system upgrade can move the link .venv/bin/python to another minor version, whose packages are elsewhere.
    """
    return f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {os.path.realpath(PYTHON)}\n"


def stamp_of(lock: Path) -> Path:
    return VENV / f".{lock.stem}.stamp"


def is_ready(lock: Path) -> bool:
    try:
        return PYTHON.exists() and stamp_of(lock).read_text() == wanted(lock)
    except OSError:
        return False


def quietly(*command: object) -> bool:
    done = subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return done.returncode == 0


def make_venv() -> None:
    """A new environment with pip, also on a Debian that lacks python3-venv."""
    say(f"making .venv with Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    if quietly(sys.executable, "-m", "venv", VENV):
        return
    # Debian splits ensurepip off into python3-venv, which needs root to install. The pip wheel kept here does its work.
    say("python3-venv is not installed; using the pip kept in tools/")
    shutil.rmtree(VENV, ignore_errors=True)
    wheels = sorted((ROOT / "tools").glob("pip-*.whl"))
    if not wheels:
        raise SystemExit("run: no pip wheel in tools/; install python3-venv or restore the file from git")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], check=True, stdout=sys.stderr)
    pip_inside_wheel = wheels[-1] / "pip"
    subprocess.run(
        [str(PYTHON), str(pip_inside_wheel), "install", "-q", "--no-index", str(wheels[-1])],
        check=True,
        stdout=sys.stderr,
    )


def install(lock: Path) -> None:
    say(f"installing {lock.name} (once; a minute on a usual line)")
    command = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input"]
    # As root pip prints a warning about the system's packages, which a private environment does not touch.
    command += ["--root-user-action=ignore", "--require-hashes", "-r", str(lock)]
    done = subprocess.run(command, stdout=sys.stderr, check=False)
    if done.returncode:
        raise SystemExit(f"run: pip could not install {lock.name}; see above. Nothing else was changed.")
    stamp_of(lock).write_text(wanted(lock))


def static_fingerprint() -> str:
    """Changes when a file that collectstatic would copy changes, or the packages that bring their own."""
    seen = hashlib.sha256(RUNTIME.read_bytes())
    seen.update((ROOT / "poverty" / "settings.py").read_bytes())
    folders = [ROOT / "static", *sorted(ROOT.glob("*/static"))]
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        state = path.stat()
        seen.update(f"{path.relative_to(ROOT)} {state.st_size} {state.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def collect_static() -> None:
    """Hashing and compressing takes seconds, so it is done only when a source file changed."""
    stamp = VENV / ".static.stamp"
    now = static_fingerprint()
    if (ROOT / "staticfiles" / "staticfiles.json").exists() and stamp.exists() and stamp.read_text() == now:
        return
    say("collecting static files")
    command = [str(PYTHON), "manage.py", "collectstatic", "--noinput", "-v", "0"]
    if subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False).returncode:
        raise SystemExit("run: collectstatic failed; see above")
    stamp.write_text(now)


def make_environment(locks: list[Path]) -> None:
    if all(is_ready(lock) for lock in locks):
        return
    # Two commands started at once must not install into each other's half-made environment.
    with (ROOT / ".prepare.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        moved = stamp_of(RUNTIME).exists() and os.path.realpath(PYTHON) not in stamp_of(RUNTIME).read_text()
        if moved or not PYTHON.exists() or not quietly(PYTHON, "-m", "pip", "--version"):
            make_venv()
        for lock in locks:
            if not is_ready(lock):
                install(lock)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--dev", action="store_true", help="also the tools for tests and checks")
    options.add_argument("--static", action="store_true", help="also collect the static files")
    chosen = options.parse_args()
    make_environment([RUNTIME, DEV] if chosen.dev else [RUNTIME])
    if chosen.static:
        collect_static()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
