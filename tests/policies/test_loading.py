"""A pack folder is read whole, or refused with every fault named in a sentence."""

from datetime import date
from decimal import Decimal

import pytest

from policies.pack import Leaf, Many, Not, PackError, load_folder, pack_of_content
from tests.policies.conftest import PARAMETERS, RULE

HEAD = """
[[rule]]
key = "R-1"
title = "规则"
kind = "early-warning"
basis = "county"
topic = "thing"
unknown = "count"
say = "句"
"""


def a_rule(
    when='{ metric = "housing_ok", op = "is_false" }',
    subject="household",
    effect="case",
    evidence="housing_ok",
    **more,
):
    lines = {
        "subject": f'"{subject}"',
        "effect": f'"{effect}"',
        "evidence": f'["{evidence}"]',
        "when": when,
    } | more
    head = "\n".join(line for line in HEAD.splitlines() if line.split(" = ")[0] not in more)
    return head + "\n" + "\n".join(f"{name} = {text}" for name, text in lines.items() if text is not None)


def refusal(pack_folder, **given):
    with pytest.raises(PackError) as caught:
        load_folder(pack_folder(**given))
    return caught.value


def test_a_pack_is_read_with_its_types(pack_folder):
    folder = pack_folder(
        document='period_start = 2020-01-01\nperiod_end = 2020-12-31\nassumptions = ["一"]\n'
        '[[source_issue]]\nclause = "1"\ntext = "矛盾"\nhandling = "并列"\n',
        roster='[[township]]\nname = "顺店镇"\nshare = 1.5\n',
    )
    pack = load_folder(folder)
    assert (pack.code, pack.title, pack.place) == ("abc", "测试文件", "411081")
    assert pack.effective_from == date(2020, 1, 1)
    assert pack.source_issues[0].handling == "并列"
    line = pack.params["line"]
    assert (line.value, line.unit.fen, line.basis_zh, line.label) == (
        Decimal("5000.00"),
        100,
        "文件原文",
        "收入线",
    )
    assert pack.params["pct"].deadline == date(2020, 9, 30)
    assert pack.params["grades"].values == ("c", "d")
    assert pack.rules[0].when == Leaf("lt", ("net_income_fen",), param="line", times=("members",))
    assert pack.extra["roster"]["township"] == [{"name": "顺店镇", "share": "1.5"}]


def test_the_stored_content_reads_back_the_same(pack_folder):
    pack = load_folder(pack_folder(roster="a = 1"))
    again = pack_of_content(pack.content)
    assert again == pack
    assert again.checksum == pack.checksum


def test_the_checksum_follows_values_not_spelling(pack_folder):
    first = load_folder(pack_folder()).checksum
    assert load_folder(pack_folder(parameters="# note\n" + PARAMETERS)).checksum == first
    assert load_folder(pack_folder(parameters=PARAMETERS.replace("5000.00", "5000.01"))).checksum != first
    assert load_folder(pack_folder(registers="a = 1")).checksum != first, "files nobody reads count too"


def test_conditions_nest(pack_folder):
    when = """{ all = [
      { metric = "is_registered", op = "is_false" },
      { not = { any = [ { metric = "housing_ok", op = "is_true" }, { metric = "water_ok", op = "is_unknown" } ] } },
      FALLEN ] }"""
    fallen = """{ metric = "net_income_fen", left_times = "previous_income_members", op = "lte",
      other = "previous_net_income_fen", times = ["income_members"], less_percent = "pct" }"""
    when = when.replace("FALLEN", fallen.replace("\n     ", ""))
    rule = load_folder(pack_folder(rules=a_rule(when))).rules[0]
    assert isinstance(rule.when, Many)
    assert isinstance(rule.when.parts[1], Not)
    assert rule.params == ("pct",)
    assert rule.metrics[-1] == "income_members"
    assert rule.shape == "compare"


