"""Imports: a file is taken in, the worker previews it, the person commits it, the worker writes the good rows."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.actor import Actor, require
from common.errors import Conflict, DomainError, NotFound
from common.queue import enqueue_on_commit
from common.runs import LostRun
from exchange import files
from exchange.importer import Importer, Kind, Verdict
from exchange.models import ImportBatch, RowError
from exchange.reader import REMARK_HEADER, Fault, Opened, TypedRow, open_sheet, typed_rows
from exchange.registry import sheet_get
from exchange.services.acting import actor_of_run
from exchange.services.stored import file_store, made_file_keep
from exchange.sheet import SheetSpec, Text, cell_text
from exchange.writer import Book, write_book

CHUNK = 500
REMARKS_KEPT = 2000
PREVIEW, COMMIT = ImportBatch.Stage.PREVIEW, ImportBatch.Stage.COMMIT


def _permit(actor: Actor, spec: SheetSpec) -> None:
    require(actor, "exchange.import")
    if spec.importer is None:
        raise NotFound(f"表式“{spec.title}”不能导入。", code="not_importable")
    require(actor, spec.edit_permission)


def _area(actor: Actor, spec: SheetSpec) -> str:
    return next(iter(actor.scope(spec.edit_permission).prefixes), "")


@transaction.atomic
def upload_accept(
    *, actor: Actor, upload: Any, name: str, layout: str, as_of: date, again: bool = False
) -> tuple[ImportBatch, bool]:
    """(batch, created). Keeps the file and queues the preview. The same file uploaded again leads to the batch it already
    has, unless `again` says that this is meant."""
    batch, created = _batch_open(
        actor=actor, upload=upload, name=name, layout=layout, as_of=as_of, again=again
    )
    if created:
        enqueue_on_commit(batch.task_name, batch.pk)
    return batch, created


def _batch_open(
    *, actor: Actor, upload: Any, name: str, layout: str, as_of: date, again: bool
) -> tuple[ImportBatch, bool]:
    spec = sheet_get(layout)
    _permit(actor, spec)
    checksum = files.checksum(upload)
    mine = ImportBatch.objects.filter(layout=spec.code, file__sha256=checksum, requested_by_id=actor.user_id)
    known = (
        mine.exclude(state__in=(ImportBatch.State.FAILED, ImportBatch.State.REFUSED)).order_by("-pk").first()
    )
    if known is not None and (known.is_open or not again):
        return known, False
    row = file_store(actor=actor, source=upload, name=name, kind="import", scope_code=_area(actor, spec))
    try:
        with transaction.atomic():
            batch = ImportBatch.objects.create(
                key=f"import:{spec.code}:{row.sha256[:32]}:{actor.user_id}",
                layout=spec.code,
                file=row,
                scope_code=row.scope_code,
                as_of=as_of,
                requested_by_id=actor.user_id,
            )
    except IntegrityError:  # sent twice at the same moment
        return mine.filter(state__in=ImportBatch.OPEN).order_by("-pk")[:1].get(), False
    audit.record(actor, "exchange.import_uploaded", batch, layout=spec.code, sha256=row.sha256[:16])
    return batch, True


@transaction.atomic
def import_commit(*, actor: Actor, batch: ImportBatch, send: bool = True) -> ImportBatch:
    """Queue the writing of a previewed batch. Pressed twice it is one commit."""
    spec = sheet_get(batch.layout)
    _permit(actor, spec)
    if actor.user_id is None or batch.requested_by_id != actor.user_id:
        raise NotFound
    ready = ImportBatch.objects.filter(pk=batch.pk, stage=PREVIEW, state=ImportBatch.State.DONE)
    zero = dict.fromkeys((*(kind.value for kind in Kind), "rows", "done_count"), 0)
    if not ready.update(
        stage=COMMIT,
        state=ImportBatch.State.QUEUED,
        token=None,
        sent_at=None,
        queued_at=timezone.now(),
        finished_at=None,
        error="",
        **zero,
    ):
        raise Conflict("这批数据不在可提交的状态，请刷新后再看。", code="wrong_state")
    RowError.objects.filter(batch=batch).delete()
    audit.record(actor, "exchange.import_commit_requested", batch, layout=batch.layout)
    batch.refresh_from_db()
    if send:
        enqueue_on_commit(batch.task_name, batch.pk)
    return batch


# --- the work -------------------------------------------------------------------------------------------------------


def _chunks(rows: Iterator[TypedRow]) -> Iterator[list[TypedRow]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _judged(importer: Importer, row: TypedRow) -> Verdict:
    if row.faults:
        return Verdict(Kind.REFUSED, row.faults)
    return importer.judge(row)


def _written(row: TypedRow, verdict: Verdict) -> Verdict:
    """Do what the verdict says; a refusal of the service becomes the row's fault and undoes this row only."""
    if verdict.write is None:
        return verdict
    try:
        with transaction.atomic():
            verdict.write()
    except DomainError as refusal:
        return Verdict(Kind.REFUSED, [Fault(row.number, "", f"第 {row.number} 行：{refusal.sentence}")])
    return verdict


