"""Runs of the data checks over a real county of rows: find, list, mend, run again; exemptions; who may what."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from common.errors import Conflict, Invalid, NotFound, NotPermitted
from households.models import Person
from monitoring.models import DataFault, QualityRun, ScreeningRun
from monitoring.quality.sheets import TABLES, PersonSheet
from monitoring.quality.tables import sheets_make
from monitoring.screening.engine import Busy
from monitoring.services.quality import (
    ExemptionInput,
    exemption_end,
    fault_exempt,
    quality_here,
    quality_run_execute,
    quality_run_request,
)
from monitoring.tasks import quality_monthly, quality_run
from policies.services import pack_publish, pack_submit
from tests.cast import actor, without
from tests.factories.households import (
    make_household,
    make_living,
    make_measure,
    make_person,
    make_situation,
    make_year_income,
)

DAY = date(2020, 9, 20)
SAME_SEX, TWICE, NO_GRADE, HEALTH = "DQ-0207", "DQ-0114", "DQ-1001", "DQ-0510"


@pytest.fixture
def checks_published(cast):
    row = pack_submit(actor=actor(cast.officer), code="data-quality")
    pack_publish(actor=actor(cast.leader), pk=row.pk)


@pytest.fixture
def home(world, checks_published):
    """A married couple of one sex; the wife is disabled without a kind."""
    row = make_household(world.village_a1, head={"birth_date": date(1970, 5, 20)})
    row.wife = make_person(row, relation="spouse", gender="male", birth_date=date(1972, 1, 1), name="王测婚")
    make_situation(row.wife, is_disabled=True, is_healthy=False, disability_grade=2)
    return row


def run(cast, day=DAY, code="411081"):
    return quality_here(actor=actor(cast.officer), division=code, say=lambda text: None, as_of=day)


def keys(**more):
    return set(
        DataFault.objects.filter(closed_on__isnull=True, **more).values_list("rule_key", "subject_key")
    )


def test_a_run_finds_what_is_doubtful_and_says_the_values(cast, home):
    done = run(cast)
    assert done.state == QualityRun.State.DONE
    fault = DataFault.objects.get(rule_key=SAME_SEX)
    assert (fault.subject_key, fault.household, fault.person) == (f"person:{home.wife.pk}", home, home.wife)
    assert fault.scope_code == home.scope_code
    assert fault.shown == "relation=spouse;gender=male;household.head_gender=male"
    assert fault.found_on == DAY
    assert done.result["by_rule"][SAME_SEX] == 1
    assert done.result["by_rule"]["DQ-0202"] == 0, "rules that found nothing are listed too"
    assert done.result["open"] == sum(done.result["by_rule"].values()) == DataFault.objects.count()
    assert (done.result["households"], done.result["persons"]) == (1, 2)


def test_a_second_run_over_the_same_data_changes_nothing(cast, home):
    run(cast)
    before = list(DataFault.objects.order_by("pk").values())
    again = run(cast, DAY + timedelta(days=5))
    assert (again.result["opened"], again.result["closed"]) == (0, 0)
    assert list(DataFault.objects.order_by("pk").values()) == before


def test_what_is_mended_is_closed_with_its_day_and_what_comes_back_is_a_new_fault(cast, home):
    run(cast)
    Person.objects.filter(pk=home.wife.pk).update(gender="female")
    later = run(cast, DAY + timedelta(days=12))
    fault = DataFault.objects.get(rule_key=SAME_SEX)
    assert (fault.closed_on, fault.closed_run, fault.close_reason) == (
        DAY + timedelta(days=12),
        later,
        "已改正",
    )
    Person.objects.filter(pk=home.wife.pk).update(gender="male")
    run(cast, DAY + timedelta(days=20))
    assert DataFault.objects.filter(rule_key=SAME_SEX).count() == 2


def test_a_changed_value_is_shown_without_a_second_fault(cast, home):
    run(cast)
    Person.objects.filter(pk=home.wife.pk).update(name="王测新")
    make_year_income(home)
    situation = home.wife.situations.get()
    situation.disability_grade = 1
    situation.save()
    run(cast)
    assert DataFault.objects.filter(rule_key=HEALTH).count() == 1


def test_a_person_no_longer_kept_is_not_called_mended(cast, home):
    run(cast)
    home.wife.memberships.update(effective_to=DAY)
    run(cast, DAY + timedelta(days=1))
    assert DataFault.objects.get(rule_key=SAME_SEX).close_reason == "对象已不在册"


def test_unknown_is_no_fault_except_where_a_check_says_so(cast, home):
    Person.objects.filter(pk=home.wife.pk).update(birth_date=None)
    run(cast)
    mine = DataFault.objects.filter(person=home.wife)
    assert "DQ-0101" in set(mine.values_list("rule_key", flat=True)), "no birth date"
    assert not {one.rule_key for one in mine if "age=" in one.shown}


def test_twins_of_two_townships_are_found_by_the_county_and_left_alone_by_a_township(cast, world, home):
    other = make_household(world.village_b1)
    twin = make_person(other, relation="spouse", birth_date=date(1972, 1, 1), name="王测婚", gender="female")
    run(cast)
    assert {key for rule, key in keys() if rule == TWICE} == {f"person:{home.wife.pk}", f"person:{twin.pk}"}
    smaller = run(cast, DAY + timedelta(days=1), world.township_a.code)
    assert TWICE not in smaller.result["by_rule"], "a township cannot see the other one"
    assert {key for rule, key in keys() if rule == TWICE} == {f"person:{home.wife.pk}", f"person:{twin.pk}"}


def test_a_run_of_a_township_touches_no_other_township(cast, world, home):
    away = make_household(world.village_b1)
    run(cast)
    before = keys(household=away)
    assert before
    run(cast, DAY + timedelta(days=1), world.township_a.code)
    assert keys(household=away) == before


def test_counted_members_and_measures(cast, home):
    make_measure(home, "social_security", item="残疾人补贴")
    make_living(home, danger_grade="A")
    run(cast)
    assert ("DQ-0810", f"household:{home.pk}") not in keys(), "there is a disabled member"
    assert ("DQ-0201", f"household:{home.pk}") not in keys(), "there is a head"
    assert NO_GRADE not in {rule for rule, _ in keys()}


def test_the_sheets_are_gone_after_a_run(cast, home):
    run(cast)
    for model in TABLES:
        with pytest.raises(DatabaseError), transaction.atomic():
            model._default_manager.exists()


def test_what_a_dead_run_left_on_the_connection_is_not_judged(cast, home):
    run(cast)
    before = keys()
    sheets_make()
    PersonSheet.objects.create(subject_id=10**9, household_id=home.pk, scope_code=home.scope_code)
    again = run(cast, DAY + timedelta(days=1))
    assert (keys(), again.result["opened"]) == (before, 0)


def test_an_earlier_day_is_refused_after_a_later_one(cast, home):
    run(cast)
    with pytest.raises(Invalid, match="不能再按更早的日期"):
        run(cast, DAY - timedelta(days=1))
    assert QualityRun.objects.order_by("pk").last().state == QualityRun.State.REFUSED


def test_without_the_pack_the_run_is_refused_with_a_sentence(cast, world):
    with pytest.raises(Invalid, match="尚未发布"):
        quality_run_request(actor=actor(cast.officer), scope_code="411081", as_of=DAY)


def test_a_run_needs_the_right_and_a_known_place(cast, home):
    with pytest.raises(NotPermitted):
        quality_run_request(actor=actor(cast.li), scope_code="411081", as_of=DAY)
    with pytest.raises(Invalid, match="区划"):
        quality_run_request(actor=actor(cast.officer), scope_code="411081999", as_of=DAY)


def test_asking_twice_is_one_run_and_the_month_is_checked_once(cast, home, settings):
    first = quality_run_request(actor=actor(cast.officer), scope_code="411081", as_of=DAY, send=False)
    assert quality_run_request(actor=actor(cast.officer), scope_code="411081", as_of=DAY, send=False) == first
    quality_run(first.pk)
    first.refresh_from_db()
    assert first.state == QualityRun.State.DONE
    quality_run(first.pk)  # the message came twice
    assert QualityRun.objects.count() == 1
    settings.BUSINESS_DATE = DAY
    quality_monthly()
    assert QualityRun.objects.count() == 1


def test_a_county_without_the_pack_does_not_stop_the_month(world):
    quality_monthly()
    assert not QualityRun.objects.exists()


def test_a_run_waits_while_another_is_at_the_area_and_takes_over_from_a_dead_one(cast, home, world):
    one = quality_run_request(actor=actor(cast.officer), scope_code="411081", as_of=DAY, send=False)
    assert QualityRun.claim(one.pk)
    two = quality_run_request(
        actor=actor(cast.officer), scope_code=world.township_a.code, as_of=DAY, send=False
    )
    with pytest.raises(Busy):
        quality_run_execute(QualityRun.claim(two.pk))
    two.refresh_from_db()
    assert two.state == QualityRun.State.QUEUED
    QualityRun.objects.filter(pk=one.pk).update(heartbeat_at="2020-01-01T00:00:00+08:00")
    assert quality_run_execute(QualityRun.claim(one.pk)).state == QualityRun.State.DONE
    assert quality_run_execute(QualityRun.claim(two.pk)).state == QualityRun.State.DONE


def test_a_run_that_stopped_half_way_is_repeated_whole(cast, home, monkeypatch):
    from monitoring.quality import engine  # noqa: PLC0415

    whole = engine._judge
    monkeypatch.setattr(
        engine,
        "_judge",
        lambda run, subject, *rest: 1 / 0 if subject == "income" else whole(run, subject, *rest),
    )
    with pytest.raises(ZeroDivisionError):
        run(cast)
    monkeypatch.undo()
    half = keys()
    again = run(cast)
    assert half <= keys()
    assert again.result["open"] == DataFault.objects.count() == len(keys())


def test_as_many_statements_for_thirty_households_as_for_three(cast, world, home):
    def statements():
        with CaptureQueriesContext(
            connection,
        ) as found:
            run(cast)
        return len(found)

    for _ in range(3):
        make_household(world.village_a1, members=2)
    run(cast)
    few = statements()
    for _ in range(30):
        make_household(world.village_a1, members=2)
    run(cast)
    assert statements() == few


# --- exemptions ---------------------------------------------------------------------------------------------------------


def entry(**changes):
    return ExemptionInput(**({"reason": "户籍登记如此，已核实", "until": DAY + timedelta(days=30)} | changes))


def the_fault(rule=SAME_SEX):
    return DataFault.objects.get(rule_key=rule, closed_on__isnull=True)


def test_an_exempt_fault_is_not_counted_as_open_until_its_day_has_passed(cast, home):
    first = run(cast)
    fault_exempt(actor=actor(cast.officer), pk=the_fault().pk, entry=entry(), today=DAY)
    assert the_fault().exemption.reason == "户籍登记如此，已核实"
    on_the_day = run(cast, DAY + timedelta(days=30))
    assert (on_the_day.result["exempt"], on_the_day.result["open"]) == (1, first.result["open"] - 1)
    assert on_the_day.result["by_rule"][SAME_SEX] == 0
    after = run(cast, DAY + timedelta(days=31))
    assert (after.result["exempt"], after.result["open"]) == (0, first.result["open"])


def test_an_exemption_of_an_area_covers_every_such_fault_there_and_none_elsewhere(cast, world, home):
    for village in (world.village_a2, world.village_b1):
        make_household(village)
    run(cast)
    fault = DataFault.objects.get(rule_key=NO_GRADE, household=home)
    fault_exempt(actor=actor(cast.officer), pk=fault.pk, entry=entry(area=world.township_a.code), today=DAY)
    run(cast)
    mine = DataFault.objects.filter(rule_key=NO_GRADE)
    assert mine.filter(exemption__isnull=False).count() == 2
    assert not mine.filter(scope_code=world.village_b1.code, exemption__isnull=False).exists()


def test_an_exemption_taken_back_ends_and_repeating_it_changes_nothing(cast, home):
    run(cast)
    made = fault_exempt(actor=actor(cast.officer), pk=the_fault().pk, entry=entry(), today=DAY)
    ended = exemption_end(actor=actor(cast.officer), pk=made.pk, today=DAY)
    assert the_fault().exemption is None
    assert exemption_end(actor=actor(cast.officer), pk=made.pk, today=DAY).ended_at == ended.ended_at


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"reason": "对"}, "原因"),
        ({"until": DAY - timedelta(days=1)}, "不能早于今天"),
        ({"until": DAY + timedelta(days=366)}, "最长 365 天"),
        ({"area": "411081101"}, "须包含"),
    ],
)
def test_an_exemption_needs_reason_time_and_place(cast, home, changes, word):
    run(cast)
    with pytest.raises(Invalid, match=word):
        fault_exempt(actor=actor(cast.officer), pk=the_fault().pk, entry=entry(**changes), today=DAY)
    fault_exempt(
        actor=actor(cast.officer), pk=the_fault().pk, entry=entry(until=DAY + timedelta(days=365)), today=DAY
    )


def test_only_the_county_officer_exempts_and_only_open_faults(cast, home):
    run(cast)
    fault = the_fault()
    for somebody in (
        actor(cast.li),
        actor(cast.wang),
        actor(cast.auditor),
        without(cast.officer, "monitoring.exempt_fault"),
    ):
        with pytest.raises(NotFound):
            fault_exempt(actor=somebody, pk=fault.pk, entry=entry(), today=DAY)
    Person.objects.filter(pk=home.wife.pk).update(gender="female")
    run(cast)
    with pytest.raises(Conflict):
        fault_exempt(actor=actor(cast.officer), pk=fault.pk, entry=entry(), today=DAY)


# --- the command ---------------------------------------------------------------------------------------------------------


def test_the_command_prints_one_object(cast, home, run_json):
    code, body = run_json("check_data", "--as-of", "2020-09-20")
    assert code == 0
    assert set(body) == {
        "run",
        "as_of",
        "households",
        "persons",
        "rules",
        "opened",
        "closed",
        "open",
        "exempt",
        "by_rule",
    }
    assert body["rules"] == len(body["by_rule"]) >= 200
    code, body = run_json("check_data", "--division", "411081999")
    assert (code, body["error"]) == (1, "unknown_division")
    assert not ScreeningRun.objects.exists(), "signs and faults of data are two things"
