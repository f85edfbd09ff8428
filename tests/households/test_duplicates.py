"""The same help recorded twice: seen alike by the pure judgement and by the statement for a whole county; nothing is removed."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households import selectors
from households.models import AidMeasure
from households.rules_measures import Help, duplicates
from households.selectors import MeasureFilters
from tests.cast import actor
from tests.factories.households import make_household, make_measure, make_person

FIRST = date(2020, 1, 1)
ALL = ("industry", "social_security", "health")


def help_(pk, start=0, end=None, *, item="低保", person=None, provider="", category="social_security"):
    day = FIRST + timedelta(days=start)
    return Help(
        pk, category, item, person, day, None if end is None else FIRST + timedelta(days=end), provider
    )


@pytest.mark.parametrize(
    ("one", "other", "double"),
    [
        ({"start": 0, "end": 10}, {"start": 10, "end": 20}, True),
        ({"start": 0, "end": 9}, {"start": 10, "end": 20}, False),
        ({"start": 0}, {"start": 400}, True),
        ({"start": 0, "end": 10}, {"start": 5, "item": "临时救助"}, False),
        ({"person": 1}, {"person": 1}, True),
        ({"person": 1}, {"person": 2}, False),
        ({"person": 1}, {"person": None}, False),
        ({"provider": "甲"}, {"provider": "乙"}, True),
        ({"item": "其他", "provider": "甲"}, {"item": "其他", "provider": "甲"}, True),
        ({"item": "其他", "provider": "甲"}, {"item": "其他", "provider": "乙"}, False),
    ],
)
def test_the_same_help_for_the_same_one_over_the_same_time(one, other, double):
    found = duplicates([help_(1, **one), help_(2, **other)])
    assert found == ({1: (2,), 2: (1,)} if double else {})


@given(st.lists(st.tuples(st.integers(0, 60), st.one_of(st.none(), st.integers(0, 30))), max_size=6))
def test_doubles_are_mutual_and_never_oneself(spans):
    rows = [
        help_(pk, start, None if more is None else start + more) for pk, (start, more) in enumerate(spans)
    ]
    found = duplicates(rows)
    for pk, others in found.items():
        assert pk not in others
        assert all(pk in found[other] for other in others)


SPANS = st.tuples(
    st.sampled_from(["低保", "其他"]), st.sampled_from(["甲", "乙"]), st.booleans(), st.integers(0, 20),
    st.one_of(st.none(), st.integers(0, 8)), st.sampled_from(["active", "planned", "done", "stopped"]),
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=st.lists(SPANS, min_size=2, max_size=6))
def test_the_county_wide_statement_says_the_same_as_the_pure_judgement(world, cast, spans):
    household = make_household(world.village_a1, members=1)
    person = make_person(household)
    for item, provider, personal, start, more, state in spans:
        day = FIRST + timedelta(days=start)
        make_measure(
            household, "social_security", day, item=item, provider=provider, state=state,
            person=person if personal else None, ended_on=None if more is None else day + timedelta(days=more),
        )  # fmt: skip
    mine = list(AidMeasure.objects.filter(household=household))
    filters = MeasureFilters(categories=ALL, only="double")
    rows = selectors.measure_search(actor=actor(cast.li), filters=filters).filter(household=household)
    assert {row.pk for row in rows} == set(selectors.doubles_among(mine))


@pytest.mark.django_db
def test_two_households_never_double_each_other_and_both_rows_stay(world, cast, login):
    one, other = make_household(world.village_a1), make_household(world.village_a1)
    for household, provider in ((one, "民政所"), (one, "帮扶单位"), (other, "民政所")):
        make_measure(household, "social_security", item="临时救助", provider=provider)
    client = login(cast.li)
    page = client.get("/households/measures/", {"only": "double"}).content.decode()
    assert page.count("疑似重复</span>") == 2
    assert "2 项措施，1 户" in page
    panel = client.get(f"/households/{one.pk}/measures/").content.decode()
    assert panel.count("疑似重复</span>") == 2
    card = client.get(f"/households/measures/{one.measures.first().pk}/card/").content.decode()
    assert "系统不会删除任何一条" in card
    assert AidMeasure.objects.count() == 3
