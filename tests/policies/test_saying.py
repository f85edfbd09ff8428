"""Sentences, limits and wording, from stored text alone."""

from datetime import date
from decimal import Decimal

import pytest

from policies.evaluate import limits_of, limits_text, limits_zh, parse_limits, percent_of, say
from policies.metrics import Metric
from policies.pack import Leaf, Many, Not, Param, Rule
from policies.pack.units import unit_of
from policies.presenting import basis_of, clause_order
from policies.wording import condition_zh, effect_zh, scope_zh

METRICS = {
    metric.name: metric
    for metric in (
        Metric("net_income_fen", "纯收入", "fen"),
        Metric("before_fen", "上年纯收入", "fen"),
        Metric("paid_fen", "已拨付", "fen"),
        Metric("base_fen", "应拨付", "fen"),
        Metric("members", "人口", "count"),
        Metric("before_members", "上年人口", "count"),
        Metric("risk_illness", "因病", "flag"),
        Metric("risk_schooling", "因学", "flag"),
        Metric("housing_ok", "住房安全", "flag"),
        Metric("reason", "原因", "code", labels={"illness": "因病", "c": "C级"}),
        Metric("visited_on", "最近走访", "date"),
    )
}


def param(key, value, unit, **more):
    return Param(key=key, value=value, unit=unit_of(unit), basis="text", clause="7", **more)


PARAMS = {
    found.key: found
    for found in (
        param("line", Decimal("5000.00"), "yuan/person/year"),
        param("pct", Decimal(92), "percent", due=date(2020, 9, 30)),
        param("drop", Decimal(20), "percent"),
        param("wan", Decimal("12744"), "wan_yuan"),
        param("grades", ("c",), "code"),
        param("day", date(2020, 6, 30), "date"),
        param("ban", True, "flag"),
        param("span", Decimal(15), "days"),
        param("odd", "a;b=c,d", "text"),
    )
}
LOW = Leaf("lt", ("net_income_fen",), param="line", times=("members",))
SHARE = Leaf("lt", ("paid_fen",), whole="base_fen", param="pct")
FALL = Leaf(
    "lte", ("net_income_fen", "before_members"), other="before_fen", times=("members",), less_percent="drop"
)


def rule(sentence, when=LOW, evidence=("net_income_fen", "members"), **more):
    return Rule(
        key="R",
        title="t",
        kind="k",
        basis="text",
        clause="7",
        when=when,
        say=sentence,
        evidence=evidence,
        **more,
    )


def said(sentence, evidence, when=LOW):
    one = rule(sentence, when, tuple(evidence))
    return say(one, evidence, parse_limits(limits_text(one, PARAMS)), METRICS)


@pytest.mark.parametrize(
    ("sentence", "evidence", "text"),
    [
        ("{net_income_fen} 元", {"net_income_fen": "2000200"}, "20,002.00 元"),
        ("{net_income_fen/members} 元", {"net_income_fen": "2000200", "members": "5"}, "4,000.40 元"),
        ("{net_income_fen/members} 元", {"net_income_fen": "100", "members": "3"}, "0.33 元"),
        ("{net_income_fen/members} 元", {"net_income_fen": None, "members": "5"}, "未采集 元"),
        ("{net_income_fen/members} 元", {"net_income_fen": "1", "members": "0"}, "未采集 元"),
        ("{paid_fen/base_fen} %", {"paid_fen": "1", "base_fen": "3"}, "33.33 %"),
        ("低于 {line} 元", {}, "低于 5,000.00 元"),
        ("{members} 人", {"members": None}, "未采集 人"),
        ("{reason}", {"reason": "illness"}, "因病"),
        ("{reason}", {"reason": "new_code"}, "new_code"),
        ("{housing_ok}", {"housing_ok": "false"}, "否"),
        ("{visited_on}", {"visited_on": "2020-09-01"}, "2020-09-01"),
        ("{risks}", {"risk_illness": "true", "risk_schooling": None, "housing_ok": "true"}, "因病"),
        ("{risks}", {"risk_illness": "false"}, "无"),
        ("{true_flags}", {"risk_illness": "true", "housing_ok": "true"}, "因病、住房安全"),
        ("{unknown_names}", {"risk_illness": None, "housing_ok": "true"}, "因病"),
    ],
)
def test_a_sentence_is_filled(sentence, evidence, text):
    assert said(sentence, evidence) == text


def test_a_share_says_what_is_missing():
    sentence = "拨付 {share_pct} %，应达 {pct} %，差 {shortfall_fen} 元"
    short = {"paid_fen": "1146960000000", "base_fen": "1274400000000"}
    assert said(sentence, short, SHARE) == "拨付 90.00 %，应达 92 %，差 254,880,000.00 元"
    reached = {"paid_fen": "100", "base_fen": "100"}
    assert said("{shortfall_fen}", reached, SHARE) == "0.00"
    assert said("{shortfall_fen}", {"paid_fen": None, "base_fen": "1"}, SHARE) == "未采集"


