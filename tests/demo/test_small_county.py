"""A county of two percent: everything is there, joined, and made once."""

import os
import stat

import pytest
from django.conf import settings
from django.db.models import Count, F, Q

from accounts.models import User
from common import pii
from funds.models import LedgerEntry, Payment
from households.models import (
    AidMeasure,
    Household,
    HouseholdEvent,
    IncomeRecord,
    Membership,
    Person,
    PersonSituation,
    Visit,
)
from monitoring.models import DataFault, QualityRun, Rectification, RectificationStep, RiskSign, ScreeningRun
from policies.models import PolicyPack
from poverty.demo.accounts import accounts_file
from poverty.demo.plan import BUSINESS_DAY, COUNTY, OUTSIDE_ROSTER
from projects.models import Milestone, Project
from reporting.models import Figure
from tests.factories.households import make_household
from villages.models import Division, VillageYear

pytestmark = pytest.mark.usefixtures("small", "db")


def test_every_household_has_one_head_and_the_members_it_says():
    homes = Household.objects.annotate(
        heads=Count(
            "memberships", filter=Q(memberships__relation="head", memberships__effective_to__isnull=True)
        ),
        people=Count("memberships", filter=Q(memberships__effective_to__isnull=True)),
    )
    assert homes.count() > 300
    assert not homes.exclude(heads=1).exists()
    assert not homes.exclude(people=F("members_count")).exists()


def test_everybody_has_a_situation_today_and_a_number_that_opens():
    assert not Person.objects.exclude(situations__effective_to__isnull=True).exists()
    for person in Person.objects.all()[:40]:
        plain = person.number("id_number")
        assert pii.id_number_fault(plain, BUSINESS_DAY) is None
        assert (pii.birth_date_of(plain), pii.gender_of(plain)) == (person.birth_date, person.gender)


@pytest.mark.parametrize(
    "model",
    [Household, Person, AidMeasure, HouseholdEvent, Project, Milestone, Rectification],
    ids=lambda model: model.__name__,
)
def test_the_history_tells_how_each_row_came(model):
    created = model.history.filter(history_type="+")
    assert model.objects.count() > 0
    assert set(created.values_list("id", flat=True)) == set(model.objects.values_list("pk", flat=True))


def test_net_income_is_what_its_parts_say_and_unknown_when_one_is():
    parts = (
        F("wage_fen") + F("business_fen") + F("property_fen") + F("transfer_fen") - F("production_cost_fen")
    )
    known = IncomeRecord.objects.filter(business_fen__isnull=False)
    assert known.count() > 500
    assert not known.exclude(net_fen=parts).exists()
    assert not IncomeRecord.objects.filter(business_fen__isnull=True, net_fen__isnull=False).exists()
    for name in ("wage_fen", "business_fen", "property_fen", "transfer_fen"):
        assert not IncomeRecord.objects.filter(**{f"{name}__lt": 0}).exists()


def test_nobody_lives_outside_the_roster_and_nothing_happens_after_the_business_day():
    for code in OUTSIDE_ROSTER:
        assert not Household.objects.filter(scope_code__startswith=code).exists()
        assert not VillageYear.objects.filter(division__code__startswith=code).exists()
    assert not Visit.objects.filter(visited_on__gt=BUSINESS_DAY).exists()
    assert not Payment.objects.filter(paid_on__gt=BUSINESS_DAY).exists()
    assert not Milestone.objects.filter(done_on__gt=BUSINESS_DAY).exists()
    assert not HouseholdEvent.objects.filter(happened_on__gt=BUSINESS_DAY).exists()
    assert not PersonSituation.objects.filter(effective_from__gt=BUSINESS_DAY).exists()


def test_two_people_stand_behind_each_confirmed_payment_and_only_those_are_posted():
    confirmed = Payment.objects.filter(state="confirmed")
    assert confirmed.count() > 300
    assert not confirmed.filter(Q(decided_by__isnull=True) | Q(decided_by=F("submitted_by"))).exists()
    assert set(LedgerEntry.objects.values_list("payment", flat=True)) == set(
        confirmed.values_list("pk", flat=True)
    )
    assert Payment.objects.filter(state="submitted").exists()


