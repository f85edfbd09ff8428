"""The worker's door: claim, do, close. Beat asks for runs; the rows keep two beats from doing the same work twice."""

from contextlib import suppress
from datetime import timedelta

from celery import shared_task

from accounts.actor import operator_actor
from common.dates import Quarter, business_today
from common.errors import DomainError
from monitoring import services
from monitoring.selectors import counties, departments, quality, run_claim
from monitoring.services import department_work
from monitoring.services import quality as quality_services


@shared_task(name="monitoring.screening_run", acks_late=True, ignore_result=True)
def screening_run(run_id: int) -> None:
    if (run := run_claim(run_id)) is None:
        return
    try:
        services.screening_run_execute(run)
    except DomainError:
        return  # the run's row says why; the sweeper sends it again where it only has to wait


@shared_task(name="monitoring.screening_nightly", ignore_result=True)
def screening_nightly() -> None:
    """Every night, what changed and what moves with time."""
    for code in counties():
        services.screening_run_request(
            actor=operator_actor(), kind="households", scope_code=code, as_of=services.day_that_ended(), only_changed=True, once=True
        )  # fmt: skip


@shared_task(name="monitoring.screening_quarterly", ignore_result=True)
def screening_quarterly() -> None:
    """After a quarter's end, that quarter."""
    quarter = Quarter.of(business_today()).previous
    for code in counties():
        services.screening_run_request(
            actor=operator_actor(), kind="households", scope_code=code, as_of=quarter.last_day, quarter=quarter, once=True
        )  # fmt: skip


@shared_task(name="monitoring.fund_check_monthly", ignore_result=True)
def fund_check_monthly() -> None:
    """On the first of a month, for the last day of the month before."""
    day = business_today().replace(day=1) - timedelta(days=1)
    for code in counties():
        services.screening_run_request(
            actor=operator_actor(), kind="funds", scope_code=code, as_of=day, once=True
        )


@shared_task(name="monitoring.runs_sweep", ignore_result=True)
def runs_sweep() -> None:
    services.runs_sweep()


@shared_task(name="monitoring.quality_run", acks_late=True, ignore_result=True)
def quality_run(run_id: int) -> None:
    if (run := quality.quality_run_claim(run_id)) is None:
        return
    try:
        quality_services.quality_run_execute(run)
    except DomainError:
        return  # the run's row says why; the sweeper sends it again where it only has to wait


@shared_task(name="monitoring.quality_monthly", ignore_result=True)
def quality_monthly() -> None:
    """Every county whose checks are published; one without them does not stop the others."""
    for code in counties():
        with suppress(DomainError):
            quality_services.quality_run_request(actor=operator_actor(), scope_code=code, once=True)


@shared_task(name="monitoring.department_read", acks_late=True, ignore_result=True)
def department_read(run_id: int) -> None:
    if (run := departments.batch_claim(run_id)) is None:
        return
    with suppress(DomainError):  # the batch says why
        department_work.batch_read(run)


@shared_task(name="monitoring.department_compare", acks_late=True, ignore_result=True)
def department_compare(run_id: int) -> None:
    if (run := departments.batch_claim(run_id)) is None:
        return
    with suppress(DomainError):
        department_work.batch_compare_execute(run)
