"""Who sends finds who works: the schedule names tasks that exist, and the web process knows the broker of the worker."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from poverty.celery import app

ASK = "import poverty.wsgi; from celery import current_app as app; print(app.main, app.conf.broker_url)"


@pytest.fixture(scope="module")
def known():
    app.loader.import_default_modules()
    return set(app.tasks)


@pytest.mark.parametrize("entry", sorted(app.conf.beat_schedule))
def test_every_scheduled_task_exists(entry, known):
    assert app.conf.beat_schedule[entry]["task"] in known


def test_the_tasks_of_every_room_are_found(known):
    ours = {name.split(".")[0] for name in known if not name.startswith("celery.")}
    assert {"exchange", "monitoring", "reporting"} <= ours


@pytest.mark.parametrize(
    ("redis", "broker"),
    [("redis://127.0.0.1:6390/3", "redis://127.0.0.1:6390/3"), ("", "filesystem://localhost")],
)
def test_the_web_process_sends_to_the_broker_of_the_settings(redis, broker, tmp_path):
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "poverty.settings", "VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=settings.BASE_DIR,
        env=env | {"REDIS_URL": redis},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["poverty", broker]
