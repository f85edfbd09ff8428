"""Acts on projects. The household side of an act goes through households.services."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.actor import Actor, require
from common.errors import Conflict, Invalid, Stale
from common.text import clean
from exchange.services import upload_keep
from households.codes import EventKind
from households.inputs import EventReport
from households.models import Household
from households.services import event_record, household_touch
from projects import rules
from projects.models import Beneficiary, Milestone, Project
from villages.models import Division

EDITABLE = (
    "name", "kind", "year", "planned_fen", "unit", "contractor", "summary", "performance_target",
)  # fmt: skip


@dataclass(frozen=True)
class ProjectInput:
    """What a form, the API or a sheet says of a project. `planned` names the stages it goes through: a stage that is
    not named does not exist for this project, a stage without a date is not planned yet."""

    code: str
    name: str
    kind: str
    year: int
    village: Division
    planned_fen: int
    unit: str = ""
    contractor: str = ""
    summary: str = ""
    performance_target: str = ""
    planned: Mapping[str, date | None] = field(default_factory=lambda: dict.fromkeys(rules.STAGES))


@dataclass(frozen=True)
class MilestoneInput:
    kind: str
    done_on: date
    evidence: str = ""
    file: Any = None  # the upload of a form


def _cleaned(given: ProjectInput) -> dict[str, object]:
    if not clean(given.name):
        raise Invalid("请填写项目名称。", field="name")
    if given.kind not in Project.Kind.values:
        raise Invalid(f"没有“{given.kind}”这一项目类别。", field="kind")
    if not 2000 <= given.year <= 2100:
        raise Invalid(f"年度 {given.year} 有误。", field="year")
    if given.planned_fen < 0:
        raise Invalid("计划投资不能小于 0。", field="planned_fen")
    unknown = set(given.planned) - set(rules.STAGES)
    if unknown:
        raise Invalid(f"没有“{'、'.join(sorted(unknown))}”这一阶段。", field="planned")
    fault = rules.planned_order_fault(given.planned)
    if fault:
        raise Invalid(fault, field="planned")
    texts = {
        name: clean(getattr(given, name))
        for name in ("name", "unit", "contractor", "summary", "performance_target")
    }
    return {"kind": given.kind, "year": given.year, "planned_fen": given.planned_fen, **texts}


@transaction.atomic
def project_create(*, actor: Actor, given: ProjectInput) -> Project:
    """Enter a project with its planned stages. Refuses a code that is taken and planned dates out of order."""
    require(actor, "projects.edit", at=given.village.code)
    values = _cleaned(given)
    code = clean(given.code)
    if not code:
        raise Invalid("请填写项目编号。", field="code")
    if Project.objects.filter(code=code).exists():
        raise Conflict(f"项目编号 {code} 已存在。", code="project_code_taken", field="code")
    project = Project(code=code, village=given.village, scope_code=given.village.code, **values)
    project.save()
    for kind in rules.STAGES:
        if kind in given.planned:
            Milestone(
                project=project, kind=kind, planned_on=given.planned[kind], recorded_by_id=actor.user_id
            ).save()
    audit.record(actor, "projects.create", project, kind=project.kind, planned_fen=project.planned_fen)
    return project


@transaction.atomic
def project_edit(*, actor: Actor, project: Project, version: int, given: ProjectInput) -> Project:
    """Change a project and its planned stages. `version` is the one the form was made from: another one is Stale.

    The code and the place of a project stay: money hangs on them.
    """
    require(actor, "projects.edit", at=project.scope_code)
    values = _cleaned(given)
    row = Project.objects.select_for_update().get(pk=project.pk)
    if row.version != version:
        theirs = {
            name: (getattr(row, name), values[name])
            for name in EDITABLE
            if getattr(row, name) != values[name]
        }
        raise Stale(values=theirs)
    changed = [name for name in EDITABLE if getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    stages = _stages_replan(actor, row, given.planned)
    if changed or stages:
        row.version += 1
        row.save()
        audit.record(actor, "projects.edit", row, fields=changed, stages=stages)
    return row


def _stages_replan(actor: Actor, project: Project, planned: Mapping[str, date | None]) -> list[str]:
    """Bring the stages to `planned`; returns the changed ones. A stage that was done cannot be taken out."""
    now = {row.kind: row for row in Milestone.objects.select_for_update().filter(project=project)}
    changed = []
    for kind in rules.STAGES:
        row = now.get(kind)
        if kind not in planned:
            if row is not None and row.done_on:
                raise Invalid(f"{rules.STAGE_NAMES[kind]}已登记完成，不能取消该阶段。", field="planned")
            if row is not None:
                row.delete()  # a plan nobody acted on; its history stays
                changed.append(kind)
        elif row is None:
            Milestone(
                project=project, kind=kind, planned_on=planned[kind], recorded_by_id=actor.user_id
            ).save()
            changed.append(kind)
        elif row.planned_on != planned[kind]:
            row.planned_on = planned[kind]
            row.save()
            changed.append(kind)
    return changed


@transaction.atomic
def milestone_record(*, actor: Actor, project: Project, given: MilestoneInput, today: date) -> Milestone:
    """Say that a stage was done on a day. Refuses the future, a stage before its time and days out of order.

    A second recording corrects the day; the history keeps the first.
    """
    require(actor, "projects.record_milestone", at=project.scope_code)
    Project.objects.select_for_update().get(pk=project.pk)
    rows = {row.kind: row for row in Milestone.objects.filter(project=project)}
    stages = {kind: rules.StageDates(row.planned_on, row.done_on) for kind, row in rows.items()}
    fault = rules.done_order_fault(stages, given.kind, given.done_on, today)
    if fault:
        raise Invalid(fault, field="done_on", code="milestone_order")
    row = rows[given.kind]
    evidence = clean(given.evidence)
    if (row.done_on, row.evidence) == (given.done_on, evidence) and not given.file:
        return row
    before = row.done_on
    row.done_on, row.evidence, row.recorded_at, row.recorded_by_id = (
        given.done_on,
        evidence,
        timezone.now(),
        actor.user_id,
    )
    row.file = (
        upload_keep(actor=actor, upload=given.file, kind="project", scope_code=project.scope_code) or row.file
    )
    row.save()
    audit.record(
        actor,
        "projects.record_milestone",
        project,
        stage=given.kind,
        done_on=given.done_on,
        before=before or "",
    )
    return row


@transaction.atomic
def beneficiary_add(
    *, actor: Actor, project: Project, household: Household, linkage: str, on: date
) -> Beneficiary:
    """Link a household to a project from a day on. Refuses the same link twice."""
    require(actor, "projects.record_milestone", at=project.scope_code)
    if linkage not in Beneficiary.Linkage.values:
        raise Invalid(f"没有“{linkage}”这一利益联结方式。", field="linkage")
    if not household.is_live:
        raise Invalid("该户已注销，不能登记为受益户。", field="household")
    try:
        with transaction.atomic():
            row = Beneficiary.objects.create(
                project=project, household=household, linkage=linkage, effective_from=on
            )
    except IntegrityError as twice:
        raise Conflict("该户已按同一联结方式登记为受益户。", code="beneficiary_twice") from twice
    household_touch(household)
    audit.record(actor, "projects.add_beneficiary", project, household=household.pk, linkage=linkage, on=on)
    return row


@transaction.atomic
def beneficiary_end(*, actor: Actor, beneficiary: Beneficiary, on: date) -> Beneficiary:
    """End the link of a household to a project on a day. Refuses a second end and a day before the start."""
    require(actor, "projects.record_milestone", at=beneficiary.project.scope_code)
    if on < beneficiary.effective_from:
        raise Invalid("截止日期不能早于起始日期。", field="on")
    won = Beneficiary.objects.filter(pk=beneficiary.pk, effective_to__isnull=True).update(effective_to=on)
    if not won:
        raise Conflict("该受益关系已截止。", code="beneficiary_ended")
    beneficiary.refresh_from_db()
    household_touch(beneficiary.household)
    audit.record(
        actor, "projects.end_beneficiary", beneficiary.project, household=beneficiary.household_id, on=on
    )
    return beneficiary


@transaction.atomic
def project_fail(*, actor: Actor, project: Project, on: date, reason: str, today: date) -> Project:
    """Say that a project stopped or failed. Every household that benefits from it gets the event, so that the screening
    looks at it. Refuses the future and a project that is marked already."""
    require(actor, "projects.edit", at=project.scope_code)
    if on > today:
        raise Invalid(f"停产日期 {on} 晚于今天（{today}）。", field="on")
    if not clean(reason):
        raise Invalid("请写明停产、失败的原因。", field="reason")
    row = Project.objects.select_for_update().get(pk=project.pk)
    if row.failed_on is not None:
        raise Conflict(f"该项目已于 {row.failed_on} 登记停产。", code="project_failed_already")
    row.failed_on = on
    row.version += 1
    row.save()
    lasting = Q(effective_to__isnull=True) | Q(effective_to__gt=on)
    benefiting = Beneficiary.objects.filter(lasting, project=row, effective_from__lte=on)
    told = [
        event_record(
            actor=actor, household=household, report=EventReport(EventKind.PROJECT_FAILED, on, note=row.name)
        )
        for household in Household.objects.filter(pk__in=benefiting.values("household_id"), is_live=True)
    ]
    audit.record(actor, "projects.fail", row, reason=clean(reason), on=on, households=len(told))
    return row
