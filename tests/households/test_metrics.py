from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from households.metrics import HOUSEHOLD_GROUPS, PERSON_GROUPS, facts_of
from households.models import Household, IncomeRecord, Membership, Person
from monitoring.models import HouseholdFacts, PersonFacts
from policies import metrics as registry
from policies.metrics import Judged, metrics_of, source_of
from tests.factories.households import (
    make_event,
    make_guarantee,
    make_helper,
    make_household,
    make_living,
    make_measure,
    make_person,
    make_quarter_income,
    make_safety_net,
    make_situation,
    make_status,
    make_visit,
    make_year_income,
)

pytestmark = pytest.mark.django_db
AS_OF = date(2020, 9, 20)
BASE = {"id", "run", "subject_id", "subject_key", "scope_code", "household_id"}


def facts(household, as_of=AS_OF, **kw) -> dict:
    return facts_of("household", [household.pk], Judged(as_of, **kw))[household.pk]


def person_facts(person, as_of=AS_OF, **kw) -> dict:
    return facts_of("person", [person.pk], Judged(as_of, **kw))[person.pk]


@pytest.mark.parametrize(("subject", "sheet"), [("household", HouseholdFacts), ("person", PersonFacts)])
def test_every_column_of_the_sheet_is_measured_and_nothing_else(subject, sheet):
    columns = {field.name for field in sheet._meta.concrete_fields} - BASE
    assert set(metrics_of(subject)) == columns


def test_nothing_collected_is_unknown_and_what_is_counted_is_zero(village):
    found = facts(make_household(village))
    zero = {
        "income_measures",
        "visits_in_quarter",
        "running_measures",
        "industry_measures",
        "job_measures",
        "loan_measures",
    }
    no = {
        "is_registered", "is_exited", "is_unexited", "is_monitored", "quarter_income_collected", "has_helper",
        "on_allowance", "on_destitute_support", "allowance_measure", "serious_illness_hit", "disability_hit",
        "worker_death_hit", "job_lost_hit", "project_failed_hit", "disaster_hit", "accident_hit", "dropout_hit",
    }  # fmt: skip
    said = {"members": 1, "poverty_status": "ordinary", "monitor_class": "none", "quarter_days_left": 10}
    assert {name: found[name] for name in said} == said
    assert {name for name, value in found.items() if value == 0 and value is not False} == zero
    assert {name for name, value in found.items() if value is False} == no
    assert {name for name, value in found.items() if value is None} == set(found) - zero - no - set(said)


def test_members_are_those_of_the_day(village):
    household = make_household(village, members=3)
    gone = household.memberships.last()
    gone.end(date(2020, 9, 20))
    gone.save()
    make_person(household, on=date(2020, 9, 21))
    assert facts(household)["members"] == 2
    assert facts(household, date(2020, 9, 19))["members"] == 3
    assert facts(household, date(2020, 9, 21))["members"] == 3
    assert facts(household, date(2018, 1, 1))["members"] is None


def test_what_was_recorded_later_was_not_known_then(village):
    household = make_household(village, members=2)
    before = timezone.now()
    leaver = household.memberships.last()
    leaver.end(date(2020, 5, 1))
    leaver.save()
    make_guarantee(household, "water", "not_met")
    make_year_income(household)
    then = facts(household, known_at=before)
    now = facts(household, known_at=timezone.now())
    assert (then["members"], then["water_ok"], then["net_income_fen"]) == (2, None, None)
    assert (now["members"], now["water_ok"], now["net_income_fen"]) == (1, False, 3_000_000)


@pytest.mark.parametrize(
    ("poverty", "monitor", "flags"),
    [
        ("unexited", "none", (True, False, True, False)),
        ("pre_exit", "none", (True, False, True, False)),
        ("returned", "none", (True, False, True, False)),
        ("exited_with_policy", "unstable_exited", (True, True, False, True)),
        ("exited_without_policy", "none", (True, True, False, False)),
        ("ordinary", "borderline", (False, False, False, True)),
    ],
)
def test_status_flags(village, poverty, monitor, flags):
    found = facts(make_household(village, poverty_status=poverty, monitor_class=monitor))
    names = ("is_registered", "is_exited", "is_unexited", "is_monitored")
    assert tuple(found[name] for name in names) == flags


