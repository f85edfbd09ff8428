"""Quarters, standards, risk dates, measures of persons and what their household receives, villages and townships."""

from datetime import UTC, date, datetime, timedelta

import pytest

from households.metrics import facts_of
from policies import metrics as registry
from policies.metrics import Judged, source_of
from tests.factories.households import (
    make_household,
    make_measure,
    make_person,
    make_quarter_income,
    make_safety_net,
    make_situation,
    make_status,
    make_village,
    make_year_income,
)
from villages.models import VillageYear

pytestmark = pytest.mark.django_db
AS_OF = date(2020, 9, 20)
MARCH, JUNE, SEPTEMBER = date(2020, 3, 31), date(2020, 6, 30), date(2020, 9, 30)


def facts(household, as_of=AS_OF, **kw):
    return facts_of("household", [household.pk], Judged(as_of, **kw))[household.pk]


def person_facts(person, as_of=AS_OF):
    return facts_of("person", [person.pk], Judged(as_of))[person.pk]


@pytest.fixture
def standards(monkeypatch):
    monkeypatch.setattr(registry, "_standard_provider", [])

    def says(**amounts):
        registry.register_standard_provider(lambda name, day, code: amounts.get(name))

    return says


def test_the_last_ended_quarter_and_the_one_just_before_it(village):
    household = make_household(village)
    for end, net in ((MARCH, 800), (JUNE, 500), (SEPTEMBER, 900)):
        make_quarter_income(household, end, net_fen=net, members=2)
    found = facts(household)
    assert (found["quarter_end"], found["quarter_net_fen"], found["quarter_members"]) == (JUNE, 500, 2)
    assert (found["quarter_before_net_fen"], found["quarter_before_members"]) == (800, 2)
    assert facts(household, SEPTEMBER)["quarter_before_net_fen"] == 500


def test_a_quarter_left_out_is_not_compared_and_years_follow_on(village):
    household, other = make_household(village), make_household(village)
    make_quarter_income(household, MARCH, net_fen=800)
    make_quarter_income(household, SEPTEMBER, net_fen=500)
    assert facts(household, SEPTEMBER)["quarter_before_net_fen"] is None
    make_quarter_income(other, date(2019, 12, 31), net_fen=700)
    make_quarter_income(other, MARCH, net_fen=600)
    assert facts(other)["quarter_before_net_fen"] == 700


def test_a_quarter_collected_later_and_a_corrected_one_do_not_count(village):
    household = make_household(village)
    make_quarter_income(household, JUNE, net_fen=500, collected_on=date(2020, 9, 21))
    assert facts(household)["quarter_net_fen"] is None
    wrong = make_quarter_income(household, MARCH, net_fen=1)
    wrong.superseded_at = datetime(2020, 5, 1, tzinfo=UTC)
    wrong.save()
    make_quarter_income(household, MARCH, net_fen=2)
    assert facts(household)["quarter_net_fen"] == 2


def test_what_is_left_after_self_paid_spending(village):
    household, blank = make_household(village), make_household(village)
    make_year_income(household, net_fen=3_000_000, self_paid_fen=200_000)
    make_year_income(blank, self_paid_fen=None)
    assert facts(household)["after_paid_fen"] == 2_800_000
    assert facts(blank)["after_paid_fen"] is None


def test_the_standards_of_the_county_are_asked_from_the_packs(village, standards):
    standards(allowance_standard=450_000, income_floor=400_000)
    household = make_household(village)
    found = facts(household)
    assert (found["allowance_standard_fen"], found["exit_line_fen"]) == (450_000, 400_000)
    standards(exit_income_line=390_000, income_floor=400_000)
    found = facts(household)
    assert (found["allowance_standard_fen"], found["exit_line_fen"]) == (None, 390_000)


def test_a_risk_is_open_until_it_was_removed(village):
    day, later = date(2020, 3, 1), date(2020, 6, 1)
    open_one = make_household(village, risk_identified_on=day)
    removed = make_household(village, risk_identified_on=day, risk_removed_on=later)
    again = make_household(village, risk_identified_on=later, risk_removed_on=day)
    future = make_household(village, risk_identified_on=date(2020, 9, 21))
    found = [facts(one)["risk_open_on"] for one in (open_one, removed, again, future)]
    assert found == [day, None, later, None]


def test_measures_are_counted_by_what_they_are(village):
    household = make_household(village)
    make_measure(household, "industry", item="入股分红")
    make_measure(household, "industry", item="产业奖补")
    make_measure(household, "public_post", item="保洁")
    make_measure(household, "social_security", on=date(2020, 8, 1), item="临时救助")
    make_measure(household, "employment", item="技能培训", state="stopped", ended_on=date(2020, 9, 19))
    found = facts(household)
    assert (found["running_measures"], found["industry_measures"], found["job_measures"]) == (4, 2, 1)
    assert found["temporary_aid_on"] == date(2020, 8, 1)
    assert facts(household, date(2020, 9, 19))["job_measures"] == 2


