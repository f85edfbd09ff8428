"""Imports through the worker: preview, commit, and a crash between two chunks."""

from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from common.errors import Conflict, Invalid, NotFound
from exchange import files, services, tasks
from exchange.models import ImportBatch
from exchange.services import imports
from households.models import Person
from tests.cast import actor
from tests.exchange.test_round_trip import edited, exported, messages
from tests.exchange.world import TODAY


def uploaded(path, who, **kw) -> tuple[ImportBatch, bool]:
    with path.open("rb") as source:
        return services.upload_accept(
            actor=actor(who), upload=source, name=path.name, layout="YTP_REN_2022", as_of=TODAY, **kw
        )


def renamed(sheet, column) -> None:
    for row in (2, 5, 8):
        sheet.cell(row, column("姓名")).value = f"李改名{row}"


@pytest.fixture
def previewed(county, tmp_path):
    batch, _ = uploaded(edited(exported(tmp_path / "out.xlsx"), renamed), county.li)
    tasks.import_preview(batch.pk)
    batch.refresh_from_db()
    return batch


def test_preview_then_commit(county, previewed):
    assert (previewed.state, previewed.stage, previewed.changed, previewed.refused) == (
        "done",
        "preview",
        3,
        3,
    )
    assert not Person.objects.filter(name__startswith="李改名").exists()
    services.import_commit(actor=actor(county.li), batch=previewed)
    tasks.import_commit(previewed.pk)
    previewed.refresh_from_db()
    assert previewed.committed_at is not None
    assert (previewed.changed, previewed.unchanged, previewed.refused) == (3, 4, 3)
    assert Person.objects.filter(name__startswith="李改名").count() == 3
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"exchange.import_uploaded", "exchange.import_commit_requested", "exchange.import_commit"} <= verbs


def test_the_refused_rows_come_back_with_the_reason(previewed):
    sheet = openpyxl.load_workbook(files.full_path(previewed.remarks_file.path)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 4
    assert rows[0][-1] == "退回原因"
    assert all("没有找到，或不在您的管辖范围内" in row[-1] for row in rows[1:])


def test_a_commit_pressed_twice_is_one(county, previewed):
    services.import_commit(actor=actor(county.li), batch=previewed)
    with pytest.raises(Conflict):
        services.import_commit(actor=actor(county.li), batch=previewed)


def test_somebody_else_cannot_commit_my_batch(county, previewed):
    with pytest.raises(NotFound):
        services.import_commit(actor=actor(county.zhao), batch=previewed)


def test_the_same_file_again_is_recognised(county, previewed, tmp_path):
    again, created = uploaded(tmp_path / "out.xlsx", county.li)
    assert (again.pk, created) == (previewed.pk, False)
    meant, created = uploaded(tmp_path / "out.xlsx", county.li, again=True)
    assert created
    assert meant.pk != previewed.pk


def test_a_worker_killed_between_two_chunks_counts_nothing_twice(county, previewed, monkeypatch):
    monkeypatch.setattr(imports, "CHUNK", 2)
    services.import_commit(actor=actor(county.li), batch=previewed)
    taken, real = [], imports.take_chunk

    def dies(*args, **kwargs):
        if len(taken) == 2:
            raise SystemExit("killed")
        taken.append(1)
        return real(*args, **kwargs)

    monkeypatch.setattr(imports, "take_chunk", dies)
    with pytest.raises(SystemExit):
        services.import_execute(run=ImportBatch.claim(previewed.pk))
    monkeypatch.setattr(imports, "take_chunk", real)
    ImportBatch.objects.filter(pk=previewed.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=2))
    tasks.import_commit(previewed.pk)
    previewed.refresh_from_db()
    assert (previewed.rows, previewed.changed, previewed.unchanged, previewed.refused) == (10, 3, 4, 3)
    assert len(messages(previewed)) == 3
    assert AuditEntry.objects.filter(verb="households.person_edit").count() == 3


def test_a_file_that_is_no_workbook_is_refused_at_the_door(county, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\x00\x01 not a workbook")
    with pytest.raises(Invalid):
        uploaded(path, county.li)


def test_a_workbook_without_the_header_ends_the_run_as_refused(county, tmp_path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["甲", "乙"])
    book.save(path)
    batch, _ = uploaded(path, county.li)
    tasks.import_preview(batch.pk)
    batch.refresh_from_db()
    assert batch.state == "refused"
    assert "没有找到" in batch.error
