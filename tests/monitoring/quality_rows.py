"""Rows of the sheets from the plain rows of the golden cases, and the parameters of the checks' own pack."""

import json
import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

from monitoring.quality.catalogue import checks_of_pack
from monitoring.quality.columns import column_of
from monitoring.quality.sheets import SHEETS
from policies.selectors import packs_folder
from tests.policies.golden import FOLDER, pack_of

DAY = date(2020, 9, 20)
PLACE = "411081100201"
_ids = count(1)


@cache
def checks():
    return {check.number: check for check in checks_of_pack(pack_of("data-quality"))}


@cache
def bodies() -> dict[str, dict[str, Any]]:
    """The checks as they are written, for the oracle."""
    found = {}
    for path in sorted((packs_folder() / "data-quality").glob("checks*.toml")):
        for body in tomllib.loads(path.read_text(encoding="utf-8"))["check"]:
            found[body["number"]] = body
    return found


@cache
def golden() -> dict[str, dict[str, Any]]:
    text = (FOLDER / "data-quality.toml").read_text(encoding="utf-8")
    return {case["number"]: case for case in tomllib.loads(text)["check"]}


def param(key: str) -> Any:
    return pack_of("data-quality").params[key].value


class Params(dict):
    def __missing__(self, key: str) -> Any:
        return param(key)


def stored(subject: str, name: str, value: Any) -> Any:
    column = column_of(subject, name)
    assert column is not None, f"{subject} has no column {name}"
    if column.kind == "fen":
        return int(Decimal(str(value)) * 100)
    if column.kind == "hash":
        return str(value).encode()
    return json.dumps(value) if isinstance(value, list) else value


def _row(subject: str, plain: dict[str, Any], **fixed: Any) -> Any:
    values = {name: stored(subject, name, value) for name, value in plain.items() if "." not in name}
    model: Any = SHEETS[subject]
    return model.objects.create(subject_id=next(_ids), scope_code=PLACE, **fixed, **values)


def _part(plain: dict[str, Any], link: str) -> dict[str, Any]:
    return {name.partition(".")[2]: value for name, value in plain.items() if name.startswith(f"{link}.")}


def sheet_row(subject: str, plain: dict[str, Any]) -> int:
    """The row on its sheet, with the household, person, members, measures and other rows it speaks of. Its id comes back."""
    beside = {
        name: value
        for name, value in plain.items()
        if name in {"members", "measures", "others"} and isinstance(value, list)
    }
    own = {name: value for name, value in plain.items() if name not in beside and name != "household"}
    if subject == "village":
        home, row = None, _row(subject, own)
    elif subject == "household":
        home = row = _row(subject, own)
    else:
        home = _row("household", _part(own, "household"))
        link = {}
        if subject == "measure" and (person := _part(own, "person")):
            link = {"person": _row("person", person, household=home)}
        row = _row(subject, own, household=home, **link)
    for member in beside.get("members", []):
        _row("person", member, household=home)
    for measure in beside.get("measures", []):
        _row("measure", measure, household=home)
    for other in beside.get("others", []):
        sheet_row(subject, other)
    return int(row.subject_id)
