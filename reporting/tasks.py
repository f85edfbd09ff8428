"""Thin: claim, execute, close."""

from celery import shared_task

from accounts.actor import operator_actor
from common.dates import business_today
from monitoring.selectors import counties
from reporting.models import ReportRun
from reporting.services import figures_refresh, figures_refresh_request


@shared_task(name="reporting.figures_refresh", acks_late=True, ignore_result=True)
def figures_refresh_run(run_id: int) -> None:
    if (run := ReportRun.claim(run_id)) is None:
        return
    try:
        values = figures_refresh(run=run)
    except Exception as bug:
        run.close(error=repr(bug))
        raise
    run.close(result={"values": values})


@shared_task(name="reporting.figures_refresh_nightly", ignore_result=True)
def figures_refresh_nightly() -> None:
    for code in counties():
        figures_refresh_request(actor=operator_actor(), scope_code=code, as_of=business_today())
