"""Leaders and auditors find the county's figures on their home page; who handles cases finds his own list."""

from datetime import date

import pytest

from households import codes
from reporting.home import home_parts
from reporting.models import ReportRun
from reporting.services import figures_refresh
from tests.cast import actor
from tests.factories.households import make_household

DAY = date(2020, 9, 20)


@pytest.fixture
def counted(world, settings):
    settings.BUSINESS_DATE = DAY
    make_household(world.village_a1, monitor_class=codes.MonitorClass.BORDERLINE)
    make_household(world.village_b1, monitor_class=codes.MonitorClass.BORDERLINE)
    run = ReportRun.objects.create(key="t", scope_code="411081", as_of=DAY)
    figures_refresh(run=ReportRun.claim(run.pk))


def labels(user) -> dict[str, int | None]:
    return {part.label: part.value for part in home_parts(actor(user), DAY)}


def test_a_leader_and_an_auditor_see_the_county(counted, cast, login):
    for user in (cast.leader, cast.auditor):
        assert labels(user)["监测户（户）"] == 2
        page = login(user).get("/").content.decode()
        assert "监测户（户）" in page


def test_the_number_opens_the_list_that_makes_it(counted, cast, login):
    part = next(iter(home_parts(actor(cast.leader), DAY)))
    answer = login(cast.leader).get(part.url)
    assert answer.status_code == 200
    assert len(answer.context["lines"]) == part.value == 2


def test_who_handles_cases_has_a_list_of_his_own(counted, cast):
    assert labels(cast.li) == labels(cast.wang) == labels(cast.officer) == {}


def test_nothing_is_shown_before_the_first_snapshot(world, cast):
    assert labels(cast.leader) == {}


def test_an_administrator_sees_no_household_figures(counted, cast):
    assert labels(cast.admin) == {}
