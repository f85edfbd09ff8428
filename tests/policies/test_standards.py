"""Standards that metrics measure by come from the packs in force."""

from datetime import date

import pytest

from policies.metrics import standard_for
from policies.services import pack_submit_and_publish
from tests.cast import actor
from tests.policies.conftest import PARAMETERS

STANDARD = """
[param.allowance_standard]
value = "4500.00"
unit = "yuan/person/year"
basis = "inferred"
clause = "18"
meaning = "standard"
"""
DAY = date(2020, 9, 30)


@pytest.fixture
def publish(cast, pack_folder):
    def act(code, **folder):
        pack_folder(code, **folder)
        pack_submit_and_publish(submitter=actor(cast.officer), approver=actor(cast.officer2), code=code)

    return act


def test_without_a_pack_the_standard_is_unknown(db):
    assert standard_for("allowance_standard", DAY, "411081") is None


def test_a_pack_says_the_standard_of_its_place_from_its_day_on(publish):
    publish("abc", parameters=PARAMETERS + STANDARD)
    assert standard_for("allowance_standard", DAY, "411081") == 450_000
    assert standard_for("allowance_standard", DAY, "411082") is None
    assert standard_for("allowance_standard", date(2019, 12, 31), "411081") is None
    assert standard_for("another_standard", DAY, "411081") is None


def test_a_standard_in_another_unit_is_not_guessed_at(publish):
    publish("abc", parameters=PARAMETERS + STANDARD.replace("yuan/person/year", "yuan/person/month"))
    assert standard_for("allowance_standard", DAY, "411081") is None