def take_chunk(importer: Importer, rows: list[TypedRow], *, write: bool) -> tuple[Counter, list[RowError]]:
    """Judge (and write) some rows; what became of them, and what is to be said about them."""
    counts: Counter = Counter()
    said: list[RowError] = []
    importer.prepare([row for row in rows if not row.faults])
    for row in rows:
        verdict = _judged(importer, row)
        if write and verdict.kind in (Kind.NEW, Kind.CHANGED):
            verdict = _written(row, verdict)
        counts[verdict.kind.value] += 1
        said += _errors(verdict.faults, RowError.Level.ERROR)
        said += _errors(verdict.remarks, RowError.Level.REMARK)
    counts["rows"] = len(rows)
    return counts, said


def _errors(faults: Iterable[Fault], level: str) -> list[RowError]:
    return [
        RowError(level=level, row=fault.row, column=fault.column[:60], message=fault.message[:300])
        for fault in faults
    ]


def header_remarks(opened: Opened) -> list[RowError]:
    """Columns the file lacks, and columns nobody knows: said once, at the row of the header."""
    row = opened.header_row
    missing = [
        Fault(row, name, f"第 {row} 行表头没有“{name}”一列，这一项按未提供处理。") for name in opened.missing
    ]
    unknown = [Fault(row, name, f"第 {row} 行的“{name}”不是本表式的列，未读取。") for name in opened.unknown]
    return _errors(missing + unknown, RowError.Level.REMARK)


def _keep(run: ImportBatch, counts: Counter, said: list[RowError]) -> None:
    """Store progress and findings under my token, in the transaction of the rows themselves."""
    for name in (*(kind.value for kind in Kind), "rows"):
        setattr(run, name, getattr(run, name) + counts[name])
    run.done_count += counts["rows"]
    run.beat(done=run.done_count)
    ImportBatch.objects.filter(pk=run.pk).update(
        rows=run.rows, new=run.new, changed=run.changed, unchanged=run.unchanged, refused=run.refused
    )
    remarks = RowError.objects.filter(batch=run, level=RowError.Level.REMARK).count()
    kept = [one for one in said if one.level == RowError.Level.ERROR]
    kept += [one for one in said if one.level == RowError.Level.REMARK][: max(0, REMARKS_KEPT - remarks)]
    for one in kept:
        one.batch = run
    RowError.objects.bulk_create(kept, batch_size=1000)


