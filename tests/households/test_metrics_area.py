"""Told an area, a metric may read less; of whoever lives there it must say the same."""

from datetime import date

import pytest

from households.models import Household, Membership, Person
from policies.metrics import Judged, groups_of, source_of
from tests.independent.county import build

DAY, UNTIL = date(2020, 9, 20), date(2020, 12, 31)
COUNTY = "411081"


@pytest.fixture
def county(db):
    """A random county in which some are on the rolls of two households, in two townships, as imported history has it."""
    build(18, 60, place=COUNTY, day=DAY)
    townships = sorted({code[:9] for code in Household.objects.values_list("scope_code", flat=True)})
    assert len(townships) > 1
    first, second = (Household.objects.filter(scope_code__startswith=code)[:10] for code in townships[:2])
    for home, other in zip(first, second, strict=False):
        member = Membership.objects.filter(household=home).order_by("pk").first()
        twice = {"relation": "other", "effective_from": date(2020, 1, 1), "effective_to": UNTIL}
        Membership.objects.create(person=member.person, household=other, **twice)
    return townships


def read(subject, judged):
    """Base and groups as they are: subject (or household of it) -> what is said."""
    source = source_of(subject)
    base = {row["subject_id"]: row for row in source.rows(judged)}
    said = {
        group.name: (group.by, {row["subject_id"]: row for row in group.rows(judged)})
        for group in groups_of(subject)
    }
    return base, said


@pytest.mark.parametrize("subject", ["household", "person"])
def test_the_area_changes_nothing_that_is_said_of_who_lives_there(county, subject):
    base, said = read(subject, Judged(DAY))
    seen = 0
    for township in county:
        near_base, near_said = read(subject, Judged(DAY, area=township))
        mine = {key: row for key, row in base.items() if row["scope_code"].startswith(township)}
        assert {key: row for key, row in near_base.items() if row["scope_code"].startswith(township)} == mine
        for name, (by, rows) in said.items():
            ids = {row[by] for row in mine.values()}
            near = near_said[name][1]
            assert {key: near.get(key) for key in ids} == {key: rows.get(key) for key in ids}, name
        seen += len(mine)
    assert seen == len(base) > 50


def test_who_is_on_two_rolls_is_judged_in_one_township_only(county):
    twice = Person.objects.filter(memberships__effective_to=UNTIL)
    found = [
        [row["subject_id"] for row in source_of("person").rows(Judged(DAY, area=township))
         if row["scope_code"].startswith(township)]
        for township in county
    ]  # fmt: skip
    judged = [key for rows in found for key in rows]
    assert twice.exists()
    assert len(judged) == len(set(judged))
