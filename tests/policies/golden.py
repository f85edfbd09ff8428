"""The golden cases of the packs: tests/policy_cases/<pack>.toml, format in docs/pack-format.md."""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from policies.pack import load_folder
from policies.selectors import folder_codes, packs_folder

FOLDER = Path(__file__).resolve().parent.parent / "policy_cases"
CASE_KEYS = {"name", "subject", "as_of", "facts", "expect", "say", "note"}
OUTCOMES = {"hit", "clear", "unknown", "out"}


class Case(NamedTuple):
    pack: str
    body: dict

    def __str__(self):
        return f"{self.pack}: {self.body.get('name')}"


@cache
def pack_of(code):
    return load_folder(packs_folder() / code)


@cache
def cases_of(code):
    path = FOLDER / f"{code}.toml"
    if not path.exists():
        return ()
    return tuple(Case(code, body) for body in tomllib.loads(path.read_text(encoding="utf-8")).get("case", []))


def all_cases():
    return [case for code in folder_codes() for case in cases_of(code)]
