"""Incomes by component: the years 2018 and 2019 (October to September) and the quarters of 2020."""

from collections.abc import Iterator
from datetime import date
from random import Random

from poverty.demo.drafts import HouseholdDraft
from poverty.demo.families import age_of
from poverty.demo.plan import SOURCE, day_between, moment

COLUMNS = (
    "household_id", "kind", "period_start", "period_end", "collected_on", "recorded_at", "source", "members",
    "wage_fen", "business_fen", "property_fen", "transfer_fen", "production_cost_fen", "self_paid_fen", "claims_fen",
    "net_fen", "disposable_fen",
)  # fmt: skip
PENSION = 1248 * 100  # a year
QUARTERS = (
    (date(2020, 1, 1), date(2020, 3, 31), date(2020, 3, 20), date(2020, 4, 12)),
    (date(2020, 4, 1), date(2020, 6, 30), date(2020, 6, 20), date(2020, 7, 12)),
    (date(2020, 7, 1), date(2020, 9, 30), date(2020, 9, 1), date(2020, 9, 19)),
)
NOT_YET_COLLECTED_SHARE = 0.03  # of the third quarter, ten days before its end
ALLOWANCE_BAND = (4090, 4480)  # yuan: above the exit line, below the allowance standard of 4,500


def head_target(rng: Random, home: HouseholdDraft) -> float:
    """Net yuan per head in 2019."""
    if "low_income" in home.marks:
        return rng.uniform(3150, 3950)
    if "near_line" in home.marks:
        return rng.uniform(4070, 4960)
    if home.marks & {"taper_over", "taper_ending"}:
        return rng.uniform(5150, 6400)
    if home.allowance_on:
        return rng.uniform(*ALLOWANCE_BAND) if home.exited_on else rng.uniform(3250, 4470)
    low, high = home.group.income
    return rng.triangular(low, high, low + (high - low) * 0.32)


class IncomeMaker:
    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def rows(self, home: HouseholdDraft) -> Iterator[tuple[object, ...]]:
        rng = self.rng
        members = len([person for person in home.people if person.joined < date(2020, 1, 1)]) or home.size
        target = head_target(rng, home) * 100 * members
        before = target / rng.uniform(1.04, 1.15)
        if "fell" in home.marks:
            before = target * rng.uniform(1.35, 1.9)
        elif "taper_ending" in home.marks:
            before = rng.uniform(3700, 4400) * 100 * members
        share = self._shares(home)
        if home.identified_on < date(2019, 1, 1):
            yield self._year(home, 2018, int(before), members, share)
        yield self._year(home, 2019, int(target), members, share)
        for start, end, first, last in QUARTERS:
            if end.month == 9 and ("income_unknown" in home.marks or rng.random() < NOT_YET_COLLECTED_SHARE):
                continue
            quarter = int(target * rng.uniform(0.22, 0.29))
            day = day_between(rng, first, last)
            yield self._row(
                home, "quarter", (start, end, day), quarter, members, share, self_paid=quarter * 3 // 100
            )

    def _shares(self, home: HouseholdDraft) -> tuple[float, float, float]:
        """Wage, business, property; the rest is transfer."""
        rng = self.rng
        wage = rng.uniform(0.5, 0.72) if any(person.works for person in home.people) else 0.0
        business = rng.uniform(0.08, 0.2) if home.able() else rng.uniform(0.0, 0.05)
        return wage, business, rng.uniform(0.02, 0.06)  # together below one: something is always transferred

    def _year(
        self, home: HouseholdDraft, year: int, net: int, members: int, share: tuple[float, float, float]
    ) -> tuple[object, ...]:
        rng = self.rng
        period = (
            date(year - 1, 10, 1),
            date(year, 9, 30),
            day_between(rng, date(year, 10, 5), date(year, 11, 25)),
        )
        part = rng.uniform(0.01, 0.09)
        if "heavy" in home.marks and year == 2019:
            part = rng.uniform(0.55, 0.95)
        elif any(person.serious for person in home.people):
            part = rng.uniform(0.08, 0.22)
        row = self._row(home, "year", period, net, members, share, self_paid=int(net * part))
        if "income_unknown" in home.marks and year == 2019:
            # The business income was never collected, so the net income is not known either.
            row = (*row[:9], None, *row[10:15], None, None)
        return row

    def _row(  # noqa: PLR0913 - one number each
        self, home: HouseholdDraft, kind: str, period: tuple[date, date, date], net: int, members: int,
        share: tuple[float, float, float], *, self_paid: int,
    ) -> tuple[object, ...]:  # fmt: skip
        rng, (wage_share, business_share, property_share) = self.rng, share
        net -= net % 100
        cost = int(net * business_share * rng.uniform(0.15, 0.4)) // 100 * 100
        gross = net + cost
        wage, business, prop = (
            int(gross * part) // 100 * 100 for part in (wage_share, business_share, property_share)
        )
        transfer = gross - wage - business - prop
        if (
            "allowance_unpaid" in home.marks
        ):  # the allowance stands in our records, the income does not show it
            business, transfer = business + transfer, 0
        old = sum(age_of(person) >= 60 for person in home.people)
        transfer_least = min(old * PENSION // (1 if kind == "year" else 4), wage)
        if transfer < transfer_least and "allowance_unpaid" not in home.marks:
            wage, transfer = wage - (transfer_least - transfer), transfer_least
        disposable = net - int(net * rng.uniform(0.0, 0.012)) // 100 * 100 if rng.random() < 0.35 else None
        claims = self_paid * rng.randrange(0, 60) // 100 if self_paid > net * 0.1 else 0
        start, end, collected = period
        return (
            home.pk, kind, start, end, collected, moment(collected, 16), SOURCE, members,
            wage, business, prop, transfer, cost, self_paid, claims, net, disposable,
        )  # fmt: skip
