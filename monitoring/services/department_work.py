"""The worker's part of a department's list: rows read and matched, differences written, older answers carried on."""

from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from common import pii
from common.errors import Invalid
from common.runs import LostRun
from exchange import files
from exchange.reader import Fault, TypedRow, open_sheet, typed_rows
from exchange.sheet import NOT_GIVEN, Month
from monitoring.departments.columns import spec_of
from monitoring.departments.comparing import AMOUNT, differences_of
from monitoring.departments.matching import match_rows
from monitoring.departments.models import (
    DepartmentBatch,
    DepartmentDifference,
    DepartmentRow,
    DepartmentRowFault,
)
from monitoring.departments.tables import Listing, listings_in_force

CHUNK = 500


def batch_read(run: DepartmentBatch) -> DepartmentBatch:
    """Rows of a claimed batch, typed and matched; bad rows are kept as sentences. Begun again from the start after a crash."""
    return _guarded(run, _read)


def _guarded(run: DepartmentBatch, work: Any) -> DepartmentBatch:
    with run.guarded():
        work(run)
    run.refresh_from_db()
    return run


def _read(run: DepartmentBatch) -> None:
    spec, listing = (
        spec_of(run.title, run.mapping),
        listings_in_force(run.as_of, run.scope_code).get(run.listing),
    )
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
            refused += _take(run, listing, chunk)
    if total == 0:
        raise Invalid("表头下面没有数据行，请核对文件。", code="no_rows")
    DepartmentBatch.objects.filter(pk=run.pk, token=run.token).update(rows_count=total, refused_count=refused)
    run.close(result={"rows": total, "refused": refused})


def _take(run: DepartmentBatch, listing: Listing, chunk: list[TypedRow]) -> int:
    good: list[DepartmentRow] = []
    faults: list[Fault] = []
    refused = 0
    for typed in chunk:
        found = typed.faults or _row_faults(typed, listing)
        if found:
            faults += found
            refused += 1
        else:
            good.append(_row(run, typed))
    match_rows(good, county=run.scope_code, day=run.as_of)
    DepartmentRow.objects.bulk_create(good)
    _faults_keep(run, faults)
    return refused


def _faults_keep(run: DepartmentBatch, faults: list[Fault]) -> None:
    DepartmentRowFault.objects.bulk_create(
        DepartmentRowFault(batch=run, row=one.row, column=one.column[:60], message=one.message[:300])
        for one in faults
    )


def _given(typed: TypedRow, key: str) -> Any:
    value = typed.values.get(key, NOT_GIVEN)
    return None if value is NOT_GIVEN else value


def _row_faults(typed: TypedRow, listing: Listing) -> list[Fault]:
    if _given(typed, "id_number") is None and _given(typed, "birth_date") is None:
        text = f"第 {typed.number} 行没有身份证号，也没有出生日期，无法匹配，请补充。"
        return [Fault(typed.number, "身份证号", text)]
    if listing.threshold and _given(typed, "amount") is None:
        text = f"第 {typed.number} 行没有金额，无法与提示标准比较，请部门补充后重报。"
        return [Fault(typed.number, AMOUNT, text)]
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


def batch_compare_execute(run: DepartmentBatch) -> DepartmentBatch:
    """Write what differs in a claimed batch, carry on what was answered about the same figures, close what older batches of
    the list had open. A repeat adds nothing."""
    return _guarded(run, _compare)


@transaction.atomic
def _compare(run: DepartmentBatch) -> None:
    run.beat()
    listings = listings_in_force(run.as_of, run.scope_code)
    compared = differences_of(run, listings)
    found = compared.differences
    _faults_keep(run, compared.faults)
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
    result = {
        "rows": run.rows_count,
        "refused": run.refused_count,
        "doubtful": len(compared.faults),
        "differences": counts,
        "closed": gone,
    }
    if not run.close(result=result):  # fmt: skip
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
