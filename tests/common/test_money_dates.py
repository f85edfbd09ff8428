"""Money as whole 分, and days, quarters, ages."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.dates import Quarter, add_months, add_working_days, age_on, business_today, years_before
from common.errors import Invalid
from common.money import WAN, to_fen, to_yuan, yuan_text

FEN = st.integers(-(10**15), 10**15)


@given(FEN)
def test_fen_survive_the_way_to_text_and_back(fen):
    assert to_fen(yuan_text(fen)) == fen
    assert to_fen(to_yuan(fen)) == fen


@given(FEN, FEN)
def test_sums_are_exact(one, other):
    assert to_yuan(one) + to_yuan(other) == to_yuan(one + other)


@given(st.integers(0, 10**9))
def test_ten_thousands_are_exact(tenths):
    assert to_fen(Decimal(tenths) / 10, unit=WAN) == tenths * 100000


@given(st.decimals(min_value=0, max_value=10**6, places=3).filter(lambda value: value * 100 % 1 != 0))
def test_a_fraction_of_a_fen_is_refused_never_rounded(value):
    with pytest.raises(Invalid):
        to_fen(value)


@pytest.mark.parametrize("text", ["", "12a", "1e5", "NaN", "--1", "1.2.3", "∞"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(Invalid):
        to_fen(text)


def test_a_float_is_a_bug():
    with pytest.raises(TypeError):
        to_fen(0.1)  # type: ignore[arg-type]


def test_unknown_is_not_zero():
    assert to_yuan(None) is None
    assert yuan_text(None) is None
    assert yuan_text(12744000000) == "127440000.00"
    assert to_fen("12,744.00") == to_fen("12，744") == 1274400


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_every_day_lies_in_its_quarter(day):
    quarter = Quarter.of(day)
    assert quarter.first_day <= day <= quarter.last_day
    assert Quarter.parse(str(quarter)) == quarter
    assert quarter.previous.last_day < quarter.first_day


@pytest.mark.parametrize("text", ["2020", "2020Q5", "2020Q0", "Q3", "2020-Q3", "20203"])
def test_another_form_of_a_quarter_is_refused(text):
    with pytest.raises(Invalid):
        Quarter.parse(text)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)), st.integers(-600, 600))
def test_months_keep_the_day_or_end_the_month(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and add_months(later, 0) == later)


def test_a_year_is_full_on_the_birthday():
    assert age_on(date(2004, 9, 20), date(2020, 9, 19)) == 15
    assert age_on(date(2004, 9, 20), date(2020, 9, 20)) == 16
    assert years_before(date(2020, 2, 29), 1) == date(2019, 2, 28)


def test_working_days_leave_out_weekends_and_holidays():
    friday = date(2020, 9, 18)
    assert add_working_days(friday, 1, frozenset()) == date(2020, 9, 21)
    assert add_working_days(friday, 1, frozenset({date(2020, 9, 21)})) == date(2020, 9, 22)
    assert add_working_days(friday, 1, frozenset(), frozenset({date(2020, 9, 20)})) == date(2020, 9, 20)


def test_the_business_date_replaces_today_only_where_set(settings):
    settings.BUSINESS_DATE = date(2020, 9, 20)
    assert business_today() == date(2020, 9, 20)
