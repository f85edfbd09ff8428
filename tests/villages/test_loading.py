"""Loading the statistical list of divisions."""

from datetime import date
from pathlib import Path

import pytest

from accounts.models import AuditEntry
from common.errors import Invalid
from villages.loading import FOLDER, divisions_load, read_rows
from villages.models import Division, DivisionCode, DivisionName
from villages.names import name_forms, short_name
from villages.selectors import division_named

TODAY = date(2020, 9, 20)


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("张涧村村委会", "张涧"),
        ("段村村委会", "段"),
        ("西学村民委员会", "西学"),
        ("御湖湾社区居民委员会", "御湖湾"),
        ("光明居委会", "光明"),
        ("三官赵村", "三官赵"),
        ("村", "村"),
        ("禹州市", "禹州市"),
    ],
)
def test_suffixes_are_stripped_and_one_village_mark(full, short):
    assert short_name(full) == short


def test_a_document_may_write_one_mark_more():
    assert name_forms("段村村") == ("段村", "段")


@pytest.fixture
def yuzhou(db):
    return divisions_load(read_rows(FOLDER / "yuzhou.csv"), TODAY)


def test_the_county_is_loaded_with_stubs_above_and_its_former_names(yuzhou):
    assert (yuzhou.new, yuzhou.changed, yuzhou.unchanged, yuzhou.stubs, yuzhou.names) == (705, 0, 0, 2, 2)
    assert Division.objects.filter(level="township").count() == 26
    assert set(Division.objects.filter(is_stub=True).values_list("code", flat=True)) == {"41", "4110"}
    assert Division.objects.get(code="411081").parent.parent.code == "41"


def test_loading_twice_changes_nothing(yuzhou):
    before = (DivisionName.objects.count(), DivisionCode.objects.count(), Division.objects.count())
    again = divisions_load(read_rows(FOLDER / "yuzhou.csv"), date(2021, 1, 1))
    assert (again.new, again.changed, again.unchanged, again.stubs, again.names) == (0, 0, 705, 0, 0)
    assert (DivisionName.objects.count(), DivisionCode.objects.count(), Division.objects.count()) == before


def test_a_stub_becomes_whole_when_its_list_comes(yuzhou):
    key = Division.objects.get(code="4110").key
    result = divisions_load(read_rows(FOLDER / "xuchang.csv.gz"), TODAY)
    prefecture = Division.objects.get(code="4110")
    assert (prefecture.name, prefecture.is_stub, prefecture.key) == ("许昌市", False, key)
    assert (result.changed, result.unchanged) == (1, 705)


def test_a_township_is_found_by_the_name_of_its_time(yuzhou):
    then, now = date(2020, 2, 25), date(2023, 6, 30)
    for code, old in (("411081119", "小吕乡"), ("411081005", "褚河镇")):
        found = division_named(old, below="411081", on=then)
        assert [one.code for one in found] == [code]
        assert division_named(old, below="411081", on=now) == []
        assert DivisionName.objects.get(name=old).basis == "inferred"


def test_a_village_is_found_without_its_suffix_and_a_shared_name_gives_both(yuzhou):
    assert len(division_named("张涧村", below="411081")) == 1
    assert len(division_named("彭庄", below="411081")) == 2


def test_a_changed_name_becomes_a_dated_name(yuzhou, tmp_path):
    lines = (FOLDER / "yuzhou.csv").read_text(encoding="utf-8").replace("古城镇", "古城新镇")
    path = tmp_path / "later.csv"
    path.write_text(lines, encoding="utf-8")
    assert divisions_load(read_rows(path), TODAY).changed == 1
    names = DivisionName.objects.filter(division__code="411081106").order_by("pk")
    assert [(one.name, one.effective_from, one.effective_to) for one in names] == [
        ("古城镇", None, TODAY),
        ("古城新镇", TODAY, None),
    ]


def write(folder: Path, *lines: str) -> Path:
    path = folder / "list.csv"
    path.write_text("\n".join(("code,name,level,parent_code", *lines)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("41108,禹州市,county,4110", "code"),
        ("４11081,禹州市,county,4110", "code"),
        ("411081,,county,4110", "name"),
        ("411081,禹州市,city,4110", "level"),
        ("411081,禹州市,county,4111", "parent_code"),
    ],
)
def test_a_bad_row_is_named_with_row_and_column(tmp_path, line, column):
    with pytest.raises(Invalid) as refusal:
        read_rows(write(tmp_path, "4110,许昌市,prefecture,41", line))
    assert refusal.value.sentence.startswith(f"第 3 行 {column} 列")


def test_a_code_twice_loads_nothing(tmp_path, db):
    path = write(tmp_path, "411081,禹州市,county,4110", "411081,禹州,county,4110")
    with pytest.raises(Invalid, match="重复"):
        divisions_load(read_rows(path), TODAY)
    assert not Division.objects.exists()


@pytest.mark.parametrize("content", [b"code,name\n1,2\n", b"\xff\xfe\x00", b"code,name,level,parent_code\n"])
def test_a_file_of_another_kind_is_refused(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(Invalid):
        read_rows(path)


def test_the_command_prints_one_object_and_is_audited(db, run_json):
    code, body = run_json("load_divisions", FOLDER / "mianchi.csv")
    assert code == 0
    assert body["new"] == Division.objects.filter(is_stub=False).count() > 200
    assert AuditEntry.objects.get(verb="villages.loaded").detail["new"] == body["new"]
    assert run_json("load_divisions", FOLDER / "mianchi.csv")[1]["unchanged"] == body["new"]


def test_the_command_refuses_with_a_sentence(db, run_json):
    code, body = run_json("load_divisions", "nowhere.csv")
    assert code == 1
    assert body["error"] == "no_file"
