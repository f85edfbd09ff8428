"""Counties made once per module and rolled back: seeding is too slow to do for every test."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from accounts.actor import operator_actor
from poverty.demo.build import Order
from poverty.demo.loading import Seeded, seed_county


@contextmanager
def seeded(folder: Path, *, seed: int = 1, scale: float = 0.02) -> Iterator[Seeded]:
    """A county inside a transaction that never commits."""
    with override_settings(DEMO=True, VAR_DIR=folder, FILES_DIR=folder / "files"), transaction.atomic():
        yield seed_county(operator_actor(), Order(seed, scale), lambda text: None)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def small(django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Seeded]:
    with django_db_blocker.unblock(), seeded(tmp_path_factory.mktemp("small")) as county:
        yield county


@pytest.fixture(scope="module")
def whole(django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Seeded]:
    with django_db_blocker.unblock(), seeded(tmp_path_factory.mktemp("whole"), scale=1) as county:
        yield county
