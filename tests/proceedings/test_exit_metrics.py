"""What rules read of exits: the standard they were judged by, whether they were closed, what a village's list found."""

import uuid
from datetime import date

import pytest

from households.metrics import facts_of
from policies.metrics import Judged
from policies.packset import PackSet
from proceedings import metrics
from proceedings.models import CheckMark, Kind, Proceeding
from tests.factories.policies import publish
from tests.proceedings import walk
from tests.proceedings.walk import DAY, lead, opened

pytestmark = pytest.mark.django_db
ON = date(2020, 9, 20)


@pytest.fixture
def poor(world, cast, settings):
    settings.BUSINESS_DATE = ON
    publish("yuzhou-2020", "county-default")
    return walk.home(world, cast, poverty_status="unexited")


def of_household(home, name, day=ON):
    return facts_of("household", [home.pk], Judged(day))[home.pk][name]


def of_person(home, name, day=ON):
    pk = home.memberships.get().person_id
    return facts_of("person", [pk], Judged(day))[pk][name]


def of_village(village, day=ON):
    found = facts_of("village", [village.pk], Judged(day))[village.pk]
    return [found[name] for name in ("exit_checks_met", "exit_checks_failed", "exit_checked_on")]


# ---- households


def judged_exit(poor, cast, monkeypatch):
    from proceedings import checks, posting  # noqa: PLC0415 - the checks of the flow are put back by the fixture

    posting.register()
    monkeypatch.setitem(checks._checks, checks.HOUSEHOLD_EXIT, lambda row: [])
    row = opened(poor, cast, Kind.HOUSEHOLD_EXIT, who="li")
    walk.do(row, "evaluate", cast)
    return row


def test_an_exit_is_by_the_present_standard_until_another_is_published(poor, cast, monkeypatch):
    assert of_household(poor, "exit_opened_on") is None
    row = opened(poor, cast, Kind.HOUSEHOLD_EXIT, who="li")
    assert of_household(poor, "exit_opened_on") == DAY
    assert of_household(poor, "exit_by_present_standard") is None, "not judged yet"
    Proceeding.objects.filter(pk=row.pk).update(closed_on=DAY, state="not_exited")
    row = judged_exit(poor, cast, monkeypatch)
    assert of_household(poor, "exit_by_present_standard") is True
    packs = metrics.packs_in_force(ON, "411081")
    monkeypatch.setattr(PackSet, "checksums", {**packs.checksums, "yuzhou-2020": "0" * 64})
    assert of_household(poor, "exit_by_present_standard") is False
    Proceeding.objects.filter(pk=row.pk).update(closed_on=ON, state="not_exited")
    assert of_household(poor, "exit_by_present_standard") is None, "closed exits are past"


def test_an_agreed_exit_is_open_until_it_is_announced(poor, cast):
    walk.standards_met()
    row = lead(opened(poor, cast, Kind.HOUSEHOLD_EXIT, who="li"), cast, "county_decision")
    assert of_person(poor, "household_exit_decided_on") is None
    walk.do(row, "decide", cast)
    assert (of_person(poor, "household_exit_decided_on"), of_person(poor, "household_exit_closed_on")) == (
        row.decided_on,
        None,
    )
    lead(row, cast, "exited")
    assert of_person(poor, "household_exit_closed_on") == row.closed_on


def test_a_refused_exit_was_not_agreed_to(poor, cast):
    walk.standards_met()
    row = lead(opened(poor, cast, Kind.HOUSEHOLD_EXIT, who="li"), cast, "county_decision")
    walk.do(row, "decline", cast)
    assert of_person(poor, "household_exit_decided_on") is None


# ---- villages


@pytest.fixture
def filled(poor, monkeypatch):
    """The county has written two lines into the empty list of the document."""
    from policies.pack import CheckGroup, CheckItem, Checklist  # noqa: PLC0415

    def fill(expected=2):
        lines = (CheckItem("rate", "贫困发生率", "county"), CheckItem("road", "通硬化路", "county"))
        own = Checklist(
            "village_exit",
            "village",
            "1+7+2",
            "county",
            groups=(CheckGroup("1", expected, lines),),
            pack="yuzhou-2020",
        )
        monkeypatch.setattr(
            PackSet, "checklist", lambda packs, subject: own if subject == "village" else None
        )

    return fill


@pytest.fixture
def leaving(world, cast):
    return Proceeding.objects.create(
        kind=Kind.VILLAGE_EXIT, village=world.village_a1, scope_code=world.village_a1.code, state="checking", source="cadre",
        reason="达到出列条件", opened_on=DAY, state_since=DAY,
    )  # fmt: skip


def mark(row, item, *, met, on=ON):
    return CheckMark.objects.create(
        uuid=uuid.uuid4(),
        proceeding=row,
        pack="yuzhou-2020",
        item=item,
        met=met,
        explanation="现场查看",
        on=on,
    )


def test_a_list_that_ships_empty_leaves_every_village_unknown(poor, world, leaving):
    mark(leaving, "rate", met=False)
    assert of_village(world.village_a1) == [None, None, None]


def test_a_village_is_met_only_when_every_line_is(filled, world, leaving):
    filled()
    assert of_village(world.village_a1) == [None, None, None]
    mark(leaving, "rate", met=True, on=DAY)
    assert of_village(world.village_a1) == [None, 0, DAY], "a line not looked at"
    mark(leaving, "road", met=False)
    assert of_village(world.village_a1) == [False, 1, ON]
    mark(leaving, "road", met=True)
    assert of_village(world.village_a1) == [True, 0, ON], "the latest mark counts"
    assert of_village(world.village_a1, DAY) == [None, 0, DAY], "as it stood that day"
    assert of_village(world.village_b1) == [None, None, None]


def test_a_list_not_filled_in_to_its_promise_is_never_met(filled, world, leaving):
    filled(expected=3)
    mark(leaving, "rate", met=True)
    mark(leaving, "road", met=True)
    assert of_village(world.village_a1) == [None, 0, ON]
    mark(leaving, "road", met=False)
    assert of_village(world.village_a1)[0] is False
