"""The order of check tasks, the points that make it, and what a sign tells beside its figures."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.models import IncomeRecord
from monitoring.limits import DaysInForce
from monitoring.models import RiskCase, RiskSign, ScreeningRun
from monitoring.selectors import signs
from monitoring.selectors.urgency import urgency_parts, urgent_page
from monitoring.urgency.table import urgency_rows
from policies.pack import Book
from tests.cast import actor
from tests.factories.households import make_household, make_living, make_year_income

DAY = date(2020, 9, 20)
pytestmark = pytest.mark.usefixtures("packs")


def case_of(village, *topics, due=DAY + timedelta(days=10), **values):
    row = make_household(village, **values)
    run, _ = ScreeningRun.objects.get_or_create(key="u", scope_code="411081", as_of=DAY, state="done")
    case = RiskCase.objects.create(
        household=row, scope_code=row.scope_code, opened_on=DAY, due_on=due, opened_run=run
    )
    for number, topic in enumerate(topics):
        RiskSign.objects.create(
            rule_key=f"R-{number}", topic=topic, effect="case", pack_code="x", pack_checksum="x", subject_kind="household",
            subject_key=f"household:{row.pk}", household=row, scope_code=row.scope_code, opened_on=DAY, last_true_on=DAY,
            opened_run=run, case=case,
        )  # fmt: skip
    return case


def parts(cast, case, day=DAY):
    got = urgency_parts(case, actor=actor(cast.officer), days=DaysInForce(day), titles={})
    return {part.label: part.points for part in got}


def order(cast, day=DAY):
    rows = signs.case_list(actor=actor(cast.officer))
    return urgent_page(rows, None, actor=actor(cast.officer), days=DaysInForce(day)).rows


def test_a_topic_counts_once_and_every_further_topic_adds(world, cast):
    one = case_of(world.village_a1, "income_low", "income_low")
    two = case_of(world.village_a1, "income_low", "water_unsafe", "no_such_topic")
    assert parts(cast, one)["income_low"] == 30
    assert "每多一个风险主题" not in parts(cast, one)
    told = parts(cast, two)
    assert (told["income_low"], told["water_unsafe"], told["no_such_topic"]) == (30, 20, 10)
    assert told["每多一个风险主题"] == 20


@pytest.mark.parametrize(
    ("days", "label"), [(-1, "核查已逾期"), (0, "核查期限临近"), (3, "核查期限临近"), (4, None)]
)
def test_the_deadline_adds_below_at_and_above_its_marks(world, cast, days, label):
    told = parts(cast, case_of(world.village_a1, "income_low", due=DAY + timedelta(days=days)))
    marks = {name for name in told if "核查" in name}
    assert marks == ({label} if label else set())


def test_the_sum_of_the_parts_is_the_place_in_the_list(world, cast):
    case_of(world.village_a1, "water_unsafe")
    case_of(world.village_a2, "income_low", "water_unsafe", due=DAY - timedelta(days=1))
    case_of(world.village_b1)
    rows = order(cast)
    assert [row.urgency for row in rows] == sorted((row.urgency for row in rows), reverse=True)
    for row in rows:
        assert sum(parts(cast, row).values()) == row.urgency


def test_equal_points_are_ordered_by_deadline(world, cast):
    late = case_of(world.village_a1, "income_low", due=DAY + timedelta(days=9))
    early = case_of(world.village_a2, "income_low", due=DAY + timedelta(days=8))
    assert [row.pk for row in order(cast)] == [early.pk, late.pk]


def test_a_judged_sign_gives_no_points(world, cast):
    case = case_of(world.village_a1, "income_low", "water_unsafe")
    RiskSign.objects.filter(topic="income_low").update(closed_on=DAY)
    assert "income_low" not in parts(cast, case)


def test_the_list_takes_as_many_statements_for_three_cases_as_for_thirty(world, cast, login):
    def count():
        with CaptureQueriesContext(connection) as seen:
            assert login(cast.officer).get(reverse("monitoring:risk-list")).status_code == 200
        return len(seen)

    for _ in range(3):
        case_of(world.village_a1, "income_low")
    few = count()
    for _ in range(27):
        case_of(world.village_a1, "income_low", "water_unsafe")
    assert count() == few


def test_a_faulty_table_is_refused_when_it_is_loaded():
    faults = []
    content = {
        "topic": [{"topic": "a", "points": -1, "basis": "county"}, {"topic": "a", "points": 1, "basis": "text"}],
        "surcharge": [{"code": "full_moon", "points": 1, "basis": "county"}, {"code": "child", "points": 5, "basis": "county"}],
        "stray": 1,
    }  # fmt: skip
    urgency_rows(content, Book("urgency", faults))
    assert len(faults) >= 6


# --- explaining ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def household(world):
    row = make_household(world.village_a1, members=3, poverty_status="exited_with_policy", head_name="张测甲")
    make_year_income(row, 2019, net_fen=600_000, members=3)
    make_living(row, water_safe=False)
    return row


def screened(run_json, day):
    assert run_json("screen", "--quarter", "2020Q3", "--as-of", day)[0] == 0


def test_a_sign_says_what_changed_since_the_run_before(household, cast, login, run_json):
    screened(run_json, "2020-09-18")
    sign = RiskSign.objects.filter(topic="income_low", closed_on=None).first()
    assert (sign.evidence_before, sign.changed_on) == ("", None)
    screened(run_json, "2020-09-19")
    sign.refresh_from_db()
    assert sign.changed_on is None
    _income(household, 570_000)
    screened(run_json, "2020-09-20")
    sign.refresh_from_db()
    assert sign.changed_on == DAY
    assert "net_income_fen=600000" in sign.evidence_before
    text = (
        login(cast.li)
        .get(reverse("monitoring:case-detail", args=[RiskCase.objects.get().pk]))
        .content.decode()
    )
    assert "6,000.00 → 5,700.00" in text
    assert "积分明细" in text
    assert "历年人均纯收入" in text
    screened(run_json, "2020-09-20")
    sign.refresh_from_db()
    assert "net_income_fen=600000" in sign.evidence_before


def _income(household, net):
    IncomeRecord.objects.filter(household=household).update(net_fen=net)


def test_judged_without_risk_is_quiet_until_the_figures_change(household, cast, login, run_json):
    """Through the pages: the clerk judges, the next run keeps quiet, changed figures ask again."""
    screened(run_json, "2020-09-18")
    li, case = login(cast.li), RiskCase.objects.get()
    said = {"outcome": "no_risk", "reason": "已入户核实，没有返贫风险"}
    assert li.post(reverse("monitoring:case-decide", args=[case.pk]), said).status_code == 302
    screened(run_json, "2020-09-19")
    assert "张测甲" not in li.get(reverse("monitoring:risk-list")).content.decode()
    _income(household, 300_000)
    screened(run_json, "2020-09-20")
    assert "张测甲" in li.get(reverse("monitoring:risk-list")).content.decode()
    again = RiskCase.objects.exclude(pk=case.pk).get()
    assert again.signs.filter(topic="income_low", muted_by=None).exists()


def test_explaining_one_household_takes_a_fixed_number_of_reads(household, cast, login, run_json):
    screened(run_json, "2020-09-20")
    case, li = RiskCase.objects.get(), login(cast.li)
    url = reverse("monitoring:case-detail", args=[case.pk])
    li.get(url)

    def seen():
        with CaptureQueriesContext(connection) as queries:
            assert li.get(url).status_code == 200
        return len(queries)

    few = seen()
    for sign in RiskSign.objects.filter(case=case):
        for number in range(10):
            sign.pk, sign.rule_key = None, f"{sign.rule_key[:20]}-{number}"
            sign.save(force_insert=True)
    li.get(url)  # the rules of new keys are read once in a process
    assert seen() == few
