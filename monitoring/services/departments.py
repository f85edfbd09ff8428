"""A department's file: taken in once, its columns mapped, its proposals settled, its comparison asked for."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actor import Actor, require
from accounts.audit import record
from common.dates import business_today
from common.errors import Conflict, Invalid, NotFound, NotPermitted
from common.queue import enqueue_on_commit
from exchange import files
from exchange.heads import head_of
from exchange.services.stored import file_store
from monitoring.departments.columns import WANTED
from monitoring.departments.models import (
    DepartmentBatch,
    DepartmentMapping,
    DepartmentRow,
)
from monitoring.departments.tables import Listing, listings_in_force

UPLOAD = "monitoring.upload_department"
Stage, State, Match = DepartmentBatch.Stage, DepartmentBatch.State, DepartmentRow.Match


@dataclass(frozen=True)
class UploadInput:
    listing: str
    period: str
    upload: Any
    name: str


def listing_permit(actor: Actor, listing: Listing, county: str) -> None:
    """Refuse whoever may not hand in lists here, or not this department's (its group of fields decides)."""
    require(actor, UPLOAD, at=county)
    if listing.group not in actor.scope(UPLOAD).field_groups:
        raise NotPermitted(f"“{listing.title}”由{listing.department}部门报送，不在您的职责范围内。")


@transaction.atomic
def batch_accept(
    *, actor: Actor, county: str, entry: UploadInput, today: date | None = None
) -> tuple[DepartmentBatch, bool]:
    """(batch, created). The file is kept and, where the columns are known, queued for reading. The same file for the same
    period leads to the batch it already has and changes nothing. Refused: another department's list, an unknown period, what
    is no sheet."""
    day = today or business_today()
    listing = listings_in_force(day, county).get(entry.listing)
    listing_permit(actor, listing, county)
    period = listing.period(entry.period, day)
    sha = files.checksum(entry.upload)
    known = _known(listing.code, county, period.code, sha)
    if known is not None:
        return known, False
    stored = file_store(
        actor=actor, source=entry.upload, name=entry.name, kind="department", scope_code=county
    )
    try:
        with transaction.atomic():
            batch = DepartmentBatch.objects.create(
                key=f"department:{listing.code}:{county}:{period.code}:{sha[:16]}", listing=listing.code, title=listing.title,
                department=listing.department, group=listing.group, scope_code=county, period=period.code, period_end=period.last,
                as_of=min(period.last, day), file=stored, sha256=sha, state=State.DONE, requested_by_id=actor.user_id,
            )  # fmt: skip
    except IntegrityError:  # sent twice at the same moment
        again = _known(listing.code, county, period.code, sha)
        if again is None:
            raise
        return again, False
    record(
        actor, "monitoring.department_received", batch, scope_code=county, kind=listing.code, sha256=sha[:16]
    )
    _use_known_mapping(batch)
    return batch, True


def _known(listing: str, county: str, period: str, sha: str) -> DepartmentBatch | None:
    rows = DepartmentBatch.objects.filter(listing=listing, scope_code=county, period=period, sha256=sha)
    return rows.exclude(state__in=(State.FAILED, State.REFUSED)).first()


def _use_known_mapping(batch: DepartmentBatch) -> None:
    """A file with the headers of the last one of this list is read at once."""
    _, headers, _ = head_of(files.full_path(batch.file.path))
    saved = DepartmentMapping.objects.filter(listing=batch.listing, scope_code=batch.scope_code).first()
    if saved is not None and set(saved.headers.values()) <= set(headers):
        _queue(batch, Stage.READ, mapping=saved.headers)


def _queue(batch: DepartmentBatch, stage: str, *, send: bool = True, **values: Any) -> None:
    if batch.state in (State.FAILED, State.REFUSED) and _known(batch.listing, batch.scope_code, batch.period, batch.sha256):  # fmt: skip
        raise Conflict("同一文件已另有一批在办理，请打开那一批。", code="file_known")
    fresh = {"stage": stage, "state": State.QUEUED, "token": None, "sent_at": None, "queued_at": timezone.now(),
             "finished_at": None, "done_count": 0, "error": "", **values}  # fmt: skip
    DepartmentBatch.objects.filter(pk=batch.pk).update(**fresh)
    batch.refresh_from_db()
    if send:
        enqueue_on_commit(batch.task_name, batch.pk)