def test_a_fall_says_how_far():
    evidence = {"net_income_fen": "300", "members": "1", "before_fen": "1000", "before_members": "2"}
    assert said("下降 {fall_pct} %", evidence, FALL) == "下降 40.0 %"
    assert said("{fall_pct}", evidence | {"before_fen": "0"}, FALL) == "未采集"


def test_limits_are_stored_and_read_back():
    one = rule("{line}{wan}", Many("all", (SHARE, Leaf("in", ("reason",), param="grades"))))
    text = limits_text(one, PARAMS)
    assert text == "pct=92 percent 2020-09-30;grades=c code;line=5000.00 yuan/person/year;wan=12744 wan_yuan"
    assert parse_limits(text) == limits_of(one, PARAMS)
    assert limits_zh(one, parse_limits(text), METRICS) == {
        "pct": "92%", "grades": "C级", "line": "5,000.00 元/人/年", "wan": "12,744 万元",
    }  # fmt: skip


def test_separators_inside_a_text_do_not_break_the_limits():
    one = rule("{odd}{ban}{day}")
    assert say(one, {}, parse_limits(limits_text(one, PARAMS)), METRICS) == "a；b＝c，d是2020-06-30"


@pytest.mark.parametrize(
    ("part", "whole", "found"),
    [
        (1, 3, Decimal("33.33")),
        (0, 5, Decimal(0)),
        (1, 0, None),
        (None, 5, None),
        (5, None, None),
        (1, -2, None),
    ],
)
def test_an_observed_percent_is_unknown_where_it_has_no_meaning(part, whole, found):
    assert percent_of(part, whole) == found


def test_a_condition_reads_as_chinese():
    when = Many("all", (
        LOW,
        Many("any", (Leaf("is_true", ("risk_illness",)), Not(Leaf("is_known", ("housing_ok",))))),
        FALL,
        Leaf("lt", ("visited_on",), param="span", shift="ago"),
        Leaf("gt", ("visited_on",), as_of=True),
        Leaf("in", ("reason",), param="grades"),
        Leaf("gte", ("paid_fen",), other="base_fen", percent="drop"),
    ))  # fmt: skip
    assert condition_zh(rule("", when), PARAMS, METRICS) == (
        "纯收入低于 5,000.00 元/人/年 × 人口，且（因病：是，或非（已采集住房安全）），"
        "且纯收入 × 上年人口不高于 上年纯收入 × 人口 减少 20% 后的数，且最近走访早于 判断日前 15 天，且最近走访晚于 判断日，"
        "且原因属于 C级，且已拨付不低于 应拨付 的 20%"
    )
    assert (
        condition_zh(rule("", SHARE, due="pct"), PARAMS, METRICS)
        == "已拨付占应拨付的比例低于 92%，自 2020-09-30 起判断"
    )
    assert condition_zh(rule("", None), PARAMS, METRICS) == ""
    scoped = rule("", scope=Many("all", (Leaf("is_true", ("housing_ok",)),)))
    assert scope_zh(scoped, PARAMS, METRICS) == "住房安全：是"
    assert effect_zh(rule("", effect="propose_class:borderline")) == "建议认定：边缘易致贫户"


def test_only_the_text_of_a_document_is_printed_as_a_clause():
    assert basis_of(PARAMS["line"], is_document=True).text == "第7条"
    inferred = Param(key="p", value=Decimal(1), unit=unit_of("count"), basis="inferred", clause="0.2")
    assert basis_of(inferred, is_document=True).text == "文件未规定 · 据文意推断"
    assert basis_of(inferred, is_document=True).clause == "条款 0.2"
    assert basis_of(PARAMS["line"], is_document=False).text.startswith("文件未规定")


def test_clauses_stand_in_reading_order():
    given = ["26", "附件2", "8,9", "0.2", "", "7", "8"]
    assert sorted(given, key=clause_order) == ["0.2", "7", "8", "8,9", "26", "附件2", ""]


@pytest.mark.parametrize(
    ("net", "members", "op", "text"),
    [
        ("1499999", "3", "lt", "4,999.99"),  # 4,999.9966...: below 5,000 and said so
        ("1499999", "3", "lte", "4,999.99"),
        ("1500000", "3", "lte", "5,000.00"),
        ("1500001", "3", "gt", "5,000.01"),
        ("-1", "3", "lt", "-0.01"),
    ],
)
def test_a_quotient_reads_on_the_side_on_which_the_rule_found_it(net, members, op, text):
    leaf = Leaf(op, ("net_income_fen",), param="line", times=("members",))
    evidence = {"net_income_fen": net, "members": members}
    assert said("{net_income_fen/members}", evidence, leaf) == text


def test_a_share_a_hair_below_its_target_does_not_read_as_the_target():
    evidence = {"paid_fen": "9199999", "base_fen": "10000000"}
    assert said("{share_pct} 差 {shortfall_fen}", evidence, SHARE) == "91.99 差 0.01"
