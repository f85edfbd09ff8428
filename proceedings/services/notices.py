"""公示 and 公告: made from the data with safe columns only, posted, photographed, taken down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.actor import Actor
from common.errors import Conflict, Invalid, NotFound
from common.text import clean
from exchange.services import file_store
from households.models import AidMeasure
from households.services.rows import not_in_future
from proceedings.flow import VILLAGE
from proceedings.inputs import ActInput
from proceedings.limits import LimitsInForce
from proceedings.models import Kind, Notice, NoticeItem, NoticePhoto, PaperKind, Proceeding, State, StepFile
from proceedings.notice_words import place_zh
from proceedings.safe_columns import ALWAYS_VEILED, TITLES, Facts, columns_of
from proceedings.selectors.intake import hotline, local_number, pack_value
from proceedings.services.advancing import proceeding_advance
from proceedings.services.papers import FILE_KIND
from villages.models import Division


@dataclass(frozen=True)
class NoticeInput:
    """A notice to make. `uuid` comes with the form: the same form twice is one notice."""

    uuid: UUID
    form: str
    about: str
    on: date
    place: str = ""


@transaction.atomic
def notice_make(
    *, actor: Actor, village: Division, given: NoticeInput, proceedings: Sequence[Proceeding]
) -> Notice:
    """Post a notice of these proceedings: each that waits for it goes into 公示中 from the same day, with the same period.

    An announcement names what has been decided. Refuses an empty list, proceedings of another village, kind or state,
    and a township that has no telephone to stand beside the hotline.
    """
    if found := Notice.objects.filter(uuid=given.uuid).first():
        return found
    rows = _rows_checked(actor, village, given, proceedings)
    notice = _notice(actor, village, given)
    try:
        with transaction.atomic():
            notice.save()
    except IntegrityError:
        if found := Notice.objects.filter(uuid=given.uuid).first():
            return found
        raise
    if not notice.is_announcement:
        rows = [_published(actor, row, notice, given) for row in rows]
    facts = _facts(village, given.on, rows)
    NoticeItem.objects.bulk_create(
        NoticeItem(
            notice=notice, proceeding=row, number=number,
            columns=columns_of(row, facts, announced=notice.is_announcement),
        )
        for number, row in enumerate(rows, 1)
    )  # fmt: skip
    audit.record(actor, "proceedings.notice_make", notice, kind=given.about, size=len(rows), on=given.on)
    return notice


def _rows_checked(
    actor: Actor, village: Division, given: NoticeInput, proceedings: Sequence[Proceeding]
) -> list[Proceeding]:
    if given.form not in Notice.Form.values or given.about not in TITLES:
        raise Invalid("请选择公示或公告的种类。", field="about", code="kind_wrong")
    not_in_future(given.on)
    if not proceedings:
        raise Invalid("请至少选择一户（村）。", field="proceedings", code="nothing_chosen")
    wanted = State.ANNOUNCING if given.form == Notice.Form.ANNOUNCEMENT else State.EVALUATED
    mine = Proceeding.objects.within(actor.scope(VILLAGE)).filter(village=village)
    found = mine.filter(pk__in=[row.pk for row in proceedings]).select_related("household", "village__parent")
    rows = list(found.order_by("pk"))
    if len(rows) != len({row.pk for row in proceedings}):
        raise NotFound
    if any(row.kind != given.about or row.state != wanted for row in rows):
        raise Conflict("所选程序的环节已有变化，请刷新后重新选择。", code="wrong_state")
    return rows


def _notice(actor: Actor, village: Division, given: NoticeInput) -> Notice:
    number = local_number(village)
    if not number:
        raise Conflict(
            "公示须写本地监督电话。请先在“一码通”页面登记本乡镇的监督电话。", code="local_number_missing"
        )
    announced = given.form == Notice.Form.ANNOUNCEMENT
    limits = LimitsInForce(given.on, village.code)
    limit = limits.notice(given.about)
    return Notice(
        uuid=given.uuid, form=given.form, about=given.about, village=village, scope_code=village.code,
        title=f"{place_zh(village)}{TITLES[given.about][1 if announced else 0]}", issuer=_issuer(village, given, announced),
        hotline=hotline(given.on, village.code), local_number=number, starts_on=given.on,
        ends_on=None if announced else limit.end(given.on), days_text="" if announced else limit.words,
        made_by_id=actor.user_id, packs=limits.checksums,
    )  # fmt: skip


def _issuer(village: Division, given: NoticeInput, announced: bool) -> str:
    """The village posts for objections; what has been decided is announced in the township's name, and so is 出列."""
    if (announced or given.about == Kind.VILLAGE_EXIT) and village.parent is not None:
        return f"{village.parent.name}人民政府"[:80]
    return f"{village.parent.name if village.parent else ''}{village.name}"[:80]


def _published(actor: Actor, row: Proceeding, notice: Notice, given: NoticeInput) -> Proceeding:
    details = {"notice": str(notice.pk), "place": clean(given.place)}
    done = proceeding_advance(
        actor=actor, proceeding=row, act="publish", given=ActInput(on=given.on, details=details)
    )
    if done.notice_until != notice.ends_on:
        raise Conflict("公示期限与程序期限不一致，请刷新后重试。", code="notice_period")
    return done


