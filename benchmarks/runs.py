"""A run of the product as a worker would hold it, on the demonstration's day."""

from datetime import date

from accounts.actor import operator_actor
from common.dates import Quarter
from monitoring.models import ScreeningRun
from monitoring.selectors.runs import counties
from monitoring.services import screening_run_request

DAY = date(2020, 9, 20)
QUARTER = Quarter.parse("2020Q3")


def claimed() -> ScreeningRun:
    """One run over the whole county, however many households it has: what is measured is not a run in parts."""
    run = screening_run_request(
        actor=operator_actor(), kind="households", scope_code=counties()[0], as_of=DAY, quarter=QUARTER, send=False,
        split=ScreeningRun.Split.COUNTY,
    )  # fmt: skip
    taken = ScreeningRun.claim(run.pk)
    assert taken is not None, "another process screens this database"
    return taken
