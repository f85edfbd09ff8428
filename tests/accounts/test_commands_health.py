"""The base of commands, health, backup and restore."""

import argparse
import io
import json
import os
import subprocess
import sys
import tarfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import AuditEntry
from common.commands import JsonCommand, Outcome, date_argument, plain, quarter_argument
from common.errors import Conflict
from exchange.models import ExportFile
from tests.cast import make_world
from villages.models import Division

ROOT = Path(__file__).resolve().parents[2]


class Tried(JsonCommand):
    """Does what its argument says."""

    def add_arguments(self, parser):
        parser.add_argument("what")

    def work(self, actor, options):
        if options["what"] == "refuse":
            raise Conflict("现在不行。", code="not_now")
        if options["what"] == "differ":
            return Outcome({"equal": False}, ok=False)
        self.say("in between")
        return {"who": actor.username, "pct": Decimal("91.5"), "day": date(2020, 9, 30)}


def ask(*arguments):
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command(Tried(), *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue(), err.getvalue()


def test_the_answer_is_one_object_and_the_rest_goes_to_standard_error(db):
    code, out, err = ask("work", "--json")
    assert code == 0
    assert json.loads(out) == {"who": "operator", "pct": 91.5, "day": "2020-09-30"}
    assert "in between" in err


def test_a_refusal_ends_with_one_and_its_sentence(db):
    assert ask("refuse", "--json")[:2] == (1, '{"error": "not_now", "detail": "现在不行。"}\n')
    with pytest.raises(CommandError, match="现在不行") as refusal:
        ask("refuse")
    assert refusal.value.returncode == 1


def test_a_difference_prints_everything_and_ends_with_one(db):
    assert ask("differ", "--json")[:2] == (1, '{"equal": false}\n')


def test_the_acting_user_is_named_and_must_exist(cast):
    assert json.loads(ask("work", "--json", "--as", "officer")[1])["who"] == "officer"
    code, out, _ = ask("work", "--json", "--as", "nobody")
    assert code == 1
    assert json.loads(out)["error"] == "unknown_user"


def test_arguments_of_another_form_are_wrong():
    for reader, text in ((date_argument, "2020-9-31"), (quarter_argument, "2020")):
        with pytest.raises(argparse.ArgumentTypeError):
            reader(text)
    with pytest.raises(TypeError):
        plain(object())


def test_wrong_arguments_end_with_two_on_the_command_line(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "load_divisions", "--json"],
        cwd=ROOT, env=os.environ | {"VAR_DIR": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"] == "arguments"


def test_health_answers_without_login_and_names_nothing(client, db):
    assert client.get("/healthz").content == b"ok"
    answer = client.get("/readyz").json()
    assert answer["ready"] is True
    assert set(answer["parts"]) == {"database", "migrations", "queue", "disk"}


def test_a_run_that_waits_too_long_is_told(client, db):
    run = ExportFile.objects.create(key="k", layout="x", scope_code="411081")
    assert client.get("/readyz").status_code == 200
    ExportFile.objects.filter(pk=run.pk).update(queued_at=timezone.now() - timedelta(minutes=16))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["parts"]["queue"] == "1 runs waiting"


def test_a_full_disk_is_told(client, db, monkeypatch):
    monkeypatch.setattr("poverty.health.DISK_FREE_BYTES", 10**18)
    assert client.get("/readyz").json()["parts"]["disk"].endswith("MiB free")


@pytest.fixture
def place(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.FILES_DIR = tmp_path / "files"
    (settings.FILES_DIR / "ab").mkdir(parents=True)
    (settings.FILES_DIR / "ab" / "photo").write_bytes(b"a photo")
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_a_backup_brings_rows_and_files_back(place, run_json):
    make_world()
    code, made = run_json("backup", "--to", place / "out")
    assert (code, made["files"]) == (0, 1)
    archive = Path(made["file"])
    assert archive.stat().st_mode & 0o077 == 0
    with tarfile.open(archive) as content:
        assert not any("key" in name for name in content.getnames())
    Division.objects.filter(level="village").delete()
    (place / "files" / "ab" / "photo").unlink()

    assert run_json("restore", archive)[1]["error"] == "not_confirmed"
    code, body = run_json("restore", archive, "--yes")
    assert (code, body["files"], body["keys_fit"]) == (0, 1, None)
    assert Division.objects.filter(level="village").count() == 3
    assert (place / "files" / "ab" / "photo").read_bytes() == b"a photo"
    assert AuditEntry.objects.filter(verb="poverty.restored").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_damaged_backup_touches_nothing(place, run_json):
    make_world()
    archive = Path(run_json("backup", "--to", place / "out")[1]["file"])
    content = archive.read_bytes()
    archive.write_bytes(content[: len(content) // 2])
    code, body = run_json("restore", archive, "--yes")
    assert (code, body["error"]) == (1, "damaged")
    (place / "other.gz").write_text("no archive", encoding="utf-8")
    assert run_json("restore", place / "other.gz", "--yes")[1]["error"] == "damaged"
    assert Division.objects.filter(level="village").count() == 3
