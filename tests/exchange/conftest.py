from types import SimpleNamespace

import pytest

from tests.exchange.world import TODAY, bare_household, full_household


@pytest.fixture
def files_dir(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    return settings.FILES_DIR


@pytest.fixture
def county(world, cast, settings, files_dir):
    """Ten exited members: seven in li's township, three in zhao's."""
    settings.BUSINESS_DATE = TODAY
    ours, theirs = world.village_a1, world.village_b1
    households = [full_household(ours, 1), full_household(ours, 2), bare_household(ours, 3)]
    foreign = full_household(theirs, 9)
    return SimpleNamespace(
        ours=ours, theirs=theirs, households=households, foreign=foreign,
        li=cast.li, zhao=cast.zhao, officer=cast.officer, leader=cast.leader, cast=cast,
    )  # fmt: skip
