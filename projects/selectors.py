"""Reads of projects, inside the actor's area."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.actor import Actor
from common.errors import NotFound
from households.models import Household
from projects import rules
from projects.models import Beneficiary, Milestone, Project
from projects.rules import StageDates, StageView
from villages.models import Division, Level

NOT_BEGUN = "none"


@dataclass(frozen=True)
class ProjectFilter:
    """What a list of projects is narrowed by; empty means everything. `stage` is the last one reached ("none": not one)."""

    kind: str = ""
    area: str = ""  # a division code
    year: int | None = None
    stage: str = ""
    late: str = ""  # a stage, or "any"
    failed: bool = False
    text: str = ""


def _done(kind: str, as_of: date) -> Exists:
    return Exists(Milestone.objects.filter(project=OuterRef("pk"), kind=kind, done_on__lte=as_of))


def _late(kinds: Iterable[str], as_of: date) -> Exists:
    """A stage planned for a day before `as_of` that was not done by then."""
    open_by_then = Q(done_on__isnull=True) | Q(done_on__gt=as_of)
    return Exists(
        Milestone.objects.filter(
            open_by_then, project=OuterRef("pk"), kind__in=list(kinds), planned_on__lt=as_of
        )
    )


def project_list(*, actor: Actor, given: ProjectFilter | None = None, as_of: date) -> QuerySet[Project]:
    """Projects the actor may see, filtered; `as_of` is the day stages are looked at."""
    given = given or ProjectFilter()
    rows = Project.objects.within(actor.scope("projects.view").narrowed(given.area))
    if given.kind:
        rows = rows.filter(kind=given.kind)
    if given.year:
        rows = rows.filter(year=given.year)
    if given.failed:
        rows = rows.filter(failed_on__lte=as_of)
    if given.text:
        rows = rows.filter(Q(name__icontains=given.text) | Q(code__istartswith=given.text))
    if given.stage == NOT_BEGUN:
        for kind in rules.STAGES:
            rows = rows.filter(~_done(kind, as_of))
    elif given.stage:
        rows = rows.filter(_done(given.stage, as_of))
        for later in rules.STAGES[rules.STAGES.index(given.stage) + 1 :]:
            rows = rows.filter(~_done(later, as_of))
    if given.late:
        rows = rows.filter(_late(rules.STAGES if given.late == "any" else [given.late], as_of))
    return rows


def with_stages(rows: QuerySet[Project]) -> QuerySet[Project]:
    """The rows with village, township and stages loaded, for lists."""
    return rows.select_related("village", "village__parent").prefetch_related(
        Prefetch("milestones", queryset=Milestone.objects.select_related("recorded_by", "file"))
    )


def stages_of(project: Project) -> dict[str, StageDates]:
    return {row.kind: StageDates(row.planned_on, row.done_on) for row in project.milestones.all()}


def stage_views_of(project: Project, as_of: date) -> tuple[StageView, ...]:
    return rules.stage_views(stages_of(project), as_of)


def project_get(*, actor: Actor, pk: int) -> Project:
    """One project in the actor's area, or NotFound."""
    found = with_stages(Project.objects.within(actor.scope("projects.view"))).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def project_choices(*, actor: Actor, permission: str, area: str = "") -> QuerySet[Project]:
    """Projects for a drop-down of an act that needs `permission`."""
    return Project.objects.within(actor.scope(permission).narrowed(area)).order_by("-year", "name")


def project_years(*, actor: Actor) -> list[int]:
    rows = Project.objects.within(actor.scope("projects.view"))
    return list(rows.order_by("-year").values_list("year", flat=True).distinct())


def beneficiary_list(*, actor: Actor, project: Project) -> QuerySet[Beneficiary]:
    """Households that benefit from a project, as far as the actor may see those households."""
    mine = actor.scope("households.view")
    return (
        Beneficiary.objects.filter(project=project, household__in=Household.objects.within(mine))
        .select_related("household", "household__village")
        .order_by("effective_to", "pk")
    )


def beneficiary_get(*, actor: Actor, project: Project, pk: int) -> Beneficiary:
    found = beneficiary_list(actor=actor, project=project).filter(pk=pk).select_related("project").first()
    if found is None:
        raise NotFound
    return found


def benefit_list(*, actor: Actor, household_id: int) -> QuerySet[Beneficiary]:
    """The projects of one household; whoever may see the household may see what it benefits from."""
    return (
        Beneficiary.objects.filter(household_id=household_id)
        .select_related("project", "project__village")
        .prefetch_related("project__milestones")
        .order_by("-effective_from", "-pk")
    )


def place_choices(*, actor: Actor, permission: str) -> QuerySet[Division]:
    """Villages, townships and counties where a project may stand."""
    return (
        Division.objects.within(actor.scope(permission))
        .filter(level__in=(Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY), valid_to__isnull=True)
        .select_related("parent")
    )


def current_stage_of(project: Project, as_of: date) -> str:
    return rules.current_stage(stages_of(project), as_of)
