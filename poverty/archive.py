"""Backup and restore: database and files in one archive. The keys are not in it, by design: keep them elsewhere."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from common.errors import Conflict, Invalid
from poverty.env import for_child

MANIFEST, FILES = "manifest.json", "files"
MEMBER = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _tool(name: str) -> list[str]:
    path = shutil.which(name)
    if path is None:
        raise Conflict(f"本机没有 {name}，请安装 postgresql-client。", code="no_tool")
    return [path]


def _pg(command: list[str]) -> None:
    """Run a PostgreSQL tool against our database; the password goes through the environment, never the command line."""
    place = connection.settings_dict
    env = for_child(PGPASSWORD=str(place["PASSWORD"] or ""))
    where = ["--host", str(place["HOST"] or "127.0.0.1"), "--port", str(place["PORT"] or 5432)]
    where += ["--username", str(place["USER"]), "--dbname", str(place["NAME"]), "--no-password"]
    done = subprocess.run([*command, *where], env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Conflict(f"{Path(command[0]).name} 失败：{done.stderr.strip()[-400:]}", code="tool_failed")


def _dump(target: Path) -> None:
    if connection.vendor == "postgresql":
        _pg([*_tool("pg_dump"), "--format", "custom", "--no-owner", "--no-privileges", "--file", str(target)])
        return
    connection.ensure_connection()
    copy = sqlite3.connect(target)
    try:
        # The online backup: a consistent picture while others go on writing.
        connection.connection.backup(copy)
    finally:
        copy.close()


def _load(source: Path) -> None:
    if connection.vendor == "postgresql":
        # Open connections of this process would hold locks on the tables that are dropped.
        connection.close()
        flags = [
            "--clean",
            "--if-exists",
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
            "--exit-on-error",
        ]
        _pg([*_tool("pg_restore"), *flags, str(source)])
        return
    connection.ensure_connection()
    copy = sqlite3.connect(source)
    try:
        if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise Invalid("备份中的数据库文件已损坏。", code="damaged")
        copy.backup(connection.connection)
    finally:
        copy.close()


def backup_write(folder: Path) -> dict[str, Any]:
    """Write one archive into `folder`, readable by its owner only; it appears under its name when it is whole."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made_at = timezone.localtime()
    target = folder / f"backup-{made_at:%Y%m%d-%H%M%S}.tar.gz"
    if target.exists():
        raise Conflict(f"{target.name} 已存在。", code="exists")
    with tempfile.TemporaryDirectory(dir=folder) as work:
        database = Path(work) / MEMBER[connection.vendor]
        _dump(database)
        stored = sorted(path for path in settings.FILES_DIR.rglob("*") if path.is_file())
        manifest = {
            "vendor": connection.vendor,
            "made_at": made_at.isoformat(timespec="seconds"),
            "database": _sha256(database),
            "files": {path.relative_to(settings.FILES_DIR).as_posix(): _sha256(path) for path in stored},
        }
        listing = Path(work) / MANIFEST
        listing.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
        whole = Path(work) / "whole"
        with tarfile.open(whole, "w:gz", compresslevel=6) as archive:
            archive.add(listing, MANIFEST)
            archive.add(database, database.name)
            for path in stored:
                archive.add(path, f"{FILES}/{path.relative_to(settings.FILES_DIR).as_posix()}")
        whole.chmod(0o600)
        whole.rename(target)
    return {
        "file": str(target),
        "bytes": target.stat().st_size,
        "files": len(stored),
        "vendor": connection.vendor,
    }


def _unpack(source: Path, work: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(work, filter="data")
        manifest: dict[str, Any] = json.loads((work / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, tarfile.TarError, EOFError, ValueError) as fault:
        raise Invalid(f"{source.name} 不是完整的备份文件。", code="damaged") from fault
    if manifest.get("vendor") != connection.vendor:
        raise Invalid(
            f"备份来自 {manifest.get('vendor')}，当前数据库是 {connection.vendor}，不能恢复。",
            code="other_vendor",
        )
    wanted = {MEMBER[connection.vendor]: manifest["database"]}
    wanted |= {f"{FILES}/{name}": digest for name, digest in manifest["files"].items()}
    for name, digest in wanted.items():
        if not (work / name).is_file() or _sha256(work / name) != digest:
            raise Invalid(f"备份中的 {name} 缺失或已损坏。", code="damaged")
    return manifest


def backup_restore(source: Path) -> dict[str, Any]:
    """Put database and files back to the archive's state. Everything is checked before anything is touched.

    Files that came after the backup stay on the disk: stored files are never deleted.
    """
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        work = Path(folder)
        manifest = _unpack(source, work)
        _load(work / MEMBER[connection.vendor])
        for name in manifest["files"]:
            place = settings.FILES_DIR / name
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy2(work / FILES / name, place)
    return {"made_at": manifest["made_at"], "files": len(manifest["files"]), "vendor": manifest["vendor"]}
