"""Fixtures of every test: the world, its people, a client for each."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.actor import CONFIRMED_AT
from accounts.models import User
from tests.at_once import AtOnce
from tests.cast import Cast, World, make_cast, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def cast(world: World) -> Cast:
    return make_cast(world)


@pytest.fixture
def login(db: None) -> Callable[..., Client]:
    """login(cast.li) -> a client of its own, logged in; fresh=True as if the password had just been typed."""

    def enter(user: User, *, fresh: bool = False) -> Client:
        own = Client()
        own.force_login(user)
        if fresh:
            session = own.session
            session[CONFIRMED_AT] = int(timezone.now().timestamp())
            session.save()
        return own

    return enter


@pytest.fixture
def run_json() -> Callable[..., tuple[int, dict[str, Any]]]:
    """run_json("screen", "--quarter", "2020Q3") -> (exit code, the JSON object); standard output holds nothing else."""

    def run(name: str, *args: object) -> tuple[int, dict[str, Any]]:
        out, code = io.StringIO(), 0
        try:
            call_command(name, *map(str, args), "--json", stdout=out)
        except SystemExit as end:
            code = int(end.code or 0)
        return code, json.loads(out.getvalue())

    return run


@pytest.fixture
def at_once(transactional_db: None, tmp_path: Path) -> Iterator[AtOnce]:
    """at_once(act) runs act(number) in many threads, started together, and counts the answers."""
    before = connection.settings_dict["NAME"]
    yield AtOnce(tmp_path / "shared.sqlite3")
    connection.settings_dict["NAME"] = before
