"""Doors of exchange. An export or import belongs to the person who asked for it, whatever office somebody else holds."""

from datetime import date

from exchange.files import full_path, make_folder
from exchange.models import ExportFile, ImportBatch, StoredFile
from tests.access.matrix import LOGIN, Row, Scene

LAYOUT, DAY = "YTP_REN_2022", date(2020, 9, 20)


def stored(scene: Scene) -> StoredFile:
    return StoredFile.objects.create(
        name="名单.xlsx", path="00/none.xlsx", sha256="0" * 64, size=1, content_type="text/csv", kind="import",
        scope_code=scene.world.township_a.code, owner=scene.cast.li, owner_only=True,
    )  # fmt: skip


def export_of_li(scene: Scene) -> dict:
    run = ExportFile.objects.create(
        key="export",
        layout=LAYOUT,
        scope_code="",
        params={"as_of": DAY.isoformat()},
        requested_by=scene.cast.li,
    )
    return {"pk": run.pk}


def import_of_li(scene: Scene) -> dict:
    batch = ImportBatch.objects.create(
        key="import", layout=LAYOUT, file=stored(scene), scope_code=scene.world.township_a.code, as_of=DAY,
        requested_by=scene.cast.li, state="done",
    )  # fmt: skip
    return {"pk": batch.pk}


def file_of_li(scene: Scene) -> dict:
    """A paper of township A: its clerk and those above may read it, the other township's clerk may not."""
    row = stored(scene)
    row.kind, row.owner_only, row.path = "rectification", False, "00/matrix.pdf"
    row.save()

    make_folder(full_path(row.path))
    full_path(row.path).write_bytes(b"%PDF-1.4")
    return {"uuid": row.uuid}


ROWS = [
    Row("exchange:export-list", "exchange.export"),
    Row("exchange:export-new", "exchange.export", method="post", data={"layout": ""}),
    Row("exchange:export-state", "exchange.export", kwargs=export_of_li),
    Row("exchange:import-list", "exchange.import"),
    Row("exchange:import-new", "exchange.import", method="post", data={"layout": ""}),
    Row("exchange:import-detail", "exchange.import", kwargs=import_of_li),
    Row("exchange:import-commit", "exchange.import", method="post", kwargs=import_of_li),
    Row("exchange:file", LOGIN, kwargs=file_of_li, insider="li"),
]
