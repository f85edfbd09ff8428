from datetime import UTC, date, datetime

import pytest

from policies.metrics import Judged, groups_of, metrics_of, source_of
from tests.factories.funds import make_allocation, make_payment
from tests.factories.projects import make_milestone, make_project

pytestmark = pytest.mark.django_db
AS_OF = date(2020, 9, 30)


def facts(project, judged=Judged(AS_OF)):  # noqa: B008 - a frozen value
    row = {}
    for group in groups_of("project"):
        row |= next(row for row in group.rows(judged) if row["subject_id"] == project.pk)
    return row


def test_every_metric_of_a_project_is_measured():
    project = make_project()
    assert set(facts(project)) == {*metrics_of("project"), "subject_id"}


def test_the_subjects_are_the_projects_of_the_year():
    project = make_project()
    make_project(year=2019)
    assert list(source_of("project").rows(Judged(AS_OF))) == [
        {
            "subject_id": project.pk,
            "subject_key": f"project:{project.pk}",
            "scope_code": project.scope_code,
            "household_id": None,
        }
    ]


def test_a_stage_is_done_open_or_not_there():
    project = make_project(
        stages=("start", "completion"), done={"start": AS_OF, "completion": date(2020, 10, 1)}
    )
    row = facts(project)
    assert (row["bidding_done"], row["bidding_on"]) == (None, None)
    assert (row["started"], row["started_on"]) == (True, AS_OF)
    assert (row["completed"], row["completed_on"], row["is_works"]) == (False, None, True)
    assert row["completion_planned_on"] == date(2020, 6, 30)


def test_what_was_recorded_later_was_not_known():
    project = make_project(stages=())
    make_milestone(
        project, "bidding", done_on=date(2020, 1, 5), recorded_at=datetime(2020, 2, 10, tzinfo=UTC)
    )
    assert facts(project, Judged(AS_OF, known_at=datetime(2020, 2, 9, tzinfo=UTC)))["bidding_done"] is False
    assert facts(project, Judged(AS_OF, known_at=datetime(2020, 2, 10, tzinfo=UTC)))["bidding_done"] is True
    assert facts(project)["is_works"] is False


def test_money_of_a_project_is_zero_when_there_is_none_and_confirmed_money_otherwise():
    poor, rich = make_project(), make_project()
    allocation = make_allocation(project=rich, amount_fen=500)
    make_payment(allocation, amount_fen=100, state="confirmed", paid_on=AS_OF)
    make_payment(allocation, amount_fen=200, state="confirmed", paid_on=date(2020, 10, 1))
    make_payment(allocation, amount_fen=50)
    assert (facts(poor)["allocated_fen"], facts(poor)["paid_fen"]) == (0, 0)
    assert (facts(rich)["allocated_fen"], facts(rich)["paid_fen"]) == (500, 100)
    assert facts(rich, Judged(AS_OF, known_at=datetime(2020, 1, 1, tzinfo=UTC)))["paid_fen"] == 0
