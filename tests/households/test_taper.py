"""低保渐退: the pure judgement, the same on real rows, the list of those running out, and 单人保."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households import selectors
from households.metrics import facts_of
from households.rules_taper import (
    NO_INCOME,
    NO_MEMBERS,
    NO_RECORD,
    NO_STANDARD,
    NO_TERM,
    Collected,
    month_day_after,
    months_between,
    side_of,
    taper_state,
)
from households.terms import SINGLE_MULTIPLE, TAPER_MONTHS, TAPER_MULTIPLE, Terms
from policies.metrics import Judged
from tests.cast import actor
from tests.factories.households import (
    make_household,
    make_safety_net,
    make_situation,
    make_year_income,
)
from tests.factories.policies import publish

STANDARD = 450_000
TODAY = date(2020, 9, 20)
days = st.dates(date(2015, 1, 1), date(2024, 12, 31))
amounts = st.one_of(st.none(), st.integers(-100_000, 5_000_000))
# A busy machine is no failure.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def year(
    end_year: int, fen: int | None, *, on: date | None = None, members: int | None = 2, net=None
) -> Collected:
    return Collected(date(end_year, 9, 30), on or date(end_year, 10, 20), members, fen, net)


def judged(*records, as_of=TODAY, months=12, multiple=None, standard=STANDARD):
    return taper_state(records, lambda day: standard, months=months, multiple=multiple, as_of=as_of)


# --- the pure judgement -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fen", "stage"), [(899_999, "none"), (900_000, "none"), (900_001, "running")])
def test_only_more_than_the_standard_times_the_members_is_above(fen, stage):
    assert judged(year(2019, fen)).stage == stage


def test_three_members_are_multiplied_and_nothing_is_divided():
    assert judged(year(2019, 1_350_000, members=3)).stage == "none"
    assert judged(year(2019, 1_350_001, members=3)).stage == "running"


def test_the_taper_runs_from_the_first_collection_above_the_standard():
    state = judged(
        year(2017, 900_000), year(2018, 900_001, on=date(2018, 11, 3)), year(2019, 2_000_000), months=24
    )
    assert (state.start, state.end, state.months_left) == (date(2018, 11, 3), date(2020, 11, 3), 2)


def test_a_fall_back_to_the_standard_ends_it_and_the_next_rise_begins_anew():
    state = judged(year(2017, 2_000_000), year(2018, 900_000), year(2019, 950_000))
    assert state.start == date(2019, 10, 20)
    assert judged(year(2018, 2_000_000), year(2019, 900_000)).stage == "none"


@pytest.mark.parametrize(
    ("as_of", "stage", "left"),
    [(date(2020, 10, 19), "running", 1), (date(2020, 10, 20), "ended", 0), (date(2020, 10, 21), "ended", 0)],
)
def test_it_is_over_on_the_day_the_months_are_full(as_of, stage, left):
    state = judged(year(2019, 1_000_000), as_of=as_of)
    assert (state.stage, state.months_left) == (stage, left)


@pytest.mark.parametrize(
    ("fen", "stage"), [(1_799_999, "running"), (1_800_000, "running"), (1_800_001, "beyond")]
)
def test_up_to_twice_the_standard_there_is_a_taper_and_above_there_is_none(fen, stage):
    assert judged(year(2019, fen), months=24, multiple=Decimal(2)).stage == stage


def test_disposable_income_counts_and_net_income_only_where_it_alone_is_known():
    both = judged(Collected(date(2019, 9, 30), date(2019, 10, 20), 2, 900_000, 2_000_000))
    only_net = judged(Collected(date(2019, 9, 30), date(2019, 10, 20), 2, None, 900_001))
    assert (both.stage, both.assumed) == ("none", False)
    assert (only_net.stage, only_net.assumed) == ("running", True)


@pytest.mark.parametrize(
    ("records", "more", "why"),
    [
        ([], {}, NO_RECORD),
        ([year(2019, None)], {}, NO_INCOME),
        ([year(2019, 900_001, members=None)], {}, NO_MEMBERS),
        ([year(2019, 900_001, members=0)], {}, NO_MEMBERS),
        ([year(2019, 900_001)], {"standard": None}, NO_STANDARD),
        ([year(2019, 900_001)], {"months": None}, NO_TERM),
    ],
)
def test_what_is_not_known_is_said_and_not_judged(records, more, why):
    state = judged(*records, **more)
    assert (state.stage, state.unknown) == ("unknown", why)


def test_an_unknown_year_makes_the_start_doubtful_and_is_no_year_above():
    state = judged(year(2017, 2_000_000), year(2018, None), year(2019, 2_000_000))
    assert state.start == date(2019, 10, 20)
    assert "2018" in state.doubt


def test_what_was_collected_later_is_not_known_yet():
    state = judged(
        year(2018, 900_000), year(2019, 2_000_000, on=date(2019, 10, 20)), as_of=date(2019, 10, 19)
    )
    assert state.stage == "none"
    assert judged(year(2019, 2_000_000), as_of=date(2019, 10, 19)).unknown == NO_RECORD


def test_each_record_is_compared_with_the_standard_of_its_day():
    def standard(day):
        return 400_000 if day < date(2019, 1, 1) else 500_000

    rows = [year(2018, 900_000), year(2019, 900_000)]
    state = taper_state(rows, standard, months=12, multiple=None, as_of=TODAY)
    assert (state.stage, state.standard_fen) == ("none", 500_000)


@unhurried
@given(
    fen=amounts,
    members=st.one_of(st.none(), st.integers(0, 9)),
    standard=st.one_of(st.none(), st.integers(1, 10**6)),
)
def test_unknown_is_on_neither_side(fen, members, standard):
    side = side_of(year(2019, fen, members=members), standard)
    if fen is None or not members or standard is None:
        assert side == "unknown"
    else:
        assert side == ("above" if fen > standard * members else "not_above")


@unhurried
@given(fen=st.integers(900_001, 5_000_000), first=days, later=st.integers(0, 900), months=st.integers(1, 36))
def test_the_months_left_never_grow_with_time(fen, first, later, months):
    row = Collected(first - timedelta(days=30), first, 2, fen)
    now, then = (judged(row, as_of=day, months=months) for day in (first, first + timedelta(days=later)))
    assert (now.start, now.end) == (then.start, then.end)
    assert then.months_left <= now.months_left <= months


@unhurried
@given(fen=st.integers(900_001, 5_000_000), more=st.integers(0, 1_000_000))
def test_more_income_never_turns_above_into_not_above(fen, more):
    assert judged(year(2019, fen)).stage != "none"
    assert judged(year(2019, fen + more)).stage != "none"


@unhurried
@given(history=st.lists(st.tuples(st.integers(2015, 2019), amounts), unique_by=lambda pair: pair[0]))
def test_an_unknown_latest_year_is_never_read_as_above_or_below(history):
    rows = [year(at, fen) for at, fen in history]
    state = judged(*rows, Collected(date(2020, 8, 31), date(2020, 9, 1), 2, None))
    assert (state.stage, state.start, state.months_left) == ("unknown", None, None)


@unhurried
@given(
    history=st.lists(st.tuples(st.integers(2015, 2019), amounts), unique_by=lambda pair: pair[0]), as_of=days
)
def test_only_what_was_collected_by_the_day_counts(history, as_of):
    rows = [year(at, fen) for at, fen in history]
    known = [row for row in rows if row.collected_on <= as_of]
    assert judged(*rows, as_of=as_of) == judged(*known, as_of=as_of)


@unhurried
@given(start=days, months=st.integers(0, 60))
def test_the_end_is_the_first_day_on_which_the_months_are_whole(start, months):
    end = month_day_after(start, months)
    assert months_between(start, end) >= months
    assert months == 0 or months_between(start, end - timedelta(days=1)) < months


# --- on real rows -----------------------------------------------------------------------------------------------------

pytestmark_db = pytest.mark.django_db


def above(village, on=date(2019, 10, 20), **kw):
    household = make_household(village, members=2, **kw)
    make_safety_net(household)
    make_year_income(household, 2019, disposable_fen=1_000_000, collected_on=on)
    return household


@pytestmark_db
def test_yuzhou_gives_twelve_months_by_clause_18(village):
    publish("county-default", "yuzhou-2020")
    view = selectors.taper_of(household=above(village), as_of=TODAY)
    assert (view.state.stage, view.months.whole, view.state.end) == ("running", 12, date(2020, 10, 20))
    assert "第18条" in view.months.source
    assert "据文意推断" in view.standard.source
    assert view.ceiling_fen is None


@pytestmark_db
def test_without_a_document_the_county_term_is_marked_as_such_and_no_standard_is_unknown(village):
    publish("county-default")
    view = selectors.taper_of(household=above(village), as_of=TODAY)
    assert (view.state.stage, view.state.unknown) == ("unknown", NO_STANDARD)
    assert view.months.source == "县级自定"


@pytestmark_db
def test_the_page_and_the_screening_count_the_same_months(village):
    publish("county-default", "yuzhou-2020")
    household = above(village, on=date(2019, 11, 30))
    make_year_income(household, 2018, disposable_fen=None, net_fen=950_000, collected_on=date(2018, 12, 31))
    for as_of in (date(2020, 1, 1), date(2020, 2, 29), date(2020, 9, 20)):
        facts = facts_of("household", [household.pk], Judged(as_of))[household.pk]
        state = selectors.taper_of(household=household, as_of=as_of).state
        assert facts["above_allowance_since"] == state.start
        assert max(0, 12 - facts["allowance_above_months"]) == state.months_left


@pytestmark_db
def test_a_household_off_the_allowance_has_no_taper(village):
    publish("county-default", "yuzhou-2020")
    assert selectors.taper_of(household=make_household(village), as_of=TODAY) is None


@pytestmark_db
def test_the_list_sorts_tapers_by_how_far_they_have_run(world, cast):
    publish("county-default", "yuzhou-2020")
    fresh = above(world.village_a1, on=date(2020, 3, 1))
    soon = above(world.village_a1, on=date(2019, 11, 20))
    ended = above(world.village_a1, on=date(2019, 9, 20))
    above(world.village_b1, on=date(2019, 11, 20))
    li, terms = actor(cast.li), Terms.of("411081", TODAY)
    found = {
        kind: set(selectors.taper_list(actor=li, area="", kind=kind, terms=terms))
        for kind in selectors.TAPERS
    }
    assert found == {"soon": {soon}, "running": {fresh, soon}, "ended": {ended}, "all": {fresh, soon, ended}}


@pytestmark_db
@pytest.mark.parametrize("name", ["taper-list", "single-person-list"])
def test_the_lists_ask_as_many_questions_for_30_as_for_3(world, cast, login, settings, name):
    settings.BUSINESS_DATE = TODAY
    publish("county-default", "yuzhou-2020")
    client, counts = login(cast.li), []
    url = reverse(f"households:{name}") + ("?kind=all" if name == "taper-list" else "")
    for more in (3, 27):
        for _ in range(more):
            make = above if name == "taper-list" else severe
            make(world.village_a1)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert '<strong class="tnum">30</strong>' in page.content.decode()


@pytestmark_db
def test_the_panel_says_figures_clause_and_that_net_income_stands_in(world, cast, login, settings):
    settings.BUSINESS_DATE = TODAY
    publish("county-default", "yuzhou-2020")
    household = make_household(world.village_a1, members=2)
    make_safety_net(household)
    make_year_income(household, 2019, net_fen=1_000_000, collected_on=date(2019, 10, 20))
    text = login(cast.li).get(reverse("households:support-panel", args=[household.pk])).content.decode()
    for word in ("渐退期内", "第18条", "按纯收入推断", "2020-10-20", "5,000.00", "4,500.00"):
        assert word in text
    assert login(cast.dept).get(reverse("households:support-panel", args=[household.pk])).status_code == 404
    assert login(cast.dept).get(reverse("households:taper-list")).status_code == 404


# --- 单人保 -----------------------------------------------------------------------------------------------------------


def severe(village, fen=1_700_000, grade=1, **kw):
    household = make_household(village, members=2)
    make_situation(household.memberships.first().person, is_disabled=True, disability_grade=grade, **kw)
    if fen is not None:
        make_year_income(household, 2019, disposable_fen=fen)
    return household


def listed(who, kind="hit"):
    terms = Terms.of("411081", TODAY)
    rows = selectors.single_person_list(actor=actor(who), area="", kind=kind, terms=terms)
    return {row.household for row in rows}


@pytestmark_db
def test_below_twice_the_standard_is_looked_at_and_exactly_twice_is_not(world, cast):
    publish("county-default", "yuzhou-2020")
    below = severe(world.village_a1, 1_799_999)
    at_line, above_line = severe(world.village_a1, 1_800_000), severe(world.village_a1, 1_800_001)
    severe(world.village_b1, 1_000_000)
    assert listed(cast.li) == {below}
    outcomes = [
        selectors.single_persons_of(household=one, as_of=TODAY)[0].outcome
        for one in (below, at_line, above_line)
    ]
    assert outcomes == ["hit", "clear", "clear"]


@pytestmark_db
def test_grade_three_is_not_severe_and_serious_illness_is_enough(world, cast):
    publish("county-default", "yuzhou-2020")
    severe(world.village_a1, grade=3)
    ill = severe(world.village_a1, grade=3, has_serious_illness=True)
    assert listed(cast.li) == {ill}
    (one,) = selectors.single_persons_of(household=ill, as_of=TODAY)
    assert one.reasons == ("患有大病",)
    assert one.source == "县级自定"


@pytestmark_db
def test_unknown_income_is_a_list_of_its_own_and_the_allowance_takes_a_household_out(world, cast):
    publish("county-default", "yuzhou-2020")
    unknown, covered = severe(world.village_a1, fen=None), severe(world.village_a1)
    make_safety_net(covered)
    assert listed(cast.li) == set()
    assert listed(cast.li, "unknown") == {unknown}
    assert selectors.single_persons_of(household=unknown, as_of=TODAY)[0].outcome == "unknown"
    assert selectors.single_persons_of(household=covered, as_of=TODAY) == []


@pytestmark_db
def test_only_the_latest_year_counts(world, cast):
    publish("county-default", "yuzhou-2020")
    household = severe(world.village_a1, 5_000_000)
    make_year_income(household, 2018, disposable_fen=100_000)
    assert listed(cast.li) == set()


# --- the terms of the documents ---------------------------------------------------------------------------------------


@pytestmark_db
@pytest.mark.parametrize(
    ("pack", "code", "months", "multiple", "clause"),
    [
        ("yuzhou-2020", "411081", 12, None, "第18条"),
        ("longterm-2020", "320700", 24, 2, "2.4"),
        ("shangqiu-2018", "411402", 12, None, "县级自定"),
    ],
)
def test_the_months_and_the_multiple_are_those_of_the_document_in_force(pack, code, months, multiple, clause):
    publish("county-default", pack)
    terms = Terms.of(code, TODAY)
    assert (terms[TAPER_MONTHS].whole, terms[TAPER_MULTIPLE].whole) == (months, multiple)
    assert clause in terms[TAPER_MONTHS].source


@pytestmark_db
def test_the_single_person_line_is_the_documents_where_it_gives_one():
    publish("county-default", "longterm-2020")
    found = Terms.of("320700", TODAY)[SINGLE_MULTIPLE]
    assert (found.whole, "2.4" in found.source) == (2, True)
