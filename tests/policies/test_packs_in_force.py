"""All packs from the county up to the province run; a narrower one replaces only what it names."""

from datetime import date

import pytest

from common.errors import NotFound
from policies.packset import PackSet
from policies.selectors import packs_in_force, packs_of_checksums
from policies.services import pack_submit_and_publish
from tests.cast import actor
from tests.policies.conftest import PARAMETERS, RULE

DAY = date(2020, 9, 30)
NARROW_PARAM = """
[param.line]
value = "5500.00"
unit = "yuan/person/year"
basis = "text"
clause = "3"
meaning = "own line"
replaces = ["city/line"]
"""


@pytest.fixture
def publish(cast, pack_folder):
    def act(code, **folder):
        pack_folder(code, **folder)
        pack_submit_and_publish(submitter=actor(cast.officer), approver=actor(cast.officer2), code=code)

    return act


def test_nothing_in_force_is_a_sentence_and_no_error(db):
    nothing = packs_in_force(DAY, "411081")
    assert not nothing
    assert nothing.sentence == "该日期在本地区没有生效的政策文件。"
    assert (nothing.rules(), nothing.narrowest, nothing.checksums) == ((), None, {})
    with pytest.raises(NotFound, match="没有生效"):
        nothing.rule("abc-1")


def test_packs_of_the_areas_around_hold_and_others_do_not(publish):
    for code, place in (
        ("own", "411081"),
        ("city", "4110"),
        ("province", "41"),
        ("everywhere", ""),
        ("neighbour", "411082"),
        ("town", "411081100"),
    ):
        publish(code, place=place)
    county = packs_in_force(DAY, "411081")
    assert list(county.checksums) == ["own", "city", "province", "everywhere"]
    assert county.narrowest.code == "own"
    assert county.sentence == ""
    assert list(packs_in_force(DAY, "411081100201").checksums)[0] == "town"
    assert list(packs_in_force(DAY, "").checksums) == ["everywhere"]


def test_a_pack_holds_from_its_day_until_superseded_whatever_its_period(publish):
    publish("own", start="2020-03-01", document="period_start = 2020-01-01\nperiod_end = 2020-12-31\n")
    assert not packs_in_force(date(2020, 2, 29), "411081")
    assert packs_in_force(date(2020, 3, 1), "411081")
    assert packs_in_force(date(2031, 1, 1), "411081")


def test_among_equals_a_document_stands_before_a_countys_own_rules(publish):
    publish("own-rules", document="is_document = false\n")
    publish("paper")
    assert [pack.code for pack in packs_in_force(DAY, "411081").packs] == ["paper", "own-rules"]


def test_rules_are_chosen_by_subject_and_effect(publish):
    publish(
        "own",
        rules=RULE.format(key="own-1")
        + RULE.format(key="own-2").replace('"case"', '"propose_class:borderline"'),
    )
    publish("city", place="4110")
    packs = packs_in_force(DAY, "411081")
    assert [rule.key for rule in packs.rules()] == ["own-1", "own-2", "city-1"]
    assert [rule.key for rule in packs.rules("household", {"propose_class"})] == ["own-2"]
    assert [rule.key for rule in packs.rules(effects="case")] == ["own-1", "city-1"]
    assert packs.rules("person") == ()
    assert packs.rule("city-1").pack == "city"


def test_a_narrower_pack_replaces_only_what_it_names(publish):
    publish("city", place="4110", rules=RULE.format(key="city-1") + RULE.format(key="city-2"))
    publish("own", parameters=NARROW_PARAM, rules=RULE.format(key="own-1") + 'replaces = ["city/city-2"]\n')
    county, city = packs_in_force(DAY, "411081"), packs_in_force(DAY, "4110")
    assert [rule.key for rule in county.rules()] == ["own-1", "city-1"]
    assert str(county.param("line", "city").value) == "5500.00"
    assert county.compiled(county.rule("city-1")).limits["line"].startswith("5500.00")
    assert county.param("pct", "city").value == 92, "what is not named stays"
    assert [rule.key for rule in city.rules()] == ["city-1", "city-2"]
    assert str(city.param("line", "city").value) == "5000.00"
    with pytest.raises(NotFound):
        county.rule("city-2")


def test_a_wider_pack_cannot_replace_a_narrower_one(publish):
    publish("own")
    publish(
        "city",
        place="4110",
        parameters=NARROW_PARAM.replace("city/line", "own/line"),
        rules=RULE.format(key="city-1") + 'replaces = ["own/own-1"]\n',
    )
    packs = packs_in_force(DAY, "411081")
    assert [rule.key for rule in packs.rules()] == ["own-1", "city-1"]
    assert str(packs.param("line", "own").value) == "5000.00"


def test_a_parameter_without_a_pack_is_the_narrowest(publish):
    publish("city", place="4110")
    publish("own", parameters=PARAMETERS.replace("5000.00", "5200.00"))
    packs = packs_in_force(DAY, "411081")
    assert str(packs.param("line").value) == "5200.00"
    assert str(packs.param("line", "city").value) == "5000.00"
    for asked in (("ghost",), ("line", "ghost")):
        with pytest.raises(NotFound):
            packs.param(*asked)
    with pytest.raises(NotFound):
        packs.pack("ghost")


def test_a_planned_rule_never_runs(publish):
    planned = (
        '\n[[rule]]\nkey = "own-9"\ntitle = "以后"\nkind = "rank"\nbasis = "county"\nstatus = "planned"\n'
    )
    publish("own", rules=RULE.format(key="own-1") + planned)
    assert [rule.key for rule in packs_in_force(DAY, "411081").rules()] == ["own-1"]


def test_the_packs_of_a_run_are_found_by_checksum_whatever_holds_now(publish):
    publish("own")
    then = packs_in_force(DAY, "411081")
    publish("own", parameters=PARAMETERS.replace("5000.00", "5200.00"))
    assert packs_in_force(DAY, "411081").checksums != then.checksums
    again = packs_of_checksums(then.checksums.values(), DAY)
    assert again.checksums == then.checksums
    assert str(again.param("line").value) == "5000.00"


def test_a_set_is_read_once_per_content_and_day(publish, django_assert_num_queries):
    publish("own")
    packs_in_force(DAY, "411081")
    with django_assert_num_queries(1):
        assert isinstance(packs_in_force(DAY, "411081"), PackSet)
