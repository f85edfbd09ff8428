"""Exports: asked for by a person, made by the worker, fetched by that person only."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.actor import Actor, require
from common.errors import Invalid, NotPermitted, PasswordNeeded
from common.queue import enqueue_on_commit
from common.runs import BEAT_SECONDS, LostRun
from common.text import clean
from exchange.models import ExportFile
from exchange.registry import sheet_get
from exchange.services.acting import actor_of_run, area_name, common_scope, day_text
from exchange.services.stored import made_file_keep
from exchange.sheet import ExportQuery, SheetSpec
from exchange.writer import Book, write_book
from villages.scope import DivisionScope

BEAT_ROWS = 500


@dataclass(frozen=True)
class ExportInput:
    """What is asked for. `scope_code` empty: the person's whole area."""

    layout: str
    as_of: date
    scope_code: str = ""
    full: bool = False
    reason: str = ""
    params: dict[str, Any] = field(default_factory=dict)


def _permissions(spec: SheetSpec, full: bool) -> tuple[str, ...]:
    return (spec.permission, "exchange.export", *(("exchange.export_full",) if full else ()))


def export_scope(actor: Actor, spec: SheetSpec, code: str, *, full: bool) -> DivisionScope:
    """Where this person may export this layout, inside `code`."""
    for permission in _permissions(spec, full):
        require(actor, permission)
    return common_scope(actor, _permissions(spec, full), code)


def _check_full(actor: Actor, entry: ExportInput) -> None:
    if len(clean(entry.reason)) < 4:
        raise Invalid("导出未脱敏表格须填写用途（不少于 4 个字）。", field="reason", code="reason_needed")
    if not actor.password_fresh:
        raise PasswordNeeded("导出未脱敏表格前请再次输入密码。")


@transaction.atomic
def export_request(*, actor: Actor, entry: ExportInput) -> ExportFile:
    """Queue an export. The same one asked for again while it is being made is that one, not a second."""
    spec = sheet_get(entry.layout)
    full = entry.full and spec.personal
    export_scope(actor, spec, entry.scope_code, full=full)
    if full:
        _check_full(actor, entry)
    named = "".join(f":{name}={value}" for name, value in sorted(entry.params.items()))
    key = f"export:{spec.code}:{entry.scope_code}:{entry.as_of}:{int(full)}:{actor.user_id}{named}"
    waiting = ExportFile.objects.filter(key=key, state__in=ExportFile.OPEN).first()
    if waiting is not None:
        return waiting
    try:
        with transaction.atomic():
            run = ExportFile.objects.create(
                key=key,
                layout=spec.code,
                scope_code=entry.scope_code,
                params={"as_of": entry.as_of.isoformat(), **entry.params},
                full=full,
                reason=clean(entry.reason)[:200],
                requested_by_id=actor.user_id,
            )
    except IntegrityError:  # asked twice at the same moment
        return ExportFile.objects.get(key=key, state__in=ExportFile.OPEN)
    audit.record(
        actor, "exchange.export_requested", run, reason=run.reason, layout=spec.code, full=full,
        as_of=entry.as_of, password_confirmed=full,
    )  # fmt: skip
    enqueue_on_commit(ExportFile.task_name, run.pk)
    return run


# --- making it ------------------------------------------------------------------------------------------------------


class Pulse:
    """Heartbeat and progress while rows pass; stops the work when another worker took the run over."""

    def __init__(self, run: ExportFile, total: int | None) -> None:
        self.run, self.total, self.done, self.at = run, total, 0, time.monotonic()
        run.beat(done=0, total=total)

    def through(self, rows: Iterator[Any]) -> Iterator[Any]:
        for row in rows:
            yield row
            self.done += 1
            if self.done % BEAT_ROWS == 0 and time.monotonic() - self.at > BEAT_SECONDS / 3:
                self.run.beat(done=self.done, total=self.total)
                self.at = time.monotonic()


def masking_word(spec: SheetSpec, full: bool) -> str:
    return "" if not spec.personal else "完整" if full else "脱敏"


@dataclass(frozen=True)
class Job:
    """One export with everything decided: who, which layout, which rows, masked or not."""

    actor: Actor
    spec: SheetSpec
    query: ExportQuery
    code: str
    full: bool
    reason: str = ""


