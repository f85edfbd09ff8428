"""申报受理: who sees an application, what is masked, how it is taken up, merged or declined."""

import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from common.errors import Conflict, Invalid, NotFound, NotPermitted
from households.models import Household
from proceedings.applying import ApplicationInput
from proceedings.models import Application, Kind, Proceeding, Source
from proceedings.selectors import intake
from proceedings.selectors.progress import progress_of
from proceedings.services.applications import application_decline, application_enter
from proceedings.services.revealing import application_reveal
from proceedings.services.taking import NewHead, application_merge, application_take, application_take_new
from tests.cast import actor, without
from tests.factories.households import id_number, make_household, make_person
from tests.proceedings.posts import PHONE, make_application
from tests.proceedings.walk import opened

pytestmark = pytest.mark.django_db
ON = date(2020, 9, 15)
LIST = "/proceedings/applications/"


@pytest.fixture
def row(world):
    return make_application(world.village_a1)


def page(login, user, row):
    return login(user).get(reverse("proceedings:application-detail", args=[row.pk]))


def test_only_the_township_and_the_county_see_it(row, cast):
    seen = {
        name: intake.application_list(actor=actor(getattr(cast, name))).count()
        for name in ("li", "officer", "zhao", "wang")
    }
    assert seen == {
        "li": 1,
        "officer": 1,
        "zhao": 0,
        "wang": 0,
    }  # a helper sees his households, not the requests of a village
    with pytest.raises(NotFound):
        intake.application_get(actor=actor(cast.zhao), pk=row.pk)


def test_numbers_are_masked_on_the_page(row, cast, login, world):
    number = id_number()
    other = make_application(world.village_a1, id_number=number)
    text = page(login, cast.li, other).content.decode()
    assert PHONE not in text
    assert number not in text
    assert f"{number[:3]}***********{number[-4:]}" in text
    assert "住院花了钱" in text


def test_what_was_sent_is_shown_as_text_wherever_it_appears(cast, login, world):
    evil = "<script>alert(1)</script>"
    row = make_application(world.village_a1, name="<b>张三", text=evil)
    for client in (login(cast.li),):
        pages = [
            client.get(LIST),
            client.get(reverse("proceedings:application-detail", args=[row.pk])),
            client.get("/"),
        ]
        for answer in pages:
            text = answer.content.decode()
            assert evil not in text
            assert "<b>张三" not in text
    assert "&lt;script&gt;" in pages[1].content.decode()


def test_a_number_is_shown_once_with_a_reason_and_written_down(row, cast, login):
    with pytest.raises(Invalid):
        application_reveal(actor=actor(cast.li), application=row, field="phone", reason="")
    assert (
        application_reveal(actor=actor(cast.li), application=row, field="phone", reason="联系本人") == PHONE
    )
    entry = AuditEntry.objects.get(verb="proceedings.application_reveal")
    assert entry.reason == "联系本人"
    assert PHONE not in str(entry.detail)
    url = reverse("proceedings:application-number", args=[row.pk, "phone"])
    assert login(cast.li).get(url).status_code == 302  # the password first
    client = login(cast.li, fresh=True)
    assert PHONE not in client.get(url).content.decode()
    answer = client.post(url, {"reason": "联系本人"})
    assert PHONE in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_who_may_not_reveal_does_not(row, cast):
    for person in (without(cast.li, "households.reveal"), actor(cast.zhao)):
        with pytest.raises(NotPermitted):
            application_reveal(actor=person, application=row, field="phone", reason="联系本人")
    with pytest.raises(NotFound):
        application_reveal(actor=actor(cast.li), application=row, field="bank_account", reason="联系本人")


def test_taking_it_up_opens_an_identification_with_the_risks(row, cast, world):
    household = make_household(world.village_a1)
    found = application_take(actor=actor(cast.li), application=row, household=household, on=ON)
    row.refresh_from_db()
    assert (found.kind, found.source, found.state, found.household) == (
        Kind.IDENTIFICATION,
        Source.SELF,
        "clue",
        household,
    )
    assert found.risks == ["illness", "schooling"]
    assert (row.state, row.household, row.proceeding, row.settled_by, row.settled_on) == (
        "taken",
        household,
        found,
        cast.li,
        ON,
    )