def test_a_planned_rule_needs_no_condition_and_keeps_what_it_says(pack_folder):
    rules = '[[rule]]\nkey = "P"\ntitle = "以后"\nkind = "rank"\nbasis = "text"\nclause = "3"\nstatus = "planned"\nideas = "x"\n'
    rule = load_folder(pack_folder(rules=rules)).rules[0]
    assert not rule.is_active
    assert rule.body["ideas"] == "x"


def test_a_value_by_periods(pack_folder):
    text = (
        '[param.std]\nunit = "yuan/year"\nbasis = "text"\nclause = "1"\nmeaning = "m"\nperiod = [{period}]\n'
    )
    good = "{ from = 2020-01-01, value = 2 }, { from = 2019-01-01, to = 2020-01-01, value = 1 }"
    param = load_folder(pack_folder(parameters=text.format(period=good), rules="")).params["std"]
    assert [param.on(day).value for day in (date(2018, 1, 1), date(2019, 12, 31), date(2020, 1, 1))] == [
        None,
        1,
        2,
    ]


PARAM = '[param.p]\nvalue = {value}\nunit = "{unit}"\nbasis = "{basis}"\nclause = "1"\nmeaning = "m"\n{more}'


@pytest.mark.parametrize(
    ("param", "sentence"),
    [
        ({"unit": "parsecs"}, "不认识的单位 parsecs"),
        ({"unit": "date/year"}, "不认识的单位 date/year"),
        ({"value": "1.5"}, "单位 percent 的值应是数"),
        ({"value": '"many"'}, "单位 percent 的值应是数"),
        ({"value": "true"}, "单位 percent 的值应是数"),
        ({"value": '"1e3"'}, "单位 percent 的值应是数"),
        ({"value": '"NaN"'}, "单位 percent 的值应是数"),
        ({"value": "[]"}, "单位 percent 的值应是数"),
        ({"value": "13", "unit": "month"}, "范围内的整数"),
        ({"value": '"2020-02-30"', "unit": "date"}, "应是日期"),
        ({"value": '"10-32"', "unit": "month_day"}, "10-17"),
        ({"value": "1", "unit": "flag"}, "true 或 false"),
        ({"value": "1", "unit": "code"}, "应是文本"),
        ({"basis": "rumour"}, "basis “rumour”不在允许的范围内"),
        ({"more": "colour = 1"}, "不认识的项 colour"),
        ({"more": 'replaces = "no-slash"'}, "应写作 政策包代码/键"),
        ({"more": "period = [{ from = 2020-01-01, value = 1 }]"}, "value 与 period 应恰有其一"),
        ({"more": 'strict = "yes"'}, "strict 应是 true 或 false"),
    ],
)
def test_a_faulty_parameter_is_refused(pack_folder, param, sentence):
    text = PARAM.format(**({"value": "1", "unit": "percent", "basis": "text", "more": ""} | param))
    assert sentence in refusal(pack_folder, parameters=text, rules="").sentence


def test_a_parameter_without_its_source_is_refused(pack_folder):
    text = '[param.p]\nvalue = 1\nunit = "percent"\n{basis}meaning = "m"\n'
    assert "缺少 basis" in refusal(pack_folder, parameters=text.format(basis=""), rules="").sentence
    for basis in ("text", "inferred"):
        found = refusal(pack_folder, parameters=text.format(basis=f'basis = "{basis}"\n'), rules="")
        assert "须写明条款 clause" in found.sentence
    assert (
        load_folder(pack_folder(parameters=text.format(basis='basis = "county"\n'), rules=""))
        .params["p"]
        .clause
        == ""
    )