def test_a_person_has_own_measures_and_those_the_household_has_without_a_name(village):
    household = make_household(village)
    one, other = make_person(household), make_person(household)
    make_measure(household, "social_security", item="残疾人补贴", person=one)
    make_measure(household, "health", item="医疗救助")
    make_measure(household, "employment", on=date(2020, 5, 1), item="技能培训", person=one)
    mine, others = person_facts(one), person_facts(other)
    assert (mine["disability_subsidy"], others["disability_subsidy"]) == (True, False)
    assert mine["household_subsidy"] is others["household_subsidy"] is False
    assert (mine["health_aid"], mine["household_health_aid"]) == (False, True)
    assert (mine["job_measure"], mine["trained_on"], mine["own_measures"]) == (True, date(2020, 5, 1), 2)
    assert (others["trained_on"], others["own_measures"]) == (None, 0)
    assert others["household_income_measures"] == 1


@pytest.mark.parametrize(
    ("state", "ended", "trained"),
    [
        ("done", date(2020, 5, 15), date(2020, 5, 1)),
        ("stopped", date(2020, 5, 15), date(2020, 5, 1)),
        ("done", None, date(2020, 5, 1)),
        ("planned", None, None),
    ],
)
def test_a_training_that_is_over_was_one_all_the_same(village, state, ended, trained):
    person = make_person(make_household(village))
    household = person.memberships.get().household
    measure = {"item": "技能培训", "person": person, "state": state, "ended_on": ended}
    make_measure(household, "employment", on=date(2020, 5, 1), **measure)
    make_measure(household, "employment", on=date(2020, 9, 21), **(measure | {"ended_on": None}))
    found = person_facts(person)
    assert (found["trained_on"], found["own_measures"], found["job_measure"]) == (trained, 0, False)


def test_nothing_is_per_head_of_nobody(village, standards):
    standards(allowance_standard=450_000)
    person = make_person(make_household(village))
    make_year_income(person.memberships.get().household, members=0, net_fen=1)
    assert person_facts(person)["household_below_allowance"] is None


def test_what_the_household_of_a_person_is_and_receives(village, standards):
    standards(allowance_standard=450_000)
    household = make_household(village)
    person = make_person(household)
    make_situation(person, has_pension_insurance=False, disability_kind="intellect")
    found = person_facts(person)
    assert (found["household_safety_net"], found["household_below_allowance"]) == (False, None)
    assert (found["has_pension_insurance"], found["disability_kind"]) == (False, "intellect")
    make_safety_net(household, "destitute_dispersed")
    make_year_income(household, members=2, net_fen=899_999)
    found = person_facts(person)
    assert (found["household_safety_net"], found["household_allowance"]) == (True, False)
    assert found["household_below_allowance"] is True
    standards(allowance_standard=449_999)
    assert person_facts(person)["household_below_allowance"] is False


def test_a_village_has_its_latest_year_and_the_one_before(village):
    for year, poor in ((2017, 90), (2018, 50), (2019, 40), (2021, 1)):
        VillageYear.objects.create(
            division=village, year=year, poor_persons=poor, registered_population=1000, village_class="poor"
        )
    found = facts_of("village", [village.pk], Judged(AS_OF))[village.pk]
    assert (found["facts_year"], found["poor_persons"], found["previous_poor_persons"]) == (2019, 40, 50)
    assert (found["village_kind"], found["collective_income_fen"]) == ("poor", None)
    VillageYear.objects.filter(year=2018).delete()
    found = facts_of("village", [village.pk], Judged(AS_OF))[village.pk]
    assert (found["previous_poor_persons"], found["previous_population"]) == (None, None)


def test_villages_and_townships_count_who_is_not_out_of_poverty_that_day(village):
    other = make_village("411081100202", "另一村村委会")
    poor, exited = make_household(village, members=3), make_household(village, members=2)
    make_status(poor, "poverty", "unexited", date(2016, 1, 1))
    make_status(exited, "poverty", "exited_with_policy", date(2016, 1, 1))
    both = facts_of("village", [village.pk, other.pk], Judged(AS_OF))
    assert (both[village.pk]["unexited_households"], both[village.pk]["unexited_persons"]) == (1, 3)
    assert (both[other.pk]["unexited_households"], both[other.pk]["unexited_persons"]) == (0, 0)
    township = village.parent
    assert facts_of("township", [township.pk], Judged(AS_OF))[township.pk]["unexited_persons"] == 3


def test_the_dead_are_nobodys_poor_from_the_day_they_died(village):
    household = make_household(village, members=3)
    make_status(household, "poverty", "unexited", date(2016, 1, 1))
    head, dead, dying = (membership.person for membership in household.memberships.order_by("pk"))
    for person, died_on in ((dead, AS_OF), (dying, AS_OF + timedelta(days=1))):
        person.died_on = died_on
        person.save()
    assert {row["subject_id"] for row in source_of("person").rows(Judged(AS_OF))} == {head.pk, dying.pk}
    for level, place in (("village", village), ("township", village.parent)):
        assert facts_of(level, [place.pk], Judged(AS_OF))[place.pk]["unexited_persons"] == 2