def _locked(actor: Actor, pk: int) -> DepartmentBatch:
    rows = DepartmentBatch.objects.within(actor.scope(UPLOAD)).select_for_update(of=("self",))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def batch_map(*, actor: Actor, pk: int, mapping: dict[str, str], send: bool = True) -> DepartmentBatch:
    """Say which header is which column; remembered for this list, and the file is read. Refused: without name, without ID
    number or birth date, without amount where a threshold asks for one, one header twice, a header the file has not, and once rows were compared."""
    batch = _locked(actor, pk)
    if batch.is_open or batch.stage == Stage.COMPARE:
        raise Conflict("这批数据已在处理或已比对，不能再改列对应。", code="wrong_state")
    _, headers, _ = head_of(files.full_path(batch.file.path))
    chosen = {key: head for key, head in mapping.items() if head}
    listing = listings_in_force(batch.as_of, batch.scope_code).get(batch.listing)
    _check_mapping(chosen, headers)
    if listing.threshold and "amount" not in chosen:
        raise Invalid(
            "这份名单要与提示标准比较，请指定“金额”是哪一列。", field="amount", code="amount_needed"
        )
    DepartmentMapping.objects.update_or_create(
        listing=batch.listing, scope_code=batch.scope_code, defaults={"headers": chosen}
    )
    record(actor, "monitoring.department_mapped", batch, fields=sorted(chosen))
    _queue(batch, Stage.READ, send=send, mapping=chosen)
    return batch


def _check_mapping(chosen: dict[str, str], headers: list[str]) -> None:
    if set(chosen) - set(WANTED) or set(chosen.values()) - set(headers):
        raise Invalid("所选的列不在文件表头中，请重新选择。", code="unknown_header")
    if "name" not in chosen:
        raise Invalid("请指定“姓名”是哪一列。", field="name", code="name_needed")
    if not {"id_number", "birth_date"} & set(chosen):
        raise Invalid("“身份证号”和“出生日期”至少指定一列。", field="id_number", code="number_needed")
    twice = [head for head in chosen.values() if list(chosen.values()).count(head) > 1]
    if twice:
        raise Invalid(f"文件的“{twice[0]}”被选了两次，请只对应一列。", code="header_twice")


@transaction.atomic
def proposals_settle(*, actor: Actor, pk: int, rows: list[int], same: bool) -> int:
    """Say of proposed matches that they are the same person, or not. What is settled already stays. Returns how many."""
    batch = _locked(actor, pk)
    if batch.is_open or batch.stage != Stage.READ:
        raise Conflict("这批数据正在处理或已比对，不能再确认匹配。", code="wrong_state")
    found = batch.rows.filter(pk__in=rows, match=Match.PROPOSED)
    values = {"match": Match.CONFIRMED} if same else {"match": Match.NONE, "person": None, "household": None}
    count = found.update(**values)
    if count:
        record(actor, "monitoring.department_matched", batch, rows=count, accepted=same)
    return count


@transaction.atomic
def batch_compare(*, actor: Actor, pk: int, send: bool = True) -> DepartmentBatch:
    """Queue the comparison of a read batch. Asked twice it is done once; refused while proposals wait for their answer."""
    batch = _locked(actor, pk)
    if batch.stage == Stage.COMPARE and batch.state not in (State.FAILED, State.REFUSED):
        return batch
    if (
        batch.stage == Stage.MAPPING
        or batch.is_open
        or (batch.stage == Stage.READ and batch.state != State.DONE)
    ):
        raise Conflict("这批数据还没有读取完，请稍后再比对。", code="wrong_state")
    waiting = batch.rows.filter(match=Match.PROPOSED).count()
    if waiting:
        raise Conflict(f"还有 {waiting} 行待确认是否同一人，请先确认再比对。", code="proposals_open")
    record(actor, "monitoring.department_compare", batch, rows=batch.rows_count)
    _queue(batch, Stage.COMPARE, send=send)
    return batch
