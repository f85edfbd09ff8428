"""A department officer limited to groups of fields: what tells of a group he lacks is nowhere, and in no count."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.permissions import FIELD_GROUPS
from common.errors import NotFound
from monitoring.models import CollectionDuty, Decision, RiskCase, RiskSign, ScreeningRun
from monitoring.selectors import runs, signs
from policies.metrics import groups_of, subjects
from policies.models import PolicyPack
from policies.seeing import groups_of_rule, rules_seen
from policies.selectors import pack_content
from reporting.models import Figure, ReportRun
from reporting.selectors import figure_rows, snapshot_get
from reporting.services import figures_refresh
from tests.cast import actor
from tests.factories.households import make_household, make_visit

DAY = date(2020, 9, 20)
ILL, POOR = "serious_illness_hit", "net_income_fen"


def rule_reading(metric: str, group: str) -> tuple[str, PolicyPack]:
    """The key of a published rule that reads this metric and speaks of this group of fields alone."""
    for row in PolicyPack.objects.filter(state="published"):
        for rule in pack_content(row).active_rules:
            if metric in rule.metrics and groups_of_rule(rule) == {group}:
                return rule.key, row
    raise AssertionError(f"no rule reads {metric}")


@pytest.fixture
def told(world, cast, packs, settings):
    """One household with a sign about illness and its case, another about income, and decisions, duties, tallies."""
    settings.BUSINESS_DATE = DAY
    run = ScreeningRun.objects.create(key="t", scope_code="411081", as_of=DAY, state="done")
    made = {"run": run}
    ill_rule, ill_pack = rule_reading(ILL, "health")
    poor_rule, poor_pack = rule_reading(POOR, "income")
    for name, village, key, pack in (
        ("ill", world.village_a1, ill_rule, ill_pack),
        ("poor", world.village_b1, poor_rule, poor_pack),
    ):
        household = make_household(village, head_name="某甲" if name == "ill" else "某乙")
        case = RiskCase.objects.create(
            household=household,
            scope_code=village.code,
            opened_on=DAY,
            due_on=date(2020, 9, 1),
            opened_run=run,
        )
        sign = RiskSign.objects.create(
            rule_key=key, topic=f"topic_{name}", effect="case", pack_code=pack.code, pack_checksum=pack.checksum,
            subject_kind="household", subject_key=f"household:{household.pk}", household=household,
            scope_code=village.code, opened_on=DAY, last_true_on=DAY, opened_run=run, case=case,
        )  # fmt: skip
        CollectionDuty.objects.create(
            household=household, scope_code=village.code, topic=f"topic_{name}", rule_key=key, opened_on=DAY,
            opened_run=run, due_on=DAY,
        )  # fmt: skip
        run.tallies.create(rule_key=key, hit=1, clear=0, unknown=0)
        Decision.objects.create(
            case=case, actor=cast.officer, outcome="propose", reason="住院花费很大，借了外债"
        )
        make_visit(household, on=DAY, note="老伴在医院做透析")
        made |= {name: household, f"{name}_sign": sign, f"{name}_case": case, f"{name}_rule": key}
    return made


def test_every_metric_of_people_names_a_group_that_exists():
    names = {m.group for s in subjects() for g in groups_of(s) for m in g.metrics}
    assert names <= {"", *FIELD_GROUPS}
    assert names >= set(FIELD_GROUPS) - {"identity"}


def test_rules_are_seen_only_with_all_groups_they_read(told):
    seen = rules_seen(frozenset({"health"}))
    assert told["ill_rule"] in seen
    assert told["poor_rule"] not in seen
    assert rules_seen(frozenset(FIELD_GROUPS)) is None


def test_lists_counts_and_histories_hold_only_his_signs(told, cast):
    dept = actor(cast.dept)  # health only
    assert [sign.pk for sign in signs.sign_list(actor=dept)] == [told["ill_sign"].pk]
    assert [case.pk for case in signs.case_list(actor=dept)] == [told["ill_case"].pk]
    assert [duty.household_id for duty in signs.duty_list(actor=dept)] == [told["ill"].pk]
    assert signs.counts(actor=dept)["cases"] == 1
    assert signs.counts(actor=dept)["collect"] == 1
    assert list(signs.signs_by_rule(actor=dept)) == [told["ill_rule"]]
    for read in (signs.household_history, signs.cases_of, signs.duties_of):
        assert not read(told["poor"].pk, actor=dept).exists()
        assert read(told["ill"].pk, actor=dept).count() == 1
        assert read(told["poor"].pk, actor=actor(cast.officer)).count() == 1
    assert not signs.decisions_of(told["ill"].pk, actor=dept).exists()
    with pytest.raises(NotFound):
        signs.case_get(actor=dept, pk=told["poor_case"].pk)


def test_a_rule_of_no_stored_pack_is_hidden_from_the_limited_alone(told, cast):
    RiskSign.objects.update(rule_key="GONE-1")
    assert not signs.sign_list(actor=actor(cast.dept)).exists()
    assert signs.sign_list(actor=actor(cast.officer)).count() == 2


def test_a_superseded_version_counts_too(told, cast):
    PolicyPack.objects.update(state="superseded")
    assert [sign.pk for sign in signs.sign_list(actor=actor(cast.dept))] == [told["ill_sign"].pk]


def test_pages_and_api_tell_him_nothing_of_other_groups(told, cast, client):
    client.force_login(cast.dept)
    assert client.get(reverse("monitoring:case-detail", args=[told["poor_case"].pk])).status_code == 404
    assert client.get(reverse("api:sign-detail", args=[told["poor_sign"].pk])).status_code == 404
    listed = client.get(reverse("api:sign-list")).json()["results"]
    assert [row["id"] for row in listed] == [told["ill_sign"].pk]
    for name, key in (("household-panel", "poor"), ("household-timeline", "poor")):
        page = client.get(reverse(f"monitoring:{name}", args=[told[key].pk])).content.decode()
        assert "risk-" not in page.replace("household-risk", "")
        assert "sign" not in page
        assert "住院" not in page
    page = client.get(reverse("monitoring:case-detail", args=[told["ill_case"].pk])).content.decode()
    for secret in ("住院", "透析", "家庭纯收入", "合规自付支出", "饮水"):
        assert secret not in page
    for state in ("open", "closed", "muted", "proposed", "notes"):
        page = client.get(reverse("monitoring:risk-list"), {"state": state}).content.decode()
        assert "某乙" not in page


def test_the_officer_sees_both(told, cast, client):
    client.force_login(cast.officer)
    page = client.get(reverse("monitoring:case-detail", args=[told["poor_case"].pk])).content.decode()
    assert "住院" in page
    assert "透析" in page
    assert "家庭纯收入" in page


def test_the_answers_of_a_run_are_shown_for_his_rules_only(told, cast):
    keys = [row.rule_key for row in runs.tallies_of(actor(cast.dept), told["run"])]
    # A department officer reads no runs; with the permission he would still see his own rules alone.
    assert told["poor_rule"] not in keys
    assert {row.rule_key for row in runs.tallies_of(actor(cast.officer), told["run"])} == {
        told["ill_rule"], told["poor_rule"],
    }  # fmt: skip


def test_the_dashboard_counts_what_the_list_behind_it_shows(told, cast):
    run = ReportRun.objects.create(key="r", scope_code="411081", as_of=DAY)
    figures_refresh(run=ReportRun.claim(run.pk))
    assert Figure.objects.get(name="open_signs", scope_code="411081", split="").value == 2
    dept = actor(cast.dept)
    snapshot = snapshot_get(actor=dept, area_code="411081")
    assert snapshot is not None
    for name in ("open_signs", "open_cases", "overdue_cases", "open_duties"):
        _, rows = figure_rows(actor=dept, name=name, area="411081", split="", as_of=DAY)
        assert snapshot.value(name) == rows.count() == 1, name
    assert snapshot.slices("open_signs") == {told["ill_rule"]: 1}
    assert snapshot_get(actor=actor(cast.officer), area_code="411081").value("open_signs") == 2


def test_gaps_and_notes_have_a_tab_with_their_count(told, cast, client):
    RiskSign.objects.filter(pk=told["ill_sign"].pk).update(effect="gap", case=None)
    client.force_login(cast.officer)
    page = client.get(reverse("monitoring:risk-list"), {"state": "notes"})
    assert [row["view"].sign.pk for row in page.context["rows"]] == [told["ill_sign"].pk]
    assert ("notes", "提示与缺口", 1) in page.context["tabs"]
    elsewhere = client.get(reverse("monitoring:risk-list"), {"state": "notes", "area": "411081101"})
    assert not elsewhere.context["rows"]
    assert ("notes", "提示与缺口", 0) in elsewhere.context["tabs"]
    assert "提示与缺口" in client.get(reverse("monitoring:risk-list")).content.decode()
