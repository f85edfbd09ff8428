"""What becomes of an aid measure: its effect reviewed, its end with a reason, its papers."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.actor import Actor
from common.errors import Conflict, Invalid, NotFound
from common.text import clean
from households.codes import EffectLevel
from households.models import AidMeasure, Household, HouseholdFile
from households.services.basis import check_version
from households.services.papers import measure_paper, paper_write
from households.services.rows import household_touch, locked, not_in_future, permit, save_by

MANAGE = "households.manage_measures"
FILES_MAX = 20
BLOCK = 1024 * 1024


@dataclass(frozen=True)
class EffectReview:
    """What was found on a day."""

    effect_on: date
    effect_level: str
    effect: str


@dataclass(frozen=True)
class MeasureEnd:
    """`state`: done (as planned) or stopped (before)."""

    ended_on: date
    state: str
    end_reason: str = ""


def _held(actor: Actor, measure: AidMeasure) -> tuple[Household, AidMeasure]:
    """The measure and its household as they are now, both held until the end of the transaction."""
    permit(actor, MANAGE, measure.household)
    household = locked(measure.household)
    row = AidMeasure.objects.select_for_update().filter(pk=measure.pk, household=household).first()
    if row is None:
        raise NotFound
    return household, row


def _write(actor: Actor, row: AidMeasure, changes: dict[str, Any], version: int | None) -> None:
    check_version(row, version, changes)
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    save_by(actor, row)


@transaction.atomic
def measure_review(
    *, actor: Actor, measure: AidMeasure, review: EffectReview, version: int | None = None
) -> AidMeasure:
    """Write down what the measure has brought; earlier reviews stay in its history.

    Refuses a day before the measure began, a planned measure, a level that is none, and a review without words.
    """
    household, row = _held(actor, measure)
    not_in_future(review.effect_on, field="effect_on")
    if row.state == AidMeasure.State.PLANNED:
        raise Conflict("计划中的措施还没有成效可评，请先改为实施中。", code="not_started")
    if review.effect_on < row.started_on:
        raise Invalid("评定日期早于措施开始日期。", field="effect_on")
    if review.effect_level not in EffectLevel.values:
        raise Invalid("请选择成效评定。", field="effect_level")
    if not clean(review.effect):
        raise Invalid("请写明成效，例如收入增加多少、问题是否解决。", field="effect")
    _write(actor, row, asdict(review) | {"effect": clean(review.effect)}, version)
    household_touch(household)
    audit.record(
        actor, "households.measure_review", household, measure=row.pk, effect_level=review.effect_level
    )
    return row


@transaction.atomic
def measure_end(
    *, actor: Actor, measure: AidMeasure, end: MeasureEnd, version: int | None = None
) -> AidMeasure:
    """The measure is over since a day. Stopping before the plan wants a reason; what is over is not ended again."""
    household, row = _held(actor, measure)
    if row.state in (AidMeasure.State.DONE, AidMeasure.State.STOPPED):
        raise Conflict("这项措施已经结束，如有错误请用“修改”更正。", code="already_closed")
    not_in_future(end.ended_on, field="ended_on")
    if end.ended_on < row.started_on:
        raise Invalid("结束日期早于开始日期。", field="ended_on")
    if end.state not in (AidMeasure.State.DONE, AidMeasure.State.STOPPED):
        raise Invalid("请选择已完成或已停止。", field="state")
    if end.state == AidMeasure.State.STOPPED and not clean(end.end_reason):
        raise Invalid("中途停止须写明原因。", field="end_reason")
    _write(actor, row, asdict(end) | {"end_reason": clean(end.end_reason)}, version)
    household_touch(household)
    audit.record(actor, "households.measure_end", household, measure=row.pk, state=end.state)
    return row


def _sha256(source: Any) -> str:
    """Of bytes or an open file, which is left at its beginning."""
    if isinstance(source, (bytes, bytearray)):
        return hashlib.sha256(source).hexdigest()
    digest = hashlib.sha256()
    while part := source.read(BLOCK):
        digest.update(part)
    source.seek(0)
    return digest.hexdigest()


@transaction.atomic
def measure_file_add(*, actor: Actor, measure: AidMeasure, source: Any) -> HouseholdFile:
    """A paper or photo of the measure, into the household's file. Refuses the very same content twice, and more than
    twenty papers."""
    household, row = _held(actor, measure)
    if row.papers.count() >= FILES_MAX:
        raise Conflict(f"一项措施最多保存 {FILES_MAX} 份材料。", code="too_many_files", field="file")
    # Before it is written: what is on disk is never taken away.
    if row.papers.filter(file__sha256=_sha256(source)).exists():
        raise Conflict("这份材料已经上传过。", code="file_known", field="file")
    paper = paper_write(actor, household, measure_paper(row), source, row)
    audit.record(actor, "households.measure_file_add", household, measure=row.pk, file=str(paper.file.uuid))
    return paper
