"""What the packs of this installation carry: every parameter of the documents, marked, and rules that do not shout twice."""

from datetime import date

import pytest

from policies.metrics import metrics_of
from policies.packset import PackSet, ordered
from policies.presenting import param_lines
from policies.selectors import folder_codes
from tests.policies.golden import pack_of
from tests.policies.sheets import SHEETS, fact_row, run_row

# How many parameters each document gives. 391 in all.
COUNTS = {
    "yuzhou-2020": 133,
    "xuchang-2023": 35,
    "shangqiu-2018": 33,
    "mianchi-2018-2020": 148,
    "longterm-2020": 42,
}
PLACES = {
    "yuzhou-2020": "411081",
    "xuchang-2023": "4110",
    "shangqiu-2018": "4114",
    "mianchi-2018-2020": "411221",
    "longterm-2020": "3207",
    "county-default": "",
    "data-quality": "",
}
SUMMER = date(2020, 9, 20)
NO_RISK = dict.fromkeys(
    ("risk_illness", "risk_disability", "risk_schooling", "risk_disaster", "risk_accident", "risk_industry", "risk_job", "risk_other"),
    False,
)  # fmt: skip
EXITED = {
    "is_registered": True,
    "is_exited": True,
    "is_unexited": False,
    "is_monitored": False,
    "monitor_class": "none",
}
UNEXITED = {**EXITED, "is_exited": False, "is_unexited": True}
BORDER = {
    "is_registered": False,
    "is_exited": False,
    "is_unexited": False,
    "is_monitored": True,
    "monitor_class": "borderline",
    "risk_open_on": date(2020, 3, 1),
}
ORDINARY = {**BORDER, "is_monitored": False, "monitor_class": "none", "risk_open_on": None}
FINE = {
    "food_clothing_ok": True,
    "schooling_ok": True,
    "medical_ok": True,
    "housing_ok": True,
    "water_ok": True,
    "danger_grade": "B",
    "water_safe": True,
    "on_allowance": False,
    "on_destitute_support": False,
    "allowance_measure": False,
    **NO_RISK,
}


def of_document(pack):
    """The parameters the document gives. What only a rule needs stands apart: rule_..., and the allowance standard."""
    return [
        p for p in pack.params.values() if not p.key.startswith("rule_") and p.key != "allowance_standard"
    ]


def in_force(*codes):
    return PackSet(ordered(pack_of(code) for code in codes), SUMMER)


def hits(packs, subject, facts, topic=None):
    """The keys of the rules in force (of one topic where named) that make a sign of a row with these facts.

    Lists are only counted.
    """
    row = fact_row(subject, run_row(SUMMER), **facts)
    rows = SHEETS[subject].objects.filter(pk=row.pk)
    rules = [r for r in packs.rules(subject=subject) if topic in (None, r.topic) and r.effect != "list"]
    return {rule.key for rule in rules if rows.filter(packs.compiled(rule).hit).exists()}


def test_the_packs_are_these():
    assert set(folder_codes()) == set(PLACES)
    assert sum(COUNTS.values()) == 391


@pytest.mark.parametrize(("code", "count"), COUNTS.items())
def test_every_parameter_of_the_document_is_there_with_clause_unit_and_basis(code, count):
    params = of_document(pack_of(code))
    assert len(params) == count
    for param in params:
        assert param.clause, param.key
        assert param.unit, param.key
        assert param.basis in ("text", "inferred", "assumed"), param.key
        assert param.meaning_zh, param.key
        assert param.meaning, param.key


@pytest.mark.parametrize("code", COUNTS)
def test_what_the_document_does_not_say_is_never_marked_as_its_text(code):
    for param in pack_of(code).params.values():
        if param.key.startswith(("default_", "rule_")) or param.key in ("poverty_line", "allowance_standard"):
            assert param.basis != "text", param.key


@pytest.mark.parametrize(("code", "place"), PLACES.items())
def test_the_place_and_the_nature_of_a_pack(code, place):
    pack = pack_of(code)
    assert pack.place == place
    assert pack.is_document is (code not in {"county-default", "data-quality"})
    assert bool(pack.source_issues) is pack.is_document


def test_a_county_rule_is_never_shown_as_a_clause():
    pack = pack_of("county-default")
    assert {rule.basis for rule in pack.rules} == {"county"}
    assert {param.basis for param in pack.params.values()} == {"county"}
    assert not any(part.clause for part in (*pack.rules, *pack.params.values()))


def test_what_is_replaced_exists():
    for code in folder_codes():
        for rule in pack_of(code).rules:
            for reference in rule.replaces:
                other, _, key = reference.partition("/")
                assert pack_of(other).rule(key), reference


