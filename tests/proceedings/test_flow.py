"""The tables themselves: no path skips a step, no state is without a way on, returns lead one step back."""

from pathlib import Path

import pytest

from accounts.permissions import PERMISSIONS, ROLES
from proceedings import details, flow
from proceedings.drawing import flows_drawn
from proceedings.flow import DECLINE, FLOWS, LADDERS, PAPERS, RETURN
from proceedings.models import OPEN_STATES, Kind, State
from proceedings.models.proceeding import END_STATES
from proceedings.services.conditions import Conditions

ARROWS = [(kind, state, act, arrow) for kind, table in FLOWS.items() for (state, act), arrow in table.items()]


def test_every_kind_has_a_way_and_a_table():
    assert set(FLOWS) == set(LADDERS) == set(Kind)


@pytest.mark.parametrize(("kind", "state", "act", "arrow"), ARROWS)
def test_no_act_skips_a_step(kind, state, act, arrow):
    ladder = LADDERS[kind]
    at = ladder.index(state)
    if arrow.to not in ladder:
        assert arrow.to in END_STATES  # an end beside the way, never a rung higher up
    elif act == RETURN:
        assert ladder.index(arrow.to) == at - 1
    else:
        assert ladder.index(arrow.to) == at + 1


@pytest.mark.parametrize("kind", list(Kind))
def test_every_open_state_has_exactly_one_way_on_and_every_end_none(kind):
    table, ladder = FLOWS[kind], LADDERS[kind]
    for state in ladder[:-1]:
        ways = [
            act
            for (start, act), arrow in table.items()
            if start == state and arrow.to == ladder[ladder.index(state) + 1]
        ]
        assert len(ways) == 1, (kind, state)
        assert flow.forward_act(kind, state) == ways[0]
    assert not [start for start, _ in table if start in END_STATES]
    assert ladder[-1] in END_STATES


@pytest.mark.parametrize("kind", list(Kind))
def test_every_state_of_a_table_can_be_reached_from_the_first(kind):
    met, todo = set(), [flow.first_state(kind)]
    while todo:
        state = todo.pop()
        if state not in met:
            met.add(state)
            todo += [arrow.to for (start, _), arrow in FLOWS[kind].items() if start == state]
    assert met >= set(LADDERS[kind])
    assert met >= {state for state, _ in FLOWS[kind]}


def test_every_random_walk_reaches_its_goal_only_over_every_rung():
    """All walks up to 40 acts, by breadth: whoever stands at the goal has stood on each rung before."""
    for kind, ladder in LADDERS.items():
        seen: set[tuple[str, frozenset[str]]] = set()
        todo = [(ladder[0], frozenset({ladder[0]}))]
        while todo:
            state, visited = todo.pop()
            if (state, visited) in seen:
                continue
            seen.add((state, visited))
            if state == ladder[-1]:
                assert visited == frozenset(ladder), kind
            for (start, _), arrow in FLOWS[kind].items():
                if start == state:
                    todo.append((arrow.to, visited | {arrow.to}))
        assert any(state == ladder[-1] for state, _ in seen)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (kind, state)
        for kind in Kind
        if kind != Kind.ROLLBACK
        for state in (State.TOWNSHIP_REVIEW, State.COUNTY_DECISION)
    ],
)
def test_every_review_can_be_returned_and_asks_for_a_reason(kind, state):
    arrow = FLOWS[kind][(state, RETURN)]
    assert "opinion_given" in arrow.also
    assert "another_person" in arrow.also


def test_township_and_county_acts_are_never_the_proposers():
    for kind, _state, _act, arrow in ARROWS:
        if arrow.need in (flow.TOWNSHIP, flow.COUNTY) and kind != Kind.ROLLBACK:
            assert "another_person" in arrow.also


def test_conditions_papers_details_and_rights_exist():
    for kind, state, act, arrow in ARROWS:
        assert arrow.need in PERMISSIONS
        assert all(hasattr(Conditions, name) for name in arrow.also), (kind, state, act)
        assert arrow.label
    acts = {(kind, act) for kind, _state, act, _arrow in ARROWS}
    assert set(PAPERS) <= acts
    assert set(details.DETAILS) <= acts


def test_acts_with_papers_or_required_fields_ask_for_them():
    for kind, _state, act, arrow in ARROWS:
        assert ("papers_given" in arrow.also) == ((kind, act) in PAPERS), (kind, act)
        required = any(field.required for field in details.details_of(kind, act))
        assert ("details_given" in arrow.also) == required, (kind, act)


def test_the_county_may_end_any_proceeding_before_it_decides():
    for kind in flow.REFUSED:
        for state in LADDERS[kind][: LADDERS[kind].index(State.ANNOUNCING)]:
            assert FLOWS[kind][(state, DECLINE)].to == flow.REFUSED[kind]


def test_states_are_open_or_an_end():
    assert set(OPEN_STATES) | set(END_STATES) == set(State)
    assert not set(OPEN_STATES) & set(END_STATES)


def test_no_role_both_proposes_at_the_village_and_judges():
    for name, role in ROLES.items():
        judging = {flow.TOWNSHIP, flow.COUNTY} & role.permissions
        assert not (judging and flow.VILLAGE in role.permissions), name
        assert len(judging) <= 1, name


def test_the_page_about_the_flows_says_what_the_tables_say():
    page = (Path(__file__).resolve().parents[2] / "docs" / "proceedings.md").read_text(encoding="utf-8")
    assert page == flows_drawn(), "run tools/draw_flows.py"