@pytest.mark.parametrize(
    ("periods", "sentence"),
    [
        ("{ from = 2019-01-01, to = 2020-06-01, value = 1 }, { from = 2020-01-01, value = 2 }", "时段重叠"),
        ("{ from = 2019-01-01, value = 1 }, { from = 2020-01-01, value = 2 }", "时段重叠"),
        ("{ from = 2020-01-01, to = 2020-01-01, value = 1 }", "止日不晚于起日"),
    ],
)
def test_overlapping_periods_are_refused(pack_folder, periods, sentence):
    text = f'[param.p]\nunit = "count"\nbasis = "county"\nmeaning = "m"\nperiod = [{periods}]\n'
    assert sentence in refusal(pack_folder, parameters=text, rules="").sentence


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ('{ metric = "luck", op = "is_true" }', "不认识的指标 luck"),
        ('{ metric = "housing_ok", op = "like" }', "op “like”不在允许的范围内"),
        ('{ metric = "members", op = "lt", param = "ghost" }', "引用了不存在的参数 ghost"),
        ('{ metric = "members", op = "lt", value = 3 }', "条件中不能直接写数值"),
        ('{ metric = "members", op = "lt" }', "应恰有一个比较对象"),
        ('{ metric = "members", op = "lt", param = "pct", other = "income_members" }', "应恰有一个比较对象"),
        ('{ metric = "members", op = "lt", param = "line" }', "金额应与金额比较"),
        ('{ metric = "net_income_fen", op = "lt", param = "pct" }', "金额应与金额比较"),
        ('{ metric = "net_income_fen", op = "lt", other = "members" }', "金额个数不同"),
        ('{ metric = "members", op = "is_true" }', "is_true 只用于是非指标"),
        ('{ metric = "housing_ok", op = "eq", param = "pct" }', "只能用 is_true"),
        ('{ metric = "danger_grade", op = "lt", param = "grades" }', "只能用 eq、ne 或 in"),
        ('{ metric = "danger_grade", op = "eq", param = "grades" }', "列表"),
        ('{ metric = "members", op = "between", param = "pct" }', "由小到大的两个值"),
        ('{ metric = "last_visit_on", op = "lt", param = "pct" }', "是日期"),
        ('{ metric = "last_visit_on", op = "lt", param = "pct", ago = true }', "是日期"),
        ('{ metric = "members", op = "lt", param = "pct", ago = true }', "只用于日期"),
        ('{ metric = "members", op = "lt", as_of = true }', "只与一个日期指标比较"),
        ('{ share = ["self_paid_fen"], op = "lt", param = "pct" }', "部分与整体"),
        ('{ share = ["self_paid_fen", "members"], op = "lt", param = "pct" }', "同为金额或同为数量"),
        ('{ share = ["self_paid_fen", "net_income_fen"], op = "lt", param = "line" }', "百分数"),
        ('{ metric = "housing_ok", share = ["a", "b"], op = "is_true" }', "metric 或 share 之一"),
        ('{ metric = "housing_ok", op = "is_true", param = "pct" }', "只写指标"),
        ('{ metric = "members", op = "lt", param = "pct", percent = "pct" }', "须与 other 同用"),
        ('{ metric = "members", op = "lt", param = "pct", colour = 1 }', "不认识的项 colour"),
        ('{ all = [], any = [] }', "不能写在同一层"),
        ('{ all = [] }', "all 中没有条件"),
        ('{ all = "x" }', "应是表的列表"),
        ("{ }", "缺少条件 when"),
    ],
)  # fmt: skip
def test_a_faulty_condition_is_refused(pack_folder, when, sentence):
    assert sentence in refusal(pack_folder, rules=a_rule(when)).sentence


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"effect": "explode"}, "作用 explode 不在允许的范围内"),
        ({"effect": "propose_class:rich"}, "propose_class 须带类别"),
        ({"effect": "case:now"}, "不带参数"),
        ({"subject": "planet"}, "subject “planet”"),
        ({"subject": "project"}, "不认识的指标 housing_ok"),
        ({"evidence": "luck"}, "不认识的指标 luck"),
        ({"unknown": '"shrug"'}, "unknown “shrug”"),
        ({"topic": '"Big Topic"'}, "topic 只含小写字母"),
        ({"band": "{ housing_ok = 1 }"}, "band 的 housing_ok"),
        ({"band": '{ housing_ok = "x" }'}, "非负整数"),
        ({"due": '{ param = "line" }'}, "没有日期"),
        ({"due": '{ param = "ghost" }'}, "不存在的参数 ghost"),
        ({"raise_to": '"household"'}, "只有个人的规则"),
        ({"say": '"{nothing}"'}, "{nothing}"),
        ({"say": '"{housing_ok/line}"'}, "两个数值指标"),
        ({"say": '"{shortfall_fen}"'}, "{shortfall_fen}"),
        ({"replaces": '["abc/X"]'}, "指向本政策包"),
        ({"scope": '[{ metric = "luck", op = "is_true" }]'}, "不认识的指标 luck"),
        ({"wish": "1"}, "不认识的项 wish"),
        ({"title": None}, "缺少 title"),
        ({"key": '"规则一"'}, "规则编号只含"),
    ],
)
def test_a_faulty_rule_is_refused(pack_folder, fields, sentence):
    assert sentence in refusal(pack_folder, rules=a_rule(**fields)).sentence


