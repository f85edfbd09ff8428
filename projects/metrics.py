"""What rules may read of a project. Money of a project is measured by funds."""

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    Count,
    Expression,
    F,
    Max,
    Min,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat

from policies.metrics import Judged, Metric, MetricGroup, SubjectSource, register_group, register_subject
from projects.models import Milestone, Project

NO_STAGE = "项目没有登记这一阶段"


def judged_projects(judged: Judged) -> QuerySet[Project]:
    """The projects of the year that is looked at: the documents set their dates for the projects of one year."""
    return Project.objects.filter(year=judged.as_of.year)


def subject_rows(judged: Judged) -> QuerySet:
    return judged_projects(judged).values(
        "scope_code",
        subject_id=F("pk"),
        subject_key=Concat(Value("project:"), Cast("pk", CharField()), output_field=CharField()),
        household_id=Value(None, output_field=BigIntegerField(null=True)),
    )


def fact_rows(judged: Judged) -> QuerySet:
    return judged_projects(judged).values(
        "planned_fen", subject_id=F("pk"), project_year=F("year"), project_kind=F("kind")
    )


def _done_on(kind: str, judged: Judged) -> Min:
    done = Q(milestones__kind=kind, milestones__done_on__lte=judged.as_of)
    if judged.known_at is not None:
        done &= Q(milestones__recorded_at__lte=judged.known_at)
    return Min("milestones__done_on", filter=done)


def _is_done(kind: str, column: str) -> Expression:
    """True when done by the day, False when the stage stands open, null when the project has no such stage."""
    return Case(
        When(Q(**{f"{column}__isnull": False}), then=Value(True)),
        When(Q(**{f"has_{kind}__gt": 0}), then=Value(False)),
        default=Value(None),
        output_field=BooleanField(null=True),
    )


DONE_COLUMNS = {
    Milestone.Kind.BIDDING: ("bidding_on", "bidding_done"),
    Milestone.Kind.START: ("started_on", "started"),
    Milestone.Kind.COMPLETION: ("completed_on", "completed"),
    Milestone.Kind.ACCEPTANCE: ("accepted_on", "accepted"),
}


def stage_rows(judged: Judged) -> QuerySet:
    completion = Q(milestones__kind=Milestone.Kind.COMPLETION)
    rows = judged_projects(judged).annotate(
        completion_planned_on=Max("milestones__planned_on", filter=completion),
        **{
            f"has_{kind}": Count("milestones", filter=Q(milestones__kind=kind))
            for kind in Milestone.Kind.values
        },
        **{day: _done_on(kind, judged) for kind, (day, _) in DONE_COLUMNS.items()},
    )
    works = Case(
        When(has_completion__gt=0, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    flags = {flag: _is_done(kind, day) for kind, (day, flag) in DONE_COLUMNS.items()}
    return rows.values(
        "completion_planned_on",
        *(day for day, _ in DONE_COLUMNS.values()),
        subject_id=F("pk"),
        is_works=works,
        **flags,
    )


FACTS = (
    Metric("project_year", "年度", "count", "年"),
    Metric("project_kind", "项目类别", "code", labels=dict(Project.Kind.choices)),
    Metric("planned_fen", "计划投资", "fen", "元"),
)
STAGES = (
    Metric("bidding_done", "已完成招标", "flag", unknown_when=NO_STAGE),
    Metric("bidding_on", "招标日期", "date", unknown_when="未完成招标"),
    Metric("started", "已开工", "flag", unknown_when=NO_STAGE),
    Metric("started_on", "开工日期", "date", unknown_when="未开工"),
    Metric("completed", "已完工", "flag", unknown_when=NO_STAGE),
    Metric("completed_on", "完工日期", "date", unknown_when="未完工"),
    Metric("accepted", "已验收", "flag", unknown_when=NO_STAGE),
    Metric("accepted_on", "验收日期", "date", unknown_when="未验收"),
    Metric("is_works", "工程项目（有完工阶段）", "flag"),
    Metric("completion_planned_on", "计划完工日期", "date", unknown_when="未填计划完工日期"),
)


def register() -> None:
    register_subject(SubjectSource("project", rows=subject_rows))
    register_group(MetricGroup("facts", "project", FACTS, fact_rows))
    register_group(MetricGroup("stages", "project", STAGES, stage_rows))
