"""A department's list from the file to its differences: counted, repeated, refused."""

from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.errors import Conflict, DomainError, Invalid, NotFound, NotPermitted
from monitoring.departments.models import (
    DepartmentBatch,
    DepartmentDifference,
    DepartmentMapping,
    DepartmentRow,
)
from monitoring.services import department_work
from monitoring.services import departments as services
from tests.cast import actor
from tests.factories.households import id_number, make_household
from tests.monitoring import departments_world as w

State, Kind = DepartmentDifference.State, DepartmentDifference.Kind


@pytest.fixture(autouse=True)
def closed_queue(monkeypatch, settings, packs):
    settings.BUSINESS_DATE = w.DAY
    monkeypatch.setattr(services, "enqueue_on_commit", lambda task, pk: None)


def plain(homes, strangers):
    """The differences worked out from the lists alone."""
    found = set()
    for home in homes:
        who = f"person:{home.person.pk}" if home.single else f"household:{home.household.pk}"
        if home.theirs is None and home.ours is not None:
            found.add((Kind.OURS_ONLY, who))
        elif home.theirs is not None and home.ours is None:
            found.add((Kind.THEIRS_ONLY, who))
        elif home.theirs != home.ours:
            found.add((Kind.VALUE, who))
    return found, len(strangers)


def test_300_differences_are_those_of_a_plain_comparison(world, cast):
    homes, strangers = w.grown(world, 90, 110, 80, 60, unknown=20)
    batch = w.compared(cast.officer, w.xlsx(w.lines(homes, strangers)))
    wanted, unknown = plain(homes, strangers)
    assert (len(wanted) + unknown, batch.state, batch.refused_count) == (300, "done", 0)
    found = list(batch.differences.all())

    def said(one) -> str:
        person = one.subject_key.startswith("person")
        return f"person:{one.person_id}" if person else f"household:{one.household_id}"

    assert {(one.kind, said(one)) for one in found if one.household_id} == wanted
    assert Counter(one.kind for one in found if one.household_id is None) == {Kind.THEIRS_ONLY: unknown}
    assert all(one.scope_code == "411081" for one in found if one.household_id is None), (
        "only the county sees them"
    )
    value = next(one for one in found if one.kind == Kind.VALUE)
    assert (value.theirs_fen, value.ours_fen) == (32_500, 30_000)


def test_the_same_file_again_changes_nothing_and_says_so(world, cast):
    homes, _ = w.grown(world, 2, 2, 2, 2)
    content = w.xlsx(w.lines(homes))
    batch = w.compared(cast.officer, content)
    again, created = w.accepted(cast.officer, content)
    assert (again.pk, created) == (batch.pk, False)
    assert services.batch_compare(actor=actor(cast.officer), pk=batch.pk).state == "done"
    assert DepartmentDifference.objects.count() == 6
    assert DepartmentBatch.objects.count() == 1


def test_a_csv_in_gbk_is_read_and_the_mapping_is_remembered(world, cast):
    homes, _ = w.grown(world, 1, 1, 1, 1)
    first = w.compared(cast.officer, w.xlsx(w.lines(homes)))
    assert DepartmentMapping.objects.get().headers == w.MAPPING
    second, created = w.accepted(cast.officer, w.gbk(w.lines(homes)), name="低保.csv")
    assert (created, second.stage, second.mapping) == (True, "read", w.MAPPING)
    assert w.work(second.pk).rows_count == first.rows_count == 3
    assert second.rows.filter(match="id").count() == 3


def test_the_next_quarter_closes_what_no_longer_differs_and_carries_answers_on(world, cast):
    homes, _ = w.grown(world, 3, 3, 0, 3)
    first = w.compared(cast.officer, w.xlsx(w.lines(homes)))
    answered = first.differences.filter(kind=Kind.THEIRS_ONLY).first()
    DepartmentDifference.objects.filter(pk=answered.pk).update(state=State.EXPLAINED, reason="户口已迁出本县")
    gone = next(home for home in homes if home.ours and home.theirs is None)
    gone.theirs = gone.ours
    second = w.compared(cast.officer, w.xlsx(w.lines(homes)), period="2020Q4", day=date(2020, 10, 20))
    assert second.differences.count() == 5
    assert not first.differences.filter(state__in=DepartmentDifference.UNFINISHED).exists()
    assert first.differences.filter(reason="后一批数据已一致").count() == 1
    kept = second.differences.get(subject_key=answered.subject_key)
    assert (kept.state, kept.reason) == (State.EXPLAINED, "户口已迁出本县")


