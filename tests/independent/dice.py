"""Chance with a leaning towards the edges: days around the day of judgement, periods that begin and end on them."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.utils import timezone

T = TypeVar("T")
Period = tuple[date, date | None]  # half-open, None: still running
EDGES = (-1200, -731, -400, -366, -365, -364, -200, -92, -91, -31, -30, -15, -2, -1, 0, 1, 2, 20, 93)


def moment(day: date, hour: int = 12) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


class Dice(random.Random):
    """Seeded chance around one day."""

    def __init__(self, seed: int, day: date) -> None:
        super().__init__(seed)
        self.day = day

    def chance(self, percent: int) -> bool:
        return self.randrange(100) < percent

    def one(self, values: Sequence[T]) -> T:
        return values[self.randrange(len(values))]

    def or_none(self, values: Sequence[T], percent: int = 20) -> T | None:
        """One of the values, or unknown."""
        return None if self.chance(percent) else self.one(values)

    def or_blank(self, values: Sequence[str], percent: int = 20) -> str:
        """One of the codes, or the blank that stands for unknown."""
        return "" if self.chance(percent) else self.one(values)

    def edge(self, after: int = -1200, before: int = 93) -> date:
        """A day on, just before or just after something that matters."""
        return self.day + timedelta(days=self.one([days for days in EDGES if after <= days <= before]))

    def months_ago(self, months: int) -> date:
        """The day `months` back, or a day beside it."""
        year, month = divmod(self.day.year * 12 + self.day.month - 1 - months, 12)
        return date(year, month + 1, min(self.day.day, 28)) + timedelta(days=self.one((-1, 0, 1)))

    def periods(self, most: int = 3) -> list[Period]:
        """Periods one after another, without overlap: gaps, empty ones and a closed last one occur."""
        cuts = sorted(self.sample(EDGES, self.randrange(1, most + 1)))
        days = [self.day + timedelta(days=cut) for cut in cuts]
        if self.chance(70):
            days[0] = self.day - timedelta(days=2000)
        ends: list[date | None] = [*days[1:], None if self.chance(80) else days[-1] + timedelta(days=40)]
        made = [
            (start, end)
            for start, end in zip(days, ends, strict=True)
            if len(days) == 1 or not self.chance(10)
        ]
        if self.chance(10):
            made.append((days[0], days[0]))
        return made

    def dated(self, period: Period) -> dict[str, Any]:
        """The columns of a dated row: mostly written down at once, sometimes only later."""
        start, end = period
        late = timedelta(days=self.one((0, 0, 0, 3, 400)))
        return {
            "effective_from": start,
            "effective_to": end,
            "recorded_at": moment(start + late),
            "end_recorded_at": moment(end + timedelta(days=self.one((0, 0, 500)))) if end else None,
        }