def test_a_status_is_the_one_of_the_day_and_unknown_before_the_first(village):
    household = make_household(village, poverty_status="unexited")
    make_status(household, "poverty", "exited_with_policy", date(2020, 6, 1))
    assert facts(household, date(2020, 5, 31))["is_exited"] is False
    assert facts(household, date(2020, 6, 1))["is_exited"] is True
    assert facts(household, date(2018, 1, 1))["is_registered"] is None


def test_income_in_force_is_the_latest_year_that_had_ended_and_was_collected(village):
    household = make_household(village, members=3)
    make_year_income(household, 2018, net_fen=2_500_000, members=4)
    make_year_income(household, 2019, disposable_fen=2_800_000, self_paid_fen=700_000, transfer_fen=None)
    make_year_income(household, 2020, net_fen=9, collected_on=date(2020, 10, 30))
    found = facts(household)
    assert (found["net_income_fen"], found["income_members"]) == (3_000_000, 3)
    assert (found["previous_net_income_fen"], found["previous_income_members"]) == (2_500_000, 4)
    assert (found["disposable_or_net_fen"], found["disposable_inferred"]) == (2_800_000, False)
    assert found["self_paid_fen"] == 700_000
    assert found["gross_income_fen"] is None
    assert found["allowance_income_recorded"] is None
    assert found["income_year_end"] == date(2019, 9, 30)
    assert facts(household, date(2019, 10, 29))["net_income_fen"] == 2_500_000
    assert facts(household, date(2020, 10, 30))["net_income_fen"] == 9


def test_where_disposable_income_is_unknown_net_income_stands_in_and_says_so(village):
    household = make_household(village)
    make_year_income(household)
    found = facts(household)
    assert (found["disposable_or_net_fen"], found["disposable_inferred"]) == (3_000_000, True)
    other = make_household(village)
    make_year_income(other, net_fen=None)
    assert facts(other)["disposable_inferred"] is None


def test_a_year_that_was_skipped_leaves_the_year_before_unknown(village):
    household = make_household(village)
    make_year_income(household, 2017)
    make_year_income(household, 2019)
    found = facts(household)
    assert found["net_income_fen"] == 3_000_000
    assert found["previous_net_income_fen"] is None


def test_a_correction_counts_from_the_moment_it_was_recorded(village):
    household = make_household(village)
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    make_year_income(household, net_fen=1, recorded_at=moment, superseded_at=moment + timedelta(days=10))
    make_year_income(household, net_fen=2, recorded_at=moment + timedelta(days=10))
    assert facts(household)["net_income_fen"] == 2
    assert facts(household, known_at=moment + timedelta(days=9))["net_income_fen"] == 1
    assert facts(household, known_at=moment + timedelta(days=10))["net_income_fen"] == 2


def test_guarantees_are_met_lost_or_unknown(village):
    household = make_household(village)
    for kind, state in (("water", "met"), ("housing", "not_met"), ("medical", "unknown")):
        make_guarantee(household, kind, state)
    found = facts(household)
    names = ("water_ok", "housing_ok", "medical_ok", "schooling_ok", "food_clothing_ok")
    assert [found[name] for name in names] == [True, False, None, None, None]


def test_living_conditions(village):
    household = make_household(village)
    make_living(household, danger_grade="D", water_safe=False)
    assert [facts(household)[name] for name in ("danger_grade", "water_safe")] == ["D", False]
    other = make_household(village)
    make_living(other, danger_grade="")
    assert facts(other)["danger_grade"] is None


@pytest.mark.parametrize(
    ("happened", "resolved", "hit"),
    [
        (date(2020, 9, 20), None, True),
        (date(2020, 9, 21), None, False),
        (date(2019, 9, 21), None, True),
        (date(2019, 9, 20), None, False),
        (date(2020, 6, 1), date(2020, 9, 20), False),
        (date(2020, 6, 1), date(2020, 9, 21), True),
    ],
)
def test_an_event_counts_until_resolved_and_for_a_year(village, happened, resolved, hit):
    household = make_household(village)
    make_event(household, "job_lost", happened, resolved_on=resolved)
    found = facts(household)
    assert found["job_lost_hit"] is hit
    assert found["job_lost_on"] == (happened if hit else None)
    assert found["risk_job"] is (True if hit else None)
    assert found["disaster_hit"] is False


