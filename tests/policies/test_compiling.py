"""The compiled conditions, run by the database, agree with plain Python on random facts, unknowns included."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.dates import add_months
from monitoring.models.facts import HouseholdFacts
from policies.evaluate import RuleFault, compile_rule, evidence_expression, evidence_of, parse_evidence
from policies.pack import Leaf, Many, Not, Param, Rule, Spell
from policies.pack.units import unit_of
from tests.policies.oracle import outcome
from tests.policies.sheets import column_metrics, fact_row, run_row

pytestmark = pytest.mark.django_db
AS_OF = date(2020, 9, 30)
METRICS = column_metrics("household")


def param(key, value, unit, **more):
    return Param(key=key, value=value, unit=unit_of(unit), basis="county", **more)


PARAMS = {
    found.key: found
    for found in (
        param("line", Decimal("5000.00"), "yuan/person/year"),
        param("odd_line", Decimal("33.335"), "yuan/person/year"),
        param("wan", Decimal("1.5"), "wan_yuan"),
        param("percent", Decimal("40"), "percent"),
        param("odd_percent", Decimal("33.3"), "percent"),
        param("two", Decimal(2), "count"),
        param("span", (Decimal(1), Decimal(3)), "count"),
        param("grades", ("c", "d"), "code"),
        param("grade", "c", "code"),
        param("days", Decimal(15), "days"),
        param("months", Decimal(3), "months"),
        param("years", Decimal(1), "years"),
        param("day", date(2020, 6, 30), "date"),
        param("late", Decimal(92), "percent", due=date(2020, 10, 1)),
        param("early", Decimal(92), "percent", due=date(2020, 9, 30)),
    )
}
LEAVES = [
    *(
        Leaf(op, ("net_income_fen",), param="line", times=("members",))
        for op in ("lt", "lte", "gt", "gte", "eq", "ne")
    ),
    Leaf("lt", ("net_income_fen",), param="odd_line", times=("members",)),
    Leaf("gte", ("net_income_fen",), param="wan"),
    Leaf(
        "lte",
        ("net_income_fen", "previous_income_members"),
        other="previous_net_income_fen",
        times=("income_members",),
        less_percent="odd_percent",
    ),
    Leaf("gte", ("self_paid_fen",), other="net_income_fen", percent="percent"),
    Leaf("lt", ("disposable_income_fen",), other="net_income_fen"),
    *(
        Leaf(op, ("self_paid_fen",), whole="net_income_fen", param="odd_percent")
        for op in ("lt", "gte", "eq", "ne")
    ),
    Leaf("lt", ("income_measures",), param="two"),
    Leaf("between", ("visits_in_quarter",), param="span"),
    Leaf("in", ("visits_in_quarter",), param="span"),
    Leaf("in", ("danger_grade",), param="grades"),
    Leaf("ne", ("danger_grade",), param="grade"),
    Leaf("lt", ("last_visit_on",), param="days", shift="ago"),
    Leaf("gt", ("last_visit_on",), param="months", shift="ago"),
    Leaf("lte", ("allowance_since",), param="years", shift="ahead"),
    Leaf("lte", ("last_visit_on",), param="day"),
    Leaf("lt", ("last_visit_on",), as_of=True),
    Leaf("lt", ("last_visit_on",), other="allowance_since"),
    Leaf("is_true", ("housing_ok",)),
    Leaf("is_false", ("water_ok",)),
    Leaf("is_known", ("net_income_fen",)),
    Leaf("is_unknown", ("housing_ok",)),
]
FEN = st.one_of(
    st.none(), st.sampled_from([0, 499999, 500000, 500001, 2000000, -7, 10**9]), st.integers(-(10**6), 10**7)
)
COUNT = st.one_of(st.none(), st.integers(0, 6))
FLAG = st.sampled_from([None, True, False])
DAY = st.one_of(
    st.none(),
    st.sampled_from([AS_OF, AS_OF - timedelta(15), date(2020, 6, 30)]),
    st.dates(date(2019, 1, 1), date(2021, 12, 31)),
)
FACTS = st.fixed_dictionaries({
    **dict.fromkeys(
        ("net_income_fen", "previous_net_income_fen", "disposable_income_fen", "self_paid_fen"), FEN
    ),
    **dict.fromkeys(
        ("members", "income_members", "previous_income_members", "income_measures", "visits_in_quarter"), COUNT
    ),
    **dict.fromkeys(("housing_ok", "water_ok"), FLAG),
    **dict.fromkeys(("last_visit_on", "allowance_since"), DAY),
    "danger_grade": st.sampled_from([None, "a", "b", "c", "d"]),
})  # fmt: skip
NODES = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        inner.map(Not),
        st.tuples(st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)).map(
            lambda pair: Many(pair[0], tuple(pair[1]))
        ),
    ),
    max_leaves=5,
)


def rule_of(when, scope=None, due="", evidence=()):
    return Rule(
        key="T-1",
        title="t",
        kind="k",
        basis="county",
        subject="household",
        scope=scope,
        when=when,
        due=due,
        evidence=evidence,
    )


def judged(rule, row, as_of=AS_OF):
    """What the database says, by each of the four conditions: exactly one may hold."""
    compiled = compile_rule(rule, PARAMS, METRICS, as_of=as_of)
    sheet = HouseholdFacts.objects.filter(pk=row.pk)
    named = {"hit": compiled.hit, "clear": compiled.clear, "out": compiled.out, "unknown": compiled.unknown}
    found = [name for name, condition in named.items() if sheet.filter(condition).exists()]
    assert sheet.annotate(outcome=compiled.outcome).get().outcome == found[0]
    assert len(found) == 1, found
    return found[0]


@pytest.fixture
def run():
    return run_row(AS_OF)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=FACTS, when=NODES, scope=st.one_of(st.none(), NODES), due=st.sampled_from(["", "late", "early"]))
def test_the_database_agrees_with_plain_python(run, facts, when, scope, due):
    rule = rule_of(when, scope, due)
    with transaction.atomic():
        row = fact_row("household", run, **facts)
        try:
            assert judged(rule, row) == outcome(rule, facts, PARAMS, AS_OF)
        finally:
            row.delete()


@pytest.mark.parametrize("leaf", LEAVES, ids=str)
def test_unknown_facts_are_never_hit_or_clear(run, leaf):
    row = fact_row("household", run)
    expected = {"is_known": "clear", "is_unknown": "hit"}.get(leaf.op, "unknown")
    assert judged(rule_of(leaf), row) == expected


@pytest.mark.parametrize(
    ("net", "found"), [(1_999_999, "hit"), (2_000_000, "clear"), (2_000_001, "clear"), (None, "unknown")]
)
def test_the_cent_below_at_and_above_the_line(run, net, found):
    leaf = Leaf("lt", ("net_income_fen",), param="line", times=("members",))
    assert judged(rule_of(leaf), fact_row("household", run, net_income_fen=net, members=4)) == found


@pytest.mark.parametrize(
    ("whole", "found"), [(0, "unknown"), (-5, "unknown"), (None, "unknown"), (1000, "hit")]
)
def test_a_share_of_nothing_is_unknown(run, whole, found):
    leaf = Leaf("gte", ("self_paid_fen",), whole="net_income_fen", param="percent")
    row = fact_row("household", run, self_paid_fen=400, net_income_fen=whole)
    assert judged(rule_of(leaf), row) == found


def test_products_do_not_overflow_at_a_countys_money(run):
    leaf = Leaf("gte", ("self_paid_fen",), whole="net_income_fen", param="odd_percent")
    row = fact_row("household", run, self_paid_fen=10**13, net_income_fen=10**14)
    assert judged(rule_of(leaf), row) == "clear"
    heads = Leaf("lt", ("net_income_fen",), param="wan", times=("members", "income_members"))
    row = fact_row("household", run, 2, net_income_fen=1, members=30_000, income_members=30_000)
    assert judged(rule_of(heads), row) == "hit"


@pytest.mark.parametrize(
    ("as_of", "found"), [(date(2020, 9, 29), "clear"), (date(2020, 9, 30), "hit"), (date(2020, 10, 1), "hit")]
)
def test_a_rule_with_a_due_day_is_judged_at_its_end_and_clear_before(run, as_of, found):
    row = fact_row("household", run, housing_ok=False)
    rule = rule_of(Leaf("is_false", ("housing_ok",)), due="early")
    assert judged(rule, row, as_of) == found
    compiled = compile_rule(rule, PARAMS, METRICS, as_of=as_of)
    assert compiled.due == date(2020, 9, 30)
    assert compiled.is_due is (found == "hit")
    assert HouseholdFacts.objects.filter(compiled.when.yes).exists(), "the bare condition does not wait"


@pytest.mark.parametrize(("scope", "found"), [(True, "hit"), (False, "out"), (None, "unknown")])
def test_scope_decides_who_is_judged(run, scope, found):
    row = fact_row("household", run, housing_ok=False, is_exited=scope)
    rule = rule_of(Leaf("is_false", ("housing_ok",)), Many("all", (Leaf("is_true", ("is_exited",)),)))
    assert judged(rule, row) == found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=FACTS)
def test_evidence_is_the_same_text_from_the_database_and_from_python(run, facts):
    names = list(facts)
    row = fact_row("household", run, **facts)
    sheet = HouseholdFacts.objects.filter(pk=row.pk)
    text = sheet.annotate(text=evidence_expression(names, METRICS)).get().text
    row.delete()
    assert text == evidence_of(facts, names)
    assert list(parse_evidence(text)) == names
    assert {name for name, value in parse_evidence(text).items() if value is None} == {
        name for name, value in facts.items() if value is None
    }


def test_evidence_reads_as_agreed(run):
    row = fact_row(
        "household", run, members=4, is_exited=True, last_visit_on=date(2020, 9, 1), danger_grade="c"
    )
    names = ["members", "net_income_fen", "is_exited", "last_visit_on", "danger_grade", "water_ok"]
    text = HouseholdFacts.objects.annotate(text=evidence_expression(names, METRICS)).get(pk=row.pk).text
    assert (
        text == "members=4;net_income_fen=;is_exited=true;last_visit_on=2020-09-01;danger_grade=c;water_ok="
    )
    assert evidence_expression([], METRICS).value == ""


def test_a_value_that_moves_with_time_is_taken_on_the_day(run):
    spells = (
        Spell(date(2019, 1, 1), date(2020, 1, 1), Decimal(1)),
        Spell(date(2020, 1, 1), None, Decimal(3)),
    )
    moving = Param(key="moving", value=None, unit=unit_of("count"), basis="county", spells=spells)
    rule = rule_of(Leaf("lt", ("members",), param="moving"))
    row = fact_row("household", run, members=2)
    for as_of, hit in ((date(2019, 12, 31), False), (date(2020, 1, 1), True)):
        compiled = compile_rule(rule, {"moving": moving}, METRICS, as_of=as_of)
        assert HouseholdFacts.objects.filter(compiled.hit, pk=row.pk).exists() is hit
    with pytest.raises(RuleFault, match="moving"):
        compile_rule(rule, {"moving": moving}, METRICS, as_of=date(2018, 12, 31))


def test_what_cannot_be_judged_says_so():
    with pytest.raises(RuleFault, match="nowhere"):
        compile_rule(rule_of(Leaf("is_true", ("nowhere",))), PARAMS, METRICS, as_of=AS_OF)
    with pytest.raises(RuleFault, match="absent"):
        compile_rule(rule_of(Leaf("lt", ("members",), param="absent")), PARAMS, METRICS, as_of=AS_OF)
    with pytest.raises(RuleFault):
        compile_rule(rule_of(None), PARAMS, METRICS, as_of=AS_OF)


def test_months_end_where_the_calendar_says():
    assert add_months(date(2020, 8, 31), -6) == date(2020, 2, 29)
