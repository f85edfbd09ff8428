"""The engine and a second reading of the documents agree, person by person, house by house, village by village.

Four counties of random rows lie in one database, each with the packs of its place; every run is compared with plain Python
over the same rows (persons.py, houses.py, villages.py), which knows the documents and nothing of the engine.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat

from households.models import Person
from monitoring.models import (
    HouseholdFacts,
    PersonFacts,
    RiskSign,
    RunFault,
    RunTally,
    ScreeningRun,
    TownshipFacts,
    VillageFacts,
)
from monitoring.screening.engine import screening_execute
from monitoring.screening.planning import plan_for
from policies.pack.canonical import checksum_of
from tests.factories.policies import make_pack, publish
from tests.independent import county, county_desks, county_persons, houses, persons, persons_desks, villages
from tests.independent.persons_facts import Moment, houses_of, persons_of
from tests.independent.persons_logic import RULES
from tests.independent.rows import read_rows

READINGS = (houses, persons, persons_desks, villages)  # they enter their rules into RULES
PACKS = (
    "county-default",
    "yuzhou-2020",
    "xuchang-2023",
    "mianchi-2018-2020",
    "shangqiu-2018",
    "longterm-2020",
)
STANDARD = 450_000  # 分 a head and year: Yuzhou's own, and given to the others below
# place -> the day its rows lie around, and the days they are judged on
COUNTIES = {
    "411081": (date(2020, 9, 20), (date(2020, 9, 20), date(2023, 3, 31))),
    "411221": (date(2020, 2, 29), (date(2019, 12, 30), date(2020, 2, 29))),
    "411481": (date(2018, 10, 31), (date(2018, 10, 31), date(2018, 12, 31))),
    "320707": (date(2020, 6, 30), (date(2020, 6, 30),)),
}
SHEETS = {
    "household": HouseholdFacts,
    "person": PersonFacts,
    "village": VillageFacts,
    "township": TownshipFacts,
}
SUBJECTS = ("person", "house", "village", "township")
pytestmark = pytest.mark.django_db
NEVER = {
    # The numbers of persons are counted and houses without a certificate are named: nothing there can be unknown.
    ("YZ-R-1-01", "unknown"): "counted from memberships",
    ("YZ-R-1-02", "unknown"): "counted from memberships",
    ("MC-R051", "unknown"): "an exit is decided and closed here or not at all",
}


@dataclass(frozen=True, repr=False)  # a failing test would spell out a whole county
class Compared:
    """One rule in one run: verdicts by subject, ours and the engine's, with what the engine wrote down."""

    rule: str
    place: str
    day: date
    ours: dict[int, str]
    engine: dict[int, str]
    subjects: dict[int, object]
    tally: Counter[str]
    signs: set[int] | None  # of an acting run and a rule that opens any


@pytest.fixture(scope="module")
def compared(django_db_setup, django_db_blocker) -> Iterator[list[Compared]]:
    with django_db_blocker.unblock(), transaction.atomic():
        publish(*PACKS)
        for seed, (place, (day, _)) in enumerate(COUNTIES.items(), 1):
            if place != "411081":
                _standard_told(place)
            county.build(seed, 30, place=place, day=day)
            # Each county numbers its persons from nought.
            made = Person.objects.filter(person_no__startswith="IP")
            made.update(person_no=Concat(Value(place), "person_no"))
            county_persons.add(seed, place, day, crowded=place == "411081")
            county_desks.add(seed, place, day)
        rows = read_rows()
        yield [
            found
            for place, (_, days) in COUNTIES.items()
            for day in days
            for kind in ("households", "funds")
            for found in _run(rows, kind, place, day)
        ]
        transaction.set_rollback(True)


def _standard_told(place: str) -> None:
    """These documents give no allowance standard; a county's own pack does."""
    param = {"value": "4500.00", "unit": "yuan/person/year", "basis": "county", "meaning": "低保年标准", "meaning_zh": "低保年标准"}  # fmt: skip
    document = {
        "code": f"standard-{place}",
        "title": "低保标准",
        "place": place,
        "effective_from": "2018-01-01",
    }
    content = {"document": document, "parameters": {"param": {"allowance_standard": param}}}
    make_pack(
        document["code"], place=place, content=content, checksum=checksum_of(content), effective_from=date(2018, 1, 1)
    )  # fmt: skip


def _run(rows, kind: str, place: str, day: date) -> list[Compared]:
    run = ScreeningRun.objects.create(
        key=f"{kind}:{place}:{day}", kind=kind, scope_code=place, as_of=day, keep_facts=True
    )
    run = ScreeningRun.claim(run.pk)
    plan = plan_for(run)
    ours = [
        rule
        for rule in plan.rules
        if rule.key in RULES or rule.subject not in ("household", "project", "fund_area")
    ]
    assert run.close(result=screening_execute(run, replace(plan, rules=tuple(ours))))
    run.refresh_from_db()
    subjects = _subjects(rows, run)
    return [_compare(run, rule, subjects[rule.subject]) for rule in ours]


