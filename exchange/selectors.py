"""Reading: a person's own exports and imports, and the runs a worker takes."""

from django.db.models import QuerySet

from accounts.actor import Actor
from common.errors import NotFound
from exchange.models import ExportFile, ImportBatch, RowError


def export_list(*, actor: Actor) -> QuerySet[ExportFile]:
    """My exports, newest first."""
    return ExportFile.objects.of(actor).select_related("file").order_by("-pk")


def export_get(*, actor: Actor, export_id: int) -> ExportFile:
    found = export_list(actor=actor).filter(pk=export_id).first()
    if found is None:
        raise NotFound
    return found


def batch_list(*, actor: Actor) -> QuerySet[ImportBatch]:
    """My imports, newest first."""
    return ImportBatch.objects.of(actor).select_related("file", "remarks_file").order_by("-pk")


def batch_get(*, actor: Actor, batch_id: int) -> ImportBatch:
    found = batch_list(actor=actor).filter(pk=batch_id).first()
    if found is None:
        raise NotFound
    return found


def batch_errors(batch: ImportBatch, level: str = RowError.Level.ERROR) -> QuerySet[RowError]:
    """What is wrong with (or worth knowing about) the rows of a batch obtained by batch_get."""
    return RowError.objects.filter(batch=batch, level=level)


def import_claim(run_id: int, stage: str) -> ImportBatch | None:
    """Take a run whose stage is the asked one; None when it is finished, elsewhere, or meant for the other task."""
    if not ImportBatch.objects.filter(pk=run_id, stage=stage).exists():
        return None
    return ImportBatch.claim(run_id)


def export_claim(run_id: int) -> ExportFile | None:
    return ExportFile.claim(run_id)