def test_problems_stand_in_every_state_with_the_steps_that_led_there():
    assert set(Rectification.objects.values_list("state", flat=True)) == set(Rectification.State.values)
    for problem in Rectification.objects.all():
        last = RectificationStep.objects.filter(rectification=problem).last()
        assert last.to_state == problem.state


def test_the_county_is_published_screened_and_counted():
    published = PolicyPack.objects.filter(state="published")
    codes = {"yuzhou-2020", "county-default", "data-quality", "xuchang-2023"}
    assert set(published.values_list("code", flat=True)) == codes
    assert not published.filter(submitted_by=F("approved_by")).exists()
    assert sorted(ScreeningRun.objects.values_list("kind", "state")) == [
        ("funds", "done"),
        ("households", "done"),
    ]
    assert RiskSign.objects.filter(household__isnull=False).exists()
    assert Figure.objects.filter(as_of=BUSINESS_DAY).exists()


def test_the_data_are_checked_and_the_slips_are_found():
    assert list(QualityRun.objects.values_list("state", "as_of")) == [("done", BUSINESS_DAY)]
    found = set(DataFault.objects.values_list("rule_key", flat=True))
    slips = {"DQ-0107", "DQ-0328", "DQ-0505", "DQ-0602", "DQ-0739"}
    assert slips <= found
    assert DataFault.objects.values("household").distinct().count() * 10 < Household.objects.count() * 3


def test_a_ledger_of_the_county_comes_back_unchanged(run_json, tmp_path):
    out = tmp_path / "ledger.xlsx"
    code, sent = run_json("export_sheet", "YTP_REN_2022", "--out", out)
    assert code == 0
    rows = sent["rows"]
    assert rows > 500
    assert run_json("import_sheet", "YTP_REN_2022", out) == (
        0, {"rows": rows, "new": 0, "changed": 0, "unchanged": rows, "refused": 0, "errors": []}
    )  # fmt: skip


def test_every_role_has_an_account_that_logs_in(small, client):
    roles = set(User.objects.values_list("postings__role__code", flat=True)) - {None}
    assert len(roles) == 8
    password = next(line for line in small.accounts.splitlines() if line.startswith("密码")).split()[1]
    for name in ("shundian", "helper1", "officer1", "leader", "auditor", "admin"):
        user = User.objects.get(username=name)
        assert user.check_password(password)
        assert not user.must_change_password


def test_the_accounts_are_kept_for_the_owner_only(run_json):
    path = accounts_file()
    assert path.parent == settings.VAR_DIR
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    code, body = run_json("demo_accounts")
    assert (code, body["accounts"]) == (0, path.read_text(encoding="utf-8"))


def test_a_second_seeding_does_nothing(run_json):
    before = Household.objects.count(), Visit.objects.count(), ScreeningRun.objects.count()
    code, body = run_json("seed_demo", "--scale", 0.02)
    assert (code, body["seeded"]) == (0, False)
    assert before == (Household.objects.count(), Visit.objects.count(), ScreeningRun.objects.count())


@pytest.mark.parametrize("other", [("--seed", 2, "--scale", 0.02), ("--scale", 0.03)])
def test_another_county_is_not_put_on_top(run_json, other):
    code, body = run_json("seed_demo", *other)
    assert (code, body["error"]) == (1, "refused")


def test_a_reduced_county_is_not_compared(run_json):
    for options in ((), ("--scale", 0.02)):
        code, body = run_json("seed_demo", "--check", *options)
        assert (code, body["error"]) == (1, "scaled")


def test_new_rows_get_numbers_of_their_own():
    village = Division.objects.filter(code__startswith=COUNTY, level="village").last()
    top = Household.objects.order_by("-pk").first().pk
    assert make_household(village).pk > top


def test_a_helper_sees_the_households_of_a_village(small):
    served = Household.objects.filter(helpers__user__username="helper1", helpers__effective_to__isnull=True)
    assert served.values("scope_code").distinct().count() <= 1
    assert Membership.objects.filter(household__in=served).count() >= served.count()
