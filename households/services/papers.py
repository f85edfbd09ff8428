"""附件: papers of the household's file. A better copy supersedes, nothing is removed."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.actor import Actor
from common.errors import Conflict, Invalid
from common.text import clean
from exchange.services import file_store
from households.codes import PaperKind
from households.inputs import EditNote, MeasureInput, PaperInput
from households.models import AidMeasure, Household, HouseholdFile
from households.services.events import belongs, measure_save
from households.services.rows import checked, household_touch, locked, not_in_future, permit

MEASURE_PAPER = {
    "health": PaperKind.MEDICAL, "compulsory_schooling": PaperKind.SCHOOLING, "other_schooling": PaperKind.SCHOOLING,
    "housing": PaperKind.HOUSING, "relocation": PaperKind.HOUSING, "water": PaperKind.WATER, "employment": PaperKind.WORK,
    "public_post": PaperKind.WORK, "social_security": PaperKind.SAFETY_NET, "social_help": PaperKind.SAFETY_NET,
}  # fmt: skip


def paper_write(
    actor: Actor, household: Household, entry: PaperInput, upload: Any, measure: AidMeasure | None = None
) -> HouseholdFile:
    """The row and its file; permission and lock are the caller's."""
    if entry.kind not in PaperKind.values:
        raise Invalid("请选择附件种类。", field="kind")
    if not clean(entry.title):
        raise Invalid("请填写附件名称。", field="title")
    if upload is None:
        raise Invalid("请选择要上传的文件。", field="file", code="file_needed")
    if entry.issued_on is not None:
        not_in_future(entry.issued_on, field="issued_on")
    belongs(household, entry.person_id)
    stored = file_store(
        actor=actor, source=upload, name=upload.name, kind="evidence", scope_code=household.scope_code
    )
    row = HouseholdFile(
        household=household, person_id=entry.person_id, measure=measure, file=stored, kind=entry.kind, title=clean(entry.title)[:80],
        issued_on=entry.issued_on, recorded_by_id=actor.user_id, **({"uuid": entry.uuid} if entry.uuid else {}),
    )  # fmt: skip
    checked(row)
    row.save()
    household_touch(household)
    return row


def measure_paper(measure: AidMeasure) -> PaperInput:
    """How a paper of this measure stands in the household's file."""
    kind = MEASURE_PAPER.get(measure.category, PaperKind.OTHER)
    title = f"{measure.get_category_display()}：{measure.item}"
    return PaperInput(kind.value, title, person_id=measure.person_id)


def _sent_before(household: Household, entry: PaperInput) -> HouseholdFile | None:
    found = HouseholdFile.objects.filter(uuid=entry.uuid).first() if entry.uuid else None
    if found is not None and found.household_id != household.pk:
        raise Conflict("这份表单已用于另一份附件，请刷新页面后重新填写。", code="paper_uuid_reused")
    return found


@transaction.atomic
def paper_add(*, actor: Actor, household: Household, entry: PaperInput, upload: Any) -> HouseholdFile:
    """A paper for the file, once per form. Refuses what is no picture or PDF, too large, or of somebody who was never a member."""
    permit(actor, "households.edit", household)
    household = locked(household)
    if done := _sent_before(household, entry):
        return done
    row = paper_write(actor, household, entry, upload)
    audit.record(actor, "households.paper_add", household, kind=row.kind)
    return row


@transaction.atomic
def paper_supersede(
    *, actor: Actor, paper: HouseholdFile, entry: PaperInput, upload: Any, reason: str
) -> HouseholdFile:
    """A better copy takes the place of `paper`, with a reason; a paper is superseded once."""
    permit(actor, "households.edit", paper.household)
    if not clean(reason):
        raise Invalid("请填写更换原因。", field="reason", code="reason_needed")
    household = locked(paper.household)
    if done := _sent_before(household, entry):
        return done
    held = HouseholdFile.objects.select_for_update().get(pk=paper.pk)
    if held.superseded_by_id is not None:
        raise Conflict("这份附件已被更换，请在新的附件上操作。", code="already_superseded")
    row = paper_write(actor, household, entry, upload)
    held.superseded_by, held.superseded_at = row, timezone.now()
    held.superseded_reason = clean(reason)[:100]
    held.save(update_fields=["superseded_by", "superseded_at", "superseded_reason"])
    audit.record(actor, "households.paper_supersede", household, kind=row.kind, reason=held.superseded_reason)
    return row


@transaction.atomic
def measure_and_paper_save(
    *, actor: Actor, household: Household, entry: MeasureInput, measure: AidMeasure | None, edit: EditNote
) -> AidMeasure:
    """measure_save, and the paper it rests on into the file where one is given; both or neither."""
    saved = measure_save(
        actor=actor, household=household, entry=entry, measure=measure, version=edit.base, reason=edit.reason
    )
    if edit.upload is not None:
        paper_write(actor, locked(household), measure_paper(saved), edit.upload, saved)
    return saved
