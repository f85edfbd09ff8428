"""The bounds that help an index must never change what a prefix says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import make_division
from villages.models import Division, Level
from villages.scope import _after, below

codes = st.text("0123456789", min_size=1, max_size=12)


@given(codes, codes)
def test_the_bounds_hold_exactly_the_subtree(prefix: str, code: str):
    behind = _after(prefix)
    if behind is not None:
        assert (prefix <= code < behind) == code.startswith(prefix)


@pytest.mark.parametrize(
    ("prefix", "behind"), [("411081", "411082"), ("41108199", "411082"), ("9", None), ("99", None)]
)
def test_the_code_behind_a_subtree(prefix, behind):
    assert _after(prefix) == behind


def test_a_prefix_that_is_no_code_is_left_to_itself(db):
    assert _after("A") is None
    assert _after("４") is None
    for code in ("411081100", "411081101", "411081199"):
        make_division(code, code, Level.TOWNSHIP)
    for code in ("411081100", "411081199"):
        assert [row.code for row in Division.objects.filter(below("code", code))] == [code]
