"""The list of a check is given to the townships: who has it, until when, what of it is mended, and whom it reminds."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.home import home_of
from accounts.models import AuditEntry
from common.errors import Conflict, Invalid, NotFound
from households.models import Person
from monitoring.models import DataFault, FaultHandover, QualityRun
from monitoring.selectors import handover
from monitoring.services.handover import HandoverInput, faults_hand_over
from monitoring.services.quality import ExemptionInput, fault_exempt, quality_here
from policies.services import pack_publish, pack_submit
from tests.cast import actor
from tests.factories.households import make_household, make_living, make_person

DAY, DUE = date(2020, 9, 20), date(2020, 10, 10)
A, B = "411081100", "411081101"
SAME_SEX = "DQ-0207"


@pytest.fixture
def county(world, cast, settings):
    """Two townships with a fault each and more, checked once."""
    settings.BUSINESS_DATE = DAY
    row = pack_submit(actor=actor(cast.officer), code="data-quality")
    pack_publish(actor=actor(cast.leader), pk=row.pk)
    wives = []
    for village in (world.village_a1, world.village_b1):
        home = make_household(village)
        make_living(home, danger_grade="A", water_safe=True)
        wives.append(make_person(home, relation="spouse", gender="male", name="王测婚"))
    check(cast, DAY)
    return wives


def check(cast, day, code="411081"):
    return quality_here(actor=actor(cast.officer), division=code, say=lambda text: None, as_of=day)


def hand(user, *areas, due=DUE, note="", day=DAY, run=None):
    pk = run or QualityRun.objects.latest("pk").pk
    return faults_hand_over(actor=actor(user), run_pk=pk, entry=HandoverInput(areas, due, note), today=day)


def matters(user, day=DAY):
    return [item for item in home_of(actor(user), day)[1] if item.kind == "疑点改正"]


def test_each_township_is_reminded_of_its_own_list_until_it_is_mended(county, cast):
    assert matters(cast.li) == []
    made = hand(cast.officer, A, B, note="月底前改完")
    assert [row.scope_code for row in made] == [A, B]
    own = DataFault.objects.filter(scope_code__startswith=A, closed_on=None).count()
    assert made[0].handed == own > 0
    (matter,) = matters(cast.li)
    assert (matter.due_on, matter.place) == (DUE, "火龙镇")
    assert f"交办 {own} 条，还有 {own} 条待改正；月底前改完" in matter.why
    assert [item.place for item in matters(cast.zhao)] == ["顺店镇"]
    assert matters(cast.officer) == []
    counted = next(one for one in home_of(actor(cast.officer), DAY)[0] if one.label == "交办疑点待改正")
    assert counted.value == sum(row.handed for row in made)
    entry = AuditEntry.objects.filter(verb="monitoring.faults_handed_over").latest("pk")
    assert (entry.detail["faults"], entry.scope_code) == (made[1].handed, B)


def test_what_is_mended_exempted_and_new_is_told_apart(county, cast):
    hand(cast.officer, A)
    handed = FaultHandover.objects.get().handed
    Person.objects.filter(pk=county[0].pk).update(gender="female")
    exempted = DataFault.objects.filter(scope_code__startswith=A).exclude(rule_key=SAME_SEX).first()
    fault_exempt(actor=actor(cast.officer), pk=exempted.pk, entry=ExemptionInput("情况属实", date(2020, 12, 31)), today=DAY)  # fmt: skip
    check(cast, date(2020, 9, 27))
    (one,) = handover.handover_list(actor=actor(cast.li), today=date(2020, 9, 27))
    assert (one.mended, one.exempt, one.open) == (1, 1, handed - 2)
    assert not one.is_late
    late = handover.handover_list(actor=actor(cast.li), today=date(2020, 10, 11))[0]
    assert late.is_late
    hand(cast.officer, A, day=date(2020, 9, 27))
    assert len(matters(cast.li, date(2020, 9, 27))) == 1, "the newest list reminds, not both"
    assert [one.is_newest for one in handover.handover_list(actor=actor(cast.li), today=DAY)] == [True, False]


def test_the_same_list_again_is_said_and_keeps_the_first_day(county, cast):
    hand(cast.officer, A)
    assert [row.scope_code for row in hand(cast.officer, A, B, due=date(2020, 10, 1))] == [B]
    assert FaultHandover.objects.get(scope_code=A).due_on == DUE
    with pytest.raises(Conflict, match="已经发过"):
        hand(cast.officer, A, B)


def test_what_cannot_be_given_out_is_refused_with_a_sentence(county, cast):
    old = QualityRun.objects.latest("pk").pk
    for wrong, word in (({"due": date(2020, 9, 19)}, "早于今天"), ({"due": date(2020, 12, 1)}, "最长 30 天")):
        with pytest.raises(Invalid, match=word):
            hand(cast.officer, A, **wrong)
    with pytest.raises(Invalid, match="至少选择"):
        hand(cast.officer)
    with pytest.raises(NotFound):
        hand(cast.li, A)
    with pytest.raises(Conflict, match="没有待改正"):
        hand(cast.officer, "411081199")
    check(cast, date(2020, 9, 21))
    with pytest.raises(Conflict, match="更新的核查"):
        hand(cast.officer, A, run=old)
    waiting = QualityRun.objects.create(key="later", scope_code="411081", as_of=date(2020, 9, 22))
    with pytest.raises(Conflict, match="还没有完成"):
        hand(cast.officer, A, run=waiting.pk)
    assert not FaultHandover.objects.exists()


def test_the_pages_give_out_show_progress_and_remind(county, cast, login):
    client, url = login(cast.officer), reverse("monitoring:handover-new")
    text = client.get(url).content.decode()
    assert "火龙镇（" in text
    assert client.post(url, {"areas": [A], "due_on": "2021-09-20"}).status_code == 422
    answer = client.post(url, {"areas": [A, B], "due_on": str(DUE), "note": "逐户核实"}, follow=True)
    assert "已发 2 个乡镇" in answer.content.decode()
    assert "没有要发的清单" in client.get(url).content.decode()
    listed = login(cast.li).get(reverse("monitoring:handover-list")).content.decode()
    assert "逐户核实" in listed
    assert "顺店镇" not in listed
    mine = login(cast.li).get(reverse("monitoring:fault-list")).content.decode()
    assert "县级交办火龙镇" in mine
    assert "疑点改正" in login(cast.li).get("/").content.decode()


def test_the_list_asks_as_much_for_many_as_for_one(county, cast, login):
    def asked():
        client = login(cast.officer)
        client.get(reverse("monitoring:handover-list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("monitoring:handover-list"))
        return len(queries)

    run = QualityRun.objects.latest("pk")
    hand(cast.officer, A)
    few = asked()
    for at in range(20):
        FaultHandover.objects.create(run=run, scope_code=f"4110812{at:02}", due_on=DUE, handed=3)
    assert asked() == few
