"""The dashboard and the lists behind it, through the door."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.actor import operator_actor
from common.errors import NotFound
from exchange.sheet import ExportQuery
from households import codes
from reporting.models import Figure, ReportRun
from reporting.services import figures_refresh
from reporting.sheets import dashboard_file
from tests.cast import actor
from tests.factories.funds import make_allocation, make_document, make_entry, make_payment
from tests.factories.households import make_household
from tests.factories.projects import make_project

DAY = date(2020, 9, 20)


@pytest.fixture
def counted(world, settings):
    settings.BUSINESS_DATE = DAY
    make_household(
        world.village_a1, members=3, poverty_status=codes.PovertyStatus.UNEXITED, head_name="李测户"
    )
    make_household(
        world.village_b1, members=2, poverty_status=codes.PovertyStatus.UNEXITED, head_name="赵测户"
    )
    document = make_document(
        world.county, level="county", amount_fen=100_000_000, year=2020, issued_on=date(2020, 1, 10)
    )
    project = make_project(world.village_a1, year=2020, kind="collective")
    allocation = make_allocation(document, project, amount_fen=80_000_000, allocated_on=date(2020, 2, 1))
    payment = make_payment(allocation, amount_fen=50_000_000, paid_on=date(2020, 4, 1))
    if not hasattr(payment, "ledger_entry"):
        make_entry(payment)
    run = ReportRun.objects.create(key="t", scope_code="411081", as_of=DAY)
    figures_refresh(run=ReportRun.claim(run.pk))


def page(client, name="reporting:dashboard", *args, **query):
    return client.get(reverse(name, args=args), query)


def test_the_officer_sees_figures_charts_and_links(counted, cast, login):
    answer = page(login(cast.officer))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "截至" in text
    assert "50.0" in text  # paid of granted
    charts = json.loads(text.split('<script id="charts" type="application/json">')[1].split("</script>")[0])
    assert charts["payments"]["series"][0]["data"][3]["value"] == 50.0
    assert charts["payments"]["series"][0]["data"][0]["value"] == 0.0
    assert reverse("reporting:figure-list", args=["registered_households"]) in text


def test_before_the_first_snapshot_the_page_says_so(world, cast, login):
    answer = page(login(cast.officer))
    assert answer.status_code == 200
    assert "还没有数字" in answer.content.decode()


def test_the_clerk_of_another_township_sees_her_own_figures_only(counted, world, cast, login):
    client = login(cast.zhao)
    assert page(client, area=world.township_b.code).status_code == 200
    assert page(client, area=world.township_a.code).status_code == 404
    assert page(client, area="411081").status_code == 404
    text = page(client, "reporting:figure-list", "registered_households").content.decode()
    assert "赵测户" in text
    assert "李测户" not in text


def test_the_list_is_filtered_by_area_and_class_and_answers_a_fragment(counted, world, cast, login):
    client = login(cast.officer)
    url = reverse("reporting:figure-list", args=["registered_households"])
    whole = client.get(url, {"area": world.township_a.code, "split": "unexited"})
    assert "李测户" in whole.content.decode()
    assert "赵测户" not in whole.content.decode()
    none = client.get(url, {"area": "411081", "split": "returned"})
    assert "没有记录" in none.content.decode()
    part = client.get(url, {"area": "411081"}, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div id="figure-table"')


def test_an_unknown_figure_and_a_helper_are_refused(counted, cast, login):
    assert page(login(cast.officer), "reporting:figure-list", "nonsense").status_code == 404
    assert page(login(cast.wang)).status_code in (403, 404)


def test_updating_asks_for_one_run(counted, cast, login, django_capture_on_commit_callbacks):
    client = login(cast.officer)
    Figure.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("reporting:dashboard-refresh"), {"area": "411081"})
    assert answer.status_code == 302
    assert Figure.objects.filter(scope_code="411081", as_of=DAY).exists()
    outside = login(cast.zhao).post(reverse("reporting:dashboard-refresh"), {"area": "411081"})
    assert outside.status_code == 404


def test_a_list_costs_the_same_for_3_rows_and_for_30(world, cast, login):
    client = login(cast.officer)
    url = reverse("reporting:figure-list", args=["live_households"])

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    for _ in range(3):
        make_household(world.village_a1)
    cost()
    few = cost()
    for _ in range(27):
        make_household(world.village_a2)
    assert cost() == few


def test_the_workbook_holds_the_boards_with_numbers_as_numbers(counted, tmp_path):
    scope = operator_actor().scope("reporting.view").narrowed("411081")
    path = tmp_path / "board.xlsx"
    rows = dashboard_file(path, ExportQuery(scope, DAY), [("表式", "总览数据表")])
    book = load_workbook(path)
    assert rows > 5
    assert "户类型结构" in book.sheetnames
    cells = {row[0].value: row[1].value for row in book["户类型结构"].iter_rows(min_row=4)}
    assert cells["未脱贫"] == 2
    assert book["资金来源级次"]["B4"].value == 100


def test_no_workbook_without_a_snapshot(world, cast, tmp_path):
    scope = actor(cast.officer).scope("reporting.view")
    with pytest.raises(NotFound):
        dashboard_file(tmp_path / "x.xlsx", ExportQuery(scope, DAY), [])
