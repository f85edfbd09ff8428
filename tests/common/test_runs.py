"""Runs: one worker at a time, take-over after silence, a lost worker writes nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.runs import SILENCE, LostRun
from exchange.models import ExportFile

LATE = SILENCE + timedelta(seconds=1)


@pytest.fixture
def run(cast):
    return ExportFile.objects.create(key="test", requested_by=cast.li, layout="x", scope_code="411081100")


def silent(run) -> None:
    ExportFile.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - LATE)


def test_a_queued_run_is_taken_once(run):
    assert ExportFile.claim(run.pk).state == "running"
    assert ExportFile.claim(run.pk) is None


def test_a_silent_run_is_taken_over_and_the_old_worker_changes_nothing(run):
    first = ExportFile.claim(run.pk)
    silent(run)
    second = ExportFile.claim(run.pk)
    assert second.token != first.token
    with pytest.raises(LostRun):
        first.beat(done=5)
    assert first.close(result={"rows": 5}) is False
    second.beat(done=7, total=9)
    assert second.close(result={"rows": 9}) is True
    run.refresh_from_db()
    assert (run.state, run.result, run.done_count, run.total_count) == ("done", {"rows": 9}, 7, 9)


def test_a_beating_run_is_left_alone(run):
    first = ExportFile.claim(run.pk)
    silent(run)
    first.beat()
    assert ExportFile.claim(run.pk) is None


def test_an_ended_run_is_not_taken_again(run):
    ExportFile.claim(run.pk).close(error="坏了")
    silent(run)
    assert ExportFile.claim(run.pk) is None
    run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "坏了")


def test_a_refusal_is_no_failure(run):
    ExportFile.claim(run.pk).close(error="没有政策包。", refused=True)
    run.refresh_from_db()
    assert run.state == "refused"
    assert not run.is_open
