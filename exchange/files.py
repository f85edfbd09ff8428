"""Files on disk: what a file really is (by its content), and writing it below FILES_DIR under a random name."""

import codecs
import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings

from common.errors import Invalid

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
CSV = "text/csv"
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
SUFFIX = {XLSX: ".xlsx", XLS: ".xls", CSV: ".csv", JPEG: ".jpg", PNG: ".png", PDF: ".pdf"}
SHEETS, PAPERS = frozenset({XLSX, XLS, CSV}), frozenset({JPEG, PNG, PDF})
WORDS = {
    XLSX: "Excel（.xlsx）",
    XLS: "Excel 97（.xls）",
    CSV: "CSV",
    JPEG: "JPG 图片",
    PNG: "PNG 图片",
    PDF: "PDF",
}
BLOCK = 1024 * 1024


@dataclass(frozen=True)
class FileKind:
    """What a stored file is for: which contents it may have, and which permission opens it in its area. Without one it is
    its owner's alone. `by_row`: the room whose rows it hangs on decides (exchange.doors), the area alone opens nothing."""

    code: str
    label: str
    types: frozenset[str]
    view: str = ""
    by_row: bool = False


KINDS: dict[str, FileKind] = {
    kind.code: kind
    for kind in (
        FileKind("import", "导入表", SHEETS),
        FileKind("remarks", "退回表", SHEETS),
        FileKind("export", "导出表", SHEETS),
        FileKind("department", "部门数据", SHEETS),
        FileKind("evidence", "佐证材料", PAPERS, "households.view", by_row=True),
        FileKind("visit", "走访照片", PAPERS, "households.view", by_row=True),
        FileKind("project", "项目资料", PAPERS | {XLSX}, "projects.view"),
        FileKind("voucher", "拨付凭证", PAPERS, "funds.view"),
        FileKind("fund_document", "资金文件", PAPERS | {XLSX}, "funds.view"),
        FileKind("rectification", "整改材料", PAPERS | {XLSX}, "monitoring.view_rectification"),
        FileKind("proceeding", "认定材料", PAPERS | {XLSX}, "proceedings.view", by_row=True),
    )
}


def _is_workbook(source: BinaryIO) -> bool:
    try:
        with zipfile.ZipFile(source) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    return "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)


def _is_text(source: BinaryIO) -> bool:
    """Text in UTF-8 or in the GBK that Chinese Excel writes; the whole file, because one bad byte makes it something else."""
    for encoding in ("utf-8-sig", "gb18030"):
        source.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while block := source.read(BLOCK):
                if b"\0" in block:
                    return False
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return True
    return False


def sniff(source: BinaryIO) -> str | None:
    """The content type by content; None for anything this product does not take. The file's name is never asked."""
    source.seek(0)
    head = source.read(8)
    source.seek(0)
    if head.startswith(b"PK"):
        return XLSX if _is_workbook(source) else None
    for start, kind in (
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", XLS),
        (b"\xff\xd8\xff", JPEG),
        (b"\x89PNG\r\n\x1a\n", PNG),
        (b"%PDF-", PDF),
    ):
        if head.startswith(start):
            return kind
    if head.startswith((b"#!", b"MZ", b"\x7fELF", b"<")) or not head:
        return None
    return CSV if _is_text(source) else None


def type_checked(source: BinaryIO, kind: FileKind) -> str:
    """The content type, or the refusal with what would be taken."""
    found = sniff(source)
    if found is None or found not in kind.types:
        wanted = "、".join(WORDS[one] for one in WORDS if one in kind.types)
        raise Invalid(
            f"文件内容不是可接受的类型（可接受：{wanted}）。请用原软件打开后另存再上传，不要只改扩展名。",
            code="bad_file_type",
            field="file",
        )
    return found


@dataclass(frozen=True)
class Written:
    path: str
    sha256: str
    size: int


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    source.seek(0)
    while block := source.read(BLOCK):
        yield block


def place_for(suffix: str) -> str:
    """A new random path below FILES_DIR."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}{suffix}"


def full_path(path: str) -> Path:
    return Path(settings.FILES_DIR) / path


def make_folder(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)


def write(source: BinaryIO | Iterable[bytes], suffix: str) -> Written:
    """Copy into the private folder: readable by the service only, never executable, complete or not there."""
    relative = place_for(suffix)
    target = full_path(relative)
    make_folder(target)
    partial = target.with_suffix(".part")
    digest, size = hashlib.sha256(), 0
    # Django's uploads are files by their `read`, not by their class.
    blocks = _blocks(cast(BinaryIO, source)) if hasattr(source, "read") else source
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for block in blocks:
            digest.update(block)
            size += len(block)
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(target)
    return Written(relative, digest.hexdigest(), size)


def clean_name(name: str, suffix: str) -> str:
    """The shown name: no path, no control characters, the suffix that belongs to the content."""
    stem = Path(name.replace("\\", "/")).name
    stem = "".join(char for char in stem if char.isprintable() and char not in '<>:"/|?*').strip(" .")
    stem = stem.rsplit(".", 1)[0] if "." in stem else stem
    return f"{stem[:180] or '文件'}{suffix}"


def checksum(source: Any) -> str:
    """The sha256 of bytes or of an open file, which is left at its beginning."""
    if isinstance(source, (bytes, bytearray)):
        return hashlib.sha256(source).hexdigest()
    digest = hashlib.sha256()
    for block in _blocks(source):
        digest.update(block)
    source.seek(0)
    return digest.hexdigest()
