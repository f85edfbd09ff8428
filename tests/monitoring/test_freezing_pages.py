"""Frozen quarters and the names behind a rule, as people see them: pages, workbook, API."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from exchange.models import ExportFile
from exchange.services.exports import ExportInput, export_now
from households.models import IncomeRecord
from monitoring.models import QuarterFreeze, ScreeningRun
from monitoring.selectors import rule_names
from monitoring.services.whatif import facts_here
from tests.cast import actor
from tests.factories.households import make_household, make_year_income
from tests.monitoring.test_freezing import TODAY, froze, homes, upheaval  # noqa: F401 - homes is a fixture

FRAGMENT = {"HTTP_HX_REQUEST": "true"}
pytestmark = pytest.mark.usefixtures("packs")


def url(name, *args):
    return reverse(f"monitoring:{name}", args=args)


@pytest.fixture(autouse=True)
def day(settings):
    settings.BUSINESS_DATE = TODAY


@pytest.fixture
def frozen(homes, cast):  # noqa: F811 - the fixture
    return froze(actor(cast.officer))


def text(response):
    return response.content.decode()


def test_from_the_button_to_the_figures_and_back(homes, cast, login, django_capture_on_commit_callbacks):  # noqa: F811
    officer = login(cast.officer)
    assert "封库一个季度" in text(officer.get(url("freeze-list")))
    assert "封库一个季度" not in text(login(cast.li).get(url("freeze-list")))
    with django_capture_on_commit_callbacks(execute=True):
        sent = officer.post(
            url("freeze-start"), {"division": "411081", "quarter": "2020Q3", "note": "三季度报省"}
        )
    row = QuarterFreeze.objects.get()
    assert sent["Location"] == url("freeze-detail", row.pk)
    page = text(officer.get(url("freeze-detail", row.pk)))
    assert "已封库" in page
    assert "2020年第三季度" in page
    assert "三季度报省" in page
    wrong = officer.post(url("freeze-lift", row.pk), {"reason": "错"})
    assert wrong.status_code == 422
    assert "原因" in text(wrong)
    assert officer.post(url("freeze-lift", row.pk), {"reason": "补录收入后重新封库"}).status_code == 302
    assert "补录收入后重新封库" in text(officer.get(url("freeze-detail", row.pk)))
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"monitoring.quarter_frozen", "monitoring.freeze_lifted"} <= verbs


def test_a_quarter_that_is_not_over_is_not_on_offer(world, cast, login):
    officer = login(cast.officer)
    assert "2020Q4" not in text(officer.get(url("freeze-list")))
    sent = officer.post(url("freeze-start"), {"division": "411081", "quarter": "2020Q4"})
    assert sent.status_code == 422
    assert not QuarterFreeze.objects.exists()


def test_the_page_of_a_freeze_under_way_polls_and_of_a_failed_one_says_why(world, cast, login):
    run = ScreeningRun.objects.create(key="f", kind="freeze", scope_code="411081", as_of=date(2020, 9, 30))
    row = QuarterFreeze.objects.create(scope_code="411081", quarter="2020Q3", run=run)
    li = login(cast.li)
    assert 'hx-trigger="every 2s"' in text(li.get(url("freeze-detail", row.pk)))
    assert 'id="freeze-status"' in text(li.get(url("freeze-status", row.pk), **FRAGMENT))
    ScreeningRun.objects.update(state="failed", error="磁盘满了")
    assert "磁盘满了" in text(li.get(url("freeze-detail", row.pk)))
    assert li.get(url("freeze-status", row.pk), **FRAGMENT)["HX-Redirect"] == url("freeze-detail", row.pk)
    assert li.post(url("freeze-export", row.pk)).status_code == 302
    assert not ExportFile.objects.exists()


def test_the_comparison_lists_who_came_and_who_went(
    frozen,
    homes,  # noqa: F811
    cast,
    login,
    django_capture_on_commit_callbacks,
):
    IncomeRecord.objects.filter(household=homes[0]).update(net_fen=9_000_000)
    IncomeRecord.objects.filter(household=homes[1]).update(net_fen=100)
    officer = login(cast.officer)
    assert "还没有重新判断过" in text(officer.get(url("freeze-difference", frozen.pk)))
    with django_capture_on_commit_callbacks(execute=True):
        officer.post(url("freeze-again", frozen.pk))
    came = text(officer.get(url("freeze-difference", frozen.pk)))
    went = text(officer.get(url("freeze-difference", frozen.pk), {"list": "went"}))
    assert "富户主" in came
    assert "贫户主" not in came
    assert "贫户主" in went
    clerk = text(login(cast.zhao).get(url("freeze-difference", frozen.pk)))
    assert "户主" not in clerk
    assert login(cast.li).post(url("freeze-again", frozen.pk)).status_code == 403
    every = officer.get(url("freeze-difference", frozen.pk), {"every": "1", "rule": "none", "after": "x"})
    assert every.status_code == 200


# --- the workbook -------------------------------------------------------------------------------------------------------


def cells(user, path, layout="QUARTER_FROZEN", **params):
    entry = ExportInput(layout, TODAY, params=params)
    export_now(actor=actor(user), entry=entry, path=path)
    book = load_workbook(BytesIO(Path(path).read_bytes()), read_only=True)
    return {
        sheet.title: [row for row in sheet.iter_rows(values_only=True)]
        for sheet in book
        if sheet.title != "说明"
    }


def test_the_workbook_is_the_same_after_a_year_of_changes(frozen, homes, world, cast, tmp_path):  # noqa: F811
    before = cells(cast.officer, tmp_path / "a.xlsx", freeze=frozen.pk)
    assert set(before) - {"资金"} == {"总体", "户类型", "分乡镇", "各规则", "名单"}
    assert before["总体"][1][:3] == ("在册农户", 4, 9)
    assert any("贫户主" in row for row in before["名单"])
    upheaval(homes, cast, world)
    assert cells(cast.officer, tmp_path / "b.xlsx", freeze=frozen.pk) == before
    assert cells(cast.officer, tmp_path / "c.xlsx") == before, "without a number: the newest frozen quarter"
    assert cells(cast.zhao, tmp_path / "d.xlsx")["总体"][1][1] != 4


def test_the_export_is_asked_for_once_for_each_freeze(frozen, cast, login):
    officer = login(cast.officer)
    for _ in range(2):
        sent = officer.post(url("freeze-export", frozen.pk))
        assert sent["Location"] == reverse("exchange:export-list")
    run = ExportFile.objects.get()
    assert run.params["freeze"] == frozen.pk


# --- names by rule ------------------------------------------------------------------------------------------------------


@pytest.fixture
def list_rule(homes, cast):  # noqa: F811
    """A rule that is only counted and hits somebody here."""
    run = facts_here(actor=actor(cast.officer), area="411081", as_of=TODAY, say=lambda _: None)
    who = actor(cast.officer)
    rules = rule_names.rules_offered(actor=who, area="411081", frozen=None, today=TODAY)
    assert rules[0].effect_name == "list", "those without another page come first"
    for rule in rules:
        names = rule_names.kept_names(actor=who, run=run, key=rule.key)
        if rule.effect_name == "list" and rule.subject == "household" and names.answers.hit:
            return rule, names
    raise AssertionError("no list rule hits anybody in this county")


def test_names_of_a_rule_equal_the_count_of_a_screening(list_rule, homes, cast, run_json):  # noqa: F811
    rule, names = list_rule
    run_json("screen", "--quarter", "2020Q4", "--as-of", TODAY.isoformat())
    tally = ScreeningRun.objects.get(kind="households").tallies.get(rule_key=rule.key)
    assert (names.answers.hit, names.answers.clear, names.answers.unknown) == (
        tally.hit,
        tally.clear,
        tally.unknown,
    )
    hits = names.named(list(names.rows))
    assert len(hits) == tally.hit
    assert all(hit.who.head_name and hit.sentence and hit.basis for hit in hits)


def test_the_page_of_names_says_what_day_its_facts_are_from(list_rule, cast, login, world):
    rule, names = list_rule
    first = names.named(list(names.rows))[0].who
    page = text(login(cast.officer).get(url("rule-names"), {"rule": rule.key}))
    assert first.head_name in page
    assert "2020-10-15" in page
    assert "重新整理" in page
    assert "只统计名单" in page
    clerk = text(login(cast.zhao).get(url("rule-names"), {"rule": rule.key}))
    if first.township == "火龙镇":
        assert first.head_name not in clerk
    part = text(login(cast.officer).get(url("rule-names"), {"rule": rule.key}, **FRAGMENT))
    assert part.lstrip().startswith('<div id="rule-names"')


def test_without_facts_the_page_offers_to_make_them(homes, cast, login, django_capture_on_commit_callbacks):  # noqa: F811
    officer = login(cast.officer)
    assert "还没有整理好的事实" in text(officer.get(url("rule-names")))
    assert "请县级主管" in text(login(cast.li).get(url("rule-names")))
    with django_capture_on_commit_callbacks(execute=True):
        officer.post(url("rule-names-refresh"), {"area": "411081", "source": "live", "rule": ""})
    assert "事实截至" in text(officer.get(url("rule-names")))


def test_names_of_a_frozen_quarter_are_those_of_the_time(frozen, homes, world, cast, login):  # noqa: F811
    key = next(row.rule_key for row in _outcomes(frozen) if row.subject_key == f"household:{homes[0].pk}")
    address = url("rule-names"), {"source": frozen.pk, "rule": key}
    officer = login(cast.officer)
    assert "贫户主" in text(officer.get(*address))
    upheaval(homes, cast, world)
    page = text(officer.get(*address))
    assert "贫户主" in page
    assert "新户主" not in page
    assert "封库" in page
    other = text(officer.get(url("rule-names"), {"source": frozen.pk, "rule": "NO-SUCH"}))
    assert "没有运行" in other


def _outcomes(frozen):
    return frozen.run.outcomes.filter(outcome="hit")


def test_the_names_go_into_a_workbook(list_rule, frozen, cast, login, tmp_path):
    rule, names = list_rule
    rows = cells(cast.officer, tmp_path / "n.xlsx", "RULE_NAMES", rule=rule.key)["规则名单"]
    assert len(rows) == names.answers.hit + 1
    assert {row[0] for row in rows[1:]} == {rule.key}
    every = cells(cast.officer, tmp_path / "m.xlsx", "RULE_NAMES", freeze=frozen.pk)["规则名单"]
    assert len({row[0] for row in every[1:]}) > 1
    officer = login(cast.officer)
    officer.post(url("rule-names-export"), {"rule": rule.key, "source": "live", "area": "411081"})
    officer.post(url("rule-names-export"), {"rule": rule.key, "source": str(frozen.pk), "area": "411081"})
    assert ExportFile.objects.count() == 2, "two lists of one day are two exports"


def test_lists_cost_as_much_for_three_as_for_thirty(world, cast, login):
    def count(client, address):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(*address).status_code == 200
        return len(seen)

    def grow(number):
        for _ in range(number):
            row = make_household(world.village_a1, members=2, poverty_status="exited_with_policy")
            make_year_income(row, 2019, net_fen=1000, members=2)

    def kept():
        ScreeningRun.objects.filter(kind="whatif").update(keep_facts=False)
        return facts_here(actor=actor(cast.officer), area="411081", as_of=TODAY, say=lambda _: None)

    grow(3)
    kept()
    officer, frozen = login(cast.officer), froze(actor(cast.officer))
    rule = _outcomes(frozen).filter(subject_key__startswith="household:").first().rule_key
    pages = [
        (url("rule-names"), {"rule": rule}),
        (url("rule-names"), {"rule": rule, "source": frozen.pk}),
        (url("freeze-detail", frozen.pk), {}),
    ]
    for page in pages:
        officer.get(*page)  # packs and sessions are warm
    few = [count(officer, page) for page in pages]
    QuarterFreeze.objects.update(lifted_at="2020-10-16T00:00Z")
    grow(27)
    kept()
    second = froze(actor(cast.officer))
    pages[1:] = [
        (url("rule-names"), {"rule": rule, "source": second.pk}),
        (url("freeze-detail", second.pk), {}),
    ]
    assert [count(officer, page) for page in pages] == few


# --- the API ------------------------------------------------------------------------------------------------------------


def test_programs_read_the_frozen_figures_of_their_area(frozen, cast, login):
    listed = login(cast.officer).get(reverse("api:freeze-list")).json()["results"]
    assert [(row["quarter"], row["state"]) for row in listed] == [("2020Q3", "frozen")]
    figures = login(cast.zhao).get(reverse("api:freeze-detail", args=[frozen.pk])).json()["figures"]
    assert figures["total"]["households"] == 2
    assert [row["code"] for row in figures["townships"]] == ["411081101"]
    assert login(cast.officer).post(reverse("api:freeze-list"), {}).status_code in {403, 405}


def test_the_run_and_the_policy_page_lead_to_the_names(list_rule, cast, login, run_json):
    from policies.models import PolicyPack  # noqa: PLC0415 - only here

    rule, _ = list_rule
    run_json("screen", "--quarter", "2020Q4", "--as-of", TODAY.isoformat())
    run = ScreeningRun.objects.get(kind="households")
    link = f"{url('rule-names')}?rule={rule.key.replace('/', '%2F')}"
    plain = f"{url('rule-names')}?rule={rule.key}"
    page = text(login(cast.officer).get(url("run-detail", run.pk)))
    assert link in page or plain in page
    pack = PolicyPack.objects.get(code=rule.pack)
    page = text(login(cast.officer).get(reverse("policies:detail", args=[pack.pk]), {"tab": "rules"}))
    assert link in page or plain in page
