"""A random county made to be nasty: unknown facts everywhere, figures on the line, spells that end on the day itself.

    build(7)                                      # sixty households of Yuzhou around 20 September 2020
    build(7, place="411221", day=date(2019, 3, 31))

Rows are written straight into the tables: what the services would refuse may stand there, as in any real county.
"""

from datetime import date, timedelta

from households import codes
from households.models import (
    Guarantee,
    HelperAssignment,
    Household,
    HouseholdSituation,
    Residence,
    SafetyNet,
    StatusSpell,
)
from tests.independent.county_help import events, incomes, measures, visits
from tests.independent.county_people import people
from tests.independent.dice import Dice, moment
from villages.models import Division, VillageYear

DAY = date(2020, 9, 20)
CLASSES = ("poor", "deep_poverty", "key_nonpoor", "nonpoor", "")
MONEY = (0, 4_999_999, 5_000_000, 5_000_001, 9_999_999, 10_000_000, 10_000_001, 40_000_000)
LEVELS = {2: "province", 4: "prefecture", 6: "county", 9: "township", 12: "village"}


def build(seed: int, households: int = 60, *, place: str = "411081", day: date = DAY) -> list[Household]:
    """The county `place` with so many households, and two households of another county beside it."""
    dice = Dice(seed, day)
    villages = [
        division(f"{place}{township}{number}") for township in (100, 101, 102) for number in range(201, 205)
    ]
    years(dice, [*villages, division(f"{place}103201")])
    elsewhere = division(f"{int(place) + 1}100201")
    made = [_household(dice, number, dice.one(villages)) for number in range(households)]
    made += [_household(dice, households + number, elsewhere) for number in range(2)]
    Household.objects.bulk_create(made)
    for part in (residences, statuses, guarantees, living, nets, helpers):
        part(dice, made)
    members = people(dice, made)
    nets_of_members(dice, members)
    incomes(dice, made)
    visits(dice, made)
    events(dice, made, members)
    measures(dice, made, members)
    Household.objects.update(
        created_at=moment(day - timedelta(days=4000))
    )  # otherwise nobody knew of them that day
    return made


def division(code: str) -> Division:
    """The place and all above it, made where missing."""
    parent = None
    for length, level in LEVELS.items():
        if length > len(code):
            break
        parent, _ = Division.objects.get_or_create(
            code=code[:length],
            defaults={
                "name": f"{code[:length]}地",
                "short_name": code[:length],
                "level": level,
                "parent": parent,
            },
        )
    assert parent is not None
    return parent


