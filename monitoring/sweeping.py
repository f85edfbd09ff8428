"""Runs of the rooms below that the sweeper sends again as well. Rooms above register their own."""

from common.runs import Run
from exchange.models import ExportFile, ImportBatch
from monitoring.models import QualityRun
from monitoring.services import register_swept


def import_task(run: Run) -> str:
    """Preview and commit are two tasks of one batch."""
    commits = isinstance(run, ImportBatch) and run.stage == ImportBatch.Stage.COMMIT
    return "exchange.import_commit" if commits else "exchange.import_preview"


def register() -> None:
    register_swept(ImportBatch, import_task)
    register_swept(ExportFile, lambda run: "exchange.export_file")
    register_swept(QualityRun, lambda run: "monitoring.quality_run")
