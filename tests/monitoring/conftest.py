import pytest

from tests.monitoring import world


@pytest.fixture
def fake_metrics(monkeypatch):
    world.fakes(monkeypatch)


@pytest.fixture
def places(db):
    return world.county()
