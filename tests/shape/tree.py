"""What the shape tests look at: the project's own files, without data, migrations and vendored code."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))
NOT_OURS = {".git", ".venv", "node_modules", "staticfiles", "var", "__pycache__"}


@cache
def files() -> tuple[Path, ...]:
    """Files that are in git or about to be; in an unpacked archive, every file outside the known scratch folders."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = (
            subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        )
    except (OSError, subprocess.CalledProcessError):
        found = (path for path in ROOT.rglob("*") if not NOT_OURS & set(path.relative_to(ROOT).parts))
        return tuple(sorted(path for path in found if path.is_file()))
    return tuple(sorted(path for path in (ROOT / name for name in listed if name) if path.is_file()))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_generated(path: Path) -> bool:
    return "migrations" in path.parts or name_of(path).startswith("static/vendor/")


def python_files(*folders: str) -> list[Path]:
    """Our Python files, of all folders or of the named ones."""
    return [
        path
        for path in files()
        if path.suffix == ".py"
        and not is_generated(path)
        and (not folders or name_of(path).split("/", 1)[0] in folders)
    ]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
