import json
import uuid

import pytest

from households.models import IncomeRecord, Visit
from tests.factories.households import (
    make_guarantee,
    make_household,
    make_person,
    make_situation,
    make_visit,
    make_year_income,
)

pytestmark = pytest.mark.django_db
HOUSEHOLDS, VISITS = "/api/v1/households/", "/api/v1/visits/"


def post(client, body):
    return client.post(VISITS, json.dumps(body), content_type="application/json")


def body(household, **kw) -> dict:
    return {
        "uuid": str(uuid.uuid4()),
        "household": household.pk,
        "visited_on": "2020-09-01",
        "note": "在家",
    } | kw


def test_the_list_is_scoped_filtered_and_paged(world, cast, login):
    here = make_household(world.village_a1, poverty_status="unexited")
    make_household(world.village_a2)
    make_household(world.village_b1)
    client = login(cast.li)
    assert len(client.get(HOUSEHOLDS).json()["results"]) == 2
    found = client.get(HOUSEHOLDS, {"poverty_status": "unexited"}).json()["results"]
    assert [row["id"] for row in found] == [here.pk]
    assert len(client.get(HOUSEHOLDS, {"area": "411081100202"}).json()["results"]) == 1
    assert client.get(HOUSEHOLDS, {"area": "411081101"}).json()["results"] == []
    assert client.get(HOUSEHOLDS, {"poverty_status": "rich"}).status_code == 400
    assert client.get(HOUSEHOLDS, {"page_size": 1}).json()["next"]


def test_the_detail_is_masked_and_money_is_text(world, cast, login):
    household = make_household(world.village_a1, members=2, phone="13800001234")
    make_situation(household.memberships.first().person, has_serious_illness=True)
    make_year_income(household, net_fen=1_234_050)
    make_guarantee(household, "water", "not_met")
    got = login(cast.li).get(f"{HOUSEHOLDS}{household.pk}/").json()
    assert got["phone"] == "138****1234"
    assert got["income"]["net"] == "12340.50"
    assert got["income"]["disposable"] is None
    assert got["guarantees"]["water"] == "not_met"
    assert got["guarantees"]["housing"] == "unknown"
    head = got["persons"][0]
    assert head["id_number"].startswith("411***********")
    assert head["has_serious_illness"] is True
    assert got["persons"][1]["labour_skill"] is None
    assert login(cast.zhao).get(f"{HOUSEHOLDS}{household.pk}/").status_code == 404


def test_a_department_gets_its_groups_only(world, cast, login):
    household = make_household(world.village_a1, phone="13800001234")
    make_visit(household, note="老人住院")
    client = login(cast.dept)
    got = client.get(f"{HOUSEHOLDS}{household.pk}/").json()
    assert {"phone", "income"}.isdisjoint(got)
    assert set(got["guarantees"]) == {"medical"}
    assert {"id_number", "phone", "labour_skill", "schooling"}.isdisjoint(got["persons"][0])
    assert "has_serious_illness" in got["persons"][0]
    assert "note" not in client.get(VISITS).json()["results"][0]


def test_a_visit_is_recorded_once(world, cast, login):
    household = make_household(world.village_a1)
    person = household.memberships.get().person
    sent = body(
        household,
        guarantees=[{"kind": "water", "state": "met"}],
        events=[{"kind": "job_lost", "happened_on": "2020-08-01", "person_id": person.pk}],
        situations=[{"person_id": person.pk, "changes": {"work_months": 0}}],
        living={"danger_grade": "B"},
        income={"period_end": "2020-06-30", "collected_on": "2020-09-01", "wage": "1200.50"},
    )
    client = login(cast.li)
    first = post(client, sent)
    assert first.status_code == 201, first.content
    again = post(client, sent)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    other = post(client, sent | {"note": "另一份"})
    assert (other.status_code, other.json()["code"]) == (409, "visit_uuid_reused")
    assert Visit.objects.count() == 1
    assert IncomeRecord.objects.get().wage_fen == 120_050
    assert person.situations.get().work_months == 0


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"visited_on": "2999-01-01"}, 422),
        ({"visited_on": "1999-01-01"}, 422),
        ({"visited_on": "昨天"}, 400),
        ({"uuid": "7"}, 400),
        ({"household": 10**9}, 404),
        ({"guarantees": [{"kind": "air", "state": "met"}]}, 400),
        ({"income": {"period_end": "2020-06-30", "collected_on": "2020-09-01", "wage": 1.5}}, 400),
        ({"nothing_changed": True, "living": {"danger_grade": "D"}}, 422),
    ],
)
def test_a_wrong_visit_is_refused_in_the_one_shape(world, cast, login, change, status):
    answer = post(login(cast.li), body(make_household(world.village_a1)) | change)
    assert answer.status_code == status, answer.content
    assert set(answer.json()) >= {"code", "detail", "field"}
    assert not Visit.objects.exists()


def test_visits_of_other_people_and_places_are_refused(world, cast, login):
    household = make_household(world.village_a1)
    make_visit(household)
    assert post(login(cast.zhao), body(household)).status_code == 404
    assert post(login(cast.auditor), body(household)).status_code == 403
    stranger = make_person(make_household(world.village_b1))
    answer = post(
        login(cast.li),
        body(household, situations=[{"person_id": stranger.pk, "changes": {"is_healthy": True}}]),
    )
    assert answer.status_code == 404
    assert login(cast.zhao).get(VISITS).json()["results"] == []
    assert len(login(cast.li).get(VISITS, {"household": household.pk}).json()["results"]) == 1
