"""What a finding tells other programs: the figure that was compared, and the limit it was compared with."""

import pytest

from monitoring.screening.result import observed_and_limit
from policies.evaluate.limits import limits_text
from tests.policies.golden import pack_of


def figures(code: str, key: str, evidence: str) -> tuple[object, object]:
    pack = pack_of(code)
    rule = pack.rule(key)
    assert rule is not None
    return observed_and_limit(rule, evidence, limits_text(rule, pack.params))


@pytest.mark.parametrize(
    ("key", "evidence", "expected"),
    [
        (
            "YZ-R-12-02/key",
            "collective_income_fen=3640000;village_class=key_nonpoor",
            ("36400.00", "50000.00"),
        ),
        ("YZ-R-12-02/poor", "collective_income_fen=7910000;village_class=poor", ("79100.00", "100000.00")),
    ],
)
def test_money_is_in_yuan_and_the_limit_is_not_the_class_of_the_village(key, evidence, expected):
    assert figures("yuzhou-2020", key, evidence) == expected


def test_an_unknown_figure_is_null():
    assert figures("yuzhou-2020", "YZ-R-12-02/key", "village_class=key_nonpoor")[0] is None


def test_a_stage_keeps_its_day():
    seen, limit = figures("yuzhou-2020", "YZ-R-26-02/bidding", "bidding_done=false")
    assert (seen, limit) == (False, "2020-01-31")
