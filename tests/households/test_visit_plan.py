"""The visit plan: lines of packs, states by rule and by query, coverage, pages."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.home import HomeCounter
from exchange.registry import sheet_get
from exchange.sheet import ExportQuery
from households.home import home_parts
from households.models import Visit
from households.plan.query import acts
from households.plan.states import LATE, PlanState, period_first, period_last
from households.selectors import visit_plan as selectors
from households.selectors.visit_coverage import visit_coverage
from households.selectors.visit_plan import PlanFilters
from monitoring.models import RiskSign
from policies.pack.plan import KINDS, TOPICS
from policies.packset import PackSet, ordered
from policies.plan import plan_in_force
from tests.cast import actor
from tests.factories.households import (
    make_helper,
    make_household,
    make_quarter_income,
    make_status,
    make_village,
    make_visit,
)
from tests.factories.policies import publish
from tests.households.conftest import acting
from tests.policies.golden import pack_of

pytestmark = pytest.mark.django_db
AS_OF = date(2020, 9, 20)
CASES = tomllib.loads((Path(__file__).parent / "plan_cases.toml").read_text(encoding="utf-8"))["case"]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def packs(db):
    publish("county-default", "yuzhou-2020", "longterm-2020")


def act(household, day: str, kind: str) -> None:
    if kind == "collect":
        make_quarter_income(household, date.fromisoformat(day))
    else:
        make_visit(household, date.fromisoformat(day), kind=kind)


def stated(rows):
    """The state by which the query chose its rows, on the rows."""
    return rows.annotate(stated=F("plan_state"))


def shown(who, household, as_of, topic=""):
    """(state by the query, standings by the rule) of one household."""
    asked = PlanFilters(topic=topic)
    found = (
        stated(selectors.visit_plan(actor=who, as_of=as_of, filters=asked)).filter(pk=household.pk).first()
    )
    if found is None:
        return None, ()
    plan = selectors.plan_for(who.scope("households.view"), as_of)
    return found.stated, selectors.plan_rows([found], plan, as_of, topic)[0].standings


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_golden_lines(packs, case):
    village = make_village(case.get("place", "411081100201"))
    since = case.get("since", date(2019, 1, 1))
    status = {"poverty_status": case.get("poverty", "ordinary"), "monitor_class": case.get("monitor", "none")}
    household = make_household(village, on=since, **status)
    for day, kind in case["acts"]:
        act(household, day, kind)
    pack, _, key = case["line"].partition("/")
    topic = next(line.topic for line in pack_of(pack).plan if line.key == key)
    state, standings = shown(acting("county_officer", village.code[:6]), household, case["as_of"], topic)
    [one] = standings
    assert one.obligation.key == case["line"]
    assert (one.state.name, one.due_on, one.overdue_days) == (
        case["state"], case["due"], case.get("overdue", 0)
    )  # fmt: skip
    assert state == one.state.value


def test_the_query_and_the_rule_agree_on_random_households(packs, village):
    who, rng = acting("county_officer", "411081"), Random(7)
    made = []
    for _ in range(60):
        poverty = rng.choice(["unexited", "exited_with_policy", "exited_without_policy", "ordinary"])
        begun = date(2019, 1, 1) + timedelta(days=rng.randrange(620))
        one = make_household(village, on=begun, poverty_status=poverty)
        if rng.random() < 0.5:
            make_status(one, "monitor", "borderline", begun + timedelta(days=rng.randrange(1, 60)))
        if rng.random() < 0.3:
            make_status(one, "poverty", "exited_with_policy", begun + timedelta(days=rng.randrange(1, 90)))
        for _ in range(rng.randrange(5)):
            make_visit(
                one, date(2019, 6, 1) + timedelta(days=rng.randrange(560)), kind=rng.choice(list(KINDS))
            )
        if rng.random() < 0.5:
            make_quarter_income(one, rng.choice([date(2020, 6, 30), date(2020, 3, 31), date(2020, 9, 30)]))
        made.append(one)
    for as_of in (
        date(2020, 3, 31),
        date(2020, 6, 15),
        AS_OF,
        date(2020, 9, 30),
        date(2020, 10, 1),
        date(2021, 1, 1),
    ):
        for topic in TOPICS:
            rows = list(
                stated(selectors.visit_plan(actor=who, as_of=as_of, filters=PlanFilters(topic=topic)))
            )
            plan = selectors.plan_for(who.scope("households.view"), as_of)
            for row in selectors.plan_rows(rows, plan, as_of, topic):
                assert [one.state.value for one in row.standings] == [row.household.stated], (
                    topic,
                    as_of,
                )
    assert len(made) == 60


def test_the_most_pressing_of_all_topics_is_the_state_of_the_row(packs, village):
    who = acting("county_officer", "411081")
    household = make_household(village, poverty_status="exited_with_policy", monitor_class="unstable_exited")
    make_visit(household, date(2020, 7, 10))
    state, standings = shown(who, household, AS_OF)
    assert {one.obligation.topic for one in standings} == set(TOPICS)
    assert state == standings[0].state.value == PlanState.NEVER
    assert standings[0].obligation.basis == "禹州市2020年脱贫攻坚工作要点 第25条"
    contact = next(one for one in standings if one.obligation.topic == "contact")
    assert (contact.state, contact.obligation.basis) == (PlanState.OVERDUE, "县级自定")


def test_a_household_nobody_asks_about_is_not_in_the_plan(packs, village):
    household = make_household(village)
    assert shown(acting("county_officer", "411081"), household, AS_OF) == (None, ())


def test_a_class_that_ended_asks_for_nothing_more(packs, village):
    household = make_household(village, monitor_class="borderline")
    make_status(household, "monitor", "none", date(2020, 9, 1))
    assert shown(acting("county_officer", "411081"), household, AS_OF) == (None, ())
    state, _ = shown(acting("county_officer", "411081"), household, date(2020, 8, 31))
    assert state == PlanState.NEVER


def test_a_visit_after_the_day_asked_about_does_not_count(packs, village):
    household = make_household(village, monitor_class="borderline", on=date(2020, 9, 1))
    make_visit(household, date(2020, 9, 21))
    state, [one, *_] = shown(acting("county_officer", "411081"), household, AS_OF, "contact")
    assert (state, one.last_on) == (PlanState.PENDING, None)


def test_the_narrowest_pack_holds_and_in_it_the_strictest_line():
    narrow = plan_in_force(PackSet(ordered([pack_of("county-default"), pack_of("yuzhou-2020")]), AS_OF))
    order = [one.key for one in narrow if one.topic == "look_back"]
    assert order == ["yuzhou-2020/YZ-plan/look-back", "county-default/CD-plan/look-back"]
    assert [one.key for one in narrow if one.line.status != "active"] == []


def test_without_a_plan_in_force_nothing_is_asked_and_the_page_says_so(world, cast, login):
    make_household(world.village_a1, poverty_status="unexited")
    assert selectors.visit_plan(actor=actor(cast.li), as_of=AS_OF).count() == 0
    assert "没有生效的走访计划" in login(cast.li).get(reverse("households:visit-plan")).content.decode()
    assert login(cast.li).get(reverse("households:visit-coverage")).status_code == 200


def test_the_quarterly_line_agrees_with_the_duty_of_the_screening(world, cast, packs, run_json, settings):
    """Whoever has a duty 本季度尚未走访 at the end of the quarter is open in the plan, and nobody else."""
    as_of = settings.BUSINESS_DATE = date(2020, 9, 30)
    for number, kind in enumerate((None, "home", "phone", "outside")):
        one = make_household(world.village_a1, poverty_status="unexited", household_no=f"D{number}")
        if kind:
            make_visit(one, date(2020, 8, 1), kind=kind)
    run_json("screen", "--quarter", "2020Q3", "--as-of", as_of)
    duties = RiskSign.objects.filter(rule_key="CD-visit/quarter", closed_on__isnull=True)
    rows = selectors.visit_plan(
        actor=actor(cast.officer), as_of=as_of, filters=PlanFilters(topic="visit", state="open")
    )
    assert set(duties.values_list("household_id", flat=True)) == {row.pk for row in rows}
    assert len(rows) == 1


def test_roles_of_a_line_count_only_their_visits(packs, world, cast):
    officer, household = actor(cast.officer), make_household(world.village_a1, monitor_class="borderline")
    plan = selectors.plan_for(officer.scope("households.view"), AS_OF)
    one = next(placed.obligation for placed in plan if placed.obligation.topic == "contact")
    line = type(one.line)(**{**vars(one.line), "roles": ("village_helper",)})
    strict = type(one)(**{**vars(one), "line": line})
    make_visit(household, date(2020, 9, 2), visitor=cast.li)
    assert list(acts(strict, date(2020, 9, 1), AS_OF, AS_OF)) == []
    mine = make_visit(household, date(2020, 9, 3), visitor=cast.wang)
    assert list(acts(strict, date(2020, 9, 1), AS_OF, AS_OF)) == [mine]


def test_twice_a_quarter_needs_two_visits(packs, village, monkeypatch):
    who = acting("county_officer", "411081")
    household = make_household(village, poverty_status="unexited")
    plan = selectors.plan_for(who.scope("households.view"), AS_OF)
    twice = tuple(
        type(p)(type(p.obligation)(**{**vars(p.obligation), "times": 2}), p.county) if p.obligation.topic == "visit" else p
        for p in plan
    )  # fmt: skip
    monkeypatch.setattr(selectors, "plan_for", lambda scope, as_of: twice)
    for day in (date(2020, 4, 2), date(2020, 5, 2), date(2020, 7, 2)):
        make_visit(household, day)
    state, [one, *_] = shown(who, household, AS_OF, "visit")
    assert (state, one.due_on) == (PlanState.SOON, date(2020, 9, 30))
    make_visit(household, date(2020, 8, 2))
    assert shown(who, household, AS_OF, "visit")[0] == PlanState.DONE


@pytest.mark.parametrize(
    ("months", "day", "first", "last"),
    [
        (1, date(2020, 2, 29), date(2020, 2, 1), date(2020, 2, 29)),
        (3, date(2020, 9, 30), date(2020, 7, 1), date(2020, 9, 30)),
        (6, date(2020, 7, 1), date(2020, 7, 1), date(2020, 12, 31)),
        (12, date(2020, 1, 1), date(2020, 1, 1), date(2020, 12, 31)),
        (24, date(2021, 5, 1), date(2020, 1, 1), date(2021, 12, 31)),
    ],
)
def test_periods_follow_the_calendar(months, day, first, last):
    assert (period_first(day, months), period_last(day, months)) == (first, last)


def test_the_kinds_of_the_packs_are_those_of_the_visits():
    assert dict(KINDS) == dict(Visit.Kind.choices)


# --- coverage and area ----------------------------------------------------------------------------------------------


def seeded(world, cast):
    """Four registered households: two in village A1 (one visited, one with a helper), one in A2, one in township B."""
    done = make_household(world.village_a1, poverty_status="unexited")
    make_visit(done, date(2020, 8, 1))
    late = make_household(world.village_a1, poverty_status="unexited")
    make_helper(late, cast.wang)
    make_helper(done, name="刘帮扶")
    other = make_household(world.village_a2, poverty_status="unexited")
    make_visit(other, date(2020, 5, 1))
    make_household(world.village_b1, poverty_status="unexited")
    return done, late, other


def test_coverage_adds_up_and_equals_the_lists_behind_it(packs, world, cast):
    seeded(world, cast)
    officer = actor(cast.officer)
    whole, towns = visit_coverage(actor=officer, as_of=AS_OF, topic="visit")
    assert (whole.asked, whole.done, whole.late, whole.share) == (4, 1, 2, 25.0)
    assert [(part.code, part.asked, part.done, part.late) for part in towns] == [
        ("411081100", 3, 1, 1), ("411081101", 1, 0, 1)
    ]  # fmt: skip
    for part in towns:
        for state, number in (("", part.asked), ("1", part.done), ("late", part.late)):
            asked = PlanFilters(area=part.code, topic="visit", state=state)
            assert selectors.visit_plan(actor=officer, as_of=AS_OF, filters=asked).count() == number
    _, villages = visit_coverage(actor=officer, as_of=AS_OF, topic="visit", area="411081100")
    assert [(part.code, part.asked) for part in villages] == [("411081100201", 2), ("411081100202", 1)]
    _, helpers = visit_coverage(actor=officer, as_of=AS_OF, topic="visit", area="411081100201")
    assert [(part.name, part.asked, part.done) for part in helpers] == [("刘帮扶", 1, 1), ("王建国", 1, 0)]


def test_the_other_township_counts_only_its_own(packs, world, cast):
    seeded(world, cast)
    whole, _ = visit_coverage(actor=actor(cast.zhao), as_of=AS_OF, topic="visit")
    assert whole.asked == 1
    whole, _ = visit_coverage(actor=actor(cast.zhao), as_of=AS_OF, topic="visit", area="411081100")
    assert whole.asked == 0


def test_a_helper_sees_the_plan_of_his_households_only(packs, world, cast):
    _, late, _ = seeded(world, cast)
    assert [row.pk for row in selectors.visit_plan(actor=actor(cast.wang), as_of=AS_OF)] == [late.pk]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"topic": "visit", "state": "late"}, 1),
        ({"topic": "visit", "state": "1"}, 1),
        ({"topic": "visit", "state": ""}, 3),
        ({"topic": "visit"}, 2),
        ({"topic": "visit", "state": "nonsense"}, 3),
        ({"topic": "visit", "state": "", "helper": "王建国"}, 1),
        ({"topic": "visit", "state": "", "area": "411081100202"}, 1),
        ({"topic": "visit", "state": "", "poverty_status": "all_exited"}, 0),
        ({"topic": "visit", "state": "", "monitor_class": "any"}, 0),
        ({"topic": "look_back", "state": ""}, 0),
        ({"topic": "visit", "state": "", "as_of": "2020-06-30"}, 3),
        ({"topic": "visit", "state": "", "as_of": "x"}, 3),
    ],
)
def test_the_list_narrows(packs, world, cast, login, query, found):
    seeded(world, cast)
    text = login(cast.li).get(reverse("households:visit-plan"), query, **HTMX).content.decode()
    assert text.lstrip().startswith('<div id="plan-table"')
    assert text.count("去走访") == found


def test_plan_and_coverage_ask_as_much_for_30_households_as_for_3(packs, world, cast, login):
    client, counts = login(cast.li), []
    for more in (3, 27):
        for number in range(more):
            one = make_household(
                world.village_a1, poverty_status="exited_with_policy", monitor_class="unstable_exited"
            )
            make_helper(one)
            if number % 2:
                make_visit(one, date(2020, 8, 1))
        for name in ("visit-plan", "visit-coverage"):
            client.get(reverse(f"households:{name}"), {"state": ""})
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(f"households:{name}"), {"state": ""}).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


def test_the_page_says_clause_and_what_documents_leave_open(packs, world, cast, login):
    make_household(world.village_a1, poverty_status="exited_with_policy")
    text = login(cast.li).get(reverse("households:visit-plan")).content.decode()
    assert "禹州市2020年脱贫攻坚工作要点 第25条" in text
    assert "第5条（据文意推断）" not in text  # the look-back itself is text; only its days are inferred
    assert "三级书记遍访贫困对象" in text
    assert "原文未写" in text


def test_coverage_page_opens_the_lists(packs, world, cast, login):
    seeded(world, cast)
    text = login(cast.officer).get(reverse("households:visit-coverage")).content.decode()
    assert "25.0" in text
    assert "area=411081100&amp;" in text
    assert "state=late" in text
    assert 'max="4" value="1"' in text


# --- home, export, wiring -------------------------------------------------------------------------------------------


def test_home_counts_contacts_and_not_the_duties_again(packs, world, cast):
    one = make_household(world.village_a1, monitor_class="borderline", on=date(2020, 9, 1))
    make_household(world.village_a1, poverty_status="unexited")
    [counter] = list(home_parts(actor(cast.li), AS_OF))
    assert isinstance(counter, HomeCounter)
    assert (counter.label, counter.value, counter.tone) == ("应联系监测户", 1, "amber")
    make_visit(one, AS_OF, kind="phone")
    [counter] = list(home_parts(actor(cast.li), AS_OF))
    assert (counter.value, counter.tone) == (0, "grey")
    assert list(home_parts(actor(cast.auditor), AS_OF)) == []


def test_the_overdue_sheet_lists_the_longest_first_and_only_the_late(packs, world, cast):
    _, late, other = seeded(world, cast)
    scope = actor(cast.li).scope("households.view")
    rows = list(sheet_get("VISIT_OVERDUE").rows(ExportQuery(scope, AS_OF)).rows)
    assert [row[4] for row in rows] == [late.household_no]
    assert rows[0][-1] > 500
    later = list(sheet_get("VISIT_OVERDUE").rows(ExportQuery(scope, date(2020, 10, 1))).rows)
    assert [row[4] for row in later] == [late.household_no, other.household_no]
    assert later[1][-1] == 1


def test_every_late_state_is_open():
    assert set(LATE) < {state.value for state in PlanState} - {PlanState.DONE.value}