def test_rule_keys_are_unique_over_all_packs():
    keys = [rule.key for code in folder_codes() for rule in pack_of(code).rules]
    assert len(keys) == len(set(keys))


def test_the_roster_of_yuzhou_counts_twenty_two_townships_under_their_names_of_2020():
    roster = pack_of("yuzhou-2020").extra["roster"]
    assert len(roster["townships"]) == roster["counted"] == 22
    assert len(roster["outside"]) == 4
    assert {"小吕乡", "褚河镇"} <= {entry["name"] for entry in roster["townships"]}


def test_the_clash_of_the_two_village_lists_of_mianchi_stays_visible():
    roster = pack_of("mianchi-2018-2020").extra["roster"]
    deep, heavy = roster["deep_villages"], roster["heavy_villages"]
    assert (len(deep), len(heavy)) == (18, 38)
    both = {entry["code"] for entry in deep} & {entry["code"] for entry in heavy}
    clashing = {entry["code"] for entry in (*deep, *heavy) if "conflict" in entry}
    assert both == clashing == {"411221101210"}


GUARANTEES = ("food_clothing", "schooling", "medical", "housing", "water")


@pytest.mark.django_db
@pytest.mark.parametrize("guarantee", GUARANTEES)
@pytest.mark.parametrize(
    ("household", "expected"),
    [
        (EXITED, "YZ-R-0.2-02/{}"),
        (BORDER, "YZ-R-0.2-02/{}"),
        (UNEXITED, "YZ-R-2-01/{}"),
        (ORDINARY, "CD-guarantee/{}-other"),
    ],
    ids=["exited", "border", "unexited", "ordinary"],
)
def test_a_lost_guarantee_makes_one_sign_whoever_the_household_is(guarantee, household, expected):
    packs = in_force("yuzhou-2020", "county-default")
    found = hits(packs, "household", {**FINE, **household, f"{guarantee}_ok": False})
    assert found == {expected.format(guarantee)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "household", [EXITED, BORDER, UNEXITED, ORDINARY], ids=["exited", "border", "unexited", "ordinary"]
)
@pytest.mark.parametrize(
    ("topic", "trouble"), [("housing_unsafe", {"danger_grade": "D"}), ("water_unsafe", {"water_safe": False})]
)
@pytest.mark.parametrize(
    "code", ["yuzhou-2020", "shangqiu-2018", "mianchi-2018-2020", "longterm-2020", "xuchang-2023"]
)
def test_a_bad_house_or_well_makes_exactly_one_sign_under_every_document(code, household, topic, trouble):
    packs = in_force(code, "county-default")
    assert len(hits(packs, "household", {**FINE, **household, **trouble}, topic)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("registered", [True, False])
@pytest.mark.parametrize(
    "code", ["yuzhou-2020", "shangqiu-2018", "mianchi-2018-2020", "longterm-2020", "xuchang-2023"]
)
def test_a_child_out_of_school_makes_exactly_one_sign_under_every_document(code, registered):
    facts = {
        "age": 10,
        "in_school": False,
        "schooling_code": "not_at_school",
        "household_registered": registered,
        "has_medical_insurance": True,
        "has_serious_illness_insurance": True,
    }
    assert len(hits(in_force(code, "county-default"), "person", facts)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("per_head_fen", "household", "expected"),
    [
        (399_999, EXITED, {"YZ-R-0.2-02/income-net"}),
        (400_000, EXITED, {"CD-income/monitoring"}),
        (499_999, EXITED, {"CD-income/monitoring"}),
        (500_000, EXITED, set()),
        (499_999, BORDER, {"YZ-R-7-01"}),
        (500_000, BORDER, set()),
    ],
)
def test_low_income_makes_one_sign_to_the_cent(per_head_fen, household, expected):
    packs = in_force("yuzhou-2020", "county-default")
    risk = {"risk_illness": household is BORDER}
    facts = {**FINE, **household, **risk, "income_members": 3, "net_income_fen": per_head_fen * 3}
    assert hits(packs, "household", facts) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("subject", ["household", "person"])
@pytest.mark.parametrize("code", COUNTS)
def test_nobody_is_accused_of_what_nobody_has_looked_at(code, subject):
    assert hits(in_force(code, "county-default"), subject, {}) == set()


def test_every_metric_a_rule_reads_is_registered():
    for code in folder_codes():
        for rule in pack_of(code).active_rules:
            assert set(rule.metrics) <= set(metrics_of(rule.subject)), rule.key


def test_codes_are_shown_as_the_words_they_stand_for():
    lines = {line.param.key: line.values for line in param_lines(pack_of("yuzhou-2020"))}
    assert lines["rule_border_class"] == ("边缘易致贫户",)
    assert lines["rule_danger_grades"] == ("C 级（局部危险）、D 级（整栋危险）",)
