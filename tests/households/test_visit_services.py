import uuid
from dataclasses import replace
from datetime import date

import pytest

from accounts.models import AuditEntry
from common.errors import Conflict, Invalid, NotFound, NotPermitted
from households.inputs import EventReport, GuaranteeChange, IncomeInput, SituationChange, VisitInput
from households.models import Guarantee, HouseholdEvent, IncomeRecord, Visit
from households.services import visit as visit_service
from households.services import visit_record
from tests.factories.households import make_guarantee, make_helper, make_household, make_person

pytestmark = pytest.mark.django_db


def entry(**kw) -> VisitInput:
    return VisitInput(**({"uuid": uuid.uuid4(), "visited_on": date(2020, 9, 10), "note": "一切正常"} | kw))


def full(household) -> VisitInput:
    person = household.memberships.first().person
    return entry(
        guarantees=(GuaranteeChange("housing", "not_met", "墙体开裂"),),
        events=(EventReport("job_lost", date(2020, 8, 20), person.pk, "工厂停工"),),
        situations=(SituationChange(person.pk, {"work_months": 0, "is_healthy": True}),),
        living={"danger_grade": "C"},
        income=IncomeInput("quarter", date(2020, 6, 30), date(2020, 9, 10), wage_fen=300_000),
        difficulties="缺少就业门路",
    )


def test_a_visit_writes_all_it_found_and_the_household_remembers_the_day(clerk, village):
    household = make_household(village)
    visit, created = visit_record(actor=clerk, household=household, entry=full(household))
    household.refresh_from_db()
    assert created
    assert (visit.visitor_name, household.last_visit_on) == ("李办事", date(2020, 9, 10))
    assert Guarantee.objects.get().state == "not_met"
    assert HouseholdEvent.objects.get().visit == visit
    assert household.memberships.first().person.situations.get().work_months == 0
    assert household.situations.get().danger_grade == "C"
    assert IncomeRecord.objects.get().wage_fen == 300_000
    assert AuditEntry.objects.filter(verb="households.visit_record").count() == 1


def test_the_same_visit_again_is_the_same_visit(clerk, village):
    household = make_household(village)
    sent = full(household)
    first, _ = visit_record(actor=clerk, household=household, entry=sent)
    again, created = visit_record(actor=clerk, household=household, entry=sent)
    assert (again, created) == (first, False)
    assert Visit.objects.count() == Guarantee.objects.count() == HouseholdEvent.objects.count() == 1
    assert AuditEntry.objects.filter(verb="households.visit_record").count() == 1


def test_the_same_uuid_with_other_content_is_a_conflict(clerk, village):
    household = make_household(village)
    sent = entry()
    visit_record(actor=clerk, household=household, entry=sent)
    with pytest.raises(Conflict) as refusal:
        visit_record(actor=clerk, household=household, entry=replace(sent, note="另一份"))
    assert refusal.value.code == "visit_uuid_reused"
    with pytest.raises(Conflict):
        visit_record(actor=clerk, household=make_household(village), entry=sent)
    assert Visit.objects.count() == 1


def test_who_loses_the_race_for_a_uuid_reads_the_winners_row(clerk, village, monkeypatch):
    household = make_household(village)
    sent = entry()
    winner, _ = visit_record(actor=clerk, household=household, entry=sent)
    # The first look finds nothing, as it does for a post that arrives at the same moment.
    answers = iter([None, winner])
    monkeypatch.setattr(visit_service, "_recorded", lambda asked: next(answers))
    found, created = visit_record(actor=clerk, household=household, entry=sent)
    assert (found.pk, created) == (winner.pk, False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"visited_on": date(2020, 9, 21)}, "visited_on"),
        ({"visited_on": date(1999, 12, 31)}, "visited_on"),
        ({"nothing_changed": True, "living": {"danger_grade": "D"}}, "nothing_changed"),
        ({"events": (EventReport("job_lost", date(2020, 9, 11)),)}, "events"),
        ({"events": (EventReport("alien_visit", date(2020, 9, 1)),)}, "kind"),
        ({"guarantees": (GuaranteeChange("water", "perhaps"),)}, "state"),
        ({"kind": "dream"}, "kind"),
        ({"living": {"household": 3}}, "household"),
        ({"income": IncomeInput("quarter", date(2020, 6, 30), date(2020, 9, 10), wage_fen=-5)}, "wage_fen"),
    ],
)
def test_an_impossible_visit_is_refused_whole(clerk, village, changes, field):
    household = make_household(village)
    with pytest.raises(Invalid) as refusal:
        visit_record(actor=clerk, household=household, entry=entry(**changes))
    assert refusal.value.field == field
    assert not Visit.objects.exists()
    assert not HouseholdEvent.objects.exists()


def test_a_visit_names_only_members_of_the_household(clerk, village):
    stranger = make_person(make_household(village))
    with pytest.raises(NotFound):
        visit_record(
            actor=clerk,
            household=make_household(village),
            entry=entry(situations=(SituationChange(stranger.pk, {"is_healthy": False}),)),
        )
    assert not Visit.objects.exists()


def test_a_visit_that_arrives_late_counts_by_its_day_and_leaves_later_records_alone(clerk, village):
    household = make_household(village)
    make_guarantee(household, "water", "met", on=date(2020, 9, 1))
    late = entry(visited_on=date(2020, 8, 1), guarantees=(GuaranteeChange("water", "not_met"),))
    visit, _ = visit_record(actor=clerk, household=household, entry=late)
    assert Guarantee.objects.get().state == "met"
    assert visit.content["guarantees"][0]["state"] == "not_met"
    visit_record(actor=clerk, household=household, entry=entry(visited_on=date(2020, 7, 1)))
    household.refresh_from_db()
    assert household.last_visit_on == date(2020, 8, 1)


def test_a_helper_visits_his_own_households_only(helper, village):
    mine, not_mine = make_household(village), make_household(village)
    make_helper(mine)
    type(mine.helpers.get()).objects.update(user_id=helper.user_id)
    assert visit_record(actor=helper, household=mine, entry=entry())[1]
    with pytest.raises(NotPermitted):
        visit_record(actor=helper, household=not_mine, entry=entry())


def test_clerks_of_another_township_and_readers_record_no_visit(other_clerk, auditor, village):
    household = make_household(village)
    for actor in (other_clerk, auditor):
        with pytest.raises(NotPermitted):
            visit_record(actor=actor, household=household, entry=entry())


def test_a_visit_is_never_changed_or_deleted(clerk, village):
    visit, _ = visit_record(actor=clerk, household=make_household(village), entry=entry())
    visit.note = "改"
    with pytest.raises(Exception, match="never changed"):
        visit.save()
    with pytest.raises(TypeError):
        Visit.objects.all().delete()