def _facts(village: Division, on: date, rows: Sequence[Proceeding]) -> Facts:
    asked = pack_value("notice_hidden_risks", on, village.code)
    hidden = {
        str(one) for one in (asked if isinstance(asked, tuple) else (asked,) if asked else ALWAYS_VEILED)
    }
    measures: dict[int, list[str]] = {}
    ours = AidMeasure.objects.filter(household_id__in=[row.household_id for row in rows if row.household_id])
    standing = (
        ours.exclude(state=AidMeasure.State.PLANNED).filter(started_on__lte=on).order_by("started_on", "pk")
    )
    for household_id, category in standing.values_list("household_id", "category"):
        measures.setdefault(household_id, []).append(category)
    return Facts(frozenset(hidden), {key: tuple(value) for key, value in measures.items()})


def _locked(actor: Actor, notice: Notice) -> Notice:
    mine = Notice.objects.within(actor.scope(VILLAGE)).select_for_update()
    row: Notice | None = mine.filter(pk=notice.pk).first()
    if row is None:
        raise NotFound
    return row


@transaction.atomic
def notice_photo_add(*, actor: Actor, notice: Notice, moment: str, upload: Any, on: date) -> NoticePhoto:
    """Keep a photo of the board, and lay it among the papers of every proceeding on the notice.

    Refuses a day before the notice hung or after today, and an end photo before the period is over.
    """
    row = _locked(actor, notice)
    not_in_future(on)
    if moment not in NoticePhoto.Moment.values:
        raise Invalid("请选择张贴时或期满时。", field="moment", code="moment_wrong")
    if on < row.starts_on:
        raise Invalid(f"照片日期不能早于张贴日期（{row.starts_on}）。", field="on", code="before_start")
    if moment == NoticePhoto.Moment.END and row.ends_on is not None and on < row.ends_on:
        raise Invalid(
            f"公示至 {row.ends_on} 期满，期满时的照片不能早于这一天。", field="on", code="before_end"
        )
    label = f"{row.title}（{NoticePhoto.Moment(moment).label}）"
    stored = file_store(actor=actor, source=upload, name=label, kind=FILE_KIND, scope_code=row.scope_code)
    photo = NoticePhoto.objects.create(
        notice=row, moment=moment, file=stored, on=on, added_by_id=actor.user_id
    )
    kind = _paper_kind(row, moment)
    for item in NoticeItem.objects.filter(notice=row).select_related("proceeding"):
        StepFile.objects.create(
            proceeding=item.proceeding, step=None, kind=kind, file=stored, on=on, actor_id=actor.user_id
        )
    audit.record(actor, "proceedings.notice_photo", row, kind=moment)
    return photo


def _paper_kind(notice: Notice, moment: str) -> PaperKind:
    """Only the board at the end proves that the notice hung its whole time; the first photo is kept beside it."""
    if notice.is_announcement:
        return PaperKind.ANNOUNCEMENT
    return PaperKind.NOTICE_PHOTO if moment == NoticePhoto.Moment.END else PaperKind.OTHER


@transaction.atomic
def notice_take_down(*, actor: Actor, notice: Notice, on: date) -> Notice:
    """The notice came off the board. Refuses a day before its period is over; a second time changes nothing."""
    row = _locked(actor, notice)
    not_in_future(on)
    if row.state == Notice.State.TAKEN_DOWN:
        return row
    if row.state != Notice.State.POSTED:
        raise Conflict("这份公示已经撤回。", code="wrong_state")
    if on < (row.ends_on or row.starts_on):
        raise Conflict(f"公示至 {row.ends_on} 期满，不能提前撤下；内容有误的请撤回。", code="notice_running")
    row.state, row.taken_down_on = Notice.State.TAKEN_DOWN, on
    row.save(update_fields=["state", "taken_down_on"])
    audit.record(actor, "proceedings.notice_take_down", row, on=on)
    return row


@transaction.atomic
def notice_withdraw(*, actor: Actor, notice: Notice, reason: str, on: date) -> Notice:
    """The notice was wrong: it comes off, and its proceedings that are still posted go back to wait for a new one."""
    row = _locked(actor, notice)
    reason = clean(reason)
    if len(reason) < 2:
        raise Invalid("请写明撤回原因。", field="reason", code="reason_needed")
    if row.state != Notice.State.POSTED:
        raise Conflict("这份公示已经撤下。", code="wrong_state")
    row.state, row.taken_down_on, row.withdrawn_reason = Notice.State.WITHDRAWN, on, reason[:200]
    row.save(update_fields=["state", "taken_down_on", "withdrawn_reason"])
    if not row.is_announcement:
        for item in NoticeItem.objects.filter(notice=row).select_related("proceeding"):
            if item.proceeding.state == State.NOTICED:
                given = ActInput(on=on, opinion=f"撤回公示：{reason}"[:300])
                proceeding_advance(actor=actor, proceeding=item.proceeding, act="return", given=given)
    audit.record(actor, "proceedings.notice_withdraw", row, reason=reason[:200])
    return row
