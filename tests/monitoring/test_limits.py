"""Days are parameters of the packs in force; where none names them the usual ones stand."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from households.metrics import facts_of
from monitoring.limits import (
    CASE,
    CASE_SOON,
    COLLECT,
    MILESTONE_SOON,
    PROBLEM,
    PROBLEM_SOON,
    USUAL,
    DaysInForce,
)
from monitoring.models import Rectification, RiskCase, ScreeningRun
from monitoring.screening.planning import plan_for
from monitoring.selectors.rectifications import ProblemFilters, rectification_list
from policies.metrics import Judged
from policies.pack.canonical import checksum_of
from tests.cast import actor
from tests.factories.households import make_event, make_household
from tests.factories.policies import make_pack, publish

DAY = date(2020, 9, 20)
NAMES = (CASE, CASE_SOON, COLLECT, PROBLEM, PROBLEM_SOON, MILESTONE_SOON)


def county_says(**days: int) -> None:
    """A pack of the county that names these days or months."""
    units = {"event_lookback_months": "months"}
    content = {
        "document": {"code": "own", "title": "县定期限", "place": "411081", "effective_from": "2020-01-01"},
        "parameters": {
            "param": {
                key: {
                    "value": value, "unit": units.get(key, "days"), "basis": "county", "meaning": key, "meaning_zh": key
                }
                for key, value in days.items()
            }
        },
    }  # fmt: skip
    make_pack("own", content=content, checksum=checksum_of(content))


@pytest.fixture(autouse=True)
def today(settings):
    settings.BUSINESS_DATE = DAY


def test_without_a_pack_the_usual_days_stand(world):
    days = DaysInForce(DAY)
    assert {name: days.at(name, "411081100201").days for name in NAMES} == dict(USUAL)


def test_the_pack_of_the_installation_names_every_one_of_them(world):
    row = publish("county-default")[0]
    assert set(NAMES) <= set(row.content["parameters"]["param"])


def test_a_pack_of_the_county_holds_before_the_usual_and_in_its_county_alone(world):
    publish("county-default")
    county_says(**dict.fromkeys(NAMES, 5))
    days = DaysInForce(DAY)
    assert {days.at(name, "411081").days for name in NAMES} == {5}
    assert days.at(CASE_SOON, "411082").days == 3


def test_the_run_gives_its_tasks_the_days_in_force(world):
    county_says(check_task_days=5, collect_task_days=9)
    plan = plan_for(ScreeningRun(kind="households", scope_code="411081", as_of=DAY))
    assert dict(plan.limit_days) == {"case": 5, "duty": 9}


def case_due(world, on: date) -> RiskCase:
    household = make_household(world.village_a1)
    run, _ = ScreeningRun.objects.get_or_create(key="t", scope_code="411081", as_of=DAY, state="done")
    return RiskCase.objects.create(
        household=household, scope_code=household.scope_code, opened_on=DAY, due_on=on, opened_run=run
    )


@pytest.mark.parametrize(("soon", "marked"), [(3, False), (4, True)])
def test_a_check_task_is_marked_by_the_days_in_force(world, cast, client, soon, marked):
    county_says(check_task_soon_days=soon)
    case = case_due(world, DAY + timedelta(days=4))
    client.force_login(cast.officer)
    listed = client.get(reverse("monitoring:risk-list"))
    page = client.get(reverse("monitoring:case-detail", args=[case.pk]))
    assert [row["due"]["mark"] for row in listed.context["rows"]] == ["soon" if marked else ""]
    assert page.context["due"]["mark"] == ("soon" if marked else "")


def problem(world, due: date) -> Rectification:
    return Rectification.objects.create(
        number=f"WT-{due}", source="audit", unit="某单位", division=world.township_a, description="问题", found_on=DAY,
        scope_code=world.township_a.code, due_on=due,
    )  # fmt: skip


def test_problems_due_soon_are_found_and_marked_alike(world, cast, client):
    county_says(rectification_due_soon_days=2)
    soon, later = problem(world, DAY + timedelta(days=2)), problem(world, DAY + timedelta(days=3))
    found = rectification_list(actor=actor(cast.officer), filters=ProblemFilters(due="soon"), today=DAY)
    assert [row.pk for row in found] == [soon.pk]
    client.force_login(cast.officer)
    rows = client.get(reverse("monitoring:rectification-list")).context["rows"]
    assert {row.pk: mark["mark"] for row, mark in rows} == {soon.pk: "soon", later.pk: ""}


def test_a_new_problem_starts_from_the_days_in_force(world, cast, client):
    county_says(rectification_due_days=12)
    client.force_login(cast.officer)
    form = client.get(reverse("monitoring:rectification-open")).context["form"]
    assert form.initial["due_on"] == DAY + timedelta(days=12)


@pytest.mark.parametrize(("months", "seen"), [(None, False), (14, True), (13, False)])
def test_events_count_for_the_months_in_force(world, months, seen):
    """13 months and some days ago: outside the usual twelve."""
    if months:
        county_says(event_lookback_months=months)
    household = make_household(world.village_a1)
    make_event(household, "serious_illness", date(2019, 8, 10))
    facts = facts_of("household", [household.pk], Judged(DAY))[household.pk]
    assert facts["serious_illness_hit"] is seen
