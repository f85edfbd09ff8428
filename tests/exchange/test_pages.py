"""The pages: ask for an export, fetch it, upload a workbook, look, commit. And the door of files."""

from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from common.errors import Invalid, NotFound
from exchange import services
from exchange.models import ExportFile, ImportBatch, StoredFile
from tests.cast import actor
from tests.exchange.test_round_trip import edited, exported

PDF = b"%PDF-1.4 a paper"


@pytest.fixture(autouse=True)
def at_once(settings, django_capture_on_commit_callbacks):
    """Queued work runs when the test says so."""
    return django_capture_on_commit_callbacks


def test_a_clerk_asks_for_an_export_and_fetches_it(county, login, at_once):
    client = login(county.li)
    with at_once(execute=True):
        answer = client.post(
            reverse("exchange:export-new"), {"layout": "YTP_REN_2022", "as_of": "2020-09-20"}
        )
    assert answer.status_code == 302
    run = ExportFile.objects.get()
    assert run.state == "done"
    page = client.get(reverse("exchange:export-list")).content.decode()
    assert "已脱贫人口名单" in page
    assert "不脱敏" not in page
    answer = client.get(reverse("exchange:file", args=[run.file.uuid]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert "脱敏" in unquote(answer["Content-Disposition"])
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert login(county.zhao).get(reverse("exchange:file", args=[run.file.uuid])).status_code == 404


def test_full_export_asks_for_the_password_and_keeps_what_was_typed(county, login, at_once):
    body = {"layout": "YTP_REN_2022", "as_of": "2020-09-20", "full": "on", "reason": "上报省局核对"}
    answer = login(county.officer).post(reverse("exchange:export-new"), body)
    assert reverse("accounts:password-recheck") in answer["Location"]
    assert "上报省局核对" in unquote(unquote(answer["Location"]))
    assert not ExportFile.objects.exists()
    with at_once(execute=True):
        login(county.officer, fresh=True).post(reverse("exchange:export-new"), body)
    assert ExportFile.objects.get().full


@pytest.mark.parametrize("body", [{"layout": "NONE"}, {"layout": "YTP_REN_2022", "as_of": "2031-01-01"}])
def test_an_invalid_export_form_comes_back(county, login, body):
    assert login(county.li).post(reverse("exchange:export-new"), body).status_code == 422


def test_upload_look_commit(county, login, at_once, tmp_path):
    def change(sheet, column):
        sheet.cell(2, column("姓名")).value = "李改名"

    path = edited(exported(tmp_path / "名单.xlsx"), change)
    client = login(county.li)
    with at_once(execute=True):
        upload = SimpleUploadedFile(path.name, path.read_bytes())
        answer = client.post(reverse("exchange:import-new"), {"layout": "YTP_REN_2022", "file": upload})
    batch = ImportBatch.objects.get()
    assert answer["Location"] == reverse("exchange:import-detail", args=[batch.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "提交写入 1 行" in page
    assert "没有找到，或不在您的管辖范围内" in page
    with at_once(execute=True):
        client.post(reverse("exchange:import-commit", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.committed_at is not None
    assert login(county.zhao).get(answer["Location"]).status_code == 404


def test_an_upload_that_is_no_workbook_comes_back_with_a_sentence(county, login):
    upload = SimpleUploadedFile("名单.xlsx", b"\x00\x01\x02")
    answer = login(county.li).post(reverse("exchange:import-new"), {"layout": "YTP_REN_2022", "file": upload})
    assert answer.status_code == 422
    assert "文件内容不是可接受的类型" in answer.content.decode()


# --- files ----------------------------------------------------------------------------------------------------------


def stored(who, content=PDF, kind="evidence", name="证明.exe", **kw) -> StoredFile:
    return services.file_store(
        actor=actor(who), source=content, name=name, kind=kind, scope_code="411081100201", **kw
    )


def test_a_paper_is_open_to_its_area_and_to_nobody_else(county):
    row = stored(county.li, kind="rectification")
    assert (row.name, row.content_type) == ("证明.pdf", "application/pdf")
    assert services.file_get(actor=actor(county.officer), uuid=row.uuid) == row
    with pytest.raises(NotFound):
        services.file_get(actor=actor(county.zhao), uuid=row.uuid)


def test_the_file_on_disk_has_a_random_name_and_no_right_to_run(county, files_dir):
    row = stored(county.li)
    path = files_dir / row.path
    assert path.stat().st_mode & 0o777 == 0o600
    assert "证明" not in row.path
    assert path.read_bytes() == PDF


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00", b"\x7fELF", b"#!/bin/sh", b"<svg onload=x>", b"PK\x03\x04", b"\x00"]
)
def test_programs_pages_and_unknown_content_are_refused(county, content):
    with pytest.raises(Invalid):
        stored(county.li, content)


def test_too_large_and_empty_files_are_refused(county, settings):
    settings.UPLOAD_MAX_BYTES = 10
    for content in (PDF, b""):
        with pytest.raises(Invalid):
            stored(county.li, content)


def test_a_file_is_superseded_not_deleted(county, files_dir):
    old = stored(county.li)
    new = stored(county.li, PDF + b"2", replaces=old)
    old.refresh_from_db()
    assert old.superseded_by == new
    assert (files_dir / old.path).is_file()
