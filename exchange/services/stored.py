"""Stored files: taken in after a look at their content, given out to their owner and to whom the kind allows."""

import io
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts import audit
from accounts.actor import Actor
from common.errors import Conflict, Invalid, NotFound, NotPermitted
from exchange import files
from exchange.doors import is_open
from exchange.models import StoredFile

OWNER_ONLY = frozenset({"import", "remarks", "export"})


def _within_limit(size: int | None) -> None:
    limit = settings.UPLOAD_MAX_BYTES
    if size is not None and size > limit:
        raise Invalid(
            f"文件超过 {limit // (1024 * 1024)} MB，请按乡镇拆分或压缩图片后再上传。",
            code="file_too_large",
            field="file",
        )
    if size == 0:
        raise Invalid("文件是空的，请重新选择。", code="file_empty", field="file")


def _as_stream(source: Any) -> BinaryIO:
    if isinstance(source, (bytes, bytearray)):
        _within_limit(len(source))
        return io.BytesIO(source)
    size = getattr(source, "size", None)
    if size is None:
        source.seek(0, io.SEEK_END)
        size = source.tell()
        source.seek(0)
    _within_limit(size)
    stream: BinaryIO = getattr(source, "file", source)
    return stream


@transaction.atomic
def file_store(
    *, actor: Actor, source: Any, name: str, kind: str, scope_code: str, replaces: StoredFile | None = None
) -> StoredFile:
    """Keep an uploaded file (bytes, an open file or Django's upload). The caller has checked the act it belongs to.

    Refuses what is too large, empty, or by its content not of the kind's types. `replaces` marks the older file as
    superseded; nothing is deleted.
    """
    if kind not in files.KINDS:
        raise LookupError(f"unknown kind of file {kind}")
    if actor.user_id is None:
        raise NotPermitted
    stream = _as_stream(source)
    content_type = files.type_checked(stream, files.KINDS[kind])
    written = files.write(stream, files.SUFFIX[content_type])
    row = StoredFile.objects.create(
        name=files.clean_name(name, files.SUFFIX[content_type]),
        path=written.path,
        sha256=written.sha256,
        size=written.size,
        content_type=content_type,
        kind=kind,
        scope_code=scope_code,
        owner_id=actor.user_id,
        owner_only=kind in OWNER_ONLY,
    )
    if replaces is not None and not StoredFile.objects.filter(
        pk=replaces.pk, superseded_by__isnull=True
    ).update(superseded_by=row):
        raise Conflict("这份文件刚刚已被他人更换，请刷新后再试。")
    audit.record(actor, "exchange.file_stored", row, kind=kind, size=row.size, sha256=row.sha256[:16])
    return row


def upload_keep(*, actor: Actor, upload: Any, kind: str, scope_code: str) -> StoredFile | None:
    """The upload of a form, kept as `file_store` does; None where the form came without one."""
    if not upload:
        return None
    name = str(getattr(upload, "name", ""))
    return file_store(actor=actor, source=upload, name=name, kind=kind, scope_code=scope_code)


def file_get(*, actor: Actor, uuid: UUID) -> StoredFile:
    """The file's row, for whom a page shows it to (an export: its owner); NotFound for everybody else."""
    row = StoredFile.objects.filter(uuid=uuid).first()
    if row is None or not is_open(actor, row):
        raise NotFound
    return row


def file_open(*, actor: Actor, uuid: UUID) -> tuple[StoredFile, BinaryIO]:
    """The file's row and its opened content. Every fetch of an export or a returned table is audited."""
    row = file_get(actor=actor, uuid=uuid)
    path = files.full_path(row.path)
    if not path.is_file():
        raise NotFound("文件不在存储中，请联系系统管理员。", code="file_missing")
    if row.kind in OWNER_ONLY:
        audit.record(actor, "exchange.file_fetched", row, kind=row.kind, sha256=row.sha256[:16])
    return row, Path(path).open("rb")


def made_file_keep(*, actor: Actor, path: Path, name: str, kind: str, scope_code: str) -> StoredFile:
    """Keep a workbook this product has just made; it belongs to the person it was made for."""
    with path.open("rb") as source:
        written = files.write(source, files.SUFFIX[files.XLSX])
    return StoredFile.objects.create(
        name=files.clean_name(name, files.SUFFIX[files.XLSX]),
        path=written.path,
        sha256=written.sha256,
        size=written.size,
        content_type=files.XLSX,
        kind=kind,
        scope_code=scope_code,
        owner_id=actor.user_id,
        owner_only=True,
    )
