"""The whole county: the document's figures come out exactly, and the money misses its September target."""

from datetime import date

import pytest
from django.db import connection

from households.models import Household, Membership, StatusSpell
from monitoring.models import RiskSign
from poverty.demo.check import county_figures
from poverty.demo.plan import BUSINESS_DAY

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("whole", "db")]


def test_every_figure_of_the_document_comes_out(run_json):
    code, body = run_json("seed_demo", "--check")
    assert [one for one in body["figures"] if not one["equal"]] == []
    assert (code, len(body["figures"])) == (0, 26)
    assert {"name", "clause", "document", "demo", "equal"} == set(body["figures"][0])


def test_the_comparison_reads_the_rows_and_says_what_differs(run_json):
    spell = StatusSpell.objects.filter(value="unexited", effective_to__isnull=True).first()
    StatusSpell.objects.filter(pk=spell.pk).update(value="returned")
    code, body = run_json("seed_demo", "--check")
    differing = {one["name"] for one in body["figures"] if not one["equal"]}
    assert code == 1
    assert {"未脱贫（户）", "未脱贫（人）"} <= differing


def test_later_work_does_not_change_the_comparison():
    spell = StatusSpell.objects.filter(value="unexited", effective_to__isnull=True).first()
    StatusSpell.objects.filter(pk=spell.pk).update(effective_to=date(2020, 9, 20))
    assert all(one["equal"] for one in county_figures())


def test_the_comparison_never_writes(django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as queries:
        county_figures()
    assert {query["sql"].split()[0] for query in queries.captured_queries} == {"SELECT"}
    assert connection.in_atomic_block


def test_the_sums_of_the_business_day_are_still_those_of_the_document():
    """Who died in the year is made up by who was born, class by class: dashboards and ledgers show the known sums."""
    today = Membership.objects.holding(BUSINESS_DAY)
    exited = Household.objects.filter(poverty_status__startswith="exited")
    assert today.filter(household__in=exited).count() == 49763
    assert today.filter(household__monitor_class="borderline").count() == 1984
    assert today.count() == 54975
    assert Membership.objects.filter(change_kind="death").exists()


def test_the_money_stands_at_about_ninety_percent_because_some_townships_lag(run_json):
    code, body = run_json("check_funds", "--as-of", "2020-09-30")
    assert code == 0
    assert 88 < body["paid_pct"] < 92
    september = next(one for one in body["milestones"] if one["code"] == "YZ-R-26-03")
    assert september["met"] is False
    assert all(share["met"] for share in body["shares"])
    late = {
        one["subject"]
        for one in body["findings"]
        if one["code"] == "YZ-R-26-03" and len(one["subject"]) == len("division:411081000")
    }
    assert late == {
        f"division:{code}" for code in ("411081102", "411081109", "411081116", "411081118", "411081204")
    }


def test_signs_are_a_few_in_a_hundred_and_of_all_kinds():
    signs = RiskSign.objects.filter(closed_on__isnull=True, household__isnull=False).exclude(effect="duty")
    share = signs.values("household").distinct().count() / Household.objects.count()
    assert 0.02 < share < 0.08
    topics = set(signs.values_list("topic", flat=True))
    assert {
        "income_low", "income_fall", "out_of_school", "medical_gap", "housing_unsafe", "water_unsafe", "allowance_taper", "return_risk",
    } <= topics  # fmt: skip
    assert RiskSign.objects.filter(effect="duty", rule_key="CD-visit/quarter").exists()
