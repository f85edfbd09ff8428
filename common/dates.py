"""Days, quarters and the business date. Everything below the doors takes its day as an argument."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from common.errors import Invalid


def business_today() -> date:
    """The day judgements and forms start from: BUSINESS_DATE where set (demonstration), else today in Asia/Shanghai."""
    return settings.BUSINESS_DATE or timezone.localdate()


class Quarter(NamedTuple):
    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """ "2020Q3" -> Quarter(2020, 3); refuses anything else with a sentence."""
        found = re.fullmatch(r"(\d{4})Q([1-4])", text.strip().upper())
        if not found:
            raise Invalid(f"季度应写作 2020Q3 的形式，“{text}”不是。", code="bad_quarter")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last_day(self) -> date:
        after = date(self.year + 1, 1, 1) if self.number == 4 else date(self.year, self.number * 3 + 1, 1)
        return after - timedelta(days=1)

    @property
    def previous(self) -> "Quarter":
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def years_before(day: date, years: int) -> date:
    return add_months(day, -12 * years)


def age_on(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def add_working_days(
    start: date, days: int, holidays: frozenset[date], extra_working: frozenset[date] = frozenset()
) -> date:
    """`days` working days after `start`; weekends and `holidays` do not count, make-up days in `extra_working` do."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if day in extra_working or (day.weekday() < 5 and day not in holidays):
            days -= 1
    return day
