"""Two townships, and the people of this app's tests as plain actors."""

from datetime import date

import pytest

from accounts.actor import Actor, Grant
from accounts.models import User
from accounts.permissions import ALL_FIELD_GROUPS, ROLES
from tests.factories.households import make_village

HERE, THERE = "411081100201", "411081101201"
TODAY = date(2020, 9, 20)


@pytest.fixture(autouse=True)
def business_day(settings):
    settings.BUSINESS_DATE = TODAY


@pytest.fixture
def village(db):
    return make_village(HERE, "甲村村委会")


@pytest.fixture
def other_village(db):
    return make_village(THERE, "乙村村委会")


def acting(role: str, code: str, name: str = "", groups=ALL_FIELD_GROUPS, **kw) -> Actor:
    """An actor with one posting, made without the rows of a posting."""
    user, _ = User.objects.get_or_create(
        username=name or f"{role}{code}", defaults={"full_name": name or role}
    )
    spec = ROLES[role]
    grant = Grant(role, spec.name, code, "", spec.permissions, spec.assigned_only, frozenset(groups))
    return Actor(user.pk, user.username, user.full_name, (grant,), **kw)


@pytest.fixture
def clerk(village) -> Actor:
    return acting("township_clerk", "411081100", "李办事")


@pytest.fixture
def other_clerk(other_village) -> Actor:
    return acting("township_clerk", "411081101", "赵办事")


@pytest.fixture
def officer(village) -> Actor:
    return acting("county_officer", "411081", "县主管")


@pytest.fixture
def auditor(village) -> Actor:
    return acting("auditor", "411081", "审计员")


@pytest.fixture
def helper(village) -> Actor:
    return acting("village_helper", HERE, "王帮扶")
