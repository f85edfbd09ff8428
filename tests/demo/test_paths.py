"""The proceedings of the demonstration: one at each step before the decision, made once, by people who may."""

import pytest

from households.models import StatusSpell
from poverty.demo.paths import STATES, walk_paths
from proceedings.models import Application, Kind, Notice, Objection, Proceeding

pytestmark = pytest.mark.usefixtures("small", "db")


def test_one_proceeding_stands_at_each_step_before_the_decision():
    found = dict(Proceeding.objects.filter(kind=Kind.IDENTIFICATION).values_list("state", "pk"))
    assert set(found) == {"clue", "not_eligible", *STATES}
    assert Proceeding.objects.filter(kind=Kind.IDENTIFICATION).count() == len(found)
    assert set(Proceeding.objects.values_list("kind", flat=True)) <= {
        "identification",
        "removal",
        "household_exit",
    }
    assert 11 <= Proceeding.objects.count() <= 13


def test_nothing_is_decided_so_the_figures_of_the_document_stay():
    assert not Proceeding.objects.filter(decided_on__isnull=False).exists()
    households = Proceeding.objects.values("household")
    assert not StatusSpell.objects.filter(household__in=households, effective_from__gte="2020-09-01").exists()


def test_applications_are_in_every_state_but_one():
    states = set(Application.objects.values_list("state", flat=True))
    assert states == {"new", "taken", "declined"}
    assert {row.number("phone")[:3] for row in Application.objects.all()} == {
        "129"
    }  # a range given to nobody


def test_notices_hang_with_their_lines_and_one_is_objected():
    assert all(notice.items.count() == 1 for notice in Notice.objects.all())
    assert Notice.objects.count() == 3
    objection = Objection.objects.get()
    assert objection.proceeding.state == "noticed"
    assert objection.item is not None


def test_a_second_time_makes_nothing():
    before = Proceeding.objects.count(), Application.objects.count()
    walk_paths(lambda text: None)
    assert (Proceeding.objects.count(), Application.objects.count()) == before
