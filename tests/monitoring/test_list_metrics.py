"""What rules read of departments' lists and of doubts: in the list of the period, not in it, or unknown."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from households.metrics import facts_of
from monitoring.departments.feedback import feedback_write
from monitoring.departments.models import DepartmentBatch
from monitoring.models import DataFault, FaultExemption, QualityRun, RiskSign
from monitoring.services import departments as services
from policies.metrics import Judged
from tests.cast import actor
from tests.factories.households import id_number, make_household, make_measure, make_situation, make_village
from tests.monitoring import departments_world as w

BORN = date(2008, 5, 5)
HEADS = ("学生姓名", "身份证号", "村")
MAPPING = dict(zip(("name", "id_number", "village"), HEADS, strict=True))
LIST = "in_student_aid_list"


@pytest.fixture(autouse=True)
def closed_queue(monkeypatch, settings, packs, tmp_path):
    settings.BUSINESS_DATE, settings.FILES_DIR = w.DAY, tmp_path
    monkeypatch.setattr(services, "enqueue_on_commit", lambda task, pk: None)


@pytest.fixture
def pupils(world):
    """Three households of one pupil each: the first two of our county, the third of another one."""
    found = []
    for number, village in enumerate(
        (world.village_a1, world.village_b1, make_village("411025100201", "外县村")), 1
    ):
        plain = id_number(BORN, number)
        row = make_household(
            village, head={"birth_date": BORN, "id_number": plain}, poverty_status="unexited"
        )
        row.pupil, row.number = row.memberships.get().person, plain
        make_situation(row.pupil, schooling="junior_1")
        found.append(row)
    return found


def listed(cast, *homes, listing="student_aid", more=(), **kw) -> DepartmentBatch:
    rows = [[home.pupil.name, home.number, ""] for home in homes] + [
        ["外人", id_number(BORN, 900), ""],
        *more,
    ]
    return w.compared(cast.officer, w.xlsx(rows, HEADS, "名单"), MAPPING, listing=listing, **kw)


def person(home, day=w.DAY, **kw):
    return facts_of("person", [home.pupil.pk], Judged(day, **kw))[home.pupil.pk]


def household(home, day=w.DAY, **kw):
    return facts_of("household", [home.pk], Judged(day, **kw))[home.pk]


def test_in_the_list_not_in_it_and_unknown(pupils, cast):
    assert [person(home)[LIST] for home in pupils] == [None, None, None]
    batch = listed(cast, pupils[0])
    assert [person(home)[LIST] for home in pupils] == [True, False, None]
    assert person(pupils[0])["in_premium_aid_list"] is None
    assert not batch.differences.exists(), "a roster asks nobody to work its rows"


def test_a_list_that_was_only_read_says_nothing(pupils, cast):
    batch, _ = w.accepted(
        cast.officer, w.xlsx([["某", pupils[0].number, ""]], HEADS, "名单"), listing="student_aid"
    )
    services.batch_map(actor=actor(cast.officer), pk=batch.pk, mapping=MAPPING)
    w.work(batch.pk)
    assert person(pupils[0])[LIST] is None


def test_a_list_serves_its_period_and_the_next_one_and_no_other_time(pupils, cast):
    listed(cast, pupils[0])
    days = (w.DAY - timedelta(days=1), w.DAY, date(2020, 12, 31), date(2021, 1, 1))
    assert [person(pupils[0], day)[LIST] for day in days] == [None, True, True, None]
    assert person(pupils[0], known_at=timezone.now() - timedelta(days=1))[LIST] is None


def test_a_monthly_list_is_old_after_the_next_month(pupils, cast):
    """The loans come by quarter; the costs of medicine by month, read as the lists a household stands in."""
    rows = [[pupils[0].pupil.name, pupils[0].number, "100"]]
    heads = (*HEADS[:2], "金额")
    mapping = dict(zip(("name", "id_number", "amount"), heads, strict=True))
    w.compared(cast.officer, w.xlsx(rows, heads, "名单"), mapping, listing="medical_cost", period="2020-09")
    counts = [
        household(pupils[0], day)["lists_not_fed_back"]
        for day in (w.DAY, date(2020, 10, 31), date(2020, 11, 1))
    ]
    assert counts == [1, 1, None]


def test_the_newest_batch_of_the_period_speaks(pupils, cast):
    listed(cast, pupils[0])
    listed(cast, pupils[1])
    assert [person(home)[LIST] for home in pupils[:2]] == [False, True]


def test_an_unconfirmed_namesake_is_not_in_the_list(pupils, cast):
    batch = listed(cast, pupils[0])
    batch.rows.filter(household=pupils[0]).update(match="proposed")
    assert person(pupils[0])[LIST] is False


def test_a_household_stands_where_one_of_it_stands(pupils, cast):
    listed(cast, pupils[0], listing="loan_overdue")
    rows = [
        ["1", home.pupil.name, home.number, "", home.village.name, "农村低保", "整户保", "300"]
        for home in pupils[:1]
    ]
    w.compared(cast.officer, w.xlsx(rows))
    for name in ("in_loan_overdue_list", "in_safety_net_list"):
        assert [household(home)[name] for home in pupils] == [True, False, None], name
    assert [person(home)["household_in_safety_net_list"] for home in pupils] == [True, False, None]


def test_a_list_is_answered_when_its_feedback_was_made(pupils, cast):
    batch = listed(cast, pupils[0], listing="danger_house")
    names = ("lists_not_fed_back", "last_fed_back_on")
    assert [household(pupils[0])[name] for name in names] == [1, None]
    assert household(pupils[1])["lists_not_fed_back"] is None, "in no list: nobody can say"
    made = feedback_write(actor=actor(cast.officer), pk=batch.pk)
    made.path.unlink()
    assert [household(pupils[0])[name] for name in names] == [0, w.DAY]
    assert AuditEntry.objects.filter(verb="monitoring.department_feedback").count() == 1


def test_a_run_signs_the_pupil_without_aid_and_nobody_else(pupils, cast, run_json, world):
    listed(cast, pupils[0])
    aided = make_household(world.village_a2, head={"birth_date": BORN}, poverty_status="unexited")
    child = aided.memberships.get().person
    make_situation(child, schooling="primary")
    make_measure(aided, "other_schooling", item="助学金", person=child)
    code, answer = run_json("screen", "--quarter", "2020Q3", "--as-of", "2020-09-20", "--division", "411081")
    assert code == 0
    signs = RiskSign.objects.filter(rule_key="YZ-R-14-02")
    assert [sign.household_id for sign in signs] == [pupils[1].pk]
    assert answer["unknown_by_rule"]["YZ-R-15-05"] == 3


# ---- doubts


def fault(home, on: date, number="DQ-1", **kw) -> DataFault:
    run = QualityRun.objects.order_by("pk").first()
    return DataFault.objects.create(
        rule_key=number, severity="doubt", subject_kind="household", subject_id=home.pk, subject_key=f"household:{home.pk}",
        household=home, scope_code=home.scope_code, found_on=on, found_run=run, **kw,
    )  # fmt: skip


def test_doubts_count_while_open_and_not_exempted_and_are_unknown_where_nobody_checked(pupils, cast):
    names = ("open_data_faults", "oldest_data_fault_on")
    assert household(pupils[0])["open_data_faults"] is None
    QualityRun.objects.create(
        key="q", scope_code="411081", as_of=date(2020, 9, 1), state="done", finished_at=timezone.now()
    )
    assert [household(home)["open_data_faults"] for home in pupils] == [0, 0, None]
    fault(pupils[0], date(2020, 9, 1))
    fault(pupils[0], date(2020, 9, 2), "DQ-2")
    fault(pupils[0], date(2020, 8, 1), "DQ-3", closed_on=date(2020, 9, 10))
    pardon = FaultExemption.objects.create(
        rule_key="DQ-4", scope_code="411081", reason="属实", until=date(2020, 9, 30)
    )
    fault(pupils[0], date(2020, 7, 1), "DQ-4", exemption=pardon)
    assert [household(pupils[0])[name] for name in names] == [2, date(2020, 9, 1)]
    before, after = household(pupils[0], date(2020, 9, 9)), household(pupils[0], date(2020, 10, 1))
    assert [before[name] for name in names] == [3, date(2020, 8, 1)]
    assert [after[name] for name in names] == [3, date(2020, 7, 1)], "the exemption has ended"
    early = datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone())
    assert household(pupils[0], known_at=early)["open_data_faults"] is None