def test_risks_come_from_the_household_and_are_false_once_somebody_has_looked(village):
    household = make_household(village, risks=["illness", "no_labour"], main_cause="schooling")
    found = facts(household)
    names = ("risk_illness", "risk_schooling", "risk_other", "risk_disability", "risk_job")
    assert [found[name] for name in names] == [True, False, True, False, False]


def test_the_cause_of_poverty_is_no_risk_of_today_but_shows_that_somebody_looked(village):
    found = facts(make_household(village, main_cause="illness"))
    assert found["risk_illness"] is False
    assert found["risk_other"] is False


def test_visits_count_by_the_day_visited(village):
    household = make_household(village)
    for day in (date(2020, 6, 30), date(2020, 7, 1), date(2020, 9, 20), date(2020, 9, 21)):
        make_visit(household, day)
    found = facts(household)
    assert (found["visits_in_quarter"], found["last_visit_on"]) == (2, date(2020, 9, 20))
    ended = facts(household, date(2020, 9, 30))
    assert (ended["visits_in_quarter"], ended["quarter_days_left"]) == (3, 0)


def test_quarter_income_counts_when_collected_by_the_day(village):
    household = make_household(village)
    make_quarter_income(household, date(2020, 9, 30), collected_on=date(2020, 9, 20))
    assert facts(household)["quarter_income_collected"] is True
    assert facts(household, date(2020, 9, 19))["quarter_income_collected"] is False
    assert facts(household, date(2020, 6, 30))["quarter_income_collected"] is False


def test_a_quarter_whose_record_was_corrected_by_one_collected_later_waits_for_that_one(village):
    household = make_household(village)
    old = make_quarter_income(household, date(2020, 9, 30), collected_on=date(2020, 9, 15))
    old.superseded_at = timezone.now()
    old.save()
    make_quarter_income(household, date(2020, 9, 30), collected_on=date(2020, 9, 25))
    assert facts(household)["quarter_income_collected"] is False
    assert facts(household, date(2020, 9, 25))["quarter_income_collected"] is True


def test_labour_is_counted_and_unknown_only_while_somebody_grown_up_is_missing(village):
    household = make_household(village, members=3)  # head of 50, two children of 12
    head = household.memberships.first().person
    assert facts(household)["labour_members"] is None
    make_situation(head, labour_skill="lost")
    assert facts(household)["labour_members"] == 0
    make_person(household, birth_date=date(1990, 1, 1))
    assert facts(household)["labour_members"] is None
    make_situation(make_person(household), labour_skill="weak_or_half")
    assert facts(household)["labour_members"] == 1


def test_income_measures_are_distinct_and_running(village):
    household = make_household(village)
    make_measure(household, "industry")
    make_measure(household, "industry")
    make_measure(household, "finance", item="小额信贷", ended_on=date(2020, 9, 20), state="done")
    make_measure(household, "employment", ended_on=date(2020, 9, 19), state="done")
    make_measure(household, "public_post", state="planned")
    make_measure(household, "public_post", on=date(2020, 9, 21))
    make_measure(household, "health")
    found = facts(household)
    assert (found["income_measures"], found["allowance_measure"]) == (2, False)
    make_measure(household, "social_security", item="低保")
    assert facts(household)["allowance_measure"] is True


def test_safety_net_and_helper(village):
    household = make_household(village, members=2)
    make_safety_net(household, on=date(2020, 1, 1), person=household.memberships.last().person)
    make_helper(household)
    found = facts(household)
    assert (found["on_allowance"], found["allowance_since"], found["has_helper"]) == (
        True,
        date(2020, 1, 1),
        True,
    )
    assert found["on_destitute_support"] is False
    other = make_household(village)
    make_safety_net(other, "destitute_central")
    assert [facts(other)[name] for name in ("on_allowance", "on_destitute_support")] == [False, True]


@pytest.fixture
def standard(monkeypatch):
    monkeypatch.setattr(
        registry, "_standard_provider", [lambda name, as_of, code: 450_000 if code == "411081" else None]
    )


def test_months_above_the_allowance_standard_run_from_the_first_unbroken_record(village, standard):
    household = make_household(village, members=2)
    make_safety_net(household)
    make_year_income(household, 2016, net_fen=2_000_000)
    make_year_income(household, 2017, net_fen=900_000)  # exactly the standard: not above
    make_year_income(household, 2018, net_fen=900_001, collected_on=date(2018, 10, 21))
    make_year_income(household, 2019, net_fen=2_000_000)
    found = facts(household)
    assert (found["above_allowance_since"], found["allowance_above_months"]) == (date(2018, 10, 21), 22)
    assert facts(household, date(2020, 9, 21))["allowance_above_months"] == 23


