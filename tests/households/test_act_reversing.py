"""撤销: what rests on an act stands in its way and is named; the rest does not."""

import uuid
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common.errors import Conflict, Invalid, NotPermitted
from households import services
from households.inputs import ActNote, SplitInput
from households.models import HouseholdAct, Membership
from tests.factories.households import make_household, make_measure
from tests.households.families import LATER, ON, WHY, add, family, people, picture

pytestmark = pytest.mark.django_db


def test_what_rests_on_an_act_stands_in_the_way_and_is_named(clerk, village):
    household, head, wife, son = family(village)
    baby = add(clerk, household, on=ON)
    services.member_leave(actor=clerk, household=household, person=baby, on=LATER, kind="moved_out")
    joined, left = HouseholdAct.objects.order_by("pk")
    with pytest.raises(Conflict, match=r"2020-06-01 已办理“成员减少（其他转出）”"):
        services.act_reverse(actor=clerk, act=joined, reason="误办")
    services.act_reverse(actor=clerk, act=left, reason="误办")
    services.act_reverse(actor=clerk, act=joined, reason="误办")
    baby.refresh_from_db()
    household.refresh_from_db()
    assert (baby.is_live, household.members_count) == (False, 3)


def test_a_birth_after_a_change_of_head_stands_in_its_way(clerk, village):
    household, head, wife, son = family(village)
    services.head_change(
        actor=clerk,
        household=household,
        head=wife,
        on=ON,
        note=ActNote(relations={head.pk: "spouse", son.pk: "son"}),
    )
    add(clerk, household, on=LATER)
    with pytest.raises(Conflict, match="成员增加"):
        services.act_reverse(actor=clerk, act=HouseholdAct.objects.get(kind="head_changed"), reason="误办")


def test_what_does_not_rest_on_an_act_does_not_stand_in_its_way(clerk, village):
    household, head, wife, son = family(village)
    services.member_leave(actor=clerk, household=household, person=son, on=ON, kind="moved_out")
    baby = add(clerk, household, on=LATER)
    services.act_reverse(actor=clerk, act=HouseholdAct.objects.get(kind="left"), reason="误办")
    assert {row.pk for row in people(household)} == {head.pk, wife.pk, son.pk, baby.pk}


def test_a_record_made_without_an_act_stands_in_the_way_too(clerk, village):
    household, head, wife, son = family(village)
    baby = add(clerk, household)
    services.member_relation_set(actor=clerk, household=household, person=baby, relation="sons_son", on=LATER)
    act = HouseholdAct.objects.get()
    with pytest.raises(Conflict, match="2020-06-01 又有变更"):
        services.act_reverse(actor=clerk, act=act, reason="误办")


def test_a_person_of_whom_more_is_recorded_is_not_taken_back(clerk, village):
    household = make_household(village)
    baby = add(clerk, household)
    make_measure(household, "health", person=baby)
    with pytest.raises(Conflict, match="帮扶措施"):
        services.act_reverse(actor=clerk, act=HouseholdAct.objects.get(), reason="误办")


def test_an_act_is_undone_once_with_a_reason_and_the_undoing_is_not_undone(clerk, village):
    household = make_household(village)
    add(clerk, household)
    act, form = HouseholdAct.objects.get(), uuid.uuid4()
    with pytest.raises(Invalid, match="撤销原因"):
        services.act_reverse(actor=clerk, act=act, reason=" ")
    counter = services.act_reverse(actor=clerk, act=act, reason="误办", uuid=form)
    assert services.act_reverse(actor=clerk, act=act, reason="误办", uuid=form) == counter
    with pytest.raises(Conflict, match="已于"):
        services.act_reverse(actor=clerk, act=act, reason="再撤")
    with pytest.raises(Conflict, match="不能再撤销"):
        services.act_reverse(actor=clerk, act=counter, reason="再撤")
    assert HouseholdAct.objects.count() == 2


