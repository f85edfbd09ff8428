"""Exports through the worker: masked unless permitted, one file even after a crash, for the person who asked only."""

from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Posting
from common.errors import Invalid, NotFound, NotPermitted, PasswordNeeded
from common.runs import LostRun
from exchange import files, services, tasks
from exchange.models import ExportFile, StoredFile
from exchange.services import exports
from exchange.services.exports import ExportInput
from tests.cast import actor
from tests.exchange.world import TODAY


def asked(who, **kw) -> ExportFile:
    return services.export_request(
        actor=actor(who), entry=ExportInput(**({"layout": "YTP_REN_2022", "as_of": TODAY} | kw))
    )


def made(run: ExportFile) -> ExportFile:
    tasks.export_file(run.pk)
    run.refresh_from_db()
    return run


def rows_of(run: ExportFile) -> list[tuple]:
    book = openpyxl.load_workbook(files.full_path(run.file.path))
    return list(book.worksheets[0].iter_rows(values_only=True))


def test_an_export_is_masked_by_default_and_says_so(county):
    run = made(asked(county.li))
    assert (run.state, run.rows) == ("done", 7)
    numbers = [row[8] for row in rows_of(run)[1:]]
    assert all(number[3:14] == "*" * 11 for number in numbers)
    assert all(row[22] is None or "*" in row[22] for row in rows_of(run)[1:])
    assert "脱敏" in run.file.name
    cover = openpyxl.load_workbook(files.full_path(run.file.path))["说明"]
    words = {row[0].value: row[1].value for row in cover.iter_rows()}
    assert words["个人信息"].startswith("脱敏")
    assert words["范围"] == "火龙镇"
    assert (
        AuditEntry.objects.filter(verb="exchange.exported", detail__full=False, detail__rows=7).count() == 1
    )


def test_full_values_need_permission_reason_and_a_fresh_password(county):
    with pytest.raises(NotPermitted):
        asked(county.li, full=True, reason="上报省局核对")
    with pytest.raises(Invalid):
        asked(county.officer, full=True)
    entry = ExportInput("YTP_REN_2022", TODAY, full=True, reason="上报省局核对")
    with pytest.raises(PasswordNeeded):
        services.export_request(actor=actor(county.officer, password_fresh=False), entry=entry)
    run = made(services.export_request(actor=actor(county.officer), entry=entry))
    assert "完整" in run.file.name
    assert all("*" not in row[8] for row in rows_of(run)[1:])
    assert AuditEntry.objects.get(verb="exchange.exported").reason == "上报省局核对"


def test_a_clerk_gets_no_row_of_the_other_township(county):
    assert {row[3] for row in rows_of(made(asked(county.zhao)))[1:]} == {"康城村委会"}
    with pytest.raises(NotFound):
        asked(county.zhao, scope_code=county.ours.code[:9])


def test_the_same_export_asked_twice_while_waiting_is_one(county):
    assert asked(county.li).pk == asked(county.li).pk


def test_a_worker_killed_half_way_leaves_one_file(county, monkeypatch):
    run = asked(county.li)
    dead = ExportFile.claim(run.pk)
    scratch = exports._scratch(dead)
    scratch.write_bytes(b"half a file")
    assert ExportFile.claim(run.pk) is None  # alive: nobody else may take it
    ExportFile.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=2))
    assert made(run).state == "done"
    assert not scratch.exists()
    with pytest.raises(LostRun):  # the dead one comes back and changes nothing
        services.export_execute(run=dead)
    assert StoredFile.objects.filter(kind="export").count() == 1
    assert len([path for path in files.full_path("").rglob("*") if path.is_file()]) == 1


def test_the_task_run_twice_makes_one_file(county):
    run = made(asked(county.li))
    made(run)
    assert StoredFile.objects.filter(kind="export").count() == 1


def test_whoever_lost_the_posting_meanwhile_gets_nothing(county):
    run = asked(county.li)
    Posting.objects.filter(user=county.li).update(effective_to=timezone.localdate())
    assert made(run).state == "refused"
    assert run.file is None


def test_only_the_owner_fetches_an_export_and_every_fetch_is_audited(county):
    run = made(asked(county.li))
    row, source = services.file_open(actor=actor(county.li), uuid=run.file.uuid)
    source.close()
    assert AuditEntry.objects.filter(verb="exchange.file_fetched", target_id=str(row.pk)).count() == 1
    for other in (county.zhao, county.officer, county.leader):
        with pytest.raises(NotFound):
            services.file_open(actor=actor(other), uuid=run.file.uuid)


def test_a_bug_ends_the_run_as_failed(county, monkeypatch):
    run = asked(county.li)
    monkeypatch.setattr("exchange.services.exports.write_book", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tasks.export_file(run.pk)
    run.refresh_from_db()
    assert run.state == "failed"
    assert "ZeroDivision" not in run.error