def test_an_unknown_income_breaks_the_months_and_no_standard_or_no_allowance_is_unknown(village, standard):
    broken, without = make_household(village), make_household(village)
    make_safety_net(broken)
    make_year_income(broken, 2018)
    make_year_income(broken, 2019, net_fen=None)
    make_year_income(without, 2019)
    assert facts(broken)["allowance_above_months"] is None
    assert facts(without)["allowance_above_months"] is None
    make_safety_net(without)
    assert facts(without)["allowance_above_months"] == 10
    registry._standard_provider.clear()
    assert facts(without)["allowance_above_months"] is None


@pytest.mark.parametrize(
    ("born", "age"), [(date(2010, 9, 20), 10), (date(2010, 9, 21), 9), (date(2004, 2, 29), 16), (None, None)]
)
def test_age(village, born, age):
    assert person_facts(make_person(make_household(village), birth_date=born))["age"] == age


@pytest.mark.parametrize(
    ("schooling", "in_school"),
    [("primary", True), ("not_at_school", False), ("preschool_age", False), ("", None)],
)
def test_in_school(village, schooling, in_school):
    person = make_person(make_household(village))
    make_situation(person, schooling=schooling, not_in_school_reason="illness" if in_school is False else "")
    found = person_facts(person)
    assert found["in_school"] is in_school
    assert found["schooling_code"] == (schooling or None)
    assert found["not_in_school_reason"] == ("illness" if in_school is False else None)


def test_a_person_knows_what_the_household_is(village):
    person = make_person(make_household(village, poverty_status="exited_with_policy"))
    make_situation(person, has_serious_illness=True, disability_grade=2, work_months=3)
    found = person_facts(person)
    names = (
        "household_registered",
        "household_exited",
        "household_monitored",
        "has_serious_illness",
        "is_disabled",
    )
    assert [found[name] for name in names] == [True, True, False, True, None]
    assert (found["disability_grade"], found["work_months"]) == (2, 3)


def test_sources_name_living_households_and_their_members(village):
    household = make_household(village, members=2)
    make_household(village, is_live=False)
    (row,) = source_of("household").rows(Judged(AS_OF))
    assert row == {
        "subject_id": household.pk, "subject_key": f"household:{household.pk}", "scope_code": village.code,
        "household_id": household.pk,
    }  # fmt: skip
    people = list(source_of("person").rows(Judged(AS_OF)))
    assert {row["subject_id"] for row in people} == set(
        Membership.objects.filter(household=household).values_list("person_id", flat=True)
    )
    assert {row["household_id"] for row in people} == {household.pk}
    early = datetime(2000, 1, 1, tzinfo=UTC)
    assert not list(source_of("household").rows(Judged(AS_OF, known_at=early)))


def fill(village, households: int) -> None:
    for _ in range(households):
        household = make_household(village, members=2)
        make_year_income(household)
        make_visit(household)
        make_guarantee(household, "water")
        make_situation(household.memberships.first().person, labour_skill="ordinary")


def test_one_row_per_subject_and_one_query_per_group_for_3_and_30_households(village):
    counts = []
    for households in (3, 27):
        fill(village, households)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            for subject, total in (
                ("household", Household.objects.count()),
                ("person", Person.objects.count()),
            ):
                for group in registry.groups_of(subject):
                    rows = [row["subject_id"] for row in group.rows(Judged(AS_OF, known_at=timezone.now()))]
                    assert len(rows) == len(set(rows)) <= total, group.name
        counts.append(len(queries))
    assert counts[0] == counts[1]
    # Four ask for the counties of a standard and five for the packs that say it (two names for the exit line); one asks for
    # the packs that say how far to look back; two are this test's counts. Rooms above ask for lists, checks and exits: six
    # groups of which without any list, check or exit one or two cheap questions are left.
    assert counts[0] == len(HOUSEHOLD_GROUPS) + len(PERSON_GROUPS) + 12 + 8