@pytest.mark.parametrize(
    ("channel", "source"), [("hotline", "hotline"), ("cadre", "cadre"), ("paper", "self_application")]
)
def test_the_channel_is_the_source_of_the_proceeding(cast, world, channel, source):
    row = make_application(world.village_a1, channel=channel)
    made = application_take(
        actor=actor(cast.li), application=row, household=make_household(world.village_a1), on=ON
    )
    assert made.source == source


def test_of_two_clerks_at_once_one_gets_the_conflict(row, cast, world):
    """Both have read the application as new; the second finds it settled, and nothing of his stays."""
    first, second = make_household(world.village_a1), make_household(world.village_a1)
    same = Application.objects.get(pk=row.pk)
    application_take(actor=actor(cast.li), application=row, household=first, on=ON)
    with pytest.raises(Conflict, match="已由他人处理"):
        application_take(actor=actor(cast.officer), application=same, household=second, on=ON)
    with pytest.raises(Conflict):
        application_decline(actor=actor(cast.officer), application=same, reason="不符合条件", on=ON)
    assert Proceeding.objects.count() == 1


def test_a_household_outside_the_area_cannot_be_chosen(row, cast, world, login):
    far = make_household(world.village_b1)
    with pytest.raises(NotPermitted):
        application_take(actor=actor(cast.li), application=row, household=far, on=ON)
    url = reverse("proceedings:application-take", args=[row.pk])
    assert login(cast.li).post(url, {"household": far.pk, "on": "2020-09-15"}).status_code == 404
    row.refresh_from_db()
    assert row.state == "new"


@pytest.mark.parametrize(("on", "fits"), [(date(2020, 9, 9), False), (date(2020, 9, 10), True)])
def test_it_is_not_taken_up_before_it_came(row, cast, world, on, fits):
    household = make_household(world.village_a1)
    if fits:
        application_take(actor=actor(cast.li), application=row, household=household, on=on)
    else:
        with pytest.raises(Invalid, match="不能早于收到日期"):
            application_take(actor=actor(cast.li), application=row, household=household, on=on)


def test_a_household_with_an_open_proceeding_takes_it_in(row, cast, world, home):
    going = opened(home, cast)
    with pytest.raises(Conflict, match="已有正在办理的程序"):
        application_take(actor=actor(cast.li), application=row, household=home, on=ON)
    row.refresh_from_db()
    assert row.state == "new"
    application_merge(actor=actor(cast.li), application=row, proceeding=going, on=ON)
    row.refresh_from_db()
    assert (row.state, row.proceeding, row.household) == ("merged", going, home)
    assert Proceeding.objects.count() == 1


def test_a_new_household_is_registered_and_taken_up_in_one(cast, world):
    number = id_number(date(1980, 1, 2))
    row = make_application(world.village_a1, id_number=number, name="新测户")
    made = application_take_new(actor=actor(cast.li), application=row, head=NewHead(), on=ON)
    head = made.household.memberships.get().person
    assert (head.name, head.birth_date, head.number("id_number")) == ("新测户", date(1980, 1, 2), number)
    assert made.household.number("phone") == PHONE


def test_without_an_id_number_the_gender_is_asked(row, cast):
    with pytest.raises(Invalid, match="性别"):
        application_take_new(actor=actor(cast.li), application=row, head=NewHead(), on=ON)
    assert not Household.objects.exists()
    made = application_take_new(actor=actor(cast.li), application=row, head=NewHead("female"), on=ON)
    assert made.household.head_name == "申测人"


def test_a_number_already_registered_refuses_the_new_household_and_changes_nothing(cast, world):
    number = id_number()
    make_person(make_household(world.village_a1), id_number=number)
    row = make_application(world.village_a1, id_number=number)
    with pytest.raises(Conflict, match="已登记"):
        application_take_new(actor=actor(cast.li), application=row, head=NewHead(), on=ON)
    row.refresh_from_db()
    assert row.state == "new"


@pytest.mark.parametrize(("reason", "fits"), [("不符合", False), ("不是本村人", True)])
def test_declining_needs_a_reason(row, cast, reason, fits):
    if not fits:
        with pytest.raises(Invalid):
            application_decline(actor=actor(cast.li), application=row, reason=reason, on=ON)
        return
    application_decline(actor=actor(cast.li), application=row, reason=reason, on=ON)
    assert (row.state, row.reason, row.settled_on) == ("declined", reason, ON)


