"""Incomes, visits, events and help of the random county."""

import uuid
from datetime import date, timedelta
from typing import Any

from households import codes
from households.models import AidMeasure, Household, HouseholdEvent, IncomeRecord, Visit
from tests.independent.dice import Dice, moment

# 元 a head: lines of the documents, and what stands beside them.
LINES = (0, 1500, 2000, 3000, 4000, 4000, 4500, 5000, 5000, 7500, 7500, 8000, 9000, 12000)
PARTS = ("wage", "business", "property", "transfer")


def incomes(dice: Dice, made: list[Household]) -> None:
    """Four years and six quarters with gaps, corrections, late collections, unknown parts; two years at once are rare."""
    rows: list[IncomeRecord] = []
    for household in made:
        head, steady = dice.one(LINES), dice.chance(30)
        for end, start in _years(dice.day):
            if dice.chance(20):
                continue
            rows += _records(
                dice, household, "year", start, end, head if steady or dice.chance(40) else dice.one(LINES)
            )
        if dice.chance(3):
            end = date(dice.day.year - 1, 9, 20)
            rows += _records(dice, household, "year", date(dice.day.year - 2, 10, 1), end, head)
        for end, start in _quarters(dice.day):
            if not dice.chance(35):
                rows += _records(dice, household, "quarter", start, end, dice.one((500, 700, 1000, 1001)))
    IncomeRecord.objects.bulk_create(rows)


def _years(day: date) -> list[tuple[date, date]]:
    return [(date(year, 9, 30), date(year - 1, 10, 1)) for year in range(day.year - 3, day.year + 1)]


