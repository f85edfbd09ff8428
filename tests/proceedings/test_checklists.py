"""Exit standards: read from packs, judged from the file, ticked by people, frozen with the decision. Unknown never passes."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from common.errors import Conflict, Invalid, NotFound, NotPermitted
from policies.pack import CheckGroup, CheckItem, Checklist, PackError, load_folder
from policies.pack.checklists import MEASURES
from policies.packset import PackSet, ordered
from policies.selectors import packs_folder
from proceedings import checks, posting
from proceedings.exit_check import Finding, Mark, Measured, judge
from proceedings.models import CheckMark, Kind
from proceedings.selectors.exits import frozen_of, measured_of, verdict_of
from proceedings.services import OpenInput, proceeding_open
from proceedings.services.check_marks import MarkInput, check_mark_add
from tests.cast import actor
from tests.factories.households import make_guarantee, make_living, make_year_income
from tests.factories.policies import publish
from tests.proceedings import walk
from tests.proceedings.walk import DAY, lead, opened

pytestmark = pytest.mark.django_db
ON = date(2020, 9, 20)
KINDS = ("food_clothing", "schooling", "medical", "housing", "water")


@pytest.fixture(autouse=True)
def _checks():
    posting.register()


@pytest.fixture
def poor(world, cast, settings):
    settings.BUSINESS_DATE = ON
    publish("yuzhou-2020", "county-default")
    return walk.home(world, cast, poverty_status="unexited")


@pytest.fixture
def well(poor):
    """Everything known and met: 4,000.00 元 a head exactly."""
    for kind in KINDS:
        make_guarantee(poor, kind, evidence="入户核查")
    make_year_income(poor, members=2, net_fen=800_000)
    return poor


def exit_of(household, cast):
    return opened(household, cast, Kind.HOUSEHOLD_EXIT, who="li")


def lines(verdict) -> dict:
    return {line.item.key: line for part in verdict.parts for line in part.lines}


def village_exit(cast, world):
    given = OpenInput(kind=Kind.VILLAGE_EXIT, source="cadre", on=DAY, reason="达到出列条件")
    return proceeding_open(actor=actor(cast.li), given=given, village=world.village_a1)


# ---- packs


@pytest.mark.parametrize(
    ("code", "name", "clause"),
    [
        ("yuzhou-2020", "一达标、两不愁、三保障和饮水安全", "0.2、2、25"),
        ("mianchi-2018-2020", "一超标、两不愁、四保障、两有", "三(二)"),
    ],
)
def test_the_packs_name_their_standard_and_its_clause(code, name, clause):
    found = load_folder(packs_folder() / code).checklist("household")
    assert (found.name, found.clause, found.basis) == (name, clause, "text")
    assert all(item.clause for item in found.items)


def test_one_seven_two_ships_empty_and_two_haves_too():
    village = load_folder(packs_folder() / "yuzhou-2020").checklist("village")
    assert [(group.name, group.expected, group.items) for group in village.groups] == [
        ("1", 1, ()),
        ("7", 7, ()),
        ("2", 2, ()),
    ]
    assert not village.is_filled
    mianchi = load_folder(packs_folder() / "mianchi-2018-2020").checklist("household")
    assert [group.name for group in mianchi.groups if not group.is_filled] == ["两有"]


def test_every_measure_a_pack_may_name_is_measured(well):
    checklist = load_folder(packs_folder() / "yuzhou-2020").checklist("household")
    packs = PackSet(ordered([load_folder(packs_folder() / "yuzhou-2020")]), ON)
    assert set(measured_of(well, checklist, packs, ON)) == MEASURES


DOCUMENT = (
    'code = "{code}"\ntitle = "测试"\nplace = "411081"\neffective_from = 2020-01-01\nis_document = false\n'
)
GOOD = """[[checklist]]
key = "village_exit"
subject = "village"
name = "1+7+2"
basis = "county"
{more}
[[checklist.group]]
name = "1"
expected = {expected}
[[checklist.group.item]]
key = "{key}"
title = "贫困发生率"
basis = "{basis}"
judged_by = "{judged_by}"
"""


@pytest.fixture
def folder(tmp_path):
    def make(text: str, code: str = "own-list"):
        place = tmp_path / code
        place.mkdir(exist_ok=True)
        (place / "document.toml").write_text(DOCUMENT.format(code=code), encoding="utf-8")
        (place / "parameters.toml").write_text("", encoding="utf-8")
        (place / "checklist.toml").write_text(text, encoding="utf-8")
        return place

    return make


def good(**kw) -> str:
    return GOOD.format(**{"more": "", "expected": 1, "key": "rate", "basis": "county", "judged_by": ""} | kw)


def test_a_good_list_is_read(folder):
    found = load_folder(folder(good())).checklist("village")
    assert (found.is_filled, found.items[0].title) == (True, "贫困发生率")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (good(expected=0), "expected"),
        (good(expected=31), "expected"),
        (good(key="Rate!"), "key 只含"),
        (good(basis="text"), "条款"),
        (good(judged_by="magic"), "judged_by"),
        (good(more='replaces = ["nonsense"]'), "replaces"),
        (good(more="note = 1"), "note"),
        (good(more='colour = "red"'), "不认识的项 colour"),
        (good() + good().replace("[[checklist]]\n", "[[checklist]]\n"), "只能有一份"),
        (good() + '[[checklist.group.item]]\nkey = "rate"\ntitle = "又"\nbasis = "county"\n', "重复"),
        ('[[checklist]]\nkey = "v"\nsubject = "village"\nname = "1"\nbasis = "county"\n', "至少写明"),
        ('[[checklist]]\nkey = "v"\nsubject = "moon"\nname = "1"\nbasis = "county"\n', "moon"),
    ],
)
def test_a_bad_list_is_refused_with_its_place(folder, text, sentence):
    with pytest.raises(PackError) as refusal:
        load_folder(folder(text))
    assert sentence in str(refusal.value)
    assert "checklist.toml" in str(refusal.value)


def test_a_county_fills_the_list_by_naming_it(folder):
    document = load_folder(packs_folder() / "yuzhou-2020")
    own = load_folder(folder(good(more='replaces = ["yuzhou-2020/village_exit"]')))
    other = load_folder(folder(good(), code="other-list"))
    assert PackSet(ordered([document, own]), ON).checklist("village").pack == "own-list"
    assert PackSet(ordered([document, other]), ON).checklist("village").pack == "yuzhou-2020"
    assert PackSet((), ON).checklist("village") is None


# ---- judging, pure


def listed(*items: CheckItem, expected: int = 1) -> Checklist:
    return Checklist(
        "x", "household", "标准", "text", "1", groups=(CheckGroup("组", expected, items),), pack="p"
    )


BY_FILE = CheckItem("housing", "住房安全", "text", "1", judged_by="housing")
BY_EYE = CheckItem("skill", "有技能", "text", "1")


@pytest.mark.parametrize(
    ("held", "mark", "finding"),
    [
        (Finding.MET, None, Finding.MET),
        (Finding.MET, True, Finding.MET),
        (Finding.MET, False, Finding.NOT_MET),
        (Finding.UNKNOWN, None, Finding.UNKNOWN),
        (Finding.UNKNOWN, True, Finding.UNKNOWN),
        (Finding.UNKNOWN, False, Finding.NOT_MET),
        (Finding.NOT_MET, True, Finding.NOT_MET),
    ],
)
def test_people_find_worse_than_the_file_never_better(held, mark, finding):
    marks = {} if mark is None else {"housing": Mark(mark, "看过")}
    verdict = judge(listed(BY_FILE), {"housing": Measured(held, "数据")}, marks)
    assert lines(verdict)["housing"].finding == finding
    assert verdict.passes == (finding == Finding.MET)


@pytest.mark.parametrize(
    ("mark", "finding"), [(None, Finding.UNKNOWN), (True, Finding.MET), (False, Finding.NOT_MET)]
)
def test_what_no_file_tells_people_tell(mark, finding):
    marks = {} if mark is None else {"skill": Mark(mark, "看过")}
    verdict = judge(listed(BY_EYE), {}, marks)
    assert lines(verdict)["skill"].finding == finding
    assert verdict.passes == (mark is True)


@pytest.mark.parametrize(("expected", "passes"), [(1, True), (2, False)])
def test_a_list_with_fewer_lines_than_its_name_promises_does_not_pass(expected, passes):
    verdict = judge(listed(BY_EYE, expected=expected), {}, {"skill": Mark(True, "看过")})
    assert verdict.passes == passes
    assert bool(verdict.findings) != passes


def test_without_a_standard_nothing_passes():
    verdict = judge(None, {}, {})
    assert not verdict.passes
    assert "标准未录入" in verdict.findings[0]


# ---- the file


@pytest.mark.parametrize(("net", "finding"), [(799_999, "not_met"), (800_000, "met"), (800_001, "met")])
def test_the_cent_below_at_and_above_the_line(poor, cast, net, finding):
    make_year_income(poor, members=2, net_fen=net)
    line = lines(verdict_of(exit_of(poor, cast)))["income"]
    assert line.finding == finding
    assert "4,000.00 元" in line.words
    assert "按纯收入推断" in line.words
    assert line.source == "条款 0.2"


def test_disposable_income_goes_before_net(poor, cast):
    make_year_income(poor, members=1, net_fen=100, disposable_fen=400_000)
    line = lines(verdict_of(exit_of(poor, cast)))["income"]
    assert line.finding == "met"
    assert "推断" not in line.words


@pytest.mark.parametrize("kw", [{"net_fen": None}, {"members": None}, {"members": 0}])
def test_an_unknown_part_of_income_is_unknown(poor, cast, kw):
    make_year_income(poor, **kw)
    assert lines(verdict_of(exit_of(poor, cast)))["income"].finding == "unknown"


def test_nothing_collected_is_unknown_everywhere(poor, cast):
    verdict = verdict_of(exit_of(poor, cast))
    assert {line.finding for line in lines(verdict).values()} == {Finding.UNKNOWN}
    assert len(verdict.findings) == 7


def test_a_dangerous_house_and_unsafe_water_beat_the_guarantee(well, cast):
    make_living(well, danger_grade="D", water_safe=False)
    found = lines(verdict_of(exit_of(well, cast)))
    assert found["housing"].finding == found["water"].finding == "not_met"
    assert "D 级" in found["housing"].words


def test_a_document_without_an_income_line_says_so(world, cast):
    pack = load_folder(packs_folder() / "mianchi-2018-2020")
    packs = PackSet(ordered([pack]), ON)
    household = walk.home(world, cast)
    make_year_income(household)
    found = measured_of(household, pack.checklist("household"), packs, ON)["income_over_line"]
    assert found.finding == "unknown"
    assert "没有写明收入线" in found.words
    assert Decimal("4000.00") not in {param.value for param in pack.params.values()}


# ---- the flow


def test_an_exit_is_held_until_the_standard_is_met(poor, cast):
    row = exit_of(poor, cast)
    with pytest.raises(Conflict, match="退出标准核对未通过") as refusal:
        walk.do(row, "evaluate", cast)
    assert "住房安全有保障未核实" in str(refusal.value)


def test_a_met_standard_passes_and_is_kept_with_the_decision(well, cast):
    row = lead(exit_of(well, cast), cast, "exited")
    kept = row.steps.get(act="decide").details["exit_check"]
    assert kept["passes"] is True
    assert kept["pack"] == "yuzhou-2020"
    assert len(kept["checksum"]) == 64
    assert [line["finding"] for line in kept["lines"]] == ["met"] * 7
    well.guarantees.all().delete()
    assert frozen_of(row) == kept  # what was decided does not follow the file
    assert "exit_check" not in row.steps.get(act="close_notice").details


def test_the_village_standard_is_unfilled_and_does_not_pass(world, cast, settings):
    settings.BUSINESS_DATE = ON
    publish("yuzhou-2020")
    row = village_exit(cast, world)
    found = checks.findings(checks.VILLAGE_EXIT, row)
    assert found == [
        "标准未录入：“1”应有 1 项，已录入 0 项；“7”应有 7 项，已录入 0 项；“2”应有 2 项，已录入 0 项"
    ]
    with pytest.raises(Conflict, match="标准未录入"):
        walk.do(row, "check", cast)


def mark(cast, row, who="li", **kw) -> CheckMark:
    given = MarkInput(
        **{"uuid": uuid.uuid4(), "item": "housing", "met": False, "explanation": "东屋有裂缝", "on": ON} | kw
    )
    return check_mark_add(actor=actor(getattr(cast, who)), proceeding=row, given=given)


def test_marks_are_added_and_the_latest_counts(well, cast):
    row = exit_of(well, cast)
    first = mark(cast, row)
    assert not verdict_of(row).passes
    again = mark(cast, row, met=True, explanation="已修缮，复查无裂缝")
    assert verdict_of(row).passes
    assert (CheckMark.objects.count(), again.pk > first.pk) == (2, True)
    assert mark(cast, row, uuid=first.uuid) == first


@pytest.mark.parametrize(
    ("kw", "error"),
    [({"item": "moon"}, Invalid), ({"explanation": ""}, Invalid), ({"on": date(2020, 9, 21)}, Invalid)],
)
def test_marks_that_are_refused(well, cast, kw, error):
    with pytest.raises(error):
        mark(cast, exit_of(well, cast), **kw)


def test_wrong_people_and_wrong_times_mark_nothing(well, cast, world):
    row = exit_of(well, cast)
    for who in ("zhao", "auditor"):
        with pytest.raises((NotFound, NotPermitted)):
            mark(cast, row, who=who)
    lead(row, cast, "announcing")
    with pytest.raises(Conflict):
        mark(cast, row)
    with pytest.raises(Conflict):
        mark(cast, opened(walk.home(world, cast), cast))


def test_the_page_shows_figures_clause_and_takes_marks(well, cast, login):
    row = exit_of(well, cast)
    url = reverse("proceedings:checklist", args=[row.pk])
    client = login(cast.li)
    text = client.get(url).content.decode()
    for word in ("一达标", "两不愁", "三保障", "饮水安全", "4,000.00 元", "第2条", "全部达标"):
        assert word in text
    body = {
        "item": "housing",
        "met": "no",
        "explanation": "<b>裂缝</b>",
        "on": "2020-09-20",
        "uuid": str(uuid.uuid4()),
    }
    assert client.post(f"{url}mark/", body | {"explanation": ""}).status_code == 422
    assert client.post(f"{url}mark/", body).status_code == 302
    text = client.get(url).content.decode()
    assert "<b>裂缝" not in text
    assert "尚未全部达标" in text
    assert url in client.get(f"/proceedings/{row.pk}/").content.decode()
