"""Every act of moving files and rows."""

from exchange.services.exports import export_execute, export_request
from exchange.services.imports import import_commit, import_execute, upload_accept
from exchange.services.stored import file_get, file_open, file_store, upload_keep

__all__ = [
    "export_execute",
    "export_request",
    "file_get",
    "file_open",
    "file_store",
    "import_commit",
    "import_execute",
    "upload_accept",
    "upload_keep",
]