def test_a_namesake_of_the_same_birthday_and_village_is_proposed_and_waits_for_an_answer(world, cast):
    born = date(1955, 5, 5)
    home = make_household(
        world.village_a1, head_name="赵测同", head={"birth_date": born, "id_number": id_number(born, 801)}
    )
    elsewhere = ["", "赵测同", id_number(born, 802), "", "康城村", "低保", "", "300"]
    rows = [["", "赵测同", id_number(born, 803), "", "火龙镇刘沟村", "低保", "", "300"], elsewhere]
    batch, _ = w.accepted(cast.officer, w.xlsx(rows))
    services.batch_map(actor=actor(cast.officer), pk=batch.pk, mapping=w.MAPPING)
    w.work(batch.pk)
    assert list(batch.rows.order_by("number").values_list("match", "household_id")) == [
        ("proposed", home.pk),
        ("none", None),
    ]
    with pytest.raises(Conflict, match="1 行待确认"):
        services.batch_compare(actor=actor(cast.officer), pk=batch.pk)
    pks = list(batch.rows.values_list("pk", flat=True))
    assert services.proposals_settle(actor=actor(cast.officer), pk=batch.pk, rows=pks, same=True) == 1
    assert services.proposals_settle(actor=actor(cast.officer), pk=batch.pk, rows=pks, same=False) == 0
    services.batch_compare(actor=actor(cast.officer), pk=batch.pk)
    w.work(batch.pk)
    assert batch.differences.get(household=home).kind == Kind.THEIRS_ONLY


def test_a_confirmed_namesake_is_not_asked_about_again_another_number_is(world, cast):
    born = date(1955, 5, 5)
    make_household(
        world.village_a1, head_name="赵测同", head={"birth_date": born, "id_number": id_number(born, 801)}
    )
    place = {"name": "姓名", "birth_date": "出生日期", "village": "村", "id_number": "身份证号"}
    heads = ("姓名", "出生日期", "村", "身份证号")

    def read(number, period, day):
        rows = [["赵测同", "1955-05-05", "刘沟村", number]]
        batch, _ = w.accepted(cast.officer, w.xlsx(rows, heads=heads), period=period, day=day)
        if batch.stage == "mapping":
            services.batch_map(actor=actor(cast.officer), pk=batch.pk, mapping=place)
        w.work(batch.pk)
        return batch.rows.get()

    first = read("", "2020Q3", w.DAY)
    assert first.match == "proposed"
    services.proposals_settle(actor=actor(cast.officer), pk=first.batch_id, rows=[first.pk], same=True)
    again = read("", "2020Q4", date(2020, 10, 20))
    assert (again.match, again.person_id) == ("confirmed", first.person_id)
    assert read(id_number(born, 803), "2021Q1", date(2021, 1, 20)).match == "proposed"


def test_bad_rows_come_back_as_sentences_and_good_ones_are_kept(world, cast):
    homes, _ = w.grown(world, 0, 3, 0, 0)
    rows = w.lines(homes)
    rows[0][2] = rows[0][2][:6] + "********" + rows[0][2][14:]
    rows[1][2] = 411081195001010000
    rows.append(["", "孙测无", "", "", "", "低保", "", "300"])
    rows.append(["", "", homes[0].number, "", "", "低保", "", "三百"])
    batch, _ = w.accepted(cast.officer, w.xlsx(rows))
    services.batch_map(actor=actor(cast.officer), pk=batch.pk, mapping=w.MAPPING)
    run = w.work(batch.pk)
    assert (run.rows_count, run.refused_count, run.rows.count()) == (5, 4, 1)
    told = " ".join(run.faults.values_list("message", flat=True))
    for word in ("脱敏", "第 3 行", "第 4 行", "无法匹配", "不能为空", "每月金额"):
        assert word in told, word


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空"),
        (b"%PDF-1.4 x", "可接受"),
        (b"PK\x03\x04broken", "可接受"),
        ("一,二\n".encode(), ""),
        (b"1,2,3\n4,5,6\n", "表头"),
    ],
)
def test_a_hostile_file_gets_a_sentence(world, cast, content, word):
    with pytest.raises(DomainError) as refusal:
        w.compared(cast.officer, content)
    assert word in refusal.value.sentence


