"""A department's file: taken in once, its columns mapped, read and matched by the worker, then compared."""

from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actor import Actor, require
from accounts.audit import record
from common import pii
from common.dates import business_today
from common.errors import Conflict, Invalid, NotFound, NotPermitted
from common.queue import enqueue_on_commit
from common.runs import LostRun
from exchange import files
from exchange.heads import head_of
from exchange.reader import Fault, TypedRow, open_sheet, typed_rows
from exchange.services.stored import file_store
from exchange.sheet import NOT_GIVEN, Month
from monitoring.departments.columns import WANTED, spec_of
from monitoring.departments.comparing import differences_of
from monitoring.departments.matching import match_rows
from monitoring.departments.models import (
    DepartmentBatch,
    DepartmentDifference,
    DepartmentMapping,
    DepartmentRow,
    DepartmentRowFault,
)
from monitoring.departments.tables import Listing, listings_in_force

UPLOAD = "monitoring.upload_department"
CHUNK = 500
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
    number or birth date, one header twice, a header the file has not, and once rows were compared."""
    batch = _locked(actor, pk)
    if batch.is_open or batch.stage == Stage.COMPARE:
        raise Conflict("这批数据已在处理或已比对，不能再改列对应。", code="wrong_state")
    _, headers, _ = head_of(files.full_path(batch.file.path))
    chosen = {key: head for key, head in mapping.items() if head}
    _check_mapping(chosen, headers)
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


# --- reading ------------------------------------------------------------------------------------------------------------


def batch_read(run: DepartmentBatch) -> DepartmentBatch:
    """Rows of a claimed batch, typed and matched; bad rows are kept as sentences. Begun again from the start after a crash."""
    return _guarded(run, _read)


def _guarded(run: DepartmentBatch, work: Any) -> DepartmentBatch:
    with run.guarded():
        work(run)
    run.refresh_from_db()
    return run


def _read(run: DepartmentBatch) -> None:
    spec = spec_of(run.title, run.mapping)
    opened = open_sheet(spec, files.full_path(run.file.path))
    with transaction.atomic():
        run.beat(done=0)
        run.rows.all().delete()
        run.faults.all().delete()
    total, refused = 0, 0
    rows = typed_rows(spec, opened)
    while chunk := list(islice(rows, CHUNK)):
        with transaction.atomic():
            total += len(chunk)
            run.beat(done=total)
            refused += _take(run, chunk)
    if total == 0:
        raise Invalid("表头下面没有数据行，请核对文件。", code="no_rows")
    DepartmentBatch.objects.filter(pk=run.pk, token=run.token).update(rows_count=total, refused_count=refused)
    run.close(result={"rows": total, "refused": refused})


def _take(run: DepartmentBatch, chunk: list[TypedRow]) -> int:
    good: list[DepartmentRow] = []
    faults: list[Fault] = []
    refused = 0
    for typed in chunk:
        found = typed.faults or _row_faults(typed)
        if found:
            faults += found
            refused += 1
        else:
            good.append(_row(run, typed))
    match_rows(good, county=run.scope_code, day=run.as_of)
    DepartmentRow.objects.bulk_create(good)
    DepartmentRowFault.objects.bulk_create(
        DepartmentRowFault(batch=run, row=one.row, column=one.column[:60], message=one.message[:300])
        for one in faults
    )
    return refused


def _given(typed: TypedRow, key: str) -> Any:
    value = typed.values.get(key, NOT_GIVEN)
    return None if value is NOT_GIVEN else value


def _row_faults(typed: TypedRow) -> list[Fault]:
    if _given(typed, "id_number") is None and _given(typed, "birth_date") is None:
        text = f"第 {typed.number} 行没有身份证号，也没有出生日期，无法匹配，请补充。"
        return [Fault(typed.number, "身份证号", text)]
    return []


def _row(run: DepartmentBatch, typed: TypedRow) -> DepartmentRow:
    number, born = _given(typed, "id_number"), _given(typed, "birth_date")
    if number:
        born = pii.birth_date_of(number)
    place = "".join(str(_given(typed, key) or "") for key in ("township", "village"))
    values = {key: _given(typed, key) for key in ("kind", "mode", "amount", "note")}
    row = DepartmentRow(
        batch=run, number=typed.number, name=_given(typed, "name"), birth_date=None if isinstance(born, Month) else born,
        place=place[:200], values={key: value for key, value in values.items() if value is not None},
    )  # fmt: skip
    if number:
        row.number_seal(number)
    return row


# --- proposals, comparing -----------------------------------------------------------------------------------------------


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


def batch_compare_execute(run: DepartmentBatch) -> DepartmentBatch:
    """Write what differs in a claimed batch, carry on what was answered about the same figures, close what older batches of
    the list had open. A repeat adds nothing."""
    return _guarded(run, _compare)


@transaction.atomic
def _compare(run: DepartmentBatch) -> None:
    run.beat()
    listings = listings_in_force(run.as_of, run.scope_code)
    found = list(differences_of(run, listings))
    older = DepartmentDifference.objects.filter(
        listing=run.listing, batch__scope_code=run.scope_code, batch__period_end__lte=run.period_end
    ).exclude(batch=run)
    _carry_on(found, older)
    DepartmentDifference.objects.bulk_create(found, ignore_conflicts=True, batch_size=500)
    now = timezone.now()
    still = {(one.kind, one.subject_key) for one in found}
    open_rows = older.filter(state__in=DepartmentDifference.UNFINISHED)
    moved = [one.pk for one in open_rows if (one.kind, one.subject_key) in still]
    closed = DepartmentDifference.State.CLOSED
    for start in range(0, len(moved), CHUNK):
        part = DepartmentDifference.objects.filter(pk__in=moved[start : start + CHUNK])
        part.update(state=closed, reason="转入后一批继续核对", worked_at=now)
    gone = open_rows.update(state=closed, reason="后一批数据已一致", worked_at=now)
    counts: dict[str, int] = {}
    for one in found:
        counts[one.kind] = counts.get(one.kind, 0) + 1
    DepartmentBatch.objects.filter(pk=run.pk).update(compared_at=now)
    if not run.close(result={"rows": run.rows_count, "refused": run.refused_count, "differences": counts, "closed": gone}):  # fmt: skip
        raise LostRun("这次运行已由另一个进程接手。")


def _carry_on(found: list[DepartmentDifference], older: Any) -> None:
    """An answer given about the very same figures is kept; what was being worked goes on being worked."""
    known = {(one.kind, one.subject_key): one for one in older.order_by("batch__period_end", "pk")}
    kept = (DepartmentDifference.State.THEIRS_WRONG, DepartmentDifference.State.EXPLAINED, DepartmentDifference.State.WORKING)  # fmt: skip
    for one in found:
        last = known.get((one.kind, one.subject_key))
        if last is None or (last.theirs, last.ours) != (one.theirs, one.ours) or last.state not in kept:
            continue
        one.state, one.reason, one.worked_by_id, one.worked_at = last.state, last.reason, last.worked_by_id, last.worked_at  # fmt: skip
