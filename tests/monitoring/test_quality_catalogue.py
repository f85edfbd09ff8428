"""The catalogue of data checks: what it promises, and that every check does what its golden cases say - in SQL and in plain Python."""

import pytest

from monitoring.quality.catalogue import CatalogueError, checks_of_content
from monitoring.quality.conditions import Meaning, check_q, counters_of, rows_of
from monitoring.quality.faults import counts_fill
from monitoring.quality.tables import sheets_make
from tests.monitoring.quality_oracle import Oracle
from tests.monitoring.quality_rows import DAY, Params, bodies, checks, golden, param, sheet_row
from tests.policies.golden import pack_of

NUMBERS = sorted(checks())
SOUND = {
    "number": "DQ-X", "topic": "身份信息", "subject": "person", "severity": "error", "title": "没有登记姓名",
    "when": [{"column": "name", "op": "blank"}], "mend": "person-edit",
}  # fmt: skip


def test_there_are_at_least_two_hundred_checks_of_every_topic_and_severity():
    found = checks().values()
    assert len(found) >= 200
    assert {check.topic for check in found} == {
        "身份信息", "家庭关系", "教育", "劳动能力", "医疗健康", "务工就业", "识别与风险", "帮扶措施", "收入支出",
        "住房饮水与保障", "村情",
    }  # fmt: skip
    assert {check.severity for check in found} == {"error", "doubt", "hint"}
    assert len({check.title for check in found}) == len(found), "two checks say the same"


def test_the_pack_is_no_document_and_every_limit_is_the_countys_own():
    pack = pack_of("data-quality")
    assert not pack.is_document
    assert {one.basis for one in pack.params.values()} == {"county"}
    assert not any(one.clause for one in pack.params.values())


def test_every_parameter_is_used_by_a_check_or_by_the_mending_of_faults():
    used = {key for check in checks().values() for key in check.params}
    assert set(pack_of("data-quality").params) - used == {"mend_days", "exemption_most_days"}


@pytest.mark.parametrize("number", NUMBERS)
def test_every_check_has_a_case_that_hits_and_one_that_is_clear(number):
    case = golden().get(number)
    assert case, "no golden case"
    assert case["hit"]
    assert case["clear"]
    parts = checks()[number].parts
    compares = [part for part in parts if part.op not in {"blank", "duplicate"} and not part.counted]
    assert case["unknown"] or not compares or any(part.any for part in parts), (
        "no case with an unknown figure"
    )


def doubted(check, plains):
    """Which of these rows, all on their sheets together, the check doubts."""
    rows = [sheet_row(check.subject, plain) for plain in plains]
    meaning = Meaning(DAY, param, counters_of([check]))
    if any(meaning.counters.values()):
        counts_fill(meaning)
    found = set(
        rows_of(check.subject).filter(check_q(check, meaning), pk__in=rows).values_list("pk", flat=True)
    )
    return [row in found for row in rows]


@pytest.mark.django_db
@pytest.mark.usefixtures("sheets")
@pytest.mark.parametrize("number", NUMBERS)
def test_the_golden_cases_hold_in_sql_and_in_plain_python(number):
    check, case, oracle = checks()[number], golden()[number], Oracle(Params(), DAY)
    plains = [plain for expected in ("hit", "clear", "unknown") for plain in case[expected]]
    wanted = [True] * len(case["hit"]) + [False] * (len(case["clear"]) + len(case["unknown"]))
    assert [oracle.holds(bodies()[number], plain) for plain in plains] == wanted
    if not check.is_wide:
        assert doubted(check, plains) == wanted
        return
    for plain, expected in zip(
        plains, wanted, strict=True
    ):  # rows of one case must not be twins of another's
        assert doubted(check, [plain]) == [expected], plain
        sheets_make()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"subject": "cow"}, "对象"),
        ({"severity": "grave"}, "程度"),
        ({"mend": "nowhere"}, "改正页面"),
        ({"when": [{"column": "colour", "op": "blank"}]}, "colour"),
        ({"when": [{"column": "age", "op": "near", "value": 3}]}, "near"),
        ({"when": [{"column": "age", "op": "gt"}]}, "value"),
        ({"when": [{"column": "age", "op": "gt", "value": 3, "param": "labour_age"}]}, "之一"),
        ({"when": [{"op": "blank"}]}, "列"),
        ({"when": [{"column": "age", "op": "gt", "valu": 3}]}, "valu"),
        ({"shows": ["id_hash"]}, "不能显示"),
        ({"title": ""}, "title"),
    ],
)
def test_a_mistake_in_the_pack_is_named(change, word):
    with pytest.raises(CatalogueError) as wrong:
        checks_of_content({"checks": {"check": [SOUND | change]}})
    assert "DQ-X" in wrong.value.sentence
    assert word in wrong.value.sentence


def test_a_number_used_twice_is_named():
    with pytest.raises(CatalogueError, match="不止一次"):
        checks_of_content({"checks": {"check": [SOUND, SOUND]}})


def test_no_check_shows_a_personal_number():
    """Whether there is a number may be shown, the number and its hash may not."""
    shown = {name.rpartition(".")[2] for check in checks().values() for name in check.shows}
    numbers = [name for name in shown if name.endswith(("_hash", "phone", "account", "_id", "card"))]
    assert [name for name in numbers if not name.startswith("has_")] == []
    assert "name" not in shown