def test_nobody_without_the_right_declines(row, cast):
    for person in (actor(cast.zhao), actor(cast.auditor), actor(cast.rev)):
        with pytest.raises(NotPermitted):
            application_decline(actor=person, application=row, reason="不是本村人", on=ON)


def entry(**kw) -> ApplicationInput:
    return ApplicationInput(
        **{"uuid": uuid.uuid4(), "name": "电测话", "phone": PHONE, "troubles": ("job",), "consent": True} | kw
    )


def test_staff_enter_calls_and_papers(cast, world):
    given = {"actor": actor(cast.li), "village": world.village_a1, "received_on": ON, "today": ON}
    one = entry()
    row, made = application_enter(channel="hotline", entry=one, **given)
    assert (row.channel, row.recorded_by, made) == ("hotline", cast.li, True)
    assert application_enter(channel="hotline", entry=one, **given) == (row, False)
    with pytest.raises(Invalid):
        application_enter(channel="code", entry=entry(), **given)  # the open page's own
    with pytest.raises(Invalid, match="晚于今天"):
        application_enter(channel="paper", entry=entry(), **given | {"received_on": date(2020, 9, 16)})
    with pytest.raises(NotPermitted):
        application_enter(channel="paper", entry=entry(), **given | {"village": world.village_b1})


def test_households_are_found_by_number_telephone_and_name_inside_the_area_only(cast, world):
    number = id_number()
    by_id = make_household(world.village_a2, head={"id_number": number})
    by_phone = make_household(world.village_a2, phone=PHONE)
    by_name = make_household(world.village_a1, head_name="申测人")
    make_household(world.village_a2, head_name="申测人")  # the same name in another village says nothing
    make_household(world.village_b1, phone=PHONE)
    row = make_application(world.village_a1, id_number=number)
    found = intake.households_like(actor=actor(cast.li), application=row)
    assert {one.pk for one in found} == {by_id.pk, by_phone.pk, by_name.pk}
    searched = intake.households_like(actor=actor(cast.li), application=row, text="申测")
    assert {one.village_id for one in searched} == {world.village_a1.pk, world.village_a2.pk}


def test_the_whole_way_on_the_pages(row, cast, login, world):
    household = make_household(world.village_a1, head_name="申测人")
    client = login(cast.li)
    assert "申测人" in client.get(LIST).content.decode()
    assert household.household_no in page(login, cast.li, row).content.decode()
    url = reverse("proceedings:application-take", args=[row.pk])
    assert client.post(url, {"on": "2020-09-15"}).status_code == 422
    answer = client.post(url, {"household": household.pk, "on": "2020-09-15"})
    assert answer["Location"] == reverse("proceedings:proceeding-detail", args=[Proceeding.objects.get().pk])
    assert client.post(url, {"household": household.pk, "on": "2020-09-15"}).status_code in {200, 409, 422}
    assert "已受理" in page(login, cast.li, row).content.decode()
    assert Proceeding.objects.count() == 1


def test_the_list_costs_the_same_for_three_and_thirty(cast, login, world):
    client, counts = login(cast.li), []
    client.get(LIST)  # the stamp of the session
    for many in (3, 27):
        for _ in range(many):
            make_application(world.village_a1)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(LIST).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_waiting_applications_stand_on_the_home_page_by_their_limit(row, cast, login):
    text = login(cast.li).get("/").content.decode()
    assert "待受理申报" in text
    assert reverse("proceedings:application-detail", args=[row.pk]) in text
    assert "待受理申报" not in login(cast.wang).get("/").content.decode()


def test_the_person_hears_of_an_answer_once_it_is_decided(row, cast, world):
    made = application_take(
        actor=actor(cast.li), application=row, household=make_household(world.village_a1), on=ON
    )
    found = intake.application_answer(row.receipt, "5678")
    assert progress_of(found).label == "正在核实"
    Proceeding.objects.filter(pk=made.pk).update(state="not_eligible", closed_on=ON)
    assert progress_of(intake.application_answer(row.receipt, "5678")).label == "已答复"
