"""The parts of the demonstration county that need no database."""

from datetime import date
from random import Random

import pytest

from common.pii import birth_date_of, gender_of, id_number_fault, phone_fault
from poverty.demo import families, health, population
from poverty.demo.money import allocate, plan_grants, plan_payments
from poverty.demo.numbers import Numbers
from poverty.demo.placing import VillagePlan, choose_poor_villages
from poverty.demo.plan import BUSINESS_DAY, GROUPS, UNEXITED, Scale
from poverty.demo.projects import TOTAL_WAN, WAN, plan_projects
from poverty.demo.sizes import exact_parts, exact_sizes


def some_villages() -> list[VillagePlan]:
    return [
        VillagePlan(
            n, f"4110811{n // 30:02d}{200 + n % 30}", f"村{n}", f"4110811{n // 30:02d}", f"镇{n // 30}"
        )
        for n in range(600)
    ]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_sizes_add_up_to_the_person(group):
    sizes = exact_sizes(Random(7), group.households, group.persons, group.largest)
    assert (len(sizes), sum(sizes)) == (group.households, group.persons)
    assert 1 <= min(sizes) <= max(sizes) <= group.largest


def test_sizes_refuse_what_cannot_be():
    with pytest.raises(ValueError, match="cannot hold"):
        exact_sizes(Random(7), 10, 9, 8)


def test_parts_add_up_and_keep_the_proportion():
    parts = exact_parts(1000, [1, 2, 3.5, 0.01])
    assert sum(parts) == 1000
    assert parts == sorted(parts[:3]) + parts[3:]


def test_identity_numbers_are_valid_and_each_is_given_once():
    numbers, born = Numbers(Random(7)), date(1956, 2, 29)
    given = [numbers.identity(born, male=male) for male in (True, False) * 40]
    assert len(set(given)) == 80
    assert {id_number_fault(number, BUSINESS_DAY) for number in given} == {None}
    assert {birth_date_of(number) for number in given} == {born}
    assert [gender_of(number) for number in given] == ["male", "female"] * 40


def test_phones_are_well_formed_and_of_no_operator():
    numbers = Numbers(Random(7))
    phones = [numbers.phone() for _ in range(500)]
    assert len(set(phones)) == 500
    assert {phone_fault(phone) for phone in phones} == {None}
    assert all(phone.startswith("129") and len(phone) == 11 for phone in phones)


@pytest.fixture(scope="module")
def homes():
    scale = Scale(0.1)
    found = population.draw_households(3, scale)
    population.give_people(3, scale, found)
    return found


def test_families_fit(homes):
    for home in homes:
        assert len(home.people) == home.size
        relations = [person.relation for person in home.people]
        assert relations.count("head") == 1
        assert all(relations.count(one) <= 1 for one in ("spouse", "father", "mother", "daughter_in_law"))
        by_relation = {person.relation: person for person in home.people}
        if spouse := by_relation.get("spouse"):
            assert spouse.male != home.head.male
        for person in home.people:
            age = families.age_of(person)
            assert 0 <= age <= 97
            assert person.student or age >= 16
            if person.relation in ("son", "daughter"):
                assert families.age_of(home.head) - age >= 16
            assert {"son": True, "daughter": False, "father": True, "mother": False}.get(
                person.relation, person.male
            ) is person.male


def test_everybody_of_school_age_sits_in_a_class_that_fits(homes):
    for home in homes:
        for person in home.people:
            if person.student:
                age = health.school_age(person.born, 2019)
                assert person.education == ""
                assert (person.schooling in ("preschool_age", "kindergarten")) is (age < 6)
                assert person.schooling.startswith("junior") is (12 <= age < 15)
            else:
                assert person.schooling == "not_at_school"


def test_labour_of_the_unexited_is_counted_out(homes):
    scale = Scale(0.1)
    people = [person for home in homes if home.group is UNEXITED for person in home.people]
    unable = [p for p in people if not p.student and p.labour in ("lost", "none")]
    assert len(unable) == scale.of(1032)
    assert sum(p.student for p in people) == len(people) - scale.of(1832) - scale.of(1032)


def test_every_fen_reaches_a_project_and_none_is_paid_twice():
    rng, villages = Random(5), some_villages()
    choose_poor_villages(rng, villages)
    projects = plan_projects(rng, [village for village in villages if not village.poor][:269], villages)
    grants = plan_grants()
    allocations = allocate(rng, grants, projects)
    assert sum(project.planned_fen for project in projects) == TOTAL_WAN * WAN
    assert {grant.left_fen for grant in grants} == {0}
    for project in projects:
        assert sum(a.amount_fen for a in allocations if a.project is project) == project.planned_fen
    paid: dict[int, int] = {}
    for payment in plan_payments(rng, allocations):
        key = id(payment.allocation)
        paid[key] = paid.get(key, 0) + payment.amount_fen
        assert payment.amount_fen > 0
        assert payment.allocation.allocated_on <= payment.paid_on <= BUSINESS_DAY
        assert paid[key] <= payment.allocation.amount_fen
    assert len({a.grant.level for a in allocations if a.project.kind == "collective"}) == 4
