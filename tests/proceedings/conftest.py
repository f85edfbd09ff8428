"""Fixtures of proceedings: a household, its proceeding at the start, and checks put back as they were."""

import pytest

from proceedings import checks
from tests.proceedings import walk


@pytest.fixture(autouse=True)
def _own_checks(monkeypatch):
    """Each test starts with no check filled."""
    monkeypatch.setattr(checks, "_checks", {})


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.FILES_DIR = tmp_path


@pytest.fixture
def home(world, cast):
    return walk.home(world, cast)


@pytest.fixture
def clue(home, cast):
    return walk.opened(home, cast)
