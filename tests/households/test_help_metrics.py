"""Claims, monitoring, relocation, loans, aid for students and premiums, and the income a person's household has."""

from datetime import UTC, date, datetime

import pytest

from households.metrics import facts_of
from policies import metrics as registry
from policies.metrics import Judged
from tests.factories.households import (
    make_household,
    make_living,
    make_measure,
    make_person,
    make_quarter_income,
    make_situation,
    make_status,
    make_visit,
    make_year_income,
)

pytestmark = pytest.mark.django_db
AS_OF = date(2020, 9, 20)


def facts(household, as_of=AS_OF, **kw):
    return facts_of("household", [household.pk], Judged(as_of, **kw))[household.pk]


def person_facts(person, as_of=AS_OF):
    return facts_of("person", [person.pk], Judged(as_of))[person.pk]


def test_the_latest_period_with_insurance_money_counts(village):
    household = make_household(village)
    assert facts(household)["claims_on"] is None
    make_year_income(household, 2019, claims_fen=1)
    make_quarter_income(household, date(2020, 6, 30), claims_fen=0)
    wrong = make_quarter_income(household, date(2020, 3, 31), claims_fen=5_000)
    assert facts(household)["claims_on"] == date(2020, 3, 31)
    assert facts(household, date(2020, 3, 30))["claims_on"] == date(2019, 9, 30)
    wrong.superseded_at = datetime(2020, 5, 1, tzinfo=UTC)
    wrong.save()
    assert facts(household)["claims_on"] == date(2019, 9, 30)


def test_since_when_a_household_is_monitored(village):
    household = make_household(village)
    make_status(household, "monitor", "borderline", date(2020, 3, 1))
    assert facts(household)["monitored_since"] == date(2020, 3, 1)
    make_status(household, "monitor", "none", date(2020, 6, 1))
    assert facts(household)["monitored_since"] is None
    assert facts(household, date(2020, 5, 31))["monitored_since"] == date(2020, 3, 1)


@pytest.mark.parametrize(
    ("living", "expected"),
    [
        ({"relocation_way": "whole_village"}, True),
        ({"relocated_on": date(2020, 9, 20)}, True),
        ({"relocated_on": date(2020, 9, 21)}, None),
        ({"relocation_way": "not_relocated"}, False),
        ({}, None),
    ],
)
def test_relocated_or_not_or_nobody_wrote_it(village, living, expected):
    household = make_household(village)
    make_living(household, **living)
    assert facts(household)["is_relocated"] is expected


def test_a_loan_counts_while_it_runs(village):
    household = make_household(village)
    make_measure(household, "finance", item="其他")
    assert facts(household)["loan_measures"] == 0
    make_measure(household, "finance", item="小额信贷")
    make_measure(household, "finance", item="小额信贷", state="done", ended_on=date(2020, 9, 19))
    assert facts(household)["loan_measures"] == 1


def test_the_year_before_by_disposable_or_net_income(village):
    household = make_household(village)
    make_year_income(household, 2018, net_fen=700, disposable_fen=900)
    make_year_income(household, 2019, net_fen=800)
    assert facts(household)["previous_disposable_or_net_fen"] == 900
    other = make_household(village)
    make_year_income(other, 2017, net_fen=700)
    make_year_income(other, 2019, net_fen=800)
    assert facts(other)["previous_disposable_or_net_fen"] is None, "a year was left out"


def test_aid_of_one_pupil_and_aid_that_names_nobody(village):
    household = make_household(village)
    one, other = make_person(household), make_person(household)
    make_measure(household, "compulsory_schooling", item="营养餐", person=other)
    make_measure(household, "other_schooling", item="助学金", person=one)
    make_measure(household, "health", item="居民医保个人缴费补贴", person=other)
    names = ("student_aid", "household_student_aid", "premium_aid", "household_premium_aid")
    assert [person_facts(one)[name] for name in names] == [True, False, False, False]
    assert [person_facts(other)[name] for name in names] == [False, False, True, False]
    make_measure(household, "other_schooling", item="雨露计划")
    make_measure(household, "health", item="居民医保个人缴费补贴")
    assert [person_facts(other)[name] for name in names] == [False, True, True, True]


def test_a_person_is_beside_the_income_and_the_last_visit_of_the_household(village, monkeypatch):
    monkeypatch.setattr(registry, "_standard_provider", [lambda name, day, code: 450_000])
    household = make_household(village)
    person = household.memberships.get().person
    make_situation(person, medical_kind="employee")
    names = (
        "household_disposable_or_net_fen", "household_income_members", "household_allowance_standard_fen", "household_last_visit_on",
        "medical_kind",
    )  # fmt: skip
    assert [person_facts(person)[name] for name in names] == [None, None, None, None, "employee"]
    make_year_income(household, net_fen=800_000, disposable_fen=900_000, members=2)
    make_visit(household, on=date(2020, 9, 1))
    assert [person_facts(person)[name] for name in names] == [
        900_000,
        2,
        450_000,
        date(2020, 9, 1),
        "employee",
    ]