def _subjects(rows, run: ScreeningRun) -> dict[str, dict[int, object]]:
    """Who is to be judged, without the households that cannot be (their own test is elsewhere)."""
    at = Moment(run.as_of, run.known_at)
    faulty = set(RunFault.objects.filter(run=run).values_list("subject_key", flat=True))
    homes = houses_of(rows, run.scope_code, at, STANDARD)
    able = {key: house for key, house in homes.items() if f"household:{key}" not in faulty}
    found = {"household": able}
    found["person"] = {who.id: who for who in persons_of(rows, at, homes) if who.house.id in able}
    for level in ("village", "township"):
        found[level] = {one.id: one for one in villages.places(rows, run.scope_code, at, homes, level)}
    return found


def _compare(run: ScreeningRun, rule, subjects: dict[int, object]) -> Compared:
    sheet = SHEETS[rule.subject].objects.filter(run=run)
    engine = dict.fromkeys(sheet.values_list("subject_id", flat=True), "unknown")
    for verdict, condition in (("out", rule.out), ("clear", rule.clear), ("hit", rule.hit)):
        if condition is not None:
            engine |= dict.fromkeys(sheet.filter(condition).values_list("subject_id", flat=True), verdict)
    reading = RULES.get(rule.key)
    ours = {key: reading(one, run.as_of) if reading else "no reading" for key, one in subjects.items()}
    tally = RunTally.objects.get(run=run, rule_key=rule.key)
    signs = None
    if run.is_acting and rule.effect != "list":
        keys = dict(sheet.values_list("subject_key", "subject_id"))
        opened = RiskSign.objects.filter(
            rule_key=rule.key, closed_on=None, scope_code__startswith=run.scope_code
        )
        signs = {keys[key] for key in opened.values_list("subject_key", flat=True) if key in keys}
    counts = Counter(hit=tally.hit, clear=tally.clear, unknown=tally.unknown)
    return Compared(rule.key, run.scope_code, run.as_of, ours, engine, subjects, counts, signs)


def test_the_same_persons_houses_villages_and_townships_are_judged(compared):
    wrong = [
        f"{one.rule} {one.place} {one.day}: engine alone {set(one.engine) - set(one.ours)}, "
        f"documents alone {set(one.ours) - set(one.engine)}"
        for one in compared
        if set(one.engine) != set(one.ours)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_verdict_is_the_same(compared):
    wrong = []
    for one in compared:
        differing = [key for key in one.ours if one.ours[key] != one.engine.get(key)]
        if differing:
            first = differing[0]
            wrong.append(
                f"{one.rule} {one.place} {one.day}: {len(differing)} of {len(one.ours)} differ, e.g. documents say "
                f"{one.ours[first]}, the engine {one.engine.get(first)}: {one.subjects[first]}"
            )
    assert not wrong, "\n".join(wrong)


def test_what_a_run_writes_down_is_what_it_judged(compared):
    """The tally counts our verdicts; an open sign stands for each hit, beside those that were hits before and of whom
    nothing is known now."""
    wrong = []
    for one in compared:
        counts = Counter(one.ours.values())
        if any(one.tally[verdict] != counts[verdict] for verdict in ("hit", "clear", "unknown")):
            wrong.append(f"{one.rule} {one.place} {one.day}: counted {one.tally}, by the documents {counts}")
        if one.signs is not None:
            hits, may = (
                {key for key, said in one.ours.items() if said in words}
                for words in (["hit"], ["hit", "unknown"])
            )
            if not hits <= one.signs <= may:
                wrong.append(
                    f"{one.rule} {one.place} {one.day}: signs missing {hits - one.signs}, too many {one.signs - may}"
                )
    assert not wrong, "\n".join(wrong)


def test_every_rule_is_tried_with_a_hit_a_clear_and_an_unknown(compared):
    seen = defaultdict(set)
    for one in compared:
        seen[one.rule] |= set(one.ours.values())
    missing = {
        (key, verdict) for key in seen for verdict in ("hit", "clear", "unknown") if verdict not in seen[key]
    }
    assert not missing ^ set(NEVER), sorted(missing ^ set(NEVER))


def test_every_running_rule_is_read_a_second_time(compared):
    """By the catalogue's subject (a house is judged with its household) and by the engine's."""
    listed = StringIO()
    call_command("rules", "--json", stdout=listed)
    running = {
        key
        for rule in json.loads(listed.getvalue())["rules"]
        if rule["state"] == "runs" and rule["subject"] in SUBJECTS
        for key in rule["rules"]
    }
    assert running - {"LT-R-1.2-03"} <= set(RULES)
    assert set(RULES) == {one.rule for one in compared}