def test_overlapping_imported_history_still_gives_one_row(village):
    household = make_household(village)
    person = household.memberships.get().person
    for spell in (make_situation(person), make_living(household)):
        spell.end(date(2020, 10, 1))
        spell.save()
    make_situation(person, on=date(2020, 9, 1), labour_skill="skilled")
    make_living(household, on=date(2020, 9, 1), danger_grade="C")
    assert facts(household)["danger_grade"] == "C"
    assert person_facts(person)["labour_skill"] == "skilled"
    assert IncomeRecord.objects.count() == 0


def test_labour_counts_by_the_latest_of_several_situations(village):
    """The end of the first was written down late: until then both hold, and the later one counts."""
    household = make_household(village)
    person = household.memberships.get().person
    Household.objects.update(created_at=datetime(2015, 1, 1, tzinfo=UTC))
    Membership.objects.update(recorded_at=datetime(2015, 1, 1, tzinfo=UTC))
    said = {"recorded_at": datetime(2020, 6, 1, tzinfo=UTC)}
    able = make_situation(person, labour_skill="skilled", **said)
    able.end(date(2020, 6, 1), datetime(2021, 1, 1, tzinfo=UTC))
    able.save()
    make_situation(person, on=date(2020, 6, 1), labour_skill="none", **said)
    for known in (datetime(2020, 9, 20, tzinfo=UTC), None):
        assert facts(household, known_at=known)["labour_members"] == 0
        assert person_facts(person, known_at=known)["labour_skill"] == "none"
    assert facts(household, date(2020, 5, 31))["labour_members"] == 1
    make_person(household)  # was never asked: nobody knows
    assert facts(household)["labour_members"] is None


def test_of_overlapping_guarantees_one_that_was_not_asked_does_not_read_as_met(village):
    household = make_household(village)
    for state, start in (("met", date(2020, 1, 1)), ("unknown", date(2020, 5, 1))):
        spell = make_guarantee(household, "water", state, on=start)
        spell.end(date(2020, 12, 1))
        spell.save()
    assert facts(household)["water_ok"] is None
    assert facts(household, date(2020, 2, 1))["water_ok"] is True
    make_guarantee(household, "water", "not_met")
    assert facts(household)["water_ok"] is False


def test_the_dead_are_no_labour(village):
    household = make_household(village)
    head = household.memberships.get().person
    make_situation(head, labour_skill="none")
    worker = make_person(household, died_on=date(2020, 9, 20))
    make_situation(worker, labour_skill="skilled")
    assert facts(household, date(2020, 9, 19))["labour_members"] == 1
    assert facts(household)["labour_members"] == 0


def test_nothing_is_per_head_of_nobody(village):
    household = make_household(village)
    make_year_income(household, 2018, members=0)
    make_year_income(household, 2019, members=0)
    for end in (date(2020, 3, 31), date(2020, 6, 30)):
        make_quarter_income(household, end, members=0)
    found = facts(household)
    names = ("income_members", "previous_income_members", "quarter_members", "quarter_before_members")
    assert [found[name] for name in names] == [None] * 4


def test_temporary_aid_was_given_also_when_the_measure_is_over(village):
    household = make_household(village)
    given = date(2020, 8, 1)
    make_measure(household, "social_security", on=given, item="临时救助", state="done", ended_on=given)
    make_measure(household, "social_security", on=date(2020, 9, 1), item="临时救助", state="planned")
    make_measure(household, "social_security", on=date(2020, 9, 21), item="临时救助")
    assert facts(household)["temporary_aid_on"] == given
    assert facts(household, date(2020, 7, 31))["temporary_aid_on"] is None


def test_a_risk_stood_open_before_the_day_it_was_removed(village):
    household = make_household(village, risk_identified_on=date(2020, 3, 1), risk_removed_on=date(2020, 6, 1))
    assert facts(household, date(2020, 5, 31))["risk_open_on"] == date(2020, 3, 1)
    assert facts(household, date(2020, 6, 1))["risk_open_on"] is None


def test_a_month_begun_on_the_31st_is_over_on_the_last_day_of_a_shorter_one(village, standard):
    household = make_household(village)
    make_safety_net(household)
    make_year_income(household, 2018, members=1, collected_on=date(2018, 10, 31))
    assert facts(household, date(2019, 9, 29))["allowance_above_months"] == 10
    assert facts(household, date(2019, 9, 30))["allowance_above_months"] == 11
