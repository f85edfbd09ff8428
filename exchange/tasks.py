"""Thin: claim the run, do it, close it."""

from celery import shared_task

from common.errors import DomainError
from common.runs import LostRun, Run
from exchange import selectors, services


def _work(run: Run | None, execute) -> None:
    """A refusal ends the run as not accepted, a bug as failed; a run taken over by another worker is left to it."""
    if run is None:
        return
    try:
        execute(run=run)
    except LostRun:
        return
    except DomainError as refusal:
        run.close(error=refusal.sentence, refused=True)
    except Exception:
        run.close(error="处理时发生错误，已记录，请联系系统管理员。")
        raise


@shared_task(name="exchange.import_preview", acks_late=True, ignore_result=True)
def import_preview(run_id: int) -> None:
    _work(selectors.import_claim(run_id, "preview"), services.import_execute)


@shared_task(name="exchange.import_commit", acks_late=True, ignore_result=True)
def import_commit(run_id: int) -> None:
    _work(selectors.import_claim(run_id, "commit"), services.import_execute)


@shared_task(name="exchange.export_file", acks_late=True, ignore_result=True)
def export_file(run_id: int) -> None:
    _work(selectors.export_claim(run_id), services.export_execute)
