"""Asking for runs: permission, one open run per thing, two beats, the sweeper, the worker's door."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from common.errors import Invalid, NotPermitted
from monitoring import tasks
from monitoring.models import HouseholdFacts, ScreeningRun
from monitoring.services import judged_day, runs_sweep, screening_run_execute, screening_run_request
from monitoring.services import runs as run_services
from tests.cast import actor
from tests.factories.households import make_household

DAY = date(2020, 9, 20)


def ask(user, **changes):
    values = {"kind": "households", "scope_code": "411081", "as_of": DAY, "send": False}
    return screening_run_request(actor=actor(user), **(values | changes))


def test_the_day_of_a_quarter_is_the_earlier_of_its_end_and_today():
    quarter = run_services.Quarter(2020, 3)
    assert judged_day(quarter, DAY) == DAY
    assert judged_day(quarter, date(2020, 12, 1)) == date(2020, 9, 30)
    assert judged_day(quarter, DAY, date(2020, 8, 1)) == date(2020, 8, 1)


def test_an_open_run_for_the_same_thing_is_returned(cast):
    first = ask(cast.officer)
    assert ask(cast.officer2) == first
    assert ask(cast.officer, as_of=DAY - timedelta(days=1)) != first


@pytest.mark.parametrize("who", ["li", "zhao", "wang", "leader", "auditor", "dept", "admin"])
def test_only_the_county_office_starts_runs(cast, who):
    with pytest.raises(NotPermitted):
        ask(getattr(cast, who))
    with pytest.raises(NotPermitted):
        ask(getattr(cast, who), kind="funds")


def test_an_unknown_place_is_refused(cast):
    with pytest.raises(Invalid):
        ask(cast.officer, scope_code="411081999")


def test_two_beats_make_one_run_even_after_the_first_is_done(
    world, packs, django_capture_on_commit_callbacks
):
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            tasks.fund_check_monthly()
            tasks.screening_nightly()
            tasks.screening_quarterly()
    assert ScreeningRun.objects.count() == 3
    assert set(ScreeningRun.objects.values_list("state", flat=True)) == {"done"}


def test_a_refusal_ends_the_run_with_its_sentence(world, cast):
    run = ask(cast.officer, as_of=date(2001, 1, 1))
    tasks.screening_run(run.pk)
    run.refresh_from_db()
    assert (run.state, "没有生效" in run.error) == ("refused", True)


def test_a_bug_ends_the_run_as_failed_without_its_details(world, cast, packs, monkeypatch):
    def broken(*args):
        raise ZeroDivisionError("H000001 somebody")

    monkeypatch.setattr(run_services, "screening_execute", broken)
    run = ScreeningRun.claim(ask(cast.officer).pk)
    with pytest.raises(ZeroDivisionError):
        screening_run_execute(run)
    run.refresh_from_db()
    assert run.state == "failed"
    assert "somebody" not in run.error


def test_a_finished_run_is_not_done_again(world, cast, packs):
    run = ask(cast.officer)
    tasks.screening_run(run.pk)
    run.refresh_from_db()
    finished = run.finished_at
    tasks.screening_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.finished_at) == ("done", finished)


def test_the_sweeper_sends_what_lost_its_message_or_its_worker(world, cast, monkeypatch):
    sent = []
    monkeypatch.setattr(run_services, "enqueue", lambda task, pk: sent.append(pk) or True)
    lost, young, silent, living = (ask(cast.officer, as_of=DAY - timedelta(days=n)) for n in range(4))
    past = timezone.now() - timedelta(minutes=5)
    ScreeningRun.objects.filter(pk=lost.pk).update(queued_at=past)
    ScreeningRun.objects.filter(pk__in=(silent.pk, living.pk)).update(state="running", heartbeat_at=past)
    ScreeningRun.objects.filter(pk=living.pk).update(heartbeat_at=timezone.now())
    assert runs_sweep() == 2
    assert sorted(sent) == sorted([lost.pk, silent.pk])
    assert runs_sweep() == 0 or young.pk not in sent


def test_the_sweeper_drops_facts_of_dead_runs_only(world, cast):
    dead, alive, frozen = (ask(cast.officer, as_of=DAY - timedelta(days=n)) for n in range(3))
    row = make_household(world.village_a1)
    for run, state, keep in ((dead, "failed", False), (alive, "running", False), (frozen, "done", True)):
        ScreeningRun.objects.filter(pk=run.pk).update(
            state=state, keep_facts=keep, heartbeat_at=timezone.now()
        )
        HouseholdFacts.objects.create(
            run=run, subject_id=row.pk, subject_key="household:1", scope_code="411081100201"
        )
    runs_sweep()
    assert set(HouseholdFacts.objects.values_list("run_id", flat=True)) == {alive.pk, frozen.pk}


def test_a_broker_that_is_away_leaves_the_run_queued(
    world, cast, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("common.queue.current_app", BrokenBroker())
    with django_capture_on_commit_callbacks(execute=True):
        run = ask(cast.officer, send=True)
    run.refresh_from_db()
    assert run.state == "queued"


class BrokenBroker:
    """A registry whose tasks cannot be sent."""

    @property
    def tasks(self):
        return {run_services.TASK: self}

    def apply_async(self, *args, **kwargs):
        raise OSError("connection refused")
