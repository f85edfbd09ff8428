"""变更记录: who, when, why, old and new for everything in the file; numbers without values; the same cost however long."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households import services
from households.changes import KINDS, changes_of
from households.field_groups import COLUMN_GROUP
from households.inputs import (
    ActNote,
    EditNote,
    IncomeInput,
    MeasureInput,
    PersonInput,
)
from households.models import HouseholdAct, HouseholdSituation, PersonSituation
from households.paper_form import LIVING_SECTIONS, PERSON_SECTIONS
from tests.cast import actor
from tests.factories.households import (
    id_number,
    make_event,
    make_guarantee,
    make_household,
    make_measure,
    make_paper,
    make_safety_net,
    make_situation,
    make_visit,
)

pytestmark = pytest.mark.django_db
ON, LATER = date(2020, 3, 1), date(2020, 6, 1)
ALL = frozenset({"identity", "income", "health", "schooling", "housing", "water", "safety_net", "work"})


def lines(household, groups=ALL, **asked) -> list:
    return changes_of(household, groups, size=500, **asked).rows


def one(household, field: str):
    found = [row for row in lines(household) if row.field == field]
    assert len(found) == 1, [(row.field, row.before, row.after) for row in lines(household)]
    return found[0]


@pytest.fixture
def household(village):
    return make_household(village, members=2, hamlet="东庄")


def person_of(household):
    return household.memberships.order_by("pk").first().person


def test_an_edit_says_who_when_why_old_and_new(clerk, household):
    services.household_edit(
        actor=clerk, household=household, changes={"hamlet": "西庄"}, version=1, reason="入户核对"
    )
    line = one(household, "自然村")
    assert (line.before, line.after, line.reason, line.who, line.kind) == (
        "东庄", "西庄", "入户核对", "李办事", "household",
    )  # fmt: skip
    assert line.at is not None


def test_a_situation_speaks_field_by_field_in_words(clerk, household):
    person = person_of(household)
    make_situation(person, labour_skill="ordinary", is_healthy=True)
    services.person_situation_record(
        actor=clerk,
        person=person,
        on=ON,
        changes={"labour_skill": "none", "is_healthy": False},
        edit=EditNote(reason="摔伤"),
    )
    found = {(row.field, row.before, row.after) for row in lines(household, kind="situation")}
    assert {("劳动技能", "普通劳动力", "无劳动力"), ("健康", "是", "否")} <= found
    assert "摔伤" in next(row for row in lines(household, field="健康") if row.after == "否").reason


def test_living_guarantee_status_net_and_helper_are_in_it(clerk, officer, household):
    given = {"actor": clerk, "household": household}
    services.household_situation_record(**given, on=ON, changes={"road_kind": "cement", "arable_mu": 3})
    services.guarantee_record(**given, kind="water", state="not_met", on=ON)
    services.guarantee_record(**given, kind="water", state="met", on=LATER)
    services.status_set(
        actor=officer, household=household, dimension="monitor", value="borderline", on=ON, reason="县级审定"
    )
    net = services.safety_net_open(**given, kind="rural_allowance", on=ON, monthly_fen=30_000)
    services.safety_net_close(actor=clerk, spell=net, on=LATER)
    services.helper_assign(**given, on=ON, name="老李", unit="教育局")
    found = {(row.kind, row.field, row.before, row.after) for row in lines(household)}
    for wanted in (
        ("living", "入户路类型", "—", "水泥路"),
        ("living", "耕地面积（亩）", "—", "3"),
        ("guarantee", "状态", "未保障", "有保障"),
        ("status", "监测对象类别", "非监测对象", "边缘易致贫户"),
        ("safety_net", "月发放额（元）", "—", "300.00 元"),
        ("safety_net", "截止", "农村低保、300.00 元", "已截止"),
        ("helper", "帮扶责任人", "—", "老李"),
    ):
        assert wanted in found, (wanted, sorted(found))


def test_incomes_measures_events_acts_visits_and_papers_are_in_it(clerk, household):
    given = {"actor": clerk, "household": household}
    period = ("quarter", date(2020, 6, 30), date(2020, 7, 2))
    services.income_save(**given, entry=IncomeInput(*period), items={"wage_labour": 100_000})
    services.income_save(**given, entry=IncomeInput(*period), items={"wage_labour": 120_000})
    entry = MeasureInput("finance", "小额信贷", date(2020, 1, 1), amount_fen=5_000_000)
    services.measure_save(**given, entry=entry)
    services.member_add(
        **given,
        entry=PersonInput("张小", "son", gender="male", join_kind="newborn"),
        on=ON,
        note=ActNote(reason="出生"),
    )
    services.act_reverse(actor=clerk, act=HouseholdAct.objects.get(), reason="误登")
    make_visit(household)
    make_paper(household)
    found = {(row.kind, row.field, row.before, row.after) for row in lines(household)}
    assert ("income", "务工（分项）", "1,000.00 元", "1,200.00 元") in found
    assert {row.what for row in lines(household, kind="act")} == {
        "成员增加（新生儿）",
        "撤销：成员增加（新生儿）",
    }
    assert {"measure", "visit", "paper", "act"} <= {row.kind for row in lines(household)}


def test_no_personal_number_ever_appears(clerk, village):
    old, new = id_number(date(1960, 1, 1)), id_number(date(1960, 1, 1))
    household = make_household(
        village, phone="13800001234", head={"id_number": old, "birth_date": date(1960, 1, 1)}
    )
    services.household_edit(
        actor=clerk,
        household=household,
        changes={},
        numbers={"phone": "13911112222", "bank_account": "6222021234567890"},
    )
    services.person_edit(actor=clerk, person=person_of(household), changes={}, numbers={"id_number": new})
    text = str(lines(household))
    for number in (old, new, "13800001234", "13911112222", "6222021234567890", "1234", "2222"):
        assert number not in text
    assert {row.field: row.after for row in lines(household)}["联系电话"] == "（已更改）"
    assert {row.after for row in lines(household) if row.field in ("证件号码", "银行账号")} == {"（已更改）"}
    assert not re.search(r"\d{15,}", text)


def full_file(clerk, household, times: int = 1) -> None:
    person = person_of(household)
    given = {"actor": clerk, "household": household}
    for n in range(times):
        services.household_edit(
            **given, changes={"hamlet": f"{n} 组", "main_cause": "illness" if n % 2 else "water"}
        )
        services.person_situation_record(
            actor=clerk,
            person=person,
            on=ON,
            changes={"is_disabled": bool(n % 2), "labour_skill": "none" if n % 2 else "lost"},
        )
        services.household_situation_record(
            **given, on=ON, changes={"house_area_m2": n + 1, "water_safe": bool(n % 2)}
        )
        services.member_add(**given, entry=PersonInput(f"测{n}", "son", gender="male"), on=ON)
        make_guarantee(household, "medical", "met", on=ON, effective_to=ON)
        make_measure(household, "health")
        make_event(household, note="住院")
        make_visit(household)
        make_paper(household, "medical")
        make_safety_net(household, on=ON, effective_to=ON)


def test_a_department_sees_its_own_groups_and_no_reasons(clerk, household):
    full_file(clerk, household, 2)
    services.income_save(
        actor=clerk,
        household=household,
        entry=IncomeInput("quarter", date(2020, 6, 30), date(2020, 7, 2), wage_fen=1),
    )
    mine = lines(household, frozenset({"health"}))
    assert {row.group for row in mine} <= {"", "health"}
    assert {"残疾"} <= {row.field for row in mine}
    assert not {"劳动技能", "住房面积(㎡)", "饮水安全", "工资性收入", "致贫原因"} & {
        row.field for row in mine
    }
    assert "event" not in {row.kind for row in mine}
    assert {row.reason for row in mine} == {""}
    assert "labour" not in str(mine)


def test_kind_and_field_narrow_the_list(clerk, household):
    full_file(clerk, household, 2)
    assert {row.kind for row in lines(household, kind="visit")} == {"visit"}
    assert {row.field for row in lines(household, field="自然村")} == {"自然村"}
    assert lines(household, kind="nonsense") == []
    page = changes_of(household, ALL, kind="household")
    assert "自然村" in page.fields
    assert "残疾" not in page.fields
    assert {code for code, _ in page.kinds} <= set(KINDS)


def test_the_pages_make_the_whole_list_once_in_order(clerk, household):
    full_file(clerk, household, 3)
    whole, found, after = lines(household), [], ""
    assert [row.key for row in whole] == sorted((row.key for row in whole), reverse=True)
    while True:
        page = changes_of(household, ALL, after=after, size=7)
        found += page.rows
        if not (after := page.next_after):
            break
    assert found == whole
    assert changes_of(household, ALL, after="nonsense", size=500).rows == whole


def test_a_long_history_asks_as_many_questions_as_a_short_one(world, cast, login):
    household, clerk = make_household(world.village_a1, members=2), actor(cast.li)
    counts, client = [], login(cast.officer)
    address = reverse("households:changes-panel", args=[household.pk])
    for more in (1, 5):
        full_file(clerk, household, more)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_panel_pages_and_filters(world, cast, login):
    household, clerk = make_household(world.village_a1, members=2), actor(cast.li)
    full_file(clerk, household, 6)
    client = login(cast.li)
    address = reverse("households:changes-panel", args=[household.pk])
    text = client.get(address).content.decode()
    assert "下一页" in text
    assert "原为" in text
    after = re.search(r'href="[^"]*[?&;]after=([^"&]+)"', text).group(1)
    second = client.get(f"{address}?after={after}").content.decode()
    assert "第一页" in second
    assert "自然村" in client.get(address, {"kind": "household"}).content.decode()
    assert "没有这样的变更" in client.get(address, {"kind": "nonsense"}).content.decode()


def test_every_column_of_a_situation_has_its_group_and_its_place_on_the_form():
    base = {
        "id",
        "effective_from",
        "effective_to",
        "recorded_at",
        "end_recorded_at",
        "recorded_by",
        "source",
        "change_reason",
    }
    columns = set()
    for model, sections, key in (
        (PersonSituation, PERSON_SECTIONS, "person"), (HouseholdSituation, LIVING_SECTIONS, "household"),
    ):  # fmt: skip
        own = {field.name for field in model._meta.concrete_fields} - base - {key}
        assert {name for _, names in sections for name in names} == own
        columns |= own
    assert set(COLUMN_GROUP) == columns