@pytest.mark.parametrize(
    "mapping",
    [
        {},
        {"name": "户主"},
        {"name": "户主", "id_number": "户主"},
        {"name": "没有的列", "id_number": "公民身份证号"},
        {"else": "户主"},
    ],
)
def test_a_mapping_that_cannot_be_is_refused(world, cast, mapping):
    batch, _ = w.accepted(cast.officer, w.xlsx([["1"] * 8]))
    with pytest.raises(Invalid):
        services.batch_map(actor=actor(cast.officer), pk=batch.pk, mapping=mapping)


def test_only_the_department_and_the_county_hand_in(world, cast):
    with pytest.raises(NotPermitted):
        w.accepted(cast.li, w.xlsx([]))
    with pytest.raises(NotPermitted, match="民政"):
        w.accepted(cast.dept, w.xlsx([]))
    batch, created = w.accepted(cast.dept, w.xlsx([]), listing="medical_cost", period="2020-08")
    assert created
    with pytest.raises(NotFound):
        services.batch_map(actor=actor(cast.li), pk=batch.pk, mapping=w.MAPPING)
    with pytest.raises(Invalid, match="报送期"):
        w.accepted(cast.officer, w.xlsx([["1"]]), period="1999Q1")


@pytest.mark.parametrize(("yuan", "status", "clues"), [
    ("4999.99", "exited_with_policy", 0), ("5000", "exited_with_policy", 1), ("19999.99", "ordinary", 0), ("20000", "ordinary", 1),
    ("", "exited_with_policy", 0),
])  # fmt: skip
def test_a_medical_bill_is_a_clue_from_the_line_of_its_kind_of_household(world, cast, yuan, status, clues):
    born = date(1960, 6, 6)
    number = id_number(born, 700)
    make_household(world.village_a1, poverty_status=status, head={"birth_date": born, "id_number": number})
    content = w.xlsx([["张测甲", number, yuan]], heads=("姓名", "身份证号", "自付金额"))
    mapping = {"name": "姓名", "id_number": "身份证号", "amount": "自付金额"}
    batch = w.compared(cast.dept, content, mapping, listing="medical_cost", period="2020-08")
    assert batch.differences.filter(kind=Kind.CLUE).count() == clues
    assert batch.refused_count == (1 if yuan == "" else 0), "without an amount it goes back, it is not fine"


def test_tuition_is_a_clue_above_the_line_only(world, cast):
    numbers = [id_number(date(2003, 1, 2), at) for at in (710, 711)]
    for number in numbers:
        make_household(world.village_a1, head={"birth_date": date(2003, 1, 2), "id_number": number})
    rows = [["张测甲", numbers[0], "10000"], ["张测乙", numbers[1], "10000.01"]]
    mapping = {"name": "姓名", "id_number": "身份证号", "amount": "学费"}
    batch = w.compared(
        cast.officer, w.xlsx(rows, heads=("姓名", "身份证号", "学费")), mapping, listing="tuition"
    )
    assert batch.differences.count() == 1


def test_matching_and_comparing_ask_as_much_for_sixty_as_for_six(world, cast):
    def asked(homes, name):
        batch, _ = w.accepted(cast.officer, w.xlsx(w.lines(homes), title=name))
        if batch.stage == "mapping":
            services.batch_map(actor=actor(cast.officer), pk=batch.pk, mapping=w.MAPPING)
        with CaptureQueriesContext(connection) as found:
            w.work(batch.pk)
            services.batch_compare(actor=actor(cast.officer), pk=batch.pk)
            w.work(batch.pk)
        return len(found)

    homes, _ = w.grown(world, 2, 2, 2, 0)
    few = asked(homes, "甲")
    DepartmentDifference.objects.all().delete()
    more, _ = w.grown(world, 18, 18, 18, 0, start=100)
    assert asked(more, "乙") <= few + 1


def test_a_batch_taken_over_by_another_worker_leaves_nothing_twice(world, cast):
    homes, _ = w.grown(world, 1, 2, 0, 1)
    batch, _ = w.accepted(cast.officer, w.xlsx(w.lines(homes)))
    services.batch_map(actor=actor(cast.officer), pk=batch.pk, mapping=w.MAPPING)
    dead = DepartmentBatch.claim(batch.pk)
    assert DepartmentBatch.claim(batch.pk) is None
    DepartmentBatch.objects.filter(pk=batch.pk).update(heartbeat_at="2020-01-01T00:00:00+08:00")
    w.work(batch.pk)
    with pytest.raises(Conflict):
        department_work.batch_read(dead)
    assert DepartmentRow.objects.count() == 3
