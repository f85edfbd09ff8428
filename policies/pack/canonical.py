"""From files to one canonical content, and its checksum. Comments and the order of keys do not matter; every value does."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from policies.pack.faults import Book, Fault

FLOAT = "float:"  # a TOML float, which a pack may not use where something is judged


JUDGED = ("document", "parameters", "rules", "plan", "catalogue")


def _plain(value: Any, judged: bool) -> Any:
    """JSON types only. Days become ISO text; a float keeps its digits, and is marked where something is judged."""
    if isinstance(value, dict):
        return {str(key): _plain(part, judged) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part, judged) for part in value]
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{FLOAT}{value}" if judged else str(value)
    return value


def read_files(folder: Path, faults: list[Fault]) -> dict[str, Any]:
    """Every *.toml of the folder by name without ending."""
    content: dict[str, Any] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            parsed = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
            content[path.stem] = _plain(parsed, path.stem in JUDGED)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            Book(path.name, faults).note("", f"不是有效的 TOML 文件（{error}）。")
    return content


def canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def checksum_of(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()
