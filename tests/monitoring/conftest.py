import pytest

from monitoring.quality.tables import sheets_drop, sheets_make
from policies.services import pack_publish, pack_submit
from tests.cast import actor
from tests.monitoring import world


@pytest.fixture
def fake_metrics(monkeypatch):
    world.fakes(monkeypatch)


@pytest.fixture
def sheets(db):
    """Empty sheets of the data checks, as a run makes them for itself."""
    sheets_make()
    yield
    sheets_drop()


@pytest.fixture
def places(db):
    return world.county()


@pytest.fixture
def packs(cast):
    """The county's own rules and the document of 2020, published by two people."""
    for code in ("county-default", "yuzhou-2020"):
        row = pack_submit(actor=actor(cast.officer), code=code)
        pack_publish(actor=actor(cast.leader), pk=row.pk)
