"""plan.toml: read whole or refused with every fault; nothing of it is code."""

from datetime import date

import pytest

from policies.differences import differences
from policies.pack import PackError, load_folder, pack_of_content
from policies.packset import PackSet, ordered
from policies.plan import plan_in_force, plan_mentions
from policies.selectors import folder_codes
from tests.policies.golden import pack_of

PARAMS = """
[param.every]
value = 3
unit = "months"
basis = "text"
clause = "25"
meaning = "every"
[param.soon]
value = 15
unit = "days"
basis = "county"
meaning = "soon"
[param.start]
value = 2020-01-01
unit = "date"
basis = "inferred"
clause = "5"
meaning = "start"
[param.until]
value = 2020-06-30
unit = "date"
basis = "text"
clause = "5"
meaning = "until"
[param.twice]
value = 2
unit = "visits/quarter"
basis = "county"
meaning = "twice"
[param.odd]
value = 5
unit = "months"
basis = "county"
meaning = "odd"
"""
LINE = """
[[line]]
key = "{key}"
title = "每季度采集"
topic = "collect"
every = "every"
soon = "soon"
basis = "text"
clause = "25"
"""


@pytest.fixture
def planned(pack_folder):
    def make(plan: str, **document):
        return pack_folder(plan=plan, parameters=PARAMS, rules="", **document)

    return make


def faults(folder) -> str:
    with pytest.raises(PackError) as caught:
        load_folder(folder)
    return caught.value.sentence


def test_a_line_is_read_with_the_numbers_of_its_parameters(planned):
    pack = load_folder(planned(LINE.format(key="P-1")))
    [line] = pack.plan
    assert (line.key, line.topic, line.basis_zh, line.poverty) == ("P-1", "collect", "文件原文", ())
    assert "plan" not in pack.extra
    assert pack_of_content(pack.content).plan == pack.plan
    [one] = plan_in_force(PackSet((pack,), date(2020, 9, 20)))
    assert (one.months, one.times, one.soon_days, one.rhythm, one.counted) == (
        3,
        1,
        15,
        "每季度至少 1 次",
        "季度收支采集",
    )
    assert one.basis == "测试文件 第25条"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('topic = "collect"', 'topic = "sing"'), "topic “sing”不在允许的范围内"),
        (('every = "every"', 'every = "nothing"'), "引用了不存在的参数 nothing"),
        (('every = "every"', ""), "every 与 start、until 应恰有其一"),
        (('every = "every"', 'every = "odd"'), "应为月数（整除12或为12的倍数）"),
        (('every = "every"', 'every = "soon"'), "应为月数"),
        (('every = "every"', 'start = "soon"\nuntil = "until"'), "参数 soon 应是日期"),
        (('every = "every"', 'every = "every"\nstart = "start"\nuntil = "until"'), "恰有其一"),
        (('soon = "soon"', ""), "缺少 soon"),
        (('soon = "soon"', 'soon = "every"'), "参数 every 应是天数"),
        (('soon = "soon"', 'soon = "soon"\ncounts = ["home"]'), "采集不写"),
        (('topic = "collect"', 'topic = "visit"'), "counts 写明"),
        (('topic = "collect"', 'topic = "visit"\ncounts = ["letter"]'), "counts 的“letter”"),
        (('topic = "collect"', 'topic = "collect"\nroles = ["king"]'), "roles 的“king”"),
        (('topic = "collect"', 'topic = "collect"\npoverty = ["rich"]'), "poverty 的“rich”不是"),
        (('clause = "25"', ""), "须写明条款"),
        (('clause = "25"', 'clause = "25"\nfrequency = 3'), "不认识的项 frequency"),
        (('basis = "text"', 'basis = "rumour"'), "basis “rumour”"),
    ],
)
def test_a_faulty_line_is_refused_with_a_sentence(planned, change, sentence):
    assert sentence in faults(planned(LINE.format(key="P-1").replace(*change)))


def test_a_key_stands_once(planned):
    assert "同一 key 出现两次" in faults(planned(LINE.format(key="P-1") * 2))


def test_the_strictest_line_of_a_pack_comes_first_and_a_window_before_any_rhythm(planned):
    lines = (
        LINE.format(key="P-1")
        + LINE.format(key="P-2").replace('every = "every"', 'every = "twice"')
        + LINE.format(key="P-3").replace('every = "every"', 'start = "start"\nuntil = "until"')
    )
    packs = PackSet((load_folder(planned(lines)),), date(2020, 3, 1))
    assert [one.line.key for one in plan_in_force(packs)] == ["P-3", "P-2", "P-1"]


def test_a_window_ends_with_the_period_of_its_document(planned):
    line = LINE.format(key="P-3").replace('every = "every"', 'start = "start"\nuntil = "until"')
    pack = load_folder(planned(line, document="period_start = 2020-01-01\nperiod_end = 2020-12-31\n"))
    assert len(plan_in_force(PackSet((pack,), date(2020, 12, 31)))) == 1
    assert plan_in_force(PackSet((pack,), date(2021, 1, 1))) == ()


def test_what_a_document_says_without_a_number_is_shown_and_never_counted(planned):
    said = (
        LINE.format(key="P-4").replace('every = "every"', 'status = "planned"').replace('soon = "soon"', "")
    )
    packs = PackSet((load_folder(planned(said)),), date(2020, 3, 1))
    assert plan_in_force(packs) == ()
    assert [line.key for _, line in plan_mentions(packs)] == ["P-4"]


def test_the_change_of_a_line_is_shown_to_the_person_who_approves(planned):
    before = load_folder(planned(LINE.format(key="P-1")))
    after = load_folder(planned(LINE.format(key="P-1").replace("每季度采集", "每月采集")))
    assert [str(one) for one in differences(before, after)] == ["修改走访计划 P-1：每季度采集 → 每月采集"]


def test_the_plans_of_the_installation():
    """Every line of a document names its clause; numbers stand in parameters of the right basis."""
    packs = [pack_of(code) for code in folder_codes()]
    lines = {f"{pack.code}/{line.key}": (pack, line) for pack in packs for line in pack.plan}
    assert {
        "yuzhou-2020/YZ-plan/collect",
        "county-default/CD-plan/contact",
        "longterm-2020/LT-plan/look-back",
    } <= set(lines)
    for name, (pack, line) in lines.items():
        assert bool(line.clause) == pack.is_document, name
        assert line.basis == ("county" if not pack.is_document else line.basis)
        for key in line.params:
            assert key in pack.params, name
    collect = pack_of("yuzhou-2020").params["info_collect_every_months"]
    assert (collect.basis, collect.clause, collect.value) == ("text", "25", 3)
    keys = [one.key for one in plan_in_force(PackSet(ordered(packs), date(2020, 9, 20)))]
    assert len(keys) == len(set(keys))