def _quarters(day: date) -> list[tuple[date, date]]:
    """Five quarters up to the one of the day, latest last."""
    found = []
    for back in range(5, -1, -1):
        months = day.year * 12 + (day.month - 1) // 3 * 3 - 3 * back
        start = date(months // 12, months % 12 + 1, 1)
        after = date((months + 3) // 12, (months + 3) % 12 + 1, 1)
        found.append((after - timedelta(days=1), start))
    return found


def _records(
    dice: Dice, household: Household, kind: str, start: date, end: date, per_head: int
) -> list[IncomeRecord]:
    """The record, perhaps after one it corrects."""
    collected = end + timedelta(days=dice.one((-10, 0, 0, 1, 15, 30)))
    if dice.chance(10):
        collected = max(start, dice.edge(-2, 2))
    base = {
        "household": household,
        "kind": kind,
        "period_start": start,
        "period_end": end,
        "collected_on": collected,
    }
    written = moment(collected + timedelta(days=dice.one((0, 0, 3, 200))))
    made = []
    if dice.chance(15):
        later = written + timedelta(days=dice.one((0, 1, 300)))
        wrong = IncomeRecord(**base, **money(dice, dice.one(LINES)), recorded_at=written, superseded_at=later)
        made.append(wrong)
        written = later
    if made and dice.chance(15):
        return made  # taken back without anything in its place
    return [*made, IncomeRecord(**base, **money(dice, per_head), recorded_at=written)]


def money(dice: Dice, per_head: int) -> dict[str, Any]:
    """分 one below, at and one above the line for all members; a part, the members or all of it may be unknown."""
    members = dice.or_none((1, 2, 3, 4, 5, 0), 8)
    net = per_head * 100 * (members or 3) + dice.one((-1, 0, 1, 0, 12345))
    known = not dice.chance(15)
    wage = net - 300_000 + 100_000 if known or dice.chance(50) else None
    given = {
        "wage_fen": wage, "business_fen": 100_000, "property_fen": 50_000, "transfer_fen": 50_000,
        "production_cost_fen": 0,
    }  # fmt: skip
    if not known:
        given["transfer_fen" if dice.chance(40) else dice.one(tuple(given))] = None
    if dice.chance(20):
        given["transfer_fen"], given["business_fen"] = 0, given["business_fen"] and 150_000
    parts = [given[f"{part}_fen"] for part in PARTS]
    cost = given["production_cost_fen"]
    whole = None if None in parts or cost is None else sum(part or 0 for part in parts) - cost
    paid = dice.or_none(
        (0, net * 30 // 100, net * 30 // 100 + 1, 499_999, 500_000, 1_000_000, 2_000_000, net, net + 1)
    )
    disposable = None if dice.chance(40) else net + dice.one((-1, 0, 1, 50_000, -50_000))
    return {
        **given, "members": members, "net_fen": whole, "self_paid_fen": paid, "disposable_fen": disposable,
        "claims_fen": dice.or_none((0, 100_000), 60),
    }  # fmt: skip


def visits(dice: Dice, made: list[Household]) -> None:
    """On the first and last day of quarters, on the day, after it; some written down late."""
    first = date(dice.day.year, (dice.day.month - 1) // 3 * 3 + 1, 1)
    days = (first - timedelta(days=1), first, first + timedelta(days=30), dice.day, dice.day + timedelta(days=1),
            dice.day - timedelta(days=100), dice.day - timedelta(days=400))  # fmt: skip
    rows = []
    for household in made:
        for _ in range(dice.randrange(4)):
            on = dice.one(days)
            rows.append(
                Visit(
                    uuid=uuid.UUID(int=dice.getrandbits(128)), household=household, visitor_name="李走访", visited_on=on,
                    kind=dice.one(("home", "home", "phone", "outside")), content={}, content_hash=b"0" * 32,
                    recorded_at=moment(on + timedelta(days=dice.one((0, 0, 10)))),
                )
            )  # fmt: skip
    Visit.objects.bulk_create(rows)


def events(dice: Dice, made: list[Household], members: dict[int, list[int]]) -> None:
    """Twelve months back to the day, yesterday, today, tomorrow; open, resolved before, on and after the day."""
    rows = []
    for household in made:
        if dice.chance(40):
            continue
        for _ in range(dice.randrange(1, 5)):
            on = dice.months_ago(12) if dice.chance(30) else dice.edge(-400, 2)
            solved = max(on, dice.edge(-30, 20)) if dice.chance(25) else None
            who = dice.one(members[household.pk]) if members[household.pk] and dice.chance(50) else None
            rows.append(
                HouseholdEvent(
                    household=household, person_id=who, kind=dice.one(codes.EventKind.values), happened_on=on,
                    resolved_on=solved, recorded_at=moment(on + timedelta(days=dice.one((0, 0, 5, 300)))),
                )
            )  # fmt: skip
    HouseholdEvent.objects.bulk_create(rows)


def _item(dice: Dice, category: str) -> str:
    items = codes.MEASURE_ITEMS[category]
    return items[0] if dice.chance(30) else dice.one(items)


def measures(dice: Dice, made: list[Household], members: dict[int, list[int]]) -> None:
    """Every category; planned, running, done and stopped; begun and ended around the day; with and without a person."""
    rows = []
    for household in made:
        favourites = ("industry", "industry", "finance", "social_security", "health")
        favourites += () if dice.chance(30) else (*codes.JOB_MEASURES, "social_security")
        for _ in range(dice.one((0, 0, 1, 3, 5, 7, 9))):
            category = dice.one(favourites) if dice.chance(75) else dice.one(codes.MeasureCategory.values)
            start = dice.edge(-1200, 20)
            end = max(start, dice.edge()) if dice.chance(25) else None
            who = dice.one(members[household.pk]) if members[household.pk] and dice.chance(50) else None
            rows.append(
                AidMeasure(
                    household=household, person_id=who, category=category,
                    item=_item(dice, category), started_on=start, ended_on=end,
                    state=dice.one(("active", "active", "active", "planned", "done", "stopped")),
                    recorded_at=moment(start + timedelta(days=dice.one((0, 0, 5, 300)))),
                )
            )  # fmt: skip
    AidMeasure.objects.bulk_create(rows)
