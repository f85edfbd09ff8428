"""Backup and restore as an operator calls them: what was lost in between is there again, to the last row."""

import hashlib
import tarfile
from pathlib import Path

from tests.faults.house import House

# Both commands write into the audit trail themselves; SQLite keeps its own counters.
OWN = {"accounts_auditentry", "sqlite_sequence"}


def tables(house: House) -> list[str]:
    known = (
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        if house.database
        else "SELECT name FROM sqlite_master WHERE type = 'table'"
    )
    return sorted({name for (name,) in house.rows(known)} - OWN)


def content(house: House) -> dict[str, str]:
    """Table -> a sum over all its rows."""
    found = {}
    for name in tables(house):
        rows = sorted(map(repr, house.rows(f'SELECT * FROM "{name}"')))  # noqa: S608 - names come from the database
        found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def test_a_backup_brings_everything_back(house: House, tmp_path: Path):
    stored = house.folder / "files" / "2020" / "evidence.bin"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"sealed evidence")
    made = house.manage("backup", "--to", str(tmp_path), "--json")
    assert made.code == 0, made.err
    before = content(house)  # after it: the first command also makes the account of the operator
    assert len(before) > 40
    archive = Path(made.body["file"])
    assert (archive.stat().st_mode & 0o777, made.body["files"]) == (0o600, 1)
    assert made.body["vendor"] == ("postgresql" if house.database else "sqlite")
    with tarfile.open(archive) as whole:
        assert "keys" not in " ".join(whole.getnames())

    stored.write_bytes(b"overwritten")
    house.rows("DELETE FROM monitoring_rectificationstep")
    house.rows("UPDATE households_person SET name = 'x'")
    house.rows("DELETE FROM django_session")
    assert content(house) != before

    refused = house.manage("restore", str(archive), "--json")
    assert (refused.code, refused.body["error"]) == (1, "not_confirmed")
    assert content(house) != before
    back = house.manage("restore", str(archive), "--yes", "--json")
    assert (back.code, back.body["keys_fit"]) == (0, True), back.err
    assert content(house) == before
    assert stored.read_bytes() == b"sealed evidence"


def test_a_damaged_backup_touches_nothing(house_of, tmp_path: Path):
    house = house_of("sqlite")
    archive = Path(house.manage("backup", "--to", str(tmp_path), "--json").body["file"])
    data = archive.read_bytes()
    archive.write_bytes(data[: len(data) // 2])
    before = content(house)
    answer = house.manage("restore", str(archive), "--yes", "--json")
    assert (answer.code, answer.body["error"]) == (1, "damaged")
    assert content(house) == before
