"""Does the help answer the risk: the table of the packs, one household, a whole area, and the acts on a measure."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.models import AuditEntry
from common.errors import Conflict, Invalid, NotPermitted, Stale
from exchange.models import StoredFile
from households import selectors, services
from households.codes import Cause
from households.pack_tables import FIT, fit_table
from households.rules_measures import Help, risk_fits
from households.selectors import GapFilters, MeasureFilters
from households.services.measures import EffectReview, MeasureEnd
from households.terms import Terms
from policies.pack import PackError, load_folder
from policies.packset import PackSet
from policies.selectors import packs_folder
from tests.cast import actor
from tests.factories.households import (
    make_event,
    make_guarantee,
    make_household,
    make_measure,
    make_situation,
)
from tests.factories.policies import publish

pytestmark = pytest.mark.django_db
TODAY = date(2020, 9, 20)


@pytest.fixture
def packs(db):
    return publish("county-default", "yuzhou-2020")


def url(name, *args):
    return reverse(f"households:{name}", args=args)


def at_risk(village, *risks, **kw):
    return make_household(village, monitor_class="borderline", risks=list(risks), **kw)


def states(household):
    return {fit.cause: fit.state for fit in selectors.measure_fit(household=household, as_of=TODAY).fits}


# --- the table --------------------------------------------------------------------------------------------------------


def county_table():
    return fit_table(PackSet((load_folder(packs_folder() / "county-default"),), TODAY))


@pytest.mark.parametrize(
    ("cause", "categories"),
    [
        ("illness", {"health", "social_help"}),
        ("schooling", {"compulsory_schooling", "other_schooling", "social_help"}),
        ("disability", {"social_security", "social_help"}),
        ("housing", {"housing", "relocation"}),
        ("water", {"water"}),
        ("job_unstable", {"employment", "public_post"}),
    ],
)
def test_the_table_says_what_staff_check_for(cause, categories):
    assert set(county_table()[cause].categories) == categories


def test_every_cause_but_the_open_one_has_a_row_and_every_row_a_source():
    table = county_table()
    assert set(Cause.values) - set(table) == {"other"}
    assert {row.source for row in table.values()} == {"县级自定"}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('cause = "bad_luck"\ncategories = ["health"]\nbasis = "county"', "bad_luck"),
        ('cause = "illness"\ncategories = ["magic"]\nbasis = "county"', "magic"),
        ('cause = "illness"\nbasis = "county"', "缺少 categories"),
        ('cause = "illness"\ncategories = ["health"]', "basis"),
        ('cause = "illness"\ncategories = ["health"]\nbasis = "text"', "clause"),
        ('cause = "illness"\ncategories = ["health"]\nbasis = "county"\ncolour = "red"', "colour"),
    ],
)
def test_a_faulty_table_is_refused_when_the_pack_is_loaded(tmp_path, line, fault):
    folder = tmp_path / "some-county"
    folder.mkdir()
    (folder / "document.toml").write_text(
        'code = "some-county"\ntitle = "某县"\neffective_from = 2020-01-01\nis_document = false\n',
        encoding="utf-8",
    )
    (folder / "parameters.toml").write_text("", encoding="utf-8")
    (folder / f"{FIT}.toml").write_text(f"[[fit]]\n{line}\n", encoding="utf-8")
    with pytest.raises(PackError) as refused:
        load_folder(folder)
    assert any(fault in str(one) and one.file == "measure_fit.toml" for one in refused.value.faults)


def test_the_same_risk_twice_is_refused(tmp_path):
    folder = tmp_path / "some-county"
    folder.mkdir()
    (folder / "document.toml").write_text(
        'code = "some-county"\ntitle = "某县"\neffective_from = 2020-01-01\n', encoding="utf-8"
    )
    (folder / "parameters.toml").write_text("", encoding="utf-8")
    row = '[[fit]]\ncause = "water"\ncategories = ["water"]\nbasis = "county"\n'
    (folder / f"{FIT}.toml").write_text(row * 2, encoding="utf-8")
    with pytest.raises(PackError, match="写了两次"):
        load_folder(folder)


def test_a_risk_is_answered_only_by_a_category_of_its_row():
    helps = [
        Help(1, "health", "医疗救助", None, TODAY, None),
        Help(2, "industry", "产业奖补", None, TODAY, None),
    ]
    fits = risk_fits(
        {"illness": ("已登记",), "water": (), "other": ()}, helps, {"illness": ["health"], "water": ["water"]}
    )
    assert [(fit.cause, fit.state, fit.answered_by) for fit in fits] == [
        ("illness", "answered", (1,)),
        ("water", "unanswered", ()),
        ("other", "no_rule", ()),
    ]


# --- one household ----------------------------------------------------------------------------------------------------


def test_each_risk_stands_beside_the_help_that_answers_it(packs, village):
    household = at_risk(village, "illness", "schooling", "other")
    mine = make_measure(household, "health")
    make_measure(household, "industry")
    found = selectors.measure_fit(household=household, as_of=TODAY)
    assert {fit.cause: fit.answered_by for fit in found.fits}["illness"] == (mine.pk,)
    assert states(household) == {"illness": "answered", "schooling": "unanswered", "other": "no_rule"}
    assert [fit.cause for fit in found.unanswered] == ["schooling"]


def test_a_lost_guarantee_and_an_open_event_are_risks_too(packs, village):
    household = make_household(village)
    make_guarantee(household, "housing", "not_met")
    make_guarantee(household, "water", "unknown")
    make_event(household, "job_lost", date(2020, 8, 1))
    make_event(household, "accident", date(2020, 7, 1), resolved_on=date(2020, 8, 1))
    make_event(household, "disaster", date(2019, 9, 20))  # exactly the months looked back on: no more
    assert states(household) == {"housing": "unanswered", "job_unstable": "unanswered"}


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, "answered"),
        ({"state": "planned"}, "unanswered"),
        ({"on": date(2020, 9, 21)}, "unanswered"),
        ({"ended_on": date(2020, 9, 20)}, "answered"),
        ({"ended_on": date(2020, 9, 19)}, "unanswered"),
        ({"state": "stopped"}, "unanswered"),
    ],
)
def test_only_help_under_way_answers(packs, village, more, state):
    household = at_risk(village, "water")
    make_measure(household, "water", **more)
    assert states(household) == {"water": state}


def test_where_nobody_has_looked_the_risk_is_unknown_and_not_fine(packs, village):
    found = selectors.measure_fit(household=make_household(village), as_of=TODAY)
    looked = selectors.measure_fit(household=make_household(village, main_cause="illness"), as_of=TODAY)
    assert (found.unknown, found.fits) == (True, ())
    assert (looked.unknown, looked.fits) == (False, ())


# --- an area ----------------------------------------------------------------------------------------------------------


def gaps(who, gap="unanswered", **kw):
    rows = selectors.gap_list(
        actor=actor(who), filters=GapFilters(gap=gap, **kw), terms=Terms.of("411081", TODAY)
    )
    return set(rows)


def test_the_list_and_the_page_agree_on_who_has_a_risk_without_help(packs, world, cast):
    make = world.village_a1
    without, answered = at_risk(make, "illness", "water"), at_risk(make, "illness")
    make_measure(without, "health")
    make_measure(answered, "social_help")
    lost, no_rule, other_town = at_risk(make), at_risk(make, "other"), at_risk(world.village_b1, "water")
    make_guarantee(lost, "housing", "not_met")
    happened = at_risk(make)
    make_event(happened, "job_lost", date(2020, 8, 1))
    everybody = [without, answered, lost, no_rule, happened]
    by_page = {row for row in everybody if selectors.measure_fit(household=row, as_of=TODAY).unanswered}
    assert gaps(cast.li) == by_page == {without, lost, happened}
    assert gaps(cast.zhao) == {other_town}


def test_a_removed_risk_is_not_asked_for_until_it_is_found_again(packs, world, cast):
    days = {"risk_identified_on": date(2019, 5, 1), "risk_removed_on": date(2020, 5, 1)}
    at_risk(world.village_a1, "water", **days)
    again = at_risk(world.village_a1, "water", **(days | {"risk_identified_on": date(2020, 6, 1)}))
    assert gaps(cast.li) == {again}


def test_monitored_households_first_everybody_when_asked_and_closed_ones_never(packs, world, cast):
    ordinary = make_household(world.village_a1, risks=["water"])
    at_risk(world.village_a1, "water", is_live=False)
    assert gaps(cast.li) == set()
    assert gaps(cast.li, everybody=True) == {ordinary}


def test_labour_without_development_help_and_too_few_income_measures(packs, world, cast):
    def with_labour(*categories, skill="ordinary", **kw):
        household = at_risk(world.village_a1, **kw)
        make_situation(household.memberships.first().person, labour_skill=skill)
        for category in categories:
            make_measure(household, category)
        return household

    none, one = with_labour("social_security"), with_labour("industry")
    with_labour("industry", "employment")
    with_labour("social_security", skill="none")
    make_measure(one, "industry")  # the same item again is no second measure
    assert gaps(cast.li, "no_development") == {none}
    assert gaps(cast.li, "few_income") == {none, one}
    (fit,) = selectors.fit_of_rows(
        selectors.with_fit(type(none).objects.filter(pk=none.pk), Terms.of("411081", TODAY).judged),
        Terms.of("411081", TODAY).judged,
    )
    assert fit.is_security_only


def test_shangqiu_asks_for_two_by_clause_7(db, settings):
    publish("county-default", "shangqiu-2018")
    code = next(pack.place for pack in Terms.of("411402", TODAY).packs.packs if pack.place)
    found = selectors.income_measures_term(Terms.of(code, TODAY))
    assert (found.whole, found.param.key) == (2, "min_income_measures_per_household")
    assert "第7条" in found.source


@pytest.mark.parametrize("gap", ["unanswered", "no_development", "few_income"])
def test_the_gaps_ask_as_many_questions_for_30_households_as_for_3(packs, world, cast, login, gap):
    client, counts = login(cast.li), []
    for more in (3, 27):
        for _ in range(more):
            household = at_risk(world.village_a1, "illness", "water")
            make_situation(household.memberships.first().person, labour_skill="ordinary")
            make_measure(household, "health")
            make_guarantee(household, "housing", "not_met")
        client.get(url("measure-gaps"), {"gap": gap})
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url("measure-gaps"), {"gap": gap})
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert '<strong class="tnum">30</strong>' in page.content.decode()


def test_the_plan_groups_help_by_risk_and_a_department_does_not_see_it(packs, world, cast, login):
    household = at_risk(world.village_a1, "illness", "water")
    make_measure(household, "health", provider="市医保局")
    make_measure(household, "industry", state="planned")
    text = login(cast.li).get(url("household-plan", household.pk)).content.decode()
    for word in ("因病", "有对应措施", "市医保局", "因安全饮水", "无对应措施", "饮水安全保障", "其他措施"):
        assert word in text
    for name, args in (("household-plan", (household.pk,)), ("measure-gaps", ())):
        assert login(cast.dept).get(url(name, *args)).status_code == 404


def test_the_panel_of_a_department_shows_its_measures_and_no_risk(packs, world, cast, login):
    household = at_risk(world.village_a1, "schooling")
    make_measure(household, "health")
    make_measure(household, "industry")
    text = login(cast.dept).get(url("measures-panel", household.pk)).content.decode()
    assert "健康帮扶" in text
    assert "产业帮扶" not in text
    assert "因学" not in text


# --- the list of measures ---------------------------------------------------------------------------------------------


def test_totals_keep_unknown_amounts_apart(world, cast):
    household = make_household(world.village_a1)
    make_measure(household, "health", amount_fen=12_345)
    make_measure(household, "industry", amount_fen=None)
    make_measure(make_household(world.village_b1), "health", amount_fen=1)
    filters = MeasureFilters(categories=("health", "industry"))
    totals = selectors.measure_totals(selectors.measure_search(actor=actor(cast.li), filters=filters))
    assert (totals.measures, totals.households, totals.total_fen, totals.without_amount) == (2, 1, 12_345, 1)


def test_measures_waiting_for_a_review(packs, world, cast, login, settings):
    settings.BUSINESS_DATE = TODAY
    household = make_household(world.village_a1)
    make_measure(household, "health", date(2020, 3, 20), provider="恰满六月")
    make_measure(household, "health", date(2020, 3, 21), provider="不足六月")
    make_measure(household, "health", date(2019, 1, 1), provider="刚评过", effect_on=date(2020, 9, 1))
    make_measure(household, "health", date(2019, 1, 1), provider="已结束", state="done")
    rows = selectors.measure_search(
        actor=actor(cast.li),
        filters=MeasureFilters(categories=("health",), only="unreviewed", unreviewed_since=date(2020, 3, 20)),
    )
    assert [row.provider for row in rows] == ["恰满六月"]
    page = login(cast.li).get(url("measure-list"), {"only": "unreviewed"}).content.decode()
    assert "1 项措施" in page


def test_the_list_of_measures_asks_as_many_questions_for_30_as_for_3(packs, world, cast, login):
    client, counts = login(cast.li), []
    for more in (3, 27):
        for _ in range(more):
            make_measure(make_household(world.village_a1), "health", amount_fen=100)
        client.get(url("measure-list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("measure-list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- review, end, papers ----------------------------------------------------------------------------------------------

GOOD = EffectReview(date(2020, 9, 1), "good", "月收入 2,300 元")
OTHER = EffectReview(date(2020, 9, 1), "none", "没有成效")


def test_a_review_is_written_and_the_one_before_stays_in_the_history(clerk, village):
    measure = make_measure(make_household(village))
    services.measure_review(actor=clerk, measure=measure, review=GOOD, version=1)
    later = EffectReview(date(2020, 9, 15), "some", "停工半月")
    row = services.measure_review(actor=clerk, measure=measure, review=later)
    assert (row.effect_level, row.effect_on, row.version) == ("some", date(2020, 9, 15), 3)
    assert [one.effect for one in row.history.order_by("history_id")] == ["", "月收入 2,300 元", "停工半月"]
    assert AuditEntry.objects.filter(verb="households.measure_review").count() == 2


@pytest.mark.parametrize(
    ("review", "refusal"),
    [
        (EffectReview(date(2018, 12, 31), "good", "好"), "早于"),
        (EffectReview(date(2020, 9, 21), "good", "好"), "今天"),
        (EffectReview(date(2020, 9, 1), "great", "好"), "请选择"),
        (EffectReview(date(2020, 9, 1), "good", "  "), "写明"),
    ],
)
def test_a_review_that_says_nothing_true_is_refused(clerk, village, review, refusal):
    measure = make_measure(make_household(village))
    with pytest.raises(Invalid, match=refusal):
        services.measure_review(actor=clerk, measure=measure, review=review)


def test_a_plan_has_no_effect_yet_and_an_old_form_is_stale(clerk, village):
    household = make_household(village)
    with pytest.raises(Conflict, match="计划"):
        services.measure_review(actor=clerk, measure=make_measure(household, state="planned"), review=GOOD)
    measure = make_measure(household)
    services.measure_review(actor=clerk, measure=measure, review=GOOD, version=1)
    with pytest.raises(Stale):
        services.measure_review(actor=clerk, measure=measure, review=OTHER, version=1)


def test_a_measure_is_ended_once_and_stopping_wants_a_reason(clerk, village):
    measure = make_measure(make_household(village))
    with pytest.raises(Invalid, match="原因"):
        services.measure_end(actor=clerk, measure=measure, end=MeasureEnd(date(2020, 9, 1), "stopped"))
    with pytest.raises(Invalid, match="早于"):
        services.measure_end(actor=clerk, measure=measure, end=MeasureEnd(date(2018, 9, 1), "done"))
    end = MeasureEnd(date(2020, 9, 1), "stopped", "搬离本县")
    row = services.measure_end(actor=clerk, measure=measure, end=end)
    assert (row.state, row.ended_on, row.end_reason) == ("stopped", date(2020, 9, 1), "搬离本县")
    with pytest.raises(Conflict, match="已经结束"):
        services.measure_end(actor=clerk, measure=measure, end=end)


def test_only_who_manages_measures_here_may_review_end_and_upload(clerk, other_clerk, auditor, village):
    measure = make_measure(make_household(village))
    for stranger in (other_clerk, auditor):
        with pytest.raises(NotPermitted):
            services.measure_review(actor=stranger, measure=measure, review=GOOD)
        with pytest.raises(NotPermitted):
            services.measure_end(actor=stranger, measure=measure, end=MeasureEnd(date(2020, 9, 1), "done"))
        with pytest.raises(NotPermitted):
            services.measure_file_add(actor=stranger, measure=measure, source=photo())


def photo(colour="red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(out, "PNG")
    return out.getvalue()


def test_papers_are_kept_with_the_measure_and_the_same_one_only_once(world, cast, login, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    measure = make_measure(make_household(world.village_a1))
    client, path = login(cast.li), url("measure-file-add", measure.pk)
    sent = client.post(path, {"file": SimpleUploadedFile("合同.png", photo())})
    assert (sent.status_code, sent["Location"]) == (302, url("measure-detail", measure.pk))
    again = client.post(path, {"file": SimpleUploadedFile("合同.png", photo())})
    assert again.status_code == 422
    assert "已经上传过" in again.content.decode()
    wrong = client.post(path, {"file": SimpleUploadedFile("a.pdf", b"MZ not a paper")})
    assert wrong.status_code == 422
    kept = StoredFile.objects.get()
    assert len([path for path in settings.FILES_DIR.rglob("*") if path.suffix == ".png"]) == 1
    assert (kept.kind, kept.scope_code) == ("evidence", world.village_a1.code)
    door = reverse("exchange:file", args=[kept.uuid])
    for page in (url("measure-detail", measure.pk), url("papers-panel", measure.household_id)):
        assert door in client.get(page).content.decode(), "one paper, seen with the measure and in the file"
    assert client.get(reverse("exchange:file", args=[kept.uuid])).status_code == 200
    assert login(cast.zhao).get(reverse("exchange:file", args=[kept.uuid])).status_code == 404


def test_review_and_end_by_their_forms(world, cast, login, settings):
    settings.BUSINESS_DATE = TODAY
    measure = make_measure(make_household(world.village_a1))
    client = login(cast.li)
    assert client.post(url("measure-review", measure.pk), {"effect_on": "2020-09-01"}).status_code == 422
    sent = {"effect_on": "2020-09-01", "effect_level": "good", "effect": "已就业", "version": "1"}
    assert client.post(url("measure-review", measure.pk), sent).status_code == 302
    ended = {"ended_on": "2020-09-10", "state": "done", "version": "2"}
    assert client.post(url("measure-end", measure.pk), ended).status_code == 302
    measure.refresh_from_db()
    assert (measure.effect, measure.state, measure.version) == ("已就业", "done", 3)
    text = client.get(url("measure-detail", measure.pk)).content.decode()
    assert "成效明显" in text
    assert url("measure-end", measure.pk) not in text
