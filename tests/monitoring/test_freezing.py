"""A frozen quarter gives the same figures a year later, whatever happened to the records since."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.dates import Quarter
from common.errors import Conflict, Invalid, NotFound, NotPermitted
from households.models import Household, IncomeRecord, Membership, Person
from monitoring.freezing.tables import report_tables
from monitoring.models import (
    FrozenTally,
    HouseholdFacts,
    PersonFacts,
    QuarterFreeze,
    RiskSign,
    RunOutcome,
    RunTally,
    ScreeningRun,
)
from monitoring.screening.sheets import sheets_sweep
from monitoring.selectors import freezing as selectors
from monitoring.services import freezing as services
from policies.models import PolicyPack
from tests.cast import actor, make_user, post
from tests.factories.households import make_event, make_household, make_living, make_status, make_year_income

Q3, TODAY = Quarter(2020, 3), date(2020, 10, 15)
pytestmark = pytest.mark.usefixtures("packs")


@pytest.fixture
def homes(world):
    """A poor household and a comfortable one in township A, one of unknown income in B, and one without a head."""
    poor = make_household(
        world.village_a1, members=3, poverty_status="exited_with_policy", head_name="贫户主", monitor_class="unstable"
    )  # fmt: skip
    make_year_income(poor, 2019, net_fen=600_000, members=3)
    make_living(poor, water_safe=False)
    make_event(poor, "serious_illness", date(2020, 7, 1))
    well = make_household(
        world.village_a2, members=2, poverty_status="exited_without_policy", head_name="富户主"
    )
    make_year_income(well, 2019, net_fen=9_000_000, members=2)
    unknown = make_household(world.village_b1, members=4, poverty_status="unexited", head_name="未知主")
    headless = make_household(world.village_b1, members=0, head_name="无户主")
    return [poor, well, unknown, headless]


def froze(who, quarter=Q3, today=TODAY):
    row = services.quarter_freeze(
        actor=who, scope_code="411081", quarter=quarter, today=today, note="三季度", send=False
    )
    if not row.is_readable:
        services.done_here(row.run, lambda text: None)
    return QuarterFreeze.objects.select_related("run", "again").get(pk=row.pk)


def everything(who, frozen):
    """Every cell of the report and every line of the list."""
    figures = selectors.figures_for(actor=who, frozen=frozen)
    tables = [
        (one.title, one.head, list(one.rows))
        for one in report_tables(figures, selectors.money_for(actor=who, frozen=frozen))
    ]
    rows = list(selectors.hit_rows(frozen, selectors.may_see(who)).order_by("rule_key", "subject_key"))
    return tables, selectors.hits_named(frozen, rows)


def upheaval(homes, cast, world):
    """A year in which everything that may change does, most of it backdated into the frozen quarter."""
    poor, well, unknown, headless = homes
    IncomeRecord.objects.update(net_fen=1)
    make_year_income(unknown, 2019, net_fen=1, members=4)
    make_status(poor, "poverty", "none", date(2020, 7, 2))
    make_status(well, "monitor", "sudden", date(2020, 7, 2))
    Membership.objects.filter(household=poor).exclude(relation="head").update(effective_to=date(2020, 6, 30))
    Person.objects.update(name="改名了", birth_date=date(2012, 1, 1))
    Household.objects.update(head_name="新户主")
    Household.objects.filter(pk=well.pk).update(is_live=False)
    make_event(well, "job_lost", date(2020, 8, 1))
    make_household(world.village_a1, members=5, poverty_status="unexited")
    PolicyPack.objects.filter(code="yuzhou-2020").update(effective_to=date(2020, 1, 2), state="superseded")
    world.township_a.name = "新火龙镇"
    world.township_a.save()
    from villages.moving import scope_codes_rewrite  # noqa: PLC0415 - the last blow: village A2 goes to township B

    scope_codes_rewrite("411081100202", "411081101299", subtree=False)


def test_the_figures_of_a_frozen_quarter_do_not_move(homes, world, cast):
    who = actor(cast.officer)
    frozen = froze(who)
    before = everything(who, frozen)
    tables = dict((title, rows) for title, _, rows in before[0])
    assert tables["总体"][0] == ("在册农户", 4, 9)
    assert [row[:3] for row in tables["分乡镇"]] == [("火龙镇", 2, 5), ("顺店镇", 2, 4), ("合计", 4, 9)]
    assert ("脱贫属性", "未脱贫", 1, 4) in tables["户类型"]
    assert {hit.who.head_name for hit in before[1]} >= {"贫户主"}
    assert any("4,000.00" in hit.sentence and hit.basis for hit in before[1])
    upheaval(homes, cast, world)
    sheets_sweep()
    assert everything(who, QuarterFreeze.objects.select_related("run").get(pk=frozen.pk)) == before


def test_tallies_by_place_add_up_to_those_of_the_run(homes, cast):
    frozen = froze(actor(cast.officer))
    figures = selectors.figures_for(actor=actor(cast.officer), frozen=frozen)
    whole = {
        row.rule_key: (row.hit, row.clear, row.unknown) for row in RunTally.objects.filter(run=frozen.run)
    }
    assert {line.key: (line.hit, line.clear, line.unknown) for line in figures.rules} == {
        key: numbers for key, numbers in whole.items() if any(numbers)
    }
    kept = RunOutcome.objects.filter(run=frozen.run)
    for line in figures.rules:
        assert kept.filter(rule_key=line.key, outcome="hit").count() == line.hit
        assert kept.filter(rule_key=line.key, outcome="unknown").count() == line.unknown


def test_a_freeze_touches_no_sign_and_answers_as_a_screening_would(homes, cast, run_json):
    frozen = froze(actor(cast.officer))
    assert not RiskSign.objects.exists()
    assert not frozen.run.is_acting
    assert frozen.run.keep_facts
    _, answer = run_json("screen", "--quarter", "2020Q3", "--as-of", "2020-09-30")
    figures = selectors.figures_for(actor=actor(cast.officer), frozen=frozen)
    hits = {line.key: line.hit for line in figures.rules}
    assert {key: n for key, n in answer["by_rule"].items() if n} == {
        line.key: hits[line.key]
        for line in figures.rules
        if line.hit and not line.is_list and line.key in answer["by_rule"]
    }
    assert froze(actor(cast.officer)).pk == frozen.pk, "a screening afterwards changes nothing"


def test_asking_twice_gives_the_same_freeze(homes, cast):
    first = froze(actor(cast.officer))
    assert froze(actor(cast.leader)).pk == first.pk
    assert ScreeningRun.objects.filter(kind="freeze").count() == 1


def test_at_the_same_moment_one_freeze_is_made(world, cast, packs, at_once):
    who = actor(cast.officer)
    answers = at_once(
        lambda _: (
            services.quarter_freeze(actor=who, scope_code="411081", quarter=Q3, today=TODAY, send=False).pk
        )
    )
    assert len(answers) == 1, answers
    assert at_once.stored("SELECT count(*) FROM monitoring_quarterfreeze") == 1
    assert at_once.stored("SELECT count(*) FROM monitoring_screeningrun") == 1


def test_what_may_not_be_frozen(world, cast):
    who = actor(cast.officer)

    def freeze(**changes):
        return services.quarter_freeze(
            **({"actor": who, "scope_code": "411081", "quarter": Q3, "today": TODAY, "send": False} | changes)
        )

    with pytest.raises(Invalid, match="2020-09-30 起才能封库"):
        freeze(today=date(2020, 9, 29))
    with pytest.raises(Invalid, match="没有生效"):
        freeze(quarter=Quarter(2001, 1))
    with pytest.raises(Invalid, match="不是县级"):
        freeze(scope_code="411081100")
    with pytest.raises(NotPermitted):
        freeze(actor=actor(cast.li))
    assert freeze(today=date(2020, 9, 30)).quarter == "2020Q3"


def test_a_failed_freeze_is_begun_again(world, cast):
    who = actor(cast.officer)
    row = services.quarter_freeze(actor=who, scope_code="411081", quarter=Q3, today=TODAY, send=False)
    ScreeningRun.objects.update(state="failed", error="断电")
    again = froze(who)
    assert (again.pk, again.is_frozen) == (row.pk, True)
    assert again.run_id != row.run_id


def test_lifting_needs_a_reason_and_keeps_the_record(homes, cast):
    who = actor(cast.leader)
    frozen = froze(who)
    with pytest.raises(Invalid, match="原因"):
        services.quarter_lift(actor=who, pk=frozen.pk, reason="错 ")
    with pytest.raises(NotFound):
        services.quarter_lift(actor=actor(cast.li), pk=frozen.pk, reason="数据有误，重新封库")
    lifted = services.quarter_lift(actor=who, pk=frozen.pk, reason="数据有误，重新封库")
    with pytest.raises(Conflict, match="解封"):
        services.quarter_lift(actor=who, pk=frozen.pk, reason="再解封一次")
    assert not lifted.is_frozen
    assert lifted.is_readable
    sheets_sweep()
    assert HouseholdFacts.objects.filter(run=frozen.run).count() == 3
    Household.objects.filter(pk=homes[1].pk).update(is_live=False)
    second = froze(who)
    assert second.pk != frozen.pk
    numbers = [selectors.figures_for(actor=who, frozen=row).total.households for row in (frozen, second)]
    assert numbers == [4, 3]


def test_a_freeze_that_runs_cannot_be_lifted(world, cast):
    who = actor(cast.officer)
    row = services.quarter_freeze(actor=who, scope_code="411081", quarter=Q3, today=TODAY, send=False)
    with pytest.raises(Conflict, match="正在封库"):
        services.quarter_lift(actor=who, pk=row.pk, reason="不想封了先解开")
    with pytest.raises(NotFound):
        selectors.figures_for(actor=who, frozen=row)
    with pytest.raises(Conflict, match="不能重新判断"):
        services.quarter_judge_again(actor=who, pk=row.pk, send=False)


def test_judged_again_tells_who_came_and_who_went(homes, cast):
    """By the packs of the freeze, although another is in force now; the frozen figures stay."""
    who = actor(cast.officer)
    frozen = froze(who)
    before = everything(who, frozen)
    poor, well, *_ = homes
    IncomeRecord.objects.filter(household=poor).update(net_fen=9_000_000)
    IncomeRecord.objects.filter(household=well).update(net_fen=100)
    PolicyPack.objects.filter(code="yuzhou-2020").update(effective_to=date(2020, 2, 1), state="superseded")
    services.done_here(services.quarter_judge_again(actor=who, pk=frozen.pk, send=False), lambda text: None)
    frozen = selectors.freeze_get(actor=who, pk=frozen.pk)
    found = selectors.difference_for(actor=who, frozen=frozen)
    assert found.came
    assert found.went
    scope = selectors.may_see(who)
    came = selectors.moved_named(frozen, list(selectors.moved_rows(frozen, scope, "came")))
    went = selectors.moved_named(frozen, list(selectors.moved_rows(frozen, scope, "went")))
    assert {hit.who.head_name for hit in came} == {"富户主"}
    assert {hit.who.head_name for hit in went} == {"贫户主"}
    assert not PersonFacts.objects.filter(run=frozen.again).exists()
    assert everything(who, frozen) == before
    services.done_here(services.quarter_judge_again(actor=who, pk=frozen.pk, send=False), lambda text: None)
    assert RunOutcome.objects.filter(run__kind="rejudge").values("run").distinct().count() == 1


def test_everybody_sees_the_figures_of_his_own_area(homes, world, cast):
    frozen = froze(actor(cast.officer))
    li, zhao = actor(cast.li), actor(cast.zhao)
    assert selectors.freeze_get(actor=li, pk=frozen.pk) == frozen
    assert selectors.figures_for(actor=li, frozen=frozen).total.households == 2
    assert selectors.figures_for(actor=zhao, frozen=frozen).total.persons == 4
    rows = selectors.hit_rows(frozen, selectors.may_see(zhao))
    assert {hit.who.township for hit in selectors.hits_named(frozen, list(rows)) if hit.who.household_id} == {
        "顺店镇"
    }
    for user in (cast.wang, cast.admin):
        with pytest.raises(NotPermitted):
            selectors.freeze_list(actor=actor(user))


def test_who_lacks_a_group_of_fields_sees_only_rules_he_may(homes, world, cast):
    frozen = froze(actor(cast.officer))
    narrow = make_user("narrow", "查账")
    post(narrow, "auditor", world.county, ("income",))
    keys = {line.key for line in selectors.figures_for(actor=actor(narrow), frozen=frozen).rules}
    whole = {line.key for line in selectors.figures_for(actor=actor(cast.officer), frozen=frozen).rules}
    assert keys < whole
    seen = set(
        selectors.hit_rows(frozen, selectors.may_see(actor(narrow))).values_list("rule_key", flat=True)
    )
    assert seen <= keys


def test_as_many_statements_for_three_households_as_for_thirty(world, cast):
    who = actor(cast.officer)

    def count(quarter):
        frozen = froze(who, quarter)
        with CaptureQueriesContext(connection) as seen:
            everything(who, frozen)
        return len(seen)

    def grow(number):
        for _ in range(number):
            row = make_household(world.village_a1, members=2, poverty_status="exited_with_policy")
            make_year_income(row, 2019, net_fen=1000, members=2)

    grow(3)
    count(Q3)
    few = count(Quarter(2020, 2))
    grow(27)
    froze(who, Quarter(2020, 1))
    QuarterFreeze.objects.filter(quarter="2020Q2").update(lifted_at="2021-01-01T00:00Z")
    assert count(Quarter(2020, 2)) == few


def test_killed_half_way_nothing_counts_as_frozen_and_the_next_begins_anew(homes, cast, monkeypatch):
    from monitoring.freezing import keeping  # noqa: PLC0415 - only here

    who = actor(cast.officer)
    row = services.quarter_freeze(actor=who, scope_code="411081", quarter=Q3, today=TODAY, send=False)
    real = keeping._keep_tallies

    def dies(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(keeping, "_keep_tallies", dies)
    with pytest.raises(KeyboardInterrupt):
        services.done_here(row.run, lambda text: None)
    row.run.refresh_from_db()
    assert not row.is_frozen
    ScreeningRun.objects.update(heartbeat_at="2020-01-01T00:00Z")
    monkeypatch.setattr(keeping, "_keep_tallies", real)
    services.done_here(row.run, lambda text: None)
    frozen = selectors.freeze_get(actor=who, pk=row.pk)
    assert frozen.is_frozen
    assert selectors.figures_for(actor=who, frozen=frozen).total.households == 4
    assert FrozenTally.objects.values("run").distinct().count() == 1


# --- the command ----------------------------------------------------------------------------------------------------------


def test_the_command_freezes_judges_again_and_lifts(homes, cast, run_json, settings):
    settings.BUSINESS_DATE = TODAY
    ask = ("freeze_quarter", "--quarter", "2020Q3")
    code, body = run_json(*ask)
    assert (code, body["state"], body["households"], body["persons"], body["skipped"]) == (
        0,
        "frozen",
        4,
        9,
        1,
    )
    assert set(body["packs"]) == {"yuzhou-2020", "county-default"}
    assert run_json(*ask)[1] == body
    code, again = run_json(*ask, "--again")
    assert (code, again["came"], again["went"], again["by_rule"]) == (0, 0, 0, {})
    assert run_json(*ask, "--lift")[1]["error"] == "reason_needed"
    code, lifted = run_json(*ask, "--lift", "--reason", "补录后重新封库")
    assert (code, lifted["state"]) == (0, "lifted")
    assert run_json(*ask, "--lift", "--reason", "补录后重新封库")[1]["error"] == "not_frozen"


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (("--quarter", "2020Q4"), 1, "quarter_not_over"),
        (("--quarter", "2020Q3", "--division", "411081100"), 1, "not_a_county"),
    ],
)
def test_the_command_refuses_with_a_sentence(world, run_json, settings, arguments, code, error):
    settings.BUSINESS_DATE = TODAY
    found, body = run_json("freeze_quarter", *arguments)
    assert (found, body["error"]) == (code, error)
    assert body["detail"]
