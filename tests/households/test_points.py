"""爱心超市积分: never negative, never lost, never double; corrected by a counter-entry."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AppendOnlyError, AuditEntry
from common.errors import Conflict, DomainError, Invalid, NotPermitted
from exchange.sheet import ExportQuery
from households.inputs import ActNote
from households.models import PointEntry
from households.point_sheet import COLUMNS, POINTS
from households.rules_points import change_of
from households.selectors import PointFilters, point_balance, point_list, point_totals
from households.services import household_merge, point_correct, point_record
from households.services.points import PointInput
from policies.pack import PackError, load_folder
from tests.cast import actor
from tests.factories.households import make_household, make_points
from tests.factories.policies import publish

pytestmark = pytest.mark.django_db
DAY = date(2020, 9, 10)


@pytest.fixture
def table(db):
    publish("county-default")


def earn(points=None, code="other", reason="志愿服务", **kw) -> PointInput:
    return PointInput(
        **(
            {
                "uuid": uuid.uuid4(),
                "kind": "earn",
                "on": DAY,
                "points": points,
                "reason_code": code,
                "reason": reason,
            }
            | kw
        )
    )


def spend(points, **kw) -> PointInput:
    return PointInput(
        **({"uuid": uuid.uuid4(), "kind": "spend", "on": DAY, "points": points, "reason": "洗衣液 1 瓶"} | kw)
    )


def url(name, *args):
    return reverse(f"households:{name}", args=args)


# --- earning and spending ---------------------------------------------------------------------------------------------


def test_points_are_earned_by_the_list_and_spent_to_the_last_one(table, clerk, village):
    household = make_household(village)
    first = point_record(actor=clerk, household=household, entry=earn(code="clean_house", reason=""))
    assert (first.points, first.reason, first.balance_after, first.sequence) == (10, "卫生评比优秀", 10, 1)
    last = point_record(actor=clerk, household=household, entry=spend(10))
    assert (last.change, last.balance_after, last.sequence) == (-10, 0, 2)
    assert point_balance(household) == 0
    assert AuditEntry.objects.filter(verb="households.point_record").count() == 2


def test_one_point_more_than_there_is_is_refused_with_the_balance(table, clerk, village):
    household = make_household(village)
    make_points(household, 10)
    with pytest.raises(Conflict, match="现有 10 分，不够兑换 11 分") as refused:
        point_record(actor=clerk, household=household, entry=spend(11))
    assert (refused.value.code, refused.value.field) == ("points_short", "points")
    with pytest.raises(Conflict):
        point_record(actor=clerk, household=make_household(village), entry=spend(1))


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (earn(5, on=date(2020, 9, 21)), "on"),
        (earn(0), "points"),
        (earn(-5), "points"),
        (earn(None), "points"),
        (earn(51), "points"),
        (earn(5, reason=" "), "reason"),
        (earn(5, code="nonsense"), "reason_code"),
        (earn(5, code=""), "reason_code"),
        (earn(9, code="clean_house"), "points"),
        (earn(5, kind="gift"), "kind"),
        (earn(5, kind="correction"), "kind"),
        (spend(5, reason=""), "reason"),
        (spend(None), "points"),
        (spend(100_001), "points"),
    ],
)
def test_what_says_nothing_true_is_refused_beside_its_field(table, clerk, village, entry, field):
    household = make_household(village)
    make_points(household, 50)
    with pytest.raises(Invalid) as refused:
        point_record(actor=clerk, household=household, entry=entry)
    assert refused.value.field == field
    assert PointEntry.objects.count() == 1


def test_a_free_reason_counts_up_to_the_countys_limit(table, clerk, village):
    assert point_record(actor=clerk, household=make_household(village), entry=earn(50)).balance_after == 50


def test_without_a_list_in_force_only_free_reasons_are_taken(clerk, village):
    household = make_household(village)
    with pytest.raises(Invalid):
        point_record(actor=clerk, household=household, entry=earn(code="clean_house"))
    assert point_record(actor=clerk, household=household, entry=earn(5)).points == 5


def test_once_a_month_is_once_a_month_and_a_corrected_one_does_not_count(table, clerk, village):
    household = make_household(village)
    monthly = {"code": "clean_house", "reason": ""}
    first = point_record(actor=clerk, household=household, entry=earn(**monthly))
    with pytest.raises(Conflict, match="每月最多记 1 次"):
        point_record(actor=clerk, household=household, entry=earn(**monthly, on=date(2020, 9, 1)))
    point_record(actor=clerk, household=household, entry=earn(**monthly, on=date(2020, 8, 31)))
    point_correct(actor=clerk, entry=first, uuid=uuid.uuid4(), reason="记错户")
    assert point_record(actor=clerk, household=household, entry=earn(**monthly)).balance_after == 20


def test_a_closed_household_gets_and_spends_nothing(table, clerk, village):
    with pytest.raises(Conflict, match="已注销"):
        point_record(actor=clerk, household=make_household(village, is_live=False), entry=earn(5))


@pytest.mark.usefixtures("clerk", "table")
def test_only_who_manages_points_here_may_record_and_correct(other_clerk, officer, auditor, helper, village):
    household = make_household(village)
    line = make_points(household)
    for stranger in (other_clerk, officer, auditor, helper):
        with pytest.raises(NotPermitted):
            point_record(actor=stranger, household=household, entry=earn(5))
        with pytest.raises(NotPermitted):
            point_correct(actor=stranger, entry=line, uuid=uuid.uuid4(), reason="记错")


# --- once -------------------------------------------------------------------------------------------------------------


def test_the_same_entry_again_is_the_same_entry(table, clerk, village):
    household = make_household(village)
    for sent in (earn(20), spend(20)):
        first = point_record(actor=clerk, household=household, entry=sent)
        assert point_record(actor=clerk, household=household, entry=sent) == first
    assert PointEntry.objects.count() == 2
    assert AuditEntry.objects.filter(verb="households.point_record").count() == 2


def test_the_same_number_with_other_content_or_another_household_is_refused(table, clerk, village):
    household, sent = make_household(village), earn(20)
    point_record(actor=clerk, household=household, entry=sent)
    with pytest.raises(Conflict) as refused:
        point_record(actor=clerk, household=household, entry=replace(sent, points=30))
    assert refused.value.code == "point_uuid_reused"
    with pytest.raises(Conflict):
        point_record(actor=clerk, household=make_household(village), entry=sent)


# --- corrections ------------------------------------------------------------------------------------------------------


def test_a_correction_is_a_counter_entry_and_both_stay(table, clerk, village):
    household, number = make_household(village), uuid.uuid4()
    earned, spent = make_points(household, 30), make_points(household, 10, kind="spend")
    back = point_correct(actor=clerk, entry=spent, uuid=number, reason="物品退回")
    assert (back.change, back.balance_after, back.corrects) == (10, 30, spent)
    assert point_correct(actor=clerk, entry=spent, uuid=number, reason="物品退回") == back
    undone = point_correct(actor=clerk, entry=earned, uuid=uuid.uuid4(), reason="记错户")
    assert (undone.change, undone.balance_after) == (-30, 0)
    assert PointEntry.objects.count() == 4
    totals = point_totals(PointEntry.objects.filter(household=household))
    assert (totals.earned, totals.spent, totals.held) == (0, 0, 0)


def test_an_entry_is_corrected_once_with_a_reason_and_a_correction_never(table, clerk, village):
    line = make_points(make_household(village), 30)
    with pytest.raises(Invalid, match="原因"):
        point_correct(actor=clerk, entry=line, uuid=uuid.uuid4(), reason=" ")
    back = point_correct(actor=clerk, entry=line, uuid=uuid.uuid4(), reason="记错")
    with pytest.raises(Conflict, match="已经更正过"):
        point_correct(actor=clerk, entry=line, uuid=uuid.uuid4(), reason="再更正")
    with pytest.raises(Conflict, match="不能再更正"):
        point_correct(actor=clerk, entry=back, uuid=uuid.uuid4(), reason="改回来")


def test_points_that_were_spent_cannot_be_taken_back(table, clerk, village):
    household = make_household(village)
    earned = make_points(household, 30)
    make_points(household, 1, kind="spend")
    with pytest.raises(Conflict, match="已被兑换（现有 29 分）"):
        point_correct(actor=clerk, entry=earned, uuid=uuid.uuid4(), reason="记错")


# --- the ledger itself ------------------------------------------------------------------------------------------------


def test_lines_are_never_changed_or_deleted(village):
    line = make_points(make_household(village))
    line.points = 99
    for act in (
        line.save, line.delete, PointEntry.objects.all().delete, lambda: PointEntry.objects.update(points=99),
    ):  # fmt: skip
        with pytest.raises(AppendOnlyError):
            act()


@pytest.mark.parametrize(
    "wrong",
    [
        {"balance_after": -1},
        {"points": 0, "change": 0},
        {"change": 11},
        {"kind": "spend", "change": 10},
        {"kind": "correction", "change": -10},
        {"sequence": 1},
    ],
)
def test_the_database_refuses_what_no_service_writes(village, wrong):
    household = make_household(village)
    make_points(household)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_points(household, **wrong)


ACTS = st.lists(st.tuples(st.sampled_from(["earn", "spend", "correct"]), st.integers(1, 50)), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_is_done_the_balance_is_the_sum_and_never_negative(clerk, village, acts):
    household = make_household(village)
    for kind, number in acts:
        lines = list(PointEntry.objects.filter(household=household).order_by("sequence"))
        try:
            if kind == "correct" and lines:
                line = lines[number % len(lines)]
                point_correct(actor=clerk, entry=line, uuid=uuid.uuid4(), reason="更正")
            elif kind != "correct":
                entry = earn(number) if kind == "earn" else spend(number)
                point_record(actor=clerk, household=household, entry=entry)
        except DomainError:
            continue
    total = 0
    for place, line in enumerate(PointEntry.objects.filter(household=household).order_by("sequence"), 1):
        total += line.change
        assert (line.sequence, line.balance_after) == (place, total)
        assert total >= 0


def test_a_correction_undoes_what_the_entry_did():
    assert (change_of("earn", 5), change_of("spend", 5)) == (5, -5)
    assert (change_of("correction", 5, 5), change_of("correction", 5, -5)) == (-5, 5)
    with pytest.raises(ValueError, match="corrects"):
        change_of("correction", 5)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[[earn]]\ncode = "a"\nlabel = "甲"\npoints = 0\nbasis = "county"\n', "points"),
        ('[[earn]]\ncode = "other"\nlabel = "甲"\npoints = 1\nbasis = "county"\n', "other"),
        ('[[earn]]\ncode = "a"\nlabel = "甲"\npoints = 1\n', "basis"),
        ("[limits]\nother_points_max = -1\n", "other_points_max"),
    ],
)
def test_a_faulty_list_is_refused_when_the_pack_is_loaded(tmp_path, text, fault):
    folder = tmp_path / "some-county"
    folder.mkdir()
    head = 'code = "some-county"\ntitle = "某县"\neffective_from = 2020-01-01\n'
    (folder / "document.toml").write_text(head, encoding="utf-8")
    (folder / "parameters.toml").write_text("", encoding="utf-8")
    (folder / "points.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as refused:
        load_folder(folder)
    assert any(fault in str(one) and one.file == "points.toml" for one in refused.value.faults)


# --- pages ------------------------------------------------------------------------------------------------------------


def test_earning_spending_and_correcting_by_the_forms(table, world, cast, login, settings):
    settings.BUSINESS_DATE = date(2020, 9, 20)
    household, client = make_household(world.village_a1), login(cast.li)
    number = str(uuid.uuid4())
    sent = {"uuid": number, "on": "2020-09-10", "reason_code": "clean_house"}
    for _ in range(2):
        assert client.post(url("point-earn", household.pk), sent).status_code == 302
    short = {"uuid": str(uuid.uuid4()), "on": "2020-09-10", "reason": "洗衣液", "points": "11"}
    refused = client.post(url("point-spend", household.pk), short)
    assert refused.status_code == 422
    assert "现有 10 分，不够兑换 11 分" in refused.content.decode()
    line = PointEntry.objects.get()
    back = {"uuid": str(uuid.uuid4()), "reason": "记错户"}
    assert client.post(url("point-correct", household.pk, line.pk), back).status_code == 302
    panel = client.get(url("points-panel", household.pk)).content.decode()
    for word in ("现有 <strong>0</strong> 分", "卫生评比优秀", "更正（第 1 条）", "已更正"):
        assert word in panel


def test_a_village_is_recorded_at_once_each_household_on_its_own(table, world, cast, login, settings):
    settings.BUSINESS_DATE = date(2020, 9, 20)
    one, other, elsewhere = (make_household(world.village_a1) for _ in range(3))
    full = make_household(world.village_a1, head_name="已满户")
    make_points(full, 10, DAY, reason_code="clean_house")
    foreign = make_household(world.village_b1)
    sent = {
        "village": world.village_a1.code, "uuid": str(uuid.uuid4()), "on": "2020-09-10", "reason_code": "clean_house",
        "household": [one.pk, other.pk, full.pk, foreign.pk],
    }  # fmt: skip
    client = login(cast.li)
    for _ in range(2):
        answer = client.post(url("point-village"), sent)
        assert answer.status_code == 422
        assert "已满户：“卫生评比优秀”每月最多记 1 次" in answer.content.decode()
    balances = [point_balance(row) for row in (one, other, elsewhere, full, foreign)]
    assert balances == [10, 10, 0, 10, 0]
    fine = client.post(url("point-village"), sent | {"household": [one.pk]})
    assert fine["Location"] == f"{url('point-list')}?area={world.village_a1.code}"


def test_a_village_form_without_a_household_or_of_another_area_is_refused(table, world, cast, login):
    client = login(cast.li)
    sent = {
        "village": world.village_a1.code,
        "uuid": str(uuid.uuid4()),
        "on": "2020-09-10",
        "reason_code": "training",
    }
    assert "请勾选至少一户" in client.post(url("point-village"), sent).content.decode()
    foreign = make_household(world.village_b1)
    asked = client.get(url("point-village"), {"village": world.village_b1.code})
    assert foreign.household_no not in asked.content.decode()
    assert (
        client.post(
            url("point-village"), sent | {"village": world.village_b1.code, "household": [foreign.pk]}
        ).status_code
        == 422
    )
    assert point_balance(foreign) == 0


def test_the_village_form_asks_as_many_questions_for_30_households_as_for_3(world, cast, login):
    client, counts = login(cast.li), []
    for more in (3, 27):
        for _ in range(more):
            make_points(make_household(world.village_a1))
        client.get(url("point-village"), {"village": world.village_a1.code})
        with CaptureQueriesContext(connection) as queries:
            client.get(url("point-village"), {"village": world.village_a1.code})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_line_of_another_household_cannot_be_corrected_through_this_one(world, cast, login):
    line, other = make_points(make_household(world.village_a1)), make_household(world.village_a1)
    assert login(cast.li).get(url("point-correct", other.pk, line.pk)).status_code == 404


def test_who_only_looks_sees_the_ledger_and_no_buttons(world, cast, login):
    household = make_household(world.village_a1)
    make_points(household)
    text = login(cast.auditor).get(url("points-panel", household.pk)).content.decode()
    assert "志愿服务" in text
    assert url("point-earn", household.pk) not in text
    assert "更正</a>" not in text


def test_the_ledger_of_the_area_by_kind_and_month(world, cast):
    here, there = make_household(world.village_a1), make_household(world.village_b1)
    earned, spent = make_points(here, 30, date(2020, 8, 31)), make_points(here, 10, kind="spend")
    make_points(there, 99)
    li = actor(cast.li)

    def found(**kw):
        return list(point_list(actor=li, filters=PointFilters(**kw)))

    assert found() == [spent, earned]
    assert found(kind="earn") == [earned]
    assert found(month=date(2020, 8, 1)) == [earned]
    assert found(month=date(2020, 9, 1)) == [spent]
    assert found(area=world.village_a2.code) == []
    totals = point_totals(point_list(actor=li, filters=PointFilters()))
    assert (totals.earned, totals.spent, totals.held) == (30, 10, 20)


def test_the_ledger_asks_as_many_questions_for_30_lines_as_for_3(world, cast, login):
    household, client, counts = make_household(world.village_a1), login(cast.li), []
    for more in (3, 27):
        for _ in range(more):
            make_points(household)
        for name, args in (("point-list", ()), ("points-panel", (household.pk,))):
            client.get(url(name, *args))
            with CaptureQueriesContext(connection) as queries:
                client.get(url(name, *args))
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


def test_the_export_holds_the_lines_of_the_scope_up_to_the_day(world, cast):
    here = make_household(world.village_a1, head_name="张三")
    make_points(here, 30, date(2020, 8, 31))
    make_points(here, 10, date(2020, 9, 30), kind="spend")
    make_points(make_household(world.village_b1), 5)
    query = ExportQuery(actor(cast.li).scope("households.view"), date(2020, 9, 20))
    source = POINTS.rows(query)
    (row,) = list(source.rows)
    found = dict(zip([column.key for column in COLUMNS], row, strict=True))
    assert (source.total, found["head"], found["points"], found["balance"]) == (1, "张三", 30, 30)
    assert found["village"] == "刘沟"


def test_points_follow_the_people_when_two_households_become_one(world, cast):
    household, other = (
        make_household(world.village_a1, head_name="甲"),
        make_household(world.village_a1, head_name="丁"),
    )
    make_points(other, 30)
    joined = {row.person_id: "other" for row in other.memberships.all()}
    note = ActNote(uuid=uuid.uuid4(), reason="赡养", relations=joined)
    both = {
        "actor": actor(cast.li),
        "household": household,
        "other": other,
        "on": date(2020, 9, 1),
        "note": note,
    }
    act = household_merge(**both)
    assert (point_balance(household), point_balance(other)) == (30, 0)
    assert household_merge(**both) == act, "the same form again moves nothing twice"
    assert (point_balance(household), point_balance(other)) == (30, 0)


def test_a_household_without_points_leaves_no_line(world, cast):
    household, other = make_household(world.village_a1), make_household(world.village_a1)
    note = ActNote(reason="赡养", relations={row.person_id: "other" for row in other.memberships.all()})
    household_merge(actor=actor(cast.li), household=household, other=other, on=date(2020, 9, 1), note=note)
    assert not PointEntry.objects.exists()
