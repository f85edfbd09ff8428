"""The pages of doubtful data: what they list, whom they let in, and where each fault is mended."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from exchange.services.exports import ExportInput, export_now
from households.models import Person
from monitoring.models import DataFault, FaultExemption
from monitoring.selectors import quality
from monitoring.services.quality import ExemptionInput, fault_exempt, quality_here
from policies.services import pack_publish, pack_submit
from tests.cast import actor
from tests.factories.households import make_helper, make_household, make_living, make_person, make_situation

DAY = date(2020, 9, 20)
SAME_SEX, NO_KIND, NO_GRADE = "DQ-0207", "DQ-0510", "DQ-1001"


@pytest.fixture
def county(world, cast, settings):
    """Two townships with a fault of identity and one of health each, checked once."""
    settings.BUSINESS_DATE = DAY
    row = pack_submit(actor=actor(cast.officer), code="data-quality")
    pack_publish(actor=actor(cast.leader), pk=row.pk)
    homes = []
    for village in (world.village_a1, world.village_b1):
        home = make_household(village)
        make_living(home, danger_grade="A", water_safe=True)
        home.wife = make_person(home, relation="spouse", gender="male", name="王测婚", phone="13900001234")
        make_situation(home.wife, is_disabled=True, is_healthy=False, disability_grade=2)
        homes.append(home)
    check(cast, DAY)
    return homes


def check(cast, day, code="411081"):
    return quality_here(actor=actor(cast.officer), division=code, say=lambda text: None, as_of=day)


def page(client, name, **query):
    answer = client.get(reverse(f"monitoring:{name}"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_clerk_sees_the_faults_of_his_township_and_the_way_to_mend_them(county, cast, login):
    here, there = county
    text = page(login(cast.li), "fault-list", rule=SAME_SEX)
    assert here.household_no in text
    assert there.household_no not in text
    assert "配偶与户主性别相同" in text
    assert reverse("households:person-edit", args=[here.pk, here.wife.pk]) in text
    assert "/exempt/" not in text
    assert "13900001234" not in text


def test_the_fragment_is_only_the_table(county, cast, login):
    answer = login(cast.li).get(reverse("monitoring:fault-list"), headers={"HX-Request": "true"})
    assert answer.content.decode().strip().startswith('<div id="fault-table"')


def test_a_helper_sees_only_his_households(county, cast, login, world):
    mine = county[0]
    assert mine.household_no not in page(login(cast.wang), "fault-list")
    make_helper(mine, cast.wang)
    assert mine.household_no in page(login(cast.wang), "fault-list")


def test_a_department_sees_only_faults_of_its_fields(county, cast, login):
    health = actor(cast.dept)
    seen = set(quality.seen_faults(actor=health).values_list("rule_key", flat=True))
    assert NO_KIND in seen
    assert "DQ-0118" not in seen, "telephones are not the health office's"
    assert "DQ-0911" not in seen
    every = quality.seen_faults(actor=actor(cast.officer))
    hidden = every.exclude(rule_key__in=seen)
    assert all(set(fault.field_groups.strip(",").split(",")) - {"health", ""} for fault in hidden)
    text = page(login(cast.dept), "check-list")
    assert "残疾没有登记残疾类别" in text
    assert "没有登记户联系电话" not in text


def test_the_start_page_counts_by_township_and_its_numbers_are_doors(county, cast, login, world):
    text = page(login(cast.officer), "quality-home", area=world.township_a.code)
    assert "火龙镇" in text
    assert "顺店镇" in text
    assert f"?rule={SAME_SEX}&amp;area={world.township_a.code}" in text
    states = {one.code: one for one in quality.township_states(actor=actor(cast.officer), today=DAY)}
    wanted = quality.FaultFilters(area=world.township_a.code)
    assert (
        states[world.township_a.code].open
        == quality.fault_list(actor=actor(cast.officer), filters=wanted, today=DAY).count()
    )
    own = quality.township_states(actor=actor(cast.li), today=DAY)
    assert [one.code for one in own] == [world.township_a.code]


@pytest.mark.parametrize(("days", "late"), [(29, False), (30, False), (31, True)])
def test_a_fault_is_overdue_when_it_stands_longer_than_mending_may_take(county, cast, days, late):
    filters = quality.FaultFilters("overdue", rule=SAME_SEX)
    found = quality.fault_list(actor=actor(cast.officer), filters=filters, today=DAY + timedelta(days=days))
    assert found.exists() is late


def test_the_time_to_mend_is_the_median_and_the_longest_by_township(county, cast, world):
    for home, days in zip(county, (4, 10), strict=True):
        Person.objects.filter(pk=home.wife.pk).update(gender="female")
        check(cast, DAY + timedelta(days=days))
    states = {one.code: one for one in quality.township_states(actor=actor(cast.officer), today=DAY)}
    first, second = states[world.township_a.code], states[world.township_b.code]
    assert (first.mended, first.median_days, first.longest_days) == (1, 4, 4)
    assert (second.mended, second.median_days, second.longest_days) == (1, 10, 10)


def test_an_officer_exempts_and_takes_back(county, cast, login, world):
    fault = DataFault.objects.get(rule_key=SAME_SEX, household=county[0])
    client, url = login(cast.officer), reverse("monitoring:fault-exempt", args=[fault.pk])
    assert "配偶与户主性别相同" in client.get(url).content.decode()
    bad = client.post(url, {"reason": "是", "until": "2020-10-20", "area": ""})
    assert bad.status_code == 422
    assert "不少于 4 个字" in bad.content.decode()
    assert client.post(url, {"reason": "户籍登记如此", "until": "2020-10-20", "area": ""}).status_code == 302
    made = FaultExemption.objects.get()
    assert "户籍登记如此" in page(client, "exemption-list")
    assert "豁免至" in page(client, "fault-list", state="exempt", rule=SAME_SEX)
    assert "户籍登记如此" not in page(login(cast.zhao), "exemption-list")
    assert client.post(reverse("monitoring:exemption-end", args=[made.pk])).status_code == 302
    fault.refresh_from_db()
    assert fault.exemption is None


def test_an_exemption_whose_day_has_passed_is_to_be_mended_before_the_next_run_says_so(county, cast):
    fault = DataFault.objects.get(rule_key=SAME_SEX, household=county[0])
    entry = ExemptionInput("户籍登记如此", DAY + timedelta(days=2))
    fault_exempt(actor=actor(cast.officer), pk=fault.pk, entry=entry, today=DAY)
    for days, state in ((2, "exempt"), (3, "open")):
        wanted = quality.FaultFilters(state, rule=SAME_SEX)
        found = quality.fault_list(
            actor=actor(cast.officer), filters=wanted, today=DAY + timedelta(days=days)
        )
        assert found.filter(pk=fault.pk).exists(), state


def test_a_run_is_started_and_listed(county, cast, login):
    client = login(cast.officer)
    answer = client.post(reverse("monitoring:quality-start"), {"area": "411081"})
    assert answer.status_code == 302
    assert "禹州市" in page(client, "quality-run-list")
    assert "禹州市" in page(login(cast.li), "quality-run-list"), "a township is checked by the county's run"


def test_before_the_pack_is_published_every_page_says_so(world, cast, login, settings):
    settings.BUSINESS_DATE = DAY
    client = login(cast.officer)
    for name in ("quality-home", "check-list"):
        assert "尚未发布" in page(client, name)
    page(client, "fault-list")
    answer = client.post(reverse("monitoring:quality-start"), {"area": "411081"})
    assert answer.status_code == 422
    assert "尚未发布" in answer.content.decode()


def test_lists_ask_as_much_for_thirty_as_for_three(county, cast, login, world, django_assert_num_queries):
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    def asked(name):
        client = login(cast.officer)
        page(client, name)
        with CaptureQueriesContext(connection) as found:
            page(client, name)
        return len(found)

    names = ("quality-home", "fault-list", "exemption-list", "quality-run-list")
    few = [asked(name) for name in names]
    for _ in range(30):
        make_household(world.village_a1)
    check(cast, DAY)
    assert [asked(name) for name in names] == few


def test_the_workbook_of_a_township_has_a_sheet_per_rule_and_the_reason_beside_the_cell(
    county, cast, world, tmp_path: Path
):
    path = tmp_path / "faults.xlsx"
    entry = ExportInput("DATA_FAULTS", DAY, world.township_a.code)
    rows = export_now(actor=actor(cast.officer), entry=entry, path=path)
    book = load_workbook(path)
    assert book.sheetnames[0] == "说明"
    name = next(one for one in book.sheetnames if one.startswith(SAME_SEX))
    heads, line = ([cell.value for cell in row] for row in book[name].iter_rows(min_row=1, max_row=2))
    told = dict(zip(heads, line, strict=True))
    assert told["户编号"] == county[0].household_no
    assert (told["与户主关系"], told["户主性别"]) == ("配偶", "男")
    assert heads[heads.index("户主性别") + 1] == "疑点原因"
    assert told["疑点原因"] == "配偶与户主性别相同"
    assert sum(sheet.max_row - 1 for sheet in book if sheet.title not in {"说明", "汇总"}) == rows
    everything = str([cell.value for sheet in book for row in sheet for cell in row])
    assert county[1].household_no not in everything
    assert "13900001234" not in everything
