"""Coming in, staying in, going out."""

import pytest


def test_the_cast_can_be_made(cast):
    assert cast.li.postings.count() == 1
