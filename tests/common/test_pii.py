"""Masks, and the checks of ID numbers that must not reject real people."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from common import pii

TODAY = date(2020, 9, 20)


def whole(head: str) -> str:
    return head + ric.calc_check_digit(head + "0")  # stdnum leaves the last character out


@pytest.mark.parametrize(
    "head",
    [
        # 禹州 became a city (411081) in 1988; people born before carry the code all the same, given to them later.
        "41108119350412001",
        "41108119760229202",
        "41108119871231333",
        "41102319620708101",  # the code of 禹县 before
        "99999919500101001",  # the national system's mark of a person without an ID card
    ],
)
def test_a_real_person_is_not_rejected(head):
    assert pii.id_number_fault(whole(head), TODAY) is None


def test_a_disability_certificate_is_an_id_number_with_kind_and_grade():
    assert pii.id_number_fault(whole("41108119620708101") + "43", TODAY) is None
    assert pii.id_number_fault(whole("41108119620708101") + "43B1", TODAY) is None


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("410***********1234", "脱敏"),
        ("41108119620708", "18 位"),
        ("4110811962070810A1", "前 17 位"),
        ("41108119620708101Y", "第 18 位"),
        (whole("41108119620230101"), "出生日期"),
        (whole("41108120301231101"), "出生日期"),
        (whole("41108118001231101"), "出生日期"),
    ],
)
def test_a_fault_is_named(number, word):
    assert word in pii.id_number_fault(number, TODAY)


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(place, shift):
    good = whole("41108119620708101")
    bad = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]
    assert pii.id_number_fault(bad, TODAY) is not None


def test_birth_date_and_gender_are_read_from_the_number():
    number = whole("41108119620708101")
    assert pii.birth_date_of(number) == date(1962, 7, 8)
    assert pii.gender_of(number) == "male"
    assert pii.gender_of(whole("41108119620708102")) == "female"


@given(st.text(min_size=0, max_size=30))
def test_a_mask_keeps_the_length_and_hides_at_least_four_or_all(value):
    masked = pii.mask(value)
    assert len(masked) == len(value)
    if value and "*" not in value:
        assert masked.count("*") >= min(4, len(value))


def test_masks_look_as_decided():
    assert pii.mask("411081198001011234") == "411***********1234"
    assert pii.mask("13800001111") == "138****1111"
    assert pii.mask_account("6228480000000001234") == "***************1234"
    assert pii.mask("12345") == "*****"
    assert pii.mask(None) == ""


def test_the_example_of_the_national_standard_is_right():
    assert pii.id_number_fault("11010519491231002X", TODAY) is None
    assert pii.id_number_fault("110105194912310020", TODAY) is not None


@pytest.mark.parametrize("phone", ["13800001111", "0374-8112345"])
def test_a_phone(phone):
    assert pii.phone_fault(phone) is None


@pytest.mark.parametrize("phone", ["138****1111", "12345", "１３８００００１１１１", "1380000111a", ""])
def test_no_phone(phone):
    assert pii.phone_fault(phone) is not None
