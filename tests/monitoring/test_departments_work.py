"""Working differences to their end, the pages, the feedback file, and who is kept out."""

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from common.errors import Conflict, Invalid, NotFound, PasswordNeeded
from households.models import SafetyNet
from monitoring.departments.feedback import feedback_write
from monitoring.departments.models import DepartmentBatch, DepartmentDifference
from monitoring.selectors import departments
from monitoring.services import departments as services
from monitoring.services.differences import (
    SettleInput,
    difference_settle,
    difference_start,
    differences_theirs_wrong,
)
from tests.cast import actor
from tests.monitoring import departments_world as w

State, Kind = DepartmentDifference.State, DepartmentDifference.Kind
ON = date(2020, 9, 1)


@pytest.fixture(autouse=True)
def closed_queue(monkeypatch, settings, packs):
    settings.BUSINESS_DATE = w.DAY
    monkeypatch.setattr(services, "enqueue_on_commit", lambda task, pk: None)


@pytest.fixture
def batch(world, cast):
    homes, strangers = w.grown(world, 6, 6, 6, 3, unknown=2)
    made = w.compared(cast.officer, w.xlsx(w.lines(homes, strangers)))
    made.homes, made.strangers = homes, strangers
    return made


def settle(user, row, outcome, reason="", on=None):
    entry = SettleInput(outcome, reason, on)
    return difference_settle(actor=actor(user), pk=row.pk, entry=entry, today=w.DAY)


def held(row, **more):
    single = row.subject_key.startswith("person:")
    nets = SafetyNet.objects.filter(
        household=row.household, kind=row.net_kind, effective_to__isnull=True, **more
    )
    return nets.filter(person=row.person if single else None)


