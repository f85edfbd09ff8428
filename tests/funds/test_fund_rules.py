"""What money may do, without a database; each bound below, at and above."""

from datetime import date
from decimal import Decimal

import pytest

from funds import rules


@pytest.mark.parametrize(
    ("amount", "words"),
    [(0, "大于 0"), (-5, "大于 0"), (41, "0.40 元，不足 0.41 元"), (40, None), (39, None)],
)
def test_an_allocation_stays_within_its_paper(amount, words):
    fault = rules.allocation_fault(document_fen=100, allocated_fen=60, amount_fen=amount)
    assert (words in fault) if words else fault is None


@pytest.mark.parametrize(
    ("amount", "words"), [(0, "大于 0"), (-5, "大于 0"), (41, "0.40 元"), (40, None), (39, None)]
)
def test_a_payment_stays_within_its_allocation(amount, words):
    fault = rules.payment_fault(allocation_fen=100, committed_fen=60, amount_fen=amount)
    assert (words in fault) if words else fault is None


@pytest.mark.parametrize(
    ("day", "words"), [(1, "早于资金分配日期"), (2, None), (3, None), (4, None), (5, "晚于今天")]
)
def test_a_payment_lies_between_allocation_and_today(day, words):
    fault = rules.paid_day_fault(
        paid_on=date(2020, 5, day), allocated_on=date(2020, 5, 2), today=date(2020, 5, 4)
    )
    assert (words in fault) if words else fault is None


def test_two_people_are_needed():
    assert rules.same_person_fault(submitted_by=1, decided_by=1)
    assert rules.same_person_fault(submitted_by=1, decided_by=None)
    assert rules.same_person_fault(submitted_by=1, decided_by=2) is None


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (None, 5, None),
        (5, None, None),
        (0, 0, None),
        (0, 5, "0.00"),
        (1, 3, "33.33"),
        (2, 3, "66.66"),
        (9_199_999, 10_000_000, "91.99"),
        (5, 5, "100.00"),
    ],
)
def test_a_share_of_nothing_or_of_the_unknown_is_unknown(part, whole, expected):
    assert rules.percent(part, whole) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(("paid", "expected"), [(0, 93), (91, 2), (92, 1), (93, 0), (101, 0)])
def test_the_shortfall_is_rounded_up_to_a_whole_fen(paid, expected):
    assert rules.shortfall_fen(paid, 101, Decimal(92)) == expected  # 92 % of 101 is 92.92


def test_an_exact_target_leaves_no_shortfall():
    assert rules.shortfall_fen(92, 100, Decimal(92)) == 0
    assert rules.shortfall_fen(91, 100, Decimal(92)) == 1