def years(dice: Dice, villages: list[Division]) -> None:
    """Facts of villages: every class, all figures or none, last year missing, a year that is still to come."""
    rows = []
    for village in villages:
        kind = dice.one(CLASSES)
        for year in range(dice.day.year - 3, dice.day.year + 2):
            if dice.chance(25):
                continue
            people = dice.or_none((1, 99, 100, 101, 1000, 1999, 2000, 0), 15)
            rates = (0, 2, 5, 19, 20, 21, 30, 31)
            poor = dice.or_none(
                [(people or 100) * rate // 100 + plus for rate in rates for plus in (0, 1)], 15
            )
            rows.append(
                VillageYear(
                    division=village, year=year, village_class=kind if dice.chance(85) else dice.one(CLASSES),
                    registered_population=people, poor_persons=poor,
                    registered_households=dice.or_none((10, 300)),
                    collective_income_fen=dice.or_none(MONEY), has_relief_task=dice.or_none((True, True, False)),
                )
            )  # fmt: skip
    VillageYear.objects.bulk_create(rows)


def _household(dice: Dice, number: int, village: Division) -> Household:
    causes = [cause.value for cause in codes.Cause]
    risks = [] if dice.chance(45) else dice.sample(causes, dice.randrange(1, 4))
    if risks and dice.chance(30) and "illness" not in risks:
        risks = ["illness", *risks]
    found = dice.edge(-1200, 20) if dice.chance(60) else None
    removed = found + timedelta(days=dice.one((0, 1, 30, 365))) if found and dice.chance(40) else None
    return Household(
        household_no=f"I{village.code[:6]}{number:05d}", village=village, scope_code=village.code, head_name="户主",
        members_count=dice.randrange(6), poverty_status=dice.one([s.value for s in codes.PovertyStatus]),
        monitor_class=dice.one([c.value for c in codes.MonitorClass]), main_cause=dice.or_blank(causes, 50), risks=risks,
        identified_on=dice.or_none((date(2014, 1, 1), dice.day)), risk_identified_on=found, risk_removed_on=removed,
        is_live=not dice.chance(5),
    )  # fmt: skip


def residences(dice: Dice, made: list[Household]) -> None:
    rows = []
    for household in made:
        spans = dice.periods(2)
        rows += [
            Residence(household=household, village=household.village, **dice.dated(span)) for span in spans
        ]
    Residence.objects.bulk_create(rows)


def statuses(dice: Dice, made: list[Household]) -> None:
    """Poverty status: one household in ten has none. Monitoring class: half have none, which is an act not done."""
    rows = []
    for household in made:
        for dimension, lists, never in (
            ("poverty", [*codes.PovertyStatus.values, "ordinary", "ordinary"], 10),
            ("monitor", [*codes.MonitorClass.values, "borderline", "none"], 40),
        ):
            if dice.chance(never):
                continue
            rows += [
                StatusSpell(
                    household=household, dimension=dimension, value=dice.one(lists), **dice.dated(span)
                )
                for span in dice.periods()
            ]
    StatusSpell.objects.bulk_create(rows)


def guarantees(dice: Dice, made: list[Household]) -> None:
    """The five guarantees: often met, sometimes not, unknown or never asked; now and then two rows on one day."""
    rows = []
    states = ("met", "met", "met", "not_met", "not_met", "unknown")
    for household in made:
        if dice.chance(20):  # all is well there
            long_ago = dice.dated((dice.day - timedelta(days=2000), None))
            rows += [
                Guarantee(household=household, kind=kind, state="met", **long_ago)
                for kind in codes.GuaranteeKind
            ]
            continue
        for kind in codes.GuaranteeKind.values:
            if dice.chance(10):
                continue
            spans = dice.periods(2)
            if dice.chance(10):
                spans.append((dice.edge(-400, 2), dice.day + timedelta(days=60)))
            states_here = ("met",) if dice.chance(40) else states
            rows += [
                Guarantee(household=household, kind=kind, state=dice.one(states_here), **dice.dated(span))
                for span in spans
            ]
    Guarantee.objects.bulk_create(rows)


def living(dice: Dice, made: list[Household]) -> None:
    rows = []
    for household in made:
        if dice.chance(8):
            continue
        rows += [
            HouseholdSituation(
                household=household, danger_grade=dice.or_blank("ABCD"), water_safe=dice.or_none((True, False)),
                **dice.dated(span),
            )
            for span in dice.periods(2)
        ]  # fmt: skip
    HouseholdSituation.objects.bulk_create(rows)


def nets(dice: Dice, made: list[Household]) -> None:
    """Allowance and support of whole households."""
    rows = []
    for household in made:
        for kind in codes.SafetyNetKind.values:
            if dice.chance(25 if kind == "rural_allowance" else 10):
                rows += [
                    SafetyNet(household=household, kind=kind, **dice.dated(span)) for span in dice.periods(2)
                ]
    SafetyNet.objects.bulk_create(rows)


def nets_of_members(dice: Dice, members: dict[int, list[int]]) -> None:
    """单人保: spells of one member."""
    rows = []
    for household, persons in members.items():
        for person in persons:
            if dice.chance(6):
                kind = dice.one(codes.SafetyNetKind.values)
                rows += [
                    SafetyNet(household_id=household, person_id=person, kind=kind, **dice.dated(span))
                    for span in dice.periods(2)
                ]
    SafetyNet.objects.bulk_create(rows)


def helpers(dice: Dice, made: list[Household]) -> None:
    rows = []
    for household in made:
        if dice.chance(70):
            spans = dice.periods(2)
            rows += [
                HelperAssignment(household=household, name="王帮扶", **dice.dated(span)) for span in spans
            ]
    HelperAssignment.objects.bulk_create(rows)
