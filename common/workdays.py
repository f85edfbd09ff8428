"""Days for which a limit runs: calendar days, or the working days of the country with its holidays and make-up days.

The official calendar is announced year by year. Outside the announced years Monday to Friday count, and `is_known` says
that this is an estimate.
"""

from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
from chinese_calendar.constants import holidays

FIRST_YEAR, LAST_YEAR = min(holidays).year, max(holidays).year


def is_known(day: date) -> bool:
    """Has the calendar of this day's year been announced?"""
    return FIRST_YEAR <= day.year <= LAST_YEAR


@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    """Is it worked on this day? In a year without an announced calendar: Monday to Friday."""
    if not is_known(day):
        return day.weekday() < 5
    return bool(chinese_calendar.is_workday(day))


def working_days_after(start: date, days: int) -> date:
    """The last of `days` working days, counted from the day after `start`; no days: `start` itself."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day


def days_after(start: date, days: int, *, working: bool) -> date:
    """The day a limit of `days` ends that began to run on `start`, which does not count itself."""
    return working_days_after(start, days) if working else start + timedelta(days=days)


def days_between(start: date, end: date, *, working: bool) -> int:
    """How many days (or working days) lie after `start` up to and with `end`; negative when `end` is earlier."""
    if end < start:
        return -days_between(end, start, working=working)
    if not working:
        return (end - start).days
    return sum(is_working_day(start + timedelta(days=ahead)) for ahead in range(1, (end - start).days + 1))
