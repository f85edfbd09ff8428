"""Runs of the rooms below that the sweeper sends again as well. Rooms above register their own."""

from common.runs import Run
from exchange.models import ExportFile, ImportBatch
from monitoring.models import DepartmentBatch, QualityRun
from monitoring.services import register_swept


def import_task(run: Run) -> str:
    """Preview and commit are two tasks of one batch."""
    commits = isinstance(run, ImportBatch) and run.stage == ImportBatch.Stage.COMMIT
    return "exchange.import_commit" if commits else "exchange.import_preview"


def department_task(run: Run) -> str:
    """Reading and comparing are two tasks of one batch."""
    compares = isinstance(run, DepartmentBatch) and run.stage == DepartmentBatch.Stage.COMPARE
    return "monitoring.department_compare" if compares else "monitoring.department_read"


def register() -> None:
    register_swept(ImportBatch, import_task)
    register_swept(ExportFile, lambda run: "exchange.export_file")
    register_swept(QualityRun, lambda run: "monitoring.quality_run")
    register_swept(DepartmentBatch, department_task)
