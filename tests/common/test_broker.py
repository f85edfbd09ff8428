"""The queue of the embedded default: whole messages to one reader each, and nothing a killed process left behind stops a worker."""

import os
import subprocess
import sys
from pathlib import Path
from queue import Empty

import pytest
from django.conf import settings
from kombu import Connection

WRITERS, READERS, EACH = 3, 3, 150
# Processes of their own: each opens the queue, and what they have in common is the folder.
PROCESS = """
import sys
from queue import Empty
from time import monotonic
from tests.common.test_broker import EACH, WRITERS, opened
from pathlib import Path
channel, kind, number = opened(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
if kind == "write":
    for at in range(EACH):
        channel._put("celery", {"body": number * EACH + at, "padding": "x" * 20_000})
else:
    end = monotonic() + 60
    done = Path(sys.argv[1]) / "written"
    while monotonic() < end:
        last = done.exists()
        try:
            print(channel._get("celery")["body"])
        except Empty:
            if last:
                break
"""


def opened(folder: Path):
    for name in ("messages", "processed", "control"):
        (folder / name).mkdir(exist_ok=True)
    options = {
        "data_folder_in": str(folder / "messages"), "data_folder_out": str(folder / "messages"),
        "processed_folder": str(folder / "processed"), "control_folder": str(folder / "control"),
    }  # fmt: skip
    line = Connection(
        "filesystem://localhost", transport="poverty.broker:Transport", transport_options=options
    )
    return line.channel()


@pytest.fixture
def channel(tmp_path):
    return opened(tmp_path)


def test_the_embedded_default_uses_it(tmp_path):
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "poverty.settings",
        "VAR_DIR": str(tmp_path),
        "REDIS_URL": "",
    }
    ask = "from poverty.celery import app; print(type(app.connection_for_write().channel()).__module__)"
    done = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=settings.BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["poverty.broker"]


def test_messages_come_in_the_order_they_were_sent(channel):
    for number in range(30):
        channel._put("celery", {"body": number})
    channel._put("other", {"body": "for somebody else"})
    assert [channel._get("celery")["body"] for _ in range(30)] == list(range(30))
    with pytest.raises(Empty):
        channel._get("celery")
    assert channel._get("other")["body"] == "for somebody else"


@pytest.mark.parametrize("left", [b"", b'{"body": "W1", "head', b"\xff\xfe\x00"])
def test_what_a_killed_writer_left_is_passed_over(channel, tmp_path, left, caplog):
    (tmp_path / "messages" / "0_killed.celery.msg").write_bytes(left)
    channel._put("celery", {"body": 1})
    assert channel._get("celery")["body"] == 1
    with pytest.raises(Empty):
        channel._get("celery")
    assert not list((tmp_path / "messages").iterdir())
    assert "0_killed.celery.msg" in caplog.text


def test_a_table_half_written_is_begun_anew(channel, tmp_path):
    (tmp_path / "control" / "celery.exchange").write_bytes(b'[["celery", "", "cel')
    channel._queue_bind("celery", "celery", "", "celery")
    channel._queue_bind("celery", "celery", "", "celery")
    channel._queue_bind("celery", "other", "", "other")
    assert sorted(row.queue for row in channel.get_table("celery")) == ["celery", "other"]
    channel._delete("other", "celery", "other", "")
    assert [row.queue for row in opened(tmp_path).get_table("celery")] == ["celery"]


def test_every_message_reaches_one_reader_whole(tmp_path):
    opened(tmp_path)

    def started(kind: str, number: int) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(tmp_path), kind, str(number)],
            cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    readers = [started("read", number) for number in range(READERS)]
    writers = [started("write", number) for number in range(WRITERS)]
    assert [writer.wait(60) for writer in writers] == [0] * WRITERS
    (tmp_path / "written").touch()
    said = [reader.communicate(timeout=60) for reader in readers]
    assert [words for _, words in said] == [""] * READERS
    assert sorted(int(line) for out, _ in said for line in out.split()) == list(range(WRITERS * EACH))
