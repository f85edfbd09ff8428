"""Working days: weekends, holidays and make-up days of the country, and what is only estimated."""

from datetime import date

import pytest

from common.workdays import LAST_YEAR, days_after, days_between, is_known, is_working_day, working_days_after


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2020, 9, 18), True),  # a Friday
        (date(2020, 9, 19), False),  # a Saturday
        (date(2020, 9, 27), True),  # a Sunday worked for the National Day
        (date(2020, 10, 1), False),
        (date(2020, 10, 8), False),
        (date(2020, 10, 9), True),
        (date(2020, 10, 10), True),  # a Saturday worked
    ],
)
def test_the_announced_calendar_is_followed(day, worked):
    assert is_known(day)
    assert is_working_day(day) is worked


def test_limits_cross_holidays():
    assert working_days_after(date(2020, 9, 28), 2) == date(2020, 9, 30)
    assert working_days_after(date(2020, 9, 28), 3) == date(2020, 10, 9)
    assert days_after(date(2020, 9, 28), 3, working=False) == date(2020, 10, 1)
    assert days_after(date(2020, 9, 28), 0, working=True) == date(2020, 9, 28)


def test_days_between_is_the_inverse_of_days_after():
    start = date(2020, 9, 24)
    for days in range(1, 30):
        for working in (True, False):
            assert days_between(start, days_after(start, days, working=working), working=working) == days
    assert days_between(date(2020, 10, 9), date(2020, 9, 30), working=True) == -1
    assert days_between(start, start, working=True) == 0


def test_a_year_not_announced_counts_monday_to_friday_and_says_so():
    far = date(LAST_YEAR + 5, 10, 1)
    assert not is_known(far)
    assert is_working_day(far) is (far.weekday() < 5)
    assert not is_known(date(2003, 12, 31))
    assert is_known(date(2004, 1, 1))