def cover_lines(job: Job) -> list[tuple[str, str]]:
    """What stands on the sheet 说明."""
    kind = {"脱敏": "脱敏：证件号码、电话已部分隐藏，不能用于导入", "完整": "完整：含完整个人信息，注意保管"}
    lines = [
        ("表式", f"{job.spec.title}（{job.spec.code}）"),
        ("范围", area_name(job.code, job.query.scope)),
        ("数据日期", day_text(job.query.as_of)),
        ("生成时间", timezone.localtime().strftime("%Y-%m-%d %H:%M")),
        ("制表人", f"{job.actor.display}（{job.actor.username}）"),
        ("个人信息", kind.get(masking_word(job.spec, job.full), "不含个人信息")),
    ]
    if job.reason:
        lines.append(("用途", job.reason))
    return lines + (job.spec.notes(job.query) if job.spec.notes else [])


def shown_rows(
    spec: SheetSpec, places: list[int], rows: Iterator[tuple], *, full: bool
) -> Iterator[list[Any]]:
    """Raw values as cells: masked unless `full`."""
    shows: list[tuple[int, Callable[[Any], Any]]] = [
        (at, spec.columns[at].show if full else spec.columns[at].masked) for at in places
    ]
    for row in rows:
        yield [show(row[at]) for at, show in shows]


def export_write(job: Job, path: Path, run: ExportFile | None = None) -> int:
    """Write the workbook; the rows count comes back. Shared by the worker and the command."""
    spec, query = job.spec, job.query
    cover = cover_lines(job)
    if spec.file is not None:
        if run is not None:
            run.beat()
        return spec.file(path, query, cover)
    if spec.rows is None:
        raise Invalid("这种表式不能导出。", code="not_exportable")
    source = spec.rows(query)
    rows = Pulse(run, source.total).through(source.rows) if run is not None else source.rows
    places = spec.seen_with(query.scope.field_groups)
    shown = shown_rows(spec, places, iter(rows), full=job.full)
    columns = [spec.columns[at] for at in places]
    return write_book(path, Book(spec.title[:31], columns, shown, cover, spec.freeze_columns))


def export_name(job: Job) -> str:
    area, day = area_name(job.code, job.query.scope), job.query.as_of.strftime("%Y%m%d")
    parts = [job.spec.title, area, day, masking_word(job.spec, job.full)]
    return "_".join(part for part in parts if part) + ".xlsx"


def _scratch(run: ExportFile) -> Path:
    """A path of this attempt; what an earlier, killed attempt left is removed."""
    folder = Path(settings.FILES_DIR) / "making"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.glob(f"export-{run.pk}-*"):
        old.unlink(missing_ok=True)
    return folder / f"export-{run.pk}-{run.token}.xlsx"


def export_execute(*, run: ExportFile) -> None:
    """Make the file of a claimed run and close it. A worker that lost the run leaves nothing behind."""
    actor, spec = actor_of_run(run), sheet_get(run.layout)
    scope = export_scope(actor, spec, run.scope_code, full=run.full)
    query = ExportQuery(scope, date.fromisoformat(run.params["as_of"]), run.params)
    job = Job(actor, spec, query, run.scope_code, run.full, run.reason)
    path = _scratch(run)
    try:
        rows = export_write(job, path, run)
        with transaction.atomic():
            run.beat(done=rows, total=rows)
            row = made_file_keep(
                actor=actor, path=path, name=export_name(job), kind="export", scope_code=run.scope_code
            )
            ExportFile.objects.filter(pk=run.pk).update(file=row, rows=rows)
            audit.record(
                actor, "exchange.exported", run, reason=run.reason, layout=spec.code, full=run.full, rows=rows,
                sha256=row.sha256[:16],
            )  # fmt: skip
            if not run.close(result={"rows": rows}):
                raise LostRun("这次运行已由另一个进程接手。")
    finally:
        path.unlink(missing_ok=True)


def export_now(*, actor: Actor, entry: ExportInput, path: Path) -> int:
    """The command's export: full values straight to a file, in this process, audited like any other."""
    spec = sheet_get(entry.layout)
    scope = export_scope(actor, spec, entry.scope_code, full=entry.full and spec.personal)
    if actor.user_id is None:
        raise NotPermitted
    query = ExportQuery(scope, entry.as_of, entry.params)
    job = Job(actor, spec, query, entry.scope_code, entry.full, entry.reason)
    rows = export_write(job, path)
    audit.record(
        actor, "exchange.exported", scope_code=entry.scope_code, reason=entry.reason, layout=spec.code,
        full=entry.full, rows=rows, by="command",
    )  # fmt: skip
    return rows
