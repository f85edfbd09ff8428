"""The same act from many connections at once is one act; two acts that exclude each other never both happen."""

import uuid
from datetime import date

import pytest

from households import services
from households.inputs import ActNote, PersonInput
from households.models import Household, HouseholdAct
from tests.at_once import THREADS
from tests.factories.households import make_household, make_village
from tests.households.conftest import acting
from tests.households.families import family

pytestmark = pytest.mark.django_db(transaction=True)
ON = date(2020, 3, 1)
OPEN = "SELECT COUNT(*) FROM households_membership WHERE {} = {} AND effective_to IS NULL"


def test_one_form_sent_by_many_at_once_is_one_act(at_once):
    village = make_village()
    clerk, household, form = acting("county_officer", "411081", "主管"), make_household(village), uuid.uuid4()

    def act(_: int) -> str:
        entry = PersonInput("张小", "son", gender="male", join_kind="newborn")
        row = Household.objects.get(pk=household.pk)
        services.member_add(actor=clerk, household=row, entry=entry, on=ON, note=ActNote(uuid=form))
        return "done"

    assert at_once(act) == {"done": THREADS}
    assert at_once.stored("SELECT COUNT(*) FROM households_householdact") == 1
    assert at_once.stored(OPEN.format("household_id", household.pk)) == 2


def test_an_act_is_undone_by_one_of_many(at_once):
    clerk = acting("county_officer", "411081", "主管")
    household, head, wife, son = family(make_village())
    services.member_leave(actor=clerk, household=household, person=son, on=ON, kind="moved_out")
    done = HouseholdAct.objects.get()

    def act(number: int) -> str:
        services.act_reverse(actor=clerk, act=HouseholdAct.objects.get(pk=done.pk), reason=f"{number}")
        return "undone"

    assert at_once(act) == {"undone": 1, "already_reversed": THREADS - 1}
    assert at_once.stored(OPEN.format("person_id", son.pk)) == 1
