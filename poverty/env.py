"""Typed readers of the environment. A wrong value stops the start: guessing would hide a mistake until it hurts."""

import os
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    lowered = value.strip().lower()
    if lowered in TRUE:
        return True
    if lowered in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}")


def items(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def day(name: str) -> date | None:
    value = text(name)
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as wrong:
        raise ImproperlyConfigured(f"{name} must be a date like 2020-09-20, not {value!r}") from wrong


def whole(name: str, default: int, *, least: int = 0) -> int:
    value = text(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit()) or int(value) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least {least}, not {value!r}")
    return int(value)


def secret(name: str) -> str | None:
    """The value of NAME, or the content of the file named by NAME_FILE (docker and systemd hand secrets over as files)."""
    file = text(f"{name}_FILE")
    if file:
        path = Path(file)
        if not path.is_file():
            raise ImproperlyConfigured(f"{name}_FILE names {file}, which is not a file")
        return path.read_text(encoding="utf-8").strip()
    return text(name) or None


def origin(name: str) -> str:
    """ "https://host" or "https://host:8443", without a path; empty when it is not set."""
    value = text(name).rstrip("/")
    parts = urlsplit(value)
    whole_origin = (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and value == f"{parts.scheme}://{parts.netloc}"
    )
    if value and (not whole_origin or "@" in parts.netloc):
        raise ImproperlyConfigured(
            f"{name} must be an address like https://fupin.county.example, not {value!r}"
        )
    return value


def one_of(name: str, allowed: set[str], default: str) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {sorted(allowed)}, not {value!r}")
    return value


def for_child(**more: str) -> dict[str, str]:
    """The environment of a program that we start: ours, and what only it needs to know."""
    return os.environ | more


def keep_secret(path: Path, make) -> str:
    """Read a secret that this installation made for itself; make it once, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process of the same start was quicker
            return path.read_text(encoding="utf-8").strip()
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(make())
    return path.read_text(encoding="utf-8").strip()
