"""A number and the list behind it are the same rows; nobody's number counts what he may not see."""

from datetime import date

import pytest

from accounts.actor import operator_actor
from common.errors import NotFound, NotPermitted
from common.runs import LostRun
from households import codes
from reporting.figures import FIGURES
from reporting.models import Figure, ReportRun
from reporting.selectors import areas_for, figure_rows, snapshot_get, township_values
from reporting.services import figures_refresh, figures_refresh_request
from reporting.tasks import figures_refresh_nightly, figures_refresh_run
from tests.cast import actor
from tests.factories.households import make_household, make_visit

DAY = date(2020, 9, 20)
EXITED, MONITORED = codes.PovertyStatus.EXITED_WITH_POLICY, codes.MonitorClass.UNSTABLE_EXITED


def take(scope_code: str = "411081", day: date = DAY) -> ReportRun:
    run = ReportRun.objects.create(key=f"test:{scope_code}:{day}", scope_code=scope_code, as_of=day)
    claimed = ReportRun.claim(run.pk)
    assert claimed is not None
    figures_refresh(run=claimed)
    claimed.close()
    return claimed


@pytest.fixture
def households(world):
    return [
        make_household(world.village_a1, members=3, poverty_status=EXITED, monitor_class=MONITORED),
        make_household(world.village_a2, members=2, poverty_status=EXITED),
        make_household(world.village_b1, members=4, poverty_status=codes.PovertyStatus.UNEXITED),
        make_household(world.village_b1, members=5, monitor_class=codes.MonitorClass.BORDERLINE),
    ]


def stored(name: str, area: str, split: str = "") -> int | None:
    return Figure.objects.get(name=name, scope_code=area, split=split, as_of=DAY).value


def test_households_and_persons_are_counted_by_class_and_township(world, households):
    take()
    assert stored("registered_households", "411081") == 3
    assert stored("registered_persons", "411081") == 9
    assert stored("registered_persons", "411081", EXITED) == 5
    assert stored("registered_households", world.township_b.code, "unexited") == 1
    assert stored("monitored_households", "411081") == 2
    assert stored("monitored_persons", "411081", MONITORED) == 3


def test_every_figure_of_the_county_equals_the_list_behind_it(world, cast, households):
    make_visit(households[0], on=date(2020, 7, 3))
    households[0].last_visit_on = date(2020, 7, 3)
    households[0].save()
    take()
    reader = actor(cast.officer)
    for name, spec in FIGURES.items():
        _, rows = figure_rows(actor=reader, name=name, area="411081", split="", as_of=DAY)
        expected = rows.aggregate(value=spec.value())["value"] or 0
        assert stored(name, "411081") == expected, name
    assert stored("visited_households", "411081") == 1
    assert stored("unvisited_households", "411081") == 3


def test_a_county_without_households_shows_zero_and_an_uncounted_one_nothing(world, cast):
    reader = actor(cast.officer)
    assert snapshot_get(actor=reader, area_code="411081") is None
    take()
    snapshot = snapshot_get(actor=reader, area_code="411081")
    assert snapshot is not None
    assert snapshot.value("registered_households") == 0
    assert snapshot.value("no_such_figure") is None


def test_the_change_compares_with_the_snapshot_a_month_before(world, cast, households):
    take(day=date(2020, 8, 15))
    make_household(world.village_a1, poverty_status=EXITED)
    take()
    snapshot = snapshot_get(actor=actor(cast.officer), area_code="411081")
    assert snapshot is not None
    assert snapshot.before_day == date(2020, 8, 15)
    assert snapshot.change("registered_households") == 1


def test_taking_the_same_day_again_replaces_and_adds_nothing(world, households):
    take()
    first = Figure.objects.count()
    take()
    assert Figure.objects.count() == first


def test_a_clerk_sees_her_township_and_nothing_of_the_other(world, cast, households):
    take()
    zhao = actor(cast.zhao)
    assert [code for code, _ in areas_for(actor=zhao)] == [world.township_b.code]
    assert snapshot_get(actor=zhao, area_code=world.township_b.code) is not None
    for code in ("411081", world.township_a.code):
        with pytest.raises(NotFound):
            snapshot_get(actor=zhao, area_code=code)
    _, rows = figure_rows(actor=zhao, name="registered_households", area="411081", split="", as_of=DAY)
    assert {row.scope_code for row in rows} == {world.village_b1.code}
    seen = township_values(
        scope=zhao.scope("reporting.view"), county_code="411081", day=DAY, names=("registered_households",)
    )
    assert {area for area, _, _ in seen} == {world.township_b.code}


def test_a_helper_has_no_dashboard(world, cast):
    with pytest.raises(NotPermitted):
        snapshot_get(actor=actor(cast.wang), area_code="411081")


def test_an_unknown_figure_is_not_found(world, cast):
    with pytest.raises(NotFound):
        figure_rows(actor=actor(cast.officer), name="nonsense", area="411081", split="", as_of=DAY)


def test_asking_twice_makes_one_run_and_the_task_runs_once(world, households):
    run = figures_refresh_request(actor=operator_actor(), scope_code="411081", as_of=DAY)
    again = figures_refresh_request(actor=operator_actor(), scope_code="411081", as_of=DAY)
    assert again.pk == run.pk
    figures_refresh_run(run.pk)
    figures_refresh_run(run.pk)
    run.refresh_from_db()
    assert run.state == ReportRun.State.DONE
    assert run.result["values"] == Figure.objects.count()


def test_a_worker_that_lost_its_run_writes_nothing(world, households):
    run = ReportRun.objects.create(key="lost", scope_code="411081", as_of=DAY)
    mine = ReportRun.claim(run.pk)
    ReportRun.objects.filter(pk=run.pk).update(token=None)
    assert mine is not None

    with pytest.raises(LostRun):
        figures_refresh(run=mine)
    assert not Figure.objects.exists()


def test_the_night_asks_for_every_county(world, households, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        figures_refresh_nightly()
    assert ReportRun.objects.filter(scope_code="411081", state="done").count() == 1