def import_execute(*, run: ImportBatch, actor: Actor | None = None) -> None:
    """Preview or commit of a claimed run. After a crash it goes on behind the last stored chunk; nothing counts twice."""
    actor, spec = actor or actor_of_run(run), sheet_get(run.layout)
    _permit(actor, spec)
    opened = open_sheet(spec, files.full_path(run.file.path))
    importer = spec.importer(actor=actor, as_of=run.as_of)  # type: ignore[misc]
    importer.survey(opened)
    if run.done_count == 0:
        with transaction.atomic():
            run.beat(done=0)
            RowError.objects.filter(batch=run).delete()
            _keep(run, Counter(), header_remarks(opened))
    rows = islice(typed_rows(spec, opened), run.done_count, None)
    for chunk in _chunks(rows):
        with transaction.atomic():
            counts, said = take_chunk(importer, chunk, write=run.stage == COMMIT)
            _keep(run, counts, said)
    _finish(actor, spec, run, opened)


def import_now(
    *, actor: Actor, source: Any, name: str, layout: str, as_of: date, commit: bool
) -> ImportBatch:
    """The command's import: preview, or preview and commit, in this process; the same rows and records as in the worker."""
    with transaction.atomic():
        batch, _ = _batch_open(actor=actor, upload=source, name=name, layout=layout, as_of=as_of, again=True)
    _run_here(actor, batch)
    if commit:
        import_commit(actor=actor, batch=batch, send=False)
        _run_here(actor, batch)
    return batch


def _run_here(actor: Actor, batch: ImportBatch) -> None:
    run = ImportBatch.claim(batch.pk)
    if run is None:
        raise Conflict("同一文件正在由另一个进程处理，请稍后再试。", code="busy")
    try:
        import_execute(run=run, actor=actor)
    except DomainError as refusal:
        run.close(error=refusal.sentence, refused=True)
        raise
    except Exception:
        run.close(error="处理时发生错误。")
        raise
    batch.refresh_from_db()


def _finish(actor: Actor, spec: SheetSpec, run: ImportBatch, opened: Opened) -> None:
    result = {name: getattr(run, name) for name in ("rows", "new", "changed", "unchanged", "refused")}
    path = _returned(spec, run, opened) if run.refused else None
    try:
        with transaction.atomic():
            row = None
            if path is not None:
                name = f"退回_{Path(run.file.name).stem}.xlsx"
                row = made_file_keep(
                    actor=actor, path=path, name=name, kind="remarks", scope_code=run.scope_code
                )
            at = timezone.now() if run.stage == COMMIT else None
            ImportBatch.objects.filter(pk=run.pk).update(remarks_file=row, committed_at=at)
            audit.record(actor, f"exchange.import_{run.stage}", run, layout=run.layout, **result)
            if not run.close(result={**result, "stage": run.stage}):
                raise LostRun("这次运行已由另一个进程接手。")
    finally:
        if path is not None:
            path.unlink(missing_ok=True)


def _returned(spec: SheetSpec, run: ImportBatch, opened: Opened) -> Path:
    """The refused rows as a workbook: the columns as they came, and the reason at the end."""
    reasons: dict[int, list[str]] = {}
    for row, message in RowError.objects.filter(batch=run, level=RowError.Level.ERROR).values_list(
        "row", "message"
    ):
        reasons.setdefault(row, []).append(message)
    names = _distinct([header or f"列{at}" for at, header in enumerate(opened.headers, start=1)])
    columns = [*(Text(name, name, width=16) for name in names), Text("remark", REMARK_HEADER, width=70)]
    width = len(names)
    rows = (
        [*[cell_text(cell) or None for cell in [*cells, *[None] * width][:width]], "；".join(reasons[number])]
        for number, cells in opened.cells()
        if number in reasons
    )
    folder = Path(settings.FILES_DIR) / "making"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"remarks-{run.pk}-{run.token}.xlsx"
    cover = [("表式", spec.title), ("说明", "改正后可直接再次上传本表，“退回原因”一列不会被读取。")]
    write_book(path, Book("退回", columns, rows, cover))
    return path


def _distinct(names: list[str]) -> list[str]:
    seen: Counter = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 and name != REMARK_HEADER else f"{name}（{seen[name]}）")
    return found