def test_what_was_known_before_the_undoing_stays_readable(clerk, village):
    """Both records stay: the leaving as it was entered, and the membership that goes on after the correction."""
    household, head, wife, son = family(village)
    services.member_leave(actor=clerk, household=household, person=son, on=ON, kind="moved_out")
    act = HouseholdAct.objects.get()
    services.act_reverse(actor=clerk, act=act, reason="误办")
    rows = Membership.objects.filter(person=son).order_by("pk")
    assert [(row.effective_from, row.effective_to) for row in rows] == [(date(2019, 1, 1), ON), (ON, None)]
    held = Membership.objects.holding(LATER, known_at=act.at)
    assert not held.filter(person=son).exists()
    assert Membership.objects.holding(LATER).filter(person=son).count() == 1


def test_a_paper_goes_with_the_act(clerk, village):
    household = make_household(village)
    add(clerk, household, upload=picture())
    act = HouseholdAct.objects.get()
    assert act.evidence.content_type == "image/png"
    assert act.evidence.scope_code == household.scope_code


def test_a_paper_that_is_none_refuses_the_whole_act(clerk, village):
    household = make_household(village)
    with pytest.raises(Invalid, match="文件内容"):
        add(clerk, household, upload=SimpleUploadedFile("a.png", b"MZ nonsense", "image/png"))
    assert not HouseholdAct.objects.exists()
    household.refresh_from_db()
    assert household.members_count == 1


@pytest.mark.parametrize("who", ["auditor", "helper", "other_clerk"])
def test_only_who_keeps_the_files_of_this_place_may_act(request, clerk, village, who):
    actor = request.getfixturevalue(who)
    household, head, wife, son = family(village)
    add(clerk, household)
    calls = (
        lambda: add(actor, household),
        lambda: services.member_leave(actor=actor, household=household, person=son, on=ON, kind="death"),
        lambda: services.household_split(
            actor=actor, household=household, entry=SplitInput(son.pk), on=ON, note=WHY
        ),
        lambda: services.household_close(actor=actor, household=household, on=ON, reason="试"),
        lambda: services.head_change(actor=actor, household=household, head=wife, on=ON, note=WHY),
        lambda: services.act_reverse(actor=actor, act=HouseholdAct.objects.first(), reason="试"),
    )
    for call in calls:
        with pytest.raises(NotPermitted):
            call()
    assert HouseholdAct.objects.count() == 1


def test_a_return_and_a_reopening_are_undone(clerk, village):
    household, head, wife, son = family(village)
    given = {"actor": clerk, "household": household}
    services.member_leave(**given, person=son, on=ON, kind="imprisoned")
    back = services.member_return(**given, person=son, relation="son", on=LATER, note=ActNote())
    services.act_reverse(actor=clerk, act=back, reason="误办")
    assert {row.pk for row in people(household)} == {head.pk, wife.pk}
    services.household_close(**given, on=LATER, reason="迁出")
    reopened = services.household_reopen(**given, relations={wife.pk: "head"}, on=LATER, note=WHY)
    services.act_reverse(actor=clerk, act=reopened, reason="误办")
    household.refresh_from_db()
    assert (household.is_live, household.members_count, household.head_name) == (False, 0, "")
    services.act_reverse(actor=clerk, act=HouseholdAct.objects.get(kind="closed"), reason="误办")
    household.refresh_from_db()
    assert (household.is_live, household.members_count, household.head_name) == (True, 2, "甲")
    son.refresh_from_db()
    assert son.is_live


def test_nobody_comes_back_into_a_household_that_was_closed_since(clerk, officer, village):
    household, _, _, son = family(village)
    services.member_leave(actor=clerk, household=household, person=son, on=ON, kind="death")
    left = HouseholdAct.objects.get()
    services.household_close(actor=officer, household=household, on=LATER, reason="整户迁出")
    with pytest.raises(Conflict, match="注销"):
        services.act_reverse(actor=clerk, act=left, reason="误办")
    closing = HouseholdAct.objects.exclude(pk=left.pk).get()
    services.act_reverse(actor=officer, act=closing, reason="误办")
    services.act_reverse(actor=clerk, act=left, reason="误办")
    household.refresh_from_db()
    assert (household.is_live, household.members_count) == (True, 3)
