"""Every step refused: the wrong role, place, state, person, day, and a missing paper or field."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from common.dates import business_today
from common.errors import Conflict, DomainError, Invalid, NotFound, NotPermitted, Stale
from proceedings import checks, services
from proceedings.flow import COUNTY, FLOWS, LADDERS, PAPERS, TOWNSHIP, VILLAGE, forward_act
from proceedings.models import Kind, Step, StepFile
from proceedings.services import ActInput, OpenInput
from tests.cast import actor, make_user, post, without
from tests.factories.households import make_household
from tests.proceedings import walk
from tests.proceedings.walk import DAY, PERSON, do, given, lead, opened

pytestmark = pytest.mark.django_db
IDENTIFICATION = LADDERS[Kind.IDENTIFICATION][:-1]
EXIT = LADDERS[Kind.HOUSEHOLD_EXIT][:-1]


def at(home, cast, state):
    return lead(opened(home, cast), cast, state)


def refused(row, act, person, error=DomainError, **changes):
    before, steps = row.state, Step.objects.count()
    with pytest.raises(error) as refusal:
        services.proceeding_advance(
            actor=person,
            proceeding=row,
            act=act,
            given=given(row, act, changes.pop("on", row.notice_until or row.state_since), **changes),
        )
    row.refresh_from_db()
    assert row.state == before
    assert Step.objects.count() == steps
    return refusal.value


@pytest.mark.parametrize("state", IDENTIFICATION)
def test_every_step_is_refused_for_the_wrong_role_and_area(home, cast, state):
    row = at(home, cast, state)
    act = forward_act(row.kind, state)
    need = FLOWS[row.kind][(state, act)].need
    for name in (
        "wang",
        "leader",
        "auditor",
        "dept",
        "admin",
        *(who for right, who in PERSON.items() if right != need),
    ):
        refused(row, act, actor(getattr(cast, name)), NotPermitted)
    refused(row, act, actor(cast.zhao), NotPermitted)
    right = getattr(cast, PERSON[need])
    refused(row, act, without(right, need), NotPermitted)
    do(row, act, cast)


@pytest.mark.parametrize("kind", [Kind.IDENTIFICATION, Kind.HOUSEHOLD_EXIT])
def test_every_act_that_needs_a_paper_is_refused_without(world, cast, kind):
    walk.standards_met()
    status = "ordinary" if kind == Kind.IDENTIFICATION else "unexited"
    home = walk.home(world, cast, poverty_status=status)
    row = opened(home, cast, kind, who="li" if kind != Kind.IDENTIFICATION else "wang")
    needed = 0
    while row.closed_on is None:
        act = forward_act(row.kind, row.state)
        if (row.kind, act) in PAPERS:
            needed += 1
            person = getattr(cast, PERSON[FLOWS[row.kind][(row.state, act)].need])
            refusal = refused(row, act, actor(person), Invalid, files=[])
            assert refusal.code == "paper_needed"
        do(row, act, cast)
    assert needed == (6 if kind == Kind.IDENTIFICATION else 5)


@pytest.mark.parametrize("state", IDENTIFICATION)
def test_every_act_of_another_state_is_refused(home, cast, state):
    row = at(home, cast, state)
    here = {act for start, act in FLOWS[row.kind] if start == state}
    others = {act for _, act in FLOWS[row.kind]} - here
    for act in others:
        error = refused(row, act, actor(cast.li), Conflict)
        assert error.code == "wrong_state"


def test_nothing_moves_after_the_end(home, cast):
    row = at(home, cast, "monitored")
    for act in {act for _, act in FLOWS[row.kind]}:
        assert refused(row, act, actor(cast.li), Conflict).code == "wrong_state"


def double(cast, world, name, *roles):
    """One person in two offices."""
    person = make_user(name, "双岗员")
    for role, place in roles:
        post(person, role, place)
    return person


def test_the_reviewer_is_not_the_proposer_nor_the_village(home, cast, world):
    both = double(
        cast, world, "both", ("township_clerk", world.township_a), ("township_reviewer", world.township_a)
    )
    row = walk.opened(home, cast)
    services.proceeding_advance(actor=actor(both), proceeding=row, act="accept", given=ActInput(on=DAY))
    row.refresh_from_db()
    lead(row, cast, "township_review")
    assert refused(row, "review", actor(both), Conflict).code == "same_person"
    assert refused(row, "return", actor(both), Conflict).code == "same_person"
    do(row, "review", cast)


def test_the_decider_is_not_the_reviewer(home, cast, world):
    both = double(
        cast, world, "both", ("township_reviewer", world.township_a), ("county_officer", world.county)
    )
    row = at(home, cast, "township_review")
    services.proceeding_advance(
        actor=actor(both), proceeding=row, act="review", given=given(row, "review", row.state_since)
    )
    row.refresh_from_db()
    assert refused(row, "decide", actor(both), Conflict).code == "same_person"
    assert refused(row, "decline", actor(both), Conflict).code == "same_person"
    do(row, "decide", cast)


def test_who_opened_it_does_not_decide_and_another_officer_does(home, cast):
    row = lead(opened(home, cast, who="officer", source="hotline"), cast, "county_decision")
    assert refused(row, "decide", actor(cast.officer), Conflict).code == "same_person"
    do(row, "decide", cast, who="officer2")


def test_a_county_that_returned_it_may_decide_it_later(home, cast):
    row = at(home, cast, "county_decision")
    do(row, "return", cast, opinion="请补比对")
    assert row.state == "township_review"
    do(row, "review", cast)
    do(row, "decide", cast)


@pytest.mark.parametrize(
    ("state", "act"),
    [
        ("township_review", "return"),
        ("county_decision", "return"),
        ("township_review", "review"),
        ("county_decision", "decide"),
        ("visiting", "not_eligible"),
    ],
)
def test_judgements_want_a_word(home, cast, state, act):
    row = at(home, cast, state)
    person = getattr(cast, PERSON[FLOWS[row.kind][(state, act)].need])
    assert refused(row, act, actor(person), Invalid, opinion=" ").field == "opinion"


@pytest.mark.parametrize(
    ("state", "act", "details", "field"),
    [
        (
            "visiting",
            "visit",
            {"visitors": "", "proposed_class": "borderline", "risks": ["illness"]},
            "visitors",
        ),
        ("visiting", "visit", {"visitors": "甲", "risks": ["illness"]}, "proposed_class"),
        ("visiting", "visit", {"visitors": "甲", "proposed_class": "borderline"}, "risks"),
        (
            "visiting",
            "visit",
            {"visitors": "甲", "proposed_class": "unstable_exited", "risks": ["illness"]},
            "proposed_class",
        ),
        (
            "visiting",
            "visit",
            {
                "visitors": "甲",
                "proposed_class": "borderline",
                "risks": ["illness", "no_land", "no_water", "no_skill", "roads", "funeral"],
            },
            "risks",
        ),
        (
            "visiting",
            "visit",
            {"visitors": "甲", "proposed_class": "borderline", "risks": ["illness"], "x": 1},
            "x",
        ),
        ("comparing", "compare", {"finance": "clear"}, "vehicle"),
        ("comparing", "compare", {"finance": "maybe"}, "finance"),
        ("evaluating", "evaluate", {"attended": 20, "agreed": 15}, "opposed"),
        ("evaluating", "evaluate", {"attended": 20, "agreed": 15, "opposed": 6}, "attended"),
        ("evaluating", "evaluate", {"attended": "二十", "agreed": 15, "opposed": 5}, "attended"),
        ("evaluated", "publish", {"starts_on": "昨天"}, "starts_on"),
    ],
)
def test_what_an_act_needs_to_know(home, cast, state, act, details, field):
    row = at(home, cast, state)
    assert refused(row, act, actor(cast.li), Invalid, details=details).field == field


@pytest.mark.parametrize(("agreed", "opposed", "carried"), [(11, 10, True), (10, 10, False), (9, 10, False)])
def test_an_evaluation_carries_with_more_for_than_against(home, cast, agreed, opposed, carried):
    row = at(home, cast, "evaluating")
    votes = {"attended": 21, "agreed": agreed, "opposed": opposed}
    if carried:
        do(row, "evaluate", cast, details=votes)
    else:
        assert refused(row, "evaluate", actor(cast.li), Conflict, details=votes).code == "votes_lost"


def test_a_step_is_neither_before_the_last_one_nor_after_today(clue, cast):
    refused(clue, "accept", actor(cast.li), Invalid, on=DAY - timedelta(days=1))
    assert (
        refused(clue, "accept", actor(cast.li), Invalid, on=business_today() + timedelta(days=1)).code
        == "date_in_future"
    )
    do(clue, "accept", cast, on=DAY)


def test_a_stale_page_is_refused(home, clue, cast):
    old = clue.version
    do(clue, "accept", cast)
    refused(clue, "visit", actor(cast.li), Stale, version=old)
    do(clue, "visit", cast, version=clue.version)


def test_an_open_objection_blocks_the_notice(home, cast):
    row = at(home, cast, "noticed")
    checks.register_check("objections", lambda found: ["王某异议未答复"] if found.pk == row.pk else [])
    assert refused(row, "close_notice", actor(cast.li), Conflict).code == "objections_open"
    checks.register_check("objections", lambda found: [])
    do(row, "close_notice", cast)


@pytest.mark.parametrize("who", ["leader", "auditor", "dept", "admin", "rev"])
def test_others_open_nothing(home, cast, who):
    with pytest.raises(NotPermitted):
        opened(home, cast, who=who)


def test_a_helper_opens_for_his_households_only(world, home, cast):
    other = make_household(world.village_a1)
    with pytest.raises(NotFound):
        opened(other, cast, who="wang")
    with pytest.raises(NotPermitted):
        opened(home, cast, who="zhao")
    assert opened(home, cast, who="wang").opened_by == cast.wang


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": "rumour"}, "source"),
        ({"reason": " "}, "reason"),
        ({"green_channel": True}, "green_reason"),
        ({"risks": ["illness", "sorcery"]}, "risks"),
        ({"proposed_class": "unstable_exited"}, "proposed_class"),
        ({"proposed_class": "none"}, "proposed_class"),
        ({"kind": "rollback"}, "kind"),
        ({"kind": "village_exit"}, "kind"),
        ({"on": date(2999, 1, 1)}, "on"),
    ],
)
def test_an_opening_must_make_sense(home, cast, changes, field):
    with pytest.raises(Invalid) as refusal:
        opened(home, cast, **changes)
    assert refusal.value.field == field


def test_a_closed_household_and_an_exited_one(world, cast):
    gone = walk.home(world, cast, is_live=False)
    with pytest.raises(Conflict):
        opened(gone, cast)
    ordinary = walk.home(world, cast)
    with pytest.raises(Conflict) as refusal:
        opened(ordinary, cast, Kind.HOUSEHOLD_EXIT, who="li")
    assert refusal.value.code == "not_unexited"


def test_papers_are_added_by_the_village_and_the_helper_only(home, clue, cast):
    kind, upload = walk.paper("other")
    for who in ("zhao", "rev", "leader", "auditor", "dept"):
        with pytest.raises((NotPermitted, NotFound)):
            services.paper_add(
                actor=actor(getattr(cast, who)), proceeding=clue, kind=kind, upload=upload, on=DAY
            )
    with pytest.raises(Invalid):
        services.paper_add(actor=actor(cast.li), proceeding=clue, kind="poem", upload=upload, on=DAY)
    services.paper_add(actor=actor(cast.wang), proceeding=clue, kind=kind, upload=upload, on=DAY)
    assert StepFile.objects.get().step is None


@pytest.mark.parametrize("who", ["li", "rev", "leader", "auditor", "zhao"])
def test_a_rollback_is_the_countys(home, cast, who):
    walk.monitored(home, cast)
    lead(walk.removal(home, cast), cast, "removed")
    with pytest.raises(NotPermitted):
        services.rollback(
            actor=actor(getattr(cast, who)), household=home, on=date(2020, 12, 1), reason="不实"
        )


def test_a_rollback_needs_a_removal_and_a_reason(home, cast):
    officer = actor(cast.officer)
    with pytest.raises(Conflict) as refusal:
        services.rollback(actor=officer, household=home, on=DAY, reason="不实")
    assert refusal.value.code == "never_monitored"
    row = walk.monitored(home, cast)
    with pytest.raises(Conflict) as refusal:
        services.rollback(actor=officer, household=home, on=row.closed_on, reason="不实")
    assert refusal.value.code == "still_monitored"
    lead(walk.removal(home, cast), cast, "removed")
    with pytest.raises(Invalid):
        services.rollback(actor=officer, household=home, on=date(2020, 12, 1), reason="")


@pytest.mark.parametrize("need", [VILLAGE, TOWNSHIP, COUNTY])
def test_rights_are_asked_where_the_household_lies(home, clue, cast, world, need):
    role = {VILLAGE: "township_clerk", TOWNSHIP: "township_reviewer", COUNTY: "county_officer"}[need]
    stranger = make_user("stranger")
    post(stranger, role, world.township_b)
    state = {VILLAGE: "clue", TOWNSHIP: "township_review", COUNTY: "county_decision"}[need]
    lead(clue, cast, state)
    refused(clue, forward_act(clue.kind, state), actor(stranger), NotPermitted)


def test_the_same_form_twice_is_one_step_and_one_proceeding(home, cast):
    number = uuid4()
    first = opened(home, cast, uuid=number)
    assert opened(home, cast, uuid=number) == first
    press = uuid4()
    do(first, "accept", cast, uuid=press)
    again = services.proceeding_advance(
        actor=actor(cast.li), proceeding=first, act="accept", given=ActInput(on=DAY, uuid=press)
    )
    assert again.state == "visiting"
    assert Step.objects.filter(act="accept").count() == 1
    with pytest.raises(Conflict) as refusal:
        services.proceeding_advance(
            actor=actor(cast.li), proceeding=first, act="visit", given=given(first, "visit", DAY, uuid=press)
        )
    assert refusal.value.code == "uuid_reused"


def test_one_number_for_two_households_is_refused(home, world, cast):
    number = uuid4()
    opened(home, cast, uuid=number)
    other = walk.home(world, cast)
    with pytest.raises(Conflict) as refusal:
        services.proceeding_open(
            actor=actor(cast.li), household=other,
            given=OpenInput(kind="identification", source="cadre", on=DAY, reason="排查", uuid=number),
        )  # fmt: skip
    assert refusal.value.code == "uuid_reused"