def test_ten_are_worked_to_the_end_and_the_records_follow(batch, cast):
    by_kind = {kind: list(batch.differences.filter(kind=kind, household__isnull=False)) for kind in Kind}
    for row in by_kind[Kind.OURS_ONLY][:3]:
        settle(cast.officer, row, State.CONFIRMED, on=ON)
        assert not held(row).exists()
        assert SafetyNet.objects.get(household=row.household, kind=row.net_kind).effective_to == ON
    for row in by_kind[Kind.THEIRS_ONLY][:3]:
        settle(cast.officer, row, State.CONFIRMED, on=ON)
        new = held(row).get()
        assert (new.monthly_fen, new.effective_from) == (31_000, ON)
        assert "民政" in new.change_reason
        assert "2020Q3" in new.change_reason
    for row in by_kind[Kind.VALUE][:2]:
        settle(cast.officer, row, State.CONFIRMED, on=ON)
        assert held(row).get().monthly_fen == 32_500
    wrong, told = by_kind[Kind.VALUE][2:4]
    settle(cast.officer, wrong, State.THEIRS_WRONG, "系统未及时停发")
    settle(cast.officer, told, State.EXPLAINED, "九月起调标")
    assert {held(row).get().monthly_fen for row in (wrong, told)} == {30_000}
    assert batch.differences.filter(state__in=(State.OPEN, State.WORKING)).count() == 20 - 10
    made = feedback_write(actor=actor(cast.officer), pk=batch.pk)
    sheet = load_workbook(made.path)["反馈"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    made.path.unlink()
    assert made.rows == len(rows) == batch.rows.count()
    found = {row[0]: row for row in rows}
    line = found[str(wrong.row.number)]
    assert (line[8], line[9], line[10]) == ("金额不一致", "对方有误", "系统未及时停发")
    text = str(rows)
    assert not [home.number for home in batch.homes if home.number in text]
    assert not [
        home.person.name for home in batch.homes if home.theirs is None and f"'{home.person.name}'" in text
    ]


def test_the_numbers_in_full_need_right_reason_password_and_leave_a_trace(batch, cast):
    with pytest.raises(Invalid, match="用途"):
        feedback_write(actor=actor(cast.officer), pk=batch.pk, full=True)
    with pytest.raises(PasswordNeeded):
        feedback_write(
            actor=actor(cast.officer, password_fresh=False), pk=batch.pk, full=True, reason="反馈民政局"
        )
    made = feedback_write(actor=actor(cast.officer), pk=batch.pk, full=True, reason="反馈民政局")
    sheet = load_workbook(made.path)["反馈"]
    made.path.unlink()
    numbers = {row[2].value for row in sheet.iter_rows(min_row=2)}
    assert numbers == {home.number for home in batch.homes if home.theirs is not None} | set(batch.strangers)
    entry = AuditEntry.objects.filter(verb="monitoring.department_feedback").latest("pk")
    assert (entry.reason, entry.detail["full"]) == ("反馈民政局", True)
    with pytest.raises(NotFound):
        feedback_write(actor=actor(cast.dept), pk=batch.pk)


def test_a_settled_difference_stays_settled(batch, cast):
    row = batch.differences.filter(kind=Kind.VALUE).first()
    for bad in (
        SettleInput("closed"),
        SettleInput(State.EXPLAINED, "短"),
        SettleInput(State.CONFIRMED),
        SettleInput(State.CONFIRMED, on=date(2020, 9, 21)),
    ):
        with pytest.raises(Invalid):
            difference_settle(actor=actor(cast.officer), pk=row.pk, entry=bad, today=w.DAY)
    assert difference_start(actor=actor(cast.officer), pk=row.pk).state == State.WORKING
    settle(cast.officer, row, State.EXPLAINED, "九月起调标")
    assert settle(cast.officer, row, State.EXPLAINED, "另一个说法").reason == "九月起调标"
    with pytest.raises(Conflict):
        settle(cast.officer, row, State.THEIRS_WRONG, "反悔了一次")
    with pytest.raises(Conflict):
        difference_start(actor=actor(cast.officer), pk=row.pk)


def test_several_at_once_leave_alone_what_is_elsewhere_or_settled(batch, cast, world):
    everything = list(batch.differences.values_list("pk", flat=True))
    mine = batch.differences.filter(scope_code__startswith=world.township_a.code).count()
    assert differences_theirs_wrong(actor=actor(cast.li), pks=everything, reason="名单未更新") == mine
    assert differences_theirs_wrong(actor=actor(cast.li), pks=everything, reason="名单未更新") == 0
    for pks, reason in (([], "名单未更新"), (everything, "短"), (range(501), "名单未更新")):
        with pytest.raises(Invalid):
            differences_theirs_wrong(actor=actor(cast.li), pks=pks, reason=reason)


def test_a_clerk_works_his_township_and_nobody_elses(batch, cast, world):
    here = batch.differences.filter(scope_code__startswith=world.township_a.code).first()
    there = batch.differences.filter(scope_code__startswith=world.township_b.code).first()
    county = batch.differences.filter(household__isnull=True).first()
    assert settle(cast.li, here, State.EXPLAINED, "核对无误差").worked_by_id == cast.li.pk
    for row in (there, county):
        with pytest.raises(NotFound):
            settle(cast.li, row, State.EXPLAINED, "核对无误差")
    with pytest.raises(NotFound):
        settle(cast.rev, batch.differences.last(), State.EXPLAINED, "核对无误差")


def test_a_department_sees_only_its_own_lists(batch, cast):
    assert not departments.batch_list(actor=actor(cast.dept)).exists()
    every = departments.DifferenceFilters("all")
    assert not departments.difference_list(actor=actor(cast.dept), filters=every).exists()
    assert {one.listing.group for one in departments.calendar(actor=actor(cast.dept), day=w.DAY)} == {
        "health"
    }
    assert departments.difference_list(actor=actor(cast.officer), filters=every).count() == 20


def test_the_calendar_says_what_has_come_and_what_is_late(batch, cast):
    def state(code, period, day):
        return next(
            one
            for one in departments.calendar(actor=actor(cast.officer), day=day)
            if (one.listing.code, one.period.code) == (code, period)
        )

    assert state("safety_net", "2020Q3", w.DAY).batch == batch
    late = [state("medical_cost", "2020-08", date(2020, 9, day)).is_late for day in (4, 5, 6)]
    assert late == [False, False, True]


def test_the_way_through_the_pages(world, cast, login):
    homes, strangers = w.grown(world, 2, 2, 2, 1, unknown=1)
    client = login(cast.officer, fresh=True)
    assert "逾期未报" in client.get(reverse("monitoring:department-home")).content.decode()
    body = {"listing": "safety_net", "period": "2020Q3", "file": w.upload(w.xlsx(w.lines(homes, strangers)))}
    answer = client.post(reverse("monitoring:department-upload"), body)
    batch = DepartmentBatch.objects.get()
    assert answer["Location"] == reverse("monitoring:department-mapping", args=[batch.pk])
    assert "公民身份证号" in client.get(answer["Location"]).content.decode()
    assert client.post(answer["Location"], {"name": "户主"}).status_code == 422
    assert client.post(answer["Location"], w.MAPPING).status_code == 302
    w.work(batch.pk)
    url = reverse("monitoring:department-batch", args=[batch.pk])
    assert "开始比对" in client.get(url).content.decode()
    client.post(reverse("monitoring:department-compare", args=[batch.pk]))
    w.work(batch.pk)
    text = client.get(url).content.decode()
    assert "反馈部门" in text
    assert "未匹配到户" in text
    listed = client.get(
        reverse("monitoring:difference-list"), {"batch": batch.pk, "kind": "value"}
    ).content.decode()
    assert "325.00 元" in listed
    assert not [home.number for home in homes if home.number in listed + text]
    row = batch.differences.filter(kind=Kind.VALUE).first()
    page = reverse("monitoring:difference-detail", args=[row.pk])
    assert "更正我方金额" in client.get(page).content.decode()
    assert client.post(page, {"outcome": "explained", "reason": ""}).status_code == 422
    assert client.post(page, {"outcome": "confirmed", "on": "2020-09-01"}).status_code == 302
    bulk = client.post(
        reverse("monitoring:difference-bulk"), {"pick": [str(row.pk)], "reason": "名单未更新"}, follow=True
    )
    assert "0 条" in bulk.content.decode()
    sent = client.post(reverse("monitoring:department-feedback", args=[batch.pk]))
    content = io.BytesIO(b"".join(sent.streaming_content))
    assert load_workbook(content)["反馈"].max_row == 1 + batch.rows.count()
    again = client.post(
        reverse("monitoring:department-upload"), body | {"file": w.upload(w.xlsx([["x"] * 8]))}
    )
    assert again.status_code == 302
    bad = client.post(reverse("monitoring:department-upload"), body | {"file": w.upload(b"%PDF-1.4")})
    assert bad.status_code == 422


def test_lists_ask_as_much_for_thirty_as_for_three(world, cast, login):
    def asked(client):
        found = []
        for name in ("department-home", "difference-list"):
            client.get(reverse(f"monitoring:{name}"))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(f"monitoring:{name}"))
            found.append(len(queries))
        return found

    client = login(cast.officer)
    homes, _ = w.grown(world, 1, 1, 1, 0)
    w.compared(cast.officer, w.xlsx(w.lines(homes)))
    few = asked(client)
    more, _ = w.grown(world, 10, 10, 10, 0, start=100)
    w.compared(cast.officer, w.xlsx(w.lines(homes + more)))
    assert asked(client) == few
