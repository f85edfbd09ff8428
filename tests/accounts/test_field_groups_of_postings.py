"""Several postings of one person: what one of them opens must not open the area of another."""

from accounts.permissions import ALL_FIELD_GROUPS
from tests.cast import actor, make_user, post

VIEW = "households.view"


def groups(user) -> frozenset[str]:
    return actor(user).scope(VIEW).field_groups


def test_a_clerk_who_also_serves_a_department_sees_the_county_with_the_departments_eyes(world):
    both = make_user("both")
    post(both, "township_clerk", world.township_a)
    post(both, "department_officer", world.county, ("health",))
    assert groups(both) == {"health"}


def test_a_narrow_posting_inside_a_wide_one_takes_nothing_away(world):
    both = make_user("both")
    post(both, "county_officer", world.county)
    post(both, "department_officer", world.township_a, ("health",))
    assert groups(both) == ALL_FIELD_GROUPS


def test_two_departments_show_what_both_may_show(world):
    both = make_user("both")
    post(both, "department_officer", world.township_a, ("health", "identity"))
    post(both, "department_officer", world.township_b, ("health", "income"))
    assert groups(both) == {"health"}


def test_equal_postings_in_two_townships_keep_their_groups(world):
    both = make_user("both")
    post(both, "department_officer", world.township_a, ("health",))
    post(both, "department_officer", world.township_b, ("health",))
    assert groups(both) == {"health"}


def test_helping_assigned_households_opens_nothing_of_the_department(world):
    both = make_user("both")
    post(both, "village_helper", world.village_a1)
    post(both, "department_officer", world.county, ("health",))
    assert groups(both) == {"health"}


def test_nobody_has_no_groups(world):
    assert groups(make_user("none")) == frozenset()
