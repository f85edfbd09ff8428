from dataclasses import replace
from datetime import date

import pytest

from accounts.models import AuditEntry
from common.errors import Conflict, Invalid, NotPermitted, Stale
from households.models import Household, HouseholdEvent
from projects import services
from projects.models import Milestone
from projects.services import MilestoneInput, ProjectInput
from tests.cast import actor
from tests.factories.households import make_household
from tests.factories.projects import make_beneficiary, make_project

TODAY = date(2020, 9, 20)
PLANNED = {"bidding": date(2020, 1, 31), "start": date(2020, 3, 31), "acceptance": None}


@pytest.fixture
def given(world):
    return ProjectInput(
        code="XM-1", name="　养殖 场 ", kind="industry", year=2020, village=world.village_a1, planned_fen=30_000_000,
        planned=PLANNED,
    )  # fmt: skip


def test_a_project_is_entered_with_the_stages_it_has(cast, given):
    project = services.project_create(actor=actor(cast.officer), given=given)
    assert (project.name, project.scope_code) == ("养殖 场", "411081100201")
    assert dict(project.milestones.values_list("kind", "planned_on")) == PLANNED
    assert AuditEntry.objects.get(verb="projects.create").target_id == str(project.pk)


def test_a_taken_code_is_refused(cast, given):
    services.project_create(actor=actor(cast.officer), given=given)
    with pytest.raises(Conflict, match="已存在") as refusal:
        services.project_create(actor=actor(cast.officer), given=given)
    assert refusal.value.field == "code"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"code": " "}, "code"),
        ({"kind": "castle"}, "kind"),
        ({"year": 1999}, "year"),
        ({"planned_fen": -1}, "planned_fen"),
        ({"planned": {"digging": None}}, "planned"),
        ({"planned": {"bidding": date(2020, 2, 1), "start": date(2020, 1, 1)}}, "planned"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(cast, given, changes, field):
    with pytest.raises(Invalid) as refusal:
        services.project_create(actor=actor(cast.officer), given=replace(given, **changes))
    assert refusal.value.field == field


@pytest.mark.parametrize("who", ["li", "rev", "auditor", "wang", "admin"])
def test_only_the_county_enters_projects(cast, given, who):
    with pytest.raises(NotPermitted):
        services.project_create(actor=actor(getattr(cast, who)), given=given)


def test_editing_raises_the_version_and_keeps_history(cast, given):
    officer = actor(cast.officer)
    project = services.project_create(actor=officer, given=given)
    changed = replace(
        given, name="养牛场", planned={"start": date(2020, 4, 1), "acceptance": None, "completion": None}
    )
    row = services.project_edit(actor=officer, project=project, version=1, given=changed)
    assert (row.name, row.version, row.history.count()) == ("养牛场", 2, 2)
    assert set(row.milestones.values_list("kind", "planned_on")) == set(changed.planned.items())


def test_editing_nothing_changes_nothing(cast, given):
    officer = actor(cast.officer)
    project = services.project_create(actor=officer, given=given)
    row = services.project_edit(actor=officer, project=project, version=1, given=given)
    assert (row.version, row.history.count()) == (1, 1)
    assert not AuditEntry.objects.filter(verb="projects.edit").exists()


def test_an_edit_made_from_an_older_version_is_stale_and_shows_both_values(cast, given):
    officer = actor(cast.officer)
    project = services.project_create(actor=officer, given=given)
    services.project_edit(actor=officer, project=project, version=1, given=replace(given, name="养牛场"))
    with pytest.raises(Stale) as refusal:
        services.project_edit(actor=officer, project=project, version=1, given=replace(given, name="养羊场"))
    assert refusal.value.values == {"name": ("养牛场", "养羊场")}


def test_a_stage_that_was_done_cannot_be_taken_out(cast, given, world):
    project = make_project(world.village_a1, done={"bidding": date(2020, 1, 20)})
    with pytest.raises(Invalid, match="招标已登记完成"):
        services.project_edit(
            actor=actor(cast.officer),
            project=project,
            version=1,
            given=replace(given, planned={"start": None}),
        )
    assert project.milestones.count() == 4


def test_the_clerk_records_a_stage_with_its_evidence(cast, world):
    project = make_project(world.village_a1)
    before = project.milestones.get(kind="bidding").recorded_at
    row = services.milestone_record(
        actor=actor(cast.li),
        project=project,
        given=MilestoneInput("bidding", date(2020, 1, 30), "中标通知书"),
        today=TODAY,
    )
    assert (row.done_on, row.evidence, row.recorded_by) == (date(2020, 1, 30), "中标通知书", cast.li)
    assert row.recorded_at > before
    assert AuditEntry.objects.get(verb="projects.record_milestone").detail["stage"] == "bidding"


def test_recording_the_same_again_adds_nothing_and_a_correction_keeps_the_first_day(cast, world):
    project, li = make_project(world.village_a1), actor(cast.li)
    for day in (date(2020, 1, 30), date(2020, 1, 30), date(2020, 1, 29)):
        services.milestone_record(
            actor=li, project=project, given=MilestoneInput("bidding", day), today=TODAY
        )
    row = project.milestones.get(kind="bidding")
    days = list(row.history.order_by("history_id").values_list("done_on", flat=True))
    assert days == [None, date(2020, 1, 30), date(2020, 1, 29)]
    assert AuditEntry.objects.filter(verb="projects.record_milestone").count() == 2


def test_a_stage_out_of_order_or_in_the_future_is_refused(cast, world):
    project = make_project(world.village_a1)
    for given in (MilestoneInput("start", date(2020, 3, 1)), MilestoneInput("bidding", date(2020, 9, 21))):
        with pytest.raises(Invalid) as refusal:
            services.milestone_record(actor=actor(cast.li), project=project, given=given, today=TODAY)
        assert refusal.value.code == "milestone_order"
    assert not Milestone.objects.filter(done_on__isnull=False).exists()


@pytest.mark.parametrize("who", ["zhao", "rev", "auditor", "leader"])
def test_who_may_not_record_a_stage(cast, world, who):
    project = make_project(world.village_a1)
    with pytest.raises(NotPermitted):
        services.milestone_record(
            actor=actor(getattr(cast, who)),
            project=project,
            given=MilestoneInput("bidding", TODAY),
            today=TODAY,
        )


def test_a_household_is_linked_once_per_kind_of_link_and_marked_as_touched(cast, world):
    project, household = make_project(world.village_a1), make_household(world.village_a1)
    touched = household.touched_at
    services.beneficiary_add(
        actor=actor(cast.li), project=project, household=household, linkage="wage", on=TODAY
    )
    services.beneficiary_add(
        actor=actor(cast.li), project=project, household=household, linkage="rent", on=TODAY
    )
    with pytest.raises(Conflict, match="已按同一联结方式"):
        services.beneficiary_add(
            actor=actor(cast.li), project=project, household=household, linkage="wage", on=TODAY
        )
    assert Household.objects.get(pk=household.pk).touched_at > touched
    assert project.beneficiaries.count() == 2


def test_a_closed_household_and_an_unknown_link_are_refused(cast, world):
    project, household = make_project(world.village_a1), make_household(world.village_a1)
    closed = make_household(world.village_a1, is_live=False)
    for who, linkage in ((closed, "wage"), (household, "friendship")):
        with pytest.raises(Invalid):
            services.beneficiary_add(
                actor=actor(cast.li), project=project, household=who, linkage=linkage, on=TODAY
            )


def test_a_link_ends_once_and_not_before_it_began(cast, world):
    row = make_beneficiary(make_project(world.village_a1), make_household(world.village_a1))
    li = actor(cast.li)
    with pytest.raises(Invalid, match="不能早于"):
        services.beneficiary_end(actor=li, beneficiary=row, on=date(2019, 12, 31))
    assert services.beneficiary_end(actor=li, beneficiary=row, on=TODAY).effective_to == TODAY
    with pytest.raises(Conflict, match="已截止"):
        services.beneficiary_end(actor=li, beneficiary=row, on=TODAY)


def test_a_failed_project_tells_the_households_it_benefits_at_that_day(cast, world):
    project = make_project(world.village_a1)
    now, gone, later = (make_household(world.village_a1) for _ in range(3))
    make_beneficiary(project, now)
    make_beneficiary(project, now, linkage="wage")
    make_beneficiary(project, gone, effective_to=date(2020, 5, 1))
    make_beneficiary(project, later, effective_from=date(2020, 9, 1))
    on = date(2020, 8, 1)
    row = services.project_fail(
        actor=actor(cast.officer), project=project, on=on, reason="养殖场停产", today=TODAY
    )
    assert (row.failed_on, row.version) == (on, 2)
    event = HouseholdEvent.objects.get()
    assert (event.household, event.kind, event.happened_on) == (now, "project_failed", on)
    with pytest.raises(Conflict, match="已于 2020-08-01"):
        services.project_fail(
            actor=actor(cast.officer), project=project, on=TODAY, reason="又停", today=TODAY
        )


@pytest.mark.parametrize(("on", "reason"), [(date(2020, 9, 21), "停产"), (TODAY, " ")])
def test_a_failure_needs_a_day_that_came_and_a_reason(cast, world, on, reason):
    project = make_project(world.village_a1)
    with pytest.raises(Invalid):
        services.project_fail(actor=actor(cast.officer), project=project, on=on, reason=reason, today=TODAY)