def test_nobody_asks_the_helper_about_a_fund(pack_folder):
    when = '{ share = ["paid_fen", "base_fen"], op = "lt", param = "pct" }'
    rules = a_rule(when, subject="fund_area", evidence="paid_fen", unknown='"ask"')
    sentence = refusal(pack_folder, rules=rules).sentence
    assert "unknown = ask 只用于农户和个人" in sentence
    assert "作用 case 只用于农户和个人" in sentence


def test_a_code_that_does_not_exist_is_refused(pack_folder):
    when = '{ metric = "danger_grade", op = "in", param = "grades" }'
    assert load_folder(pack_folder(rules=a_rule(when)))
    faulty = PARAMETERS.replace('["c", "d"]', '["c", "z"]')
    assert (
        "“z”不是指标 danger_grade 的代码"
        in refusal(pack_folder, rules=a_rule(when), parameters=faulty).sentence
    )


def test_every_fault_is_listed_with_its_file_and_key(pack_folder):
    rules = RULE.format(key="A") + RULE.format(key="A").replace("members", "heads")
    found = refusal(
        pack_folder,
        rules=rules,
        parameters=PARAMETERS.replace('"percent"', '"per cent"'),
        document="place2 = 1\nnote = 3\n",
    )
    places = {(fault.file, fault.key) for fault in found.faults}
    assert {("document.toml", ""), ("parameters.toml", "param.pct"), ("rules.toml", "rule.A")} <= places
    assert "规则编号重复" in found.sentence
    assert found.status == 422


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"document": "period_start = 2020-12-31\nperiod_end = 2020-01-01\n"}, "早于 period_start"),
        ({"place": "41108"}, "place 应是"),
        ({"start": '"soon"'}, "effective_from 应是日期"),
        ({"parameters": "[param"}, "不是有效的 TOML 文件"),
        ({"parameters": None}, "parameters.toml：缺少这个文件"),
        ({"roster": "x ="}, "roster.toml"),
    ],
)
def test_a_faulty_folder_is_refused(pack_folder, given, sentence):
    assert sentence in refusal(pack_folder, **given).sentence


def test_a_folder_must_bear_the_name_of_its_pack(pack_folder):
    folder = pack_folder()
    other = folder.rename(folder.with_name("other"))
    with pytest.raises(PackError, match="与文件夹名“other”不同"):
        load_folder(other)
    with pytest.raises(PackError, match="没有这个政策包文件夹"):
        load_folder(folder)


def test_a_subject_without_metrics_is_said_once(pack_folder, monkeypatch):
    monkeypatch.setattr("policies.metrics._groups", {})
    faults = refusal(pack_folder).faults
    assert [fault.sentence for fault in faults] == ["对象 household 没有登记任何指标。"]
