"""Whom a run cannot judge, by the two times: when something holds, and when it was written down."""

from datetime import date, timedelta

import pytest

from households.models import Household, IncomeRecord, Membership
from monitoring.models import RunFault
from monitoring.screening.faults import faults_write
from policies.metrics import Judged
from tests.independent.dice import moment
from tests.monitoring import world
from tests.monitoring.world import DAY, household

pytestmark = pytest.mark.django_db
LONG_AGO, JUNE = moment(date(2015, 1, 1)), date(2020, 6, 1)


@pytest.fixture
def village(places):
    return places["411081100001"]


def family(village) -> Household:
    """A household with one year of income, all written down long ago."""
    row = household(village)
    Household.objects.filter(pk=row.pk).update(created_at=LONG_AGO)
    for model in (Membership, IncomeRecord):
        model.objects.filter(household=row).update(recorded_at=LONG_AGO)
    return row


def double_years(village, **second) -> str:
    """A household with a second record over the first; `second`: what is said of it."""
    row = family(village)
    record = row.incomes.get()
    values = {"pk": None, "period_start": date(2019, 9, 1), "period_end": date(2020, 1, 1), **second}
    for name, value in values.items():
        setattr(record, name, value)
    record.save()
    return f"household:{row.pk}"


def faulty(as_of=DAY, *, known=None) -> dict[str, str]:
    run = world.claimed(as_of=as_of)
    faults_write(run, Judged(as_of, moment(known) if known else None))
    return dict(RunFault.objects.filter(run=run).values_list("subject_key", "sentence"))


@pytest.mark.parametrize(
    "second", [{"collected_on": DAY}, {"period_end": DAY}], ids=["collected", "period over"]
)
def test_years_over_each_other_are_a_fault_once_both_are_in_force(village, second):
    key = double_years(village, **second)
    assert faulty(DAY - timedelta(days=1)) == {}
    assert "两份年度收支" in faulty()[key]


def test_years_over_each_other_are_a_fault_by_what_was_written_down_by_then(village):
    late = double_years(village, recorded_at=moment(JUNE))
    corrected = double_years(village, superseded_at=moment(JUNE))
    assert set(faulty(known=date(2020, 5, 31))) == {corrected}
    assert set(faulty(known=JUNE)) == {late}
    assert set(faulty()) == {late}


def test_a_household_not_entered_by_then_is_not_judged_and_no_fault(village):
    row = family(village)
    Membership.objects.filter(household=row).update(recorded_at=moment(date(2020, 7, 1)))
    Household.objects.filter(pk=row.pk).update(created_at=moment(JUNE))
    assert faulty(known=date(2020, 5, 31)) == {}
    assert set(faulty(known=JUNE)) == {f"household:{row.pk}"}  # nobody was known to live there yet
    assert faulty() == {}
