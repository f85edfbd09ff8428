"""家庭变动: each act with its day, refused where it would leave something impossible, undone by its counter-act."""

import uuid
from datetime import date

import pytest

from accounts.models import AppendOnlyError, AuditEntry
from common.errors import Conflict, Invalid, NotPermitted
from households import services
from households.codes import Relation
from households.inputs import ActNote, PersonInput, SplitInput
from households.models import Household, HouseholdAct, Membership, SafetyNet
from households.rules import RESTATED, relation_proposed
from tests.factories.households import (
    id_number,
    make_helper,
    make_household,
    make_measure,
    make_person,
    make_safety_net,
    make_status,
)
from tests.households.families import LATER, ON, WHY, add, family, people, relations

pytestmark = pytest.mark.django_db


def test_every_old_way_of_changing_a_household_leaves_an_act(officer, village, other_village):
    household = make_household(village, members=2)
    baby = add(officer, household)
    services.member_leave(actor=officer, household=household, person=baby, on=LATER, kind="moved_out")
    services.household_move(actor=officer, household=household, village=other_village, on=LATER)
    services.household_close(actor=officer, household=household, on=LATER, reason="整户迁出")
    acts = HouseholdAct.objects.filter(household=household).order_by("pk")
    assert [(act.kind, act.detail) for act in acts] == [
        ("joined", "newborn"), ("left", "moved_out"), ("moved", ""), ("closed", ""),
    ]  # fmt: skip
    assert acts[1].what == "成员减少（其他转出）"
    assert AuditEntry.objects.filter(verb="households.act").count() == 4


def test_an_act_is_never_changed_or_deleted(clerk, village):
    add(clerk, make_household(village))
    act = HouseholdAct.objects.get()
    with pytest.raises(AppendOnlyError):
        act.save()
    with pytest.raises(AppendOnlyError):
        act.delete()
    with pytest.raises(TypeError):
        HouseholdAct.objects.update(reason="x")


def test_an_act_holds_no_name_and_no_number(clerk, village):
    number = id_number(date(1960, 1, 1))
    household = make_household(village, head={"id_number": number}, phone="13800001234", members=2)
    head, young = people(household)
    services.member_leave(actor=clerk, household=household, person=head, on=ON, kind="death", successor=young)
    text = str(HouseholdAct.objects.get().changed)
    for secret in (number, "13800001234", head.name, young.name):
        assert secret not in text


def test_the_same_form_sent_twice_is_one_act(clerk, village):
    household, form = make_household(village), uuid.uuid4()
    first, again = add(clerk, household, uuid=form), add(clerk, household, uuid=form)
    assert first == again
    assert HouseholdAct.objects.count() == 1
    household.refresh_from_db()
    assert household.members_count == 2
    with pytest.raises(Conflict, match="另一项变动"):
        add(clerk, make_household(village), uuid=form)


@pytest.mark.parametrize("act", ["leave", "transfer", "split", "merge", "head", "close", "reopen", "return"])
def test_every_act_sent_twice_is_one(officer, village, act):
    household, head, wife, son = family(village)
    other = make_household(village, head_name="丁")
    given = {"actor": officer, "household": household, "on": ON}
    note = ActNote(
        uuid=uuid.uuid4(),
        reason="试",
        relations={head.pk: "spouse", son.pk: "son", people(other)[0].pk: "other"},
    )
    if act in ("return", "reopen"):
        services.member_leave(**given, person=son, kind="moved_out")
    if act == "reopen":
        services.household_close(**given, reason="试")
    ways = {
        "leave": lambda: services.member_leave(**given, person=son, kind="death", note=note),
        "transfer": lambda: services.member_transfer(
            **given, other=other, person=son, relation="other", note=note
        ),
        "split": lambda: services.household_split(**given, entry=SplitInput(son.pk), note=note),
        "merge": lambda: services.household_merge(**given, other=other, note=note),
        "head": lambda: services.head_change(**given, head=wife, note=note),
        "close": lambda: services.household_close(**given, reason="试", note=note),
        "reopen": lambda: services.household_reopen(**given, relations={head.pk: "head"}, note=note),
        "return": lambda: services.member_return(**given, person=son, relation="son", note=note),
    }
    ways[act]()
    before = HouseholdAct.objects.count(), Membership.objects.count(), Household.objects.count()
    ways[act]()
    assert (HouseholdAct.objects.count(), Membership.objects.count(), Household.objects.count()) == before
    assert HouseholdAct.objects.filter(uuid=note.uuid).count() == 1


def test_a_death_is_dated_and_its_number_is_free_again(clerk, village):
    number = id_number(date(1960, 1, 1))
    household = make_household(village, members=2, head={"id_number": number})
    head, young = people(household)
    services.member_leave(actor=clerk, household=household, person=head, on=ON, kind="death", successor=young)
    head.refresh_from_db()
    assert (head.died_on, head.is_live) == (ON, False)
    entry = PersonInput("同号", "other", id_number=number)
    services.member_add(actor=clerk, household=make_household(village), entry=entry, on=LATER)
    act = HouseholdAct.objects.get(kind="left")
    with pytest.raises(Conflict, match="该证件号码已登记"):
        services.act_reverse(actor=clerk, act=act, reason="登记有误")
    head.refresh_from_db()
    assert head.is_live is False


def test_nothing_else_ends_unless_it_is_ticked(clerk, village):
    household, head, wife, son = family(village)
    mine, whole = make_safety_net(household, person=son), make_safety_net(household)
    measure = make_measure(household, "employment", person=son)
    note = ActNote(end_nets=(mine.pk,), stop_measures=(measure.pk,))
    services.member_leave(actor=clerk, household=household, person=son, on=ON, kind="death", note=note)
    mine.refresh_from_db()
    whole.refresh_from_db()
    measure.refresh_from_db()
    assert (mine.effective_to, whole.effective_to) == (ON, None)
    assert (measure.state, measure.ended_on) == ("stopped", ON)
    act = services.act_reverse(actor=clerk, act=HouseholdAct.objects.get(), reason="误登死亡")
    measure.refresh_from_db()
    again = SafetyNet.objects.get(person=son, effective_to__isnull=True)
    assert (measure.state, measure.ended_on) == ("active", None)
    assert again.effective_from == mine.effective_from, "an allowance goes on from the day it began"
    assert act.reverses.kind == "left"


def test_a_net_of_another_household_does_not_end(clerk, village):
    household, _, _, son = family(village)
    strange = make_safety_net(make_household(village))
    note = ActNote(end_nets=(strange.pk,))
    services.member_leave(actor=clerk, household=household, person=son, on=ON, kind="death", note=note)
    strange.refresh_from_db()
    assert strange.effective_to is None


def test_the_head_who_goes_leaves_a_head_and_restated_relations(clerk, village):
    household, head, wife, son = family(village)
    note = ActNote(relations={son.pk: "son"})
    services.member_leave(
        actor=clerk, household=household, person=head, on=ON, kind="death", successor=wife, note=note
    )
    assert relations(household) == {"乙": "head", "丙": "son"}
    services.act_reverse(actor=clerk, act=HouseholdAct.objects.get(), reason="误登")
    household.refresh_from_db()
    assert relations(household) == {"甲": "head", "乙": "spouse", "丙": "son"}
    assert (household.head_name, household.members_count) == ("甲", 3)


def test_with_its_last_member_the_household_closes_and_comes_back(clerk, village):
    household = make_household(village)
    make_helper(household)
    services.member_leave(actor=clerk, household=household, person=people(household)[0], on=ON, kind="death")
    household.refresh_from_db()
    assert (household.is_live, household.members_count) == (False, 0)
    assert not household.helpers.filter(effective_to__isnull=True).exists()
    services.act_reverse(actor=clerk, act=HouseholdAct.objects.get(), reason="误登")
    household.refresh_from_db()
    assert (household.is_live, household.members_count) == (True, 1)
    assert household.helpers.filter(effective_to__isnull=True).count() == 1
    assert household.residences.filter(effective_to__isnull=True).count() == 1


def test_a_day_before_joining_or_after_today_is_refused(clerk, village):
    household, _, _, son = family(village)
    for on, word in ((date(2018, 12, 31), "早于"), (date(2020, 9, 21), "晚于今天")):
        with pytest.raises(Invalid, match=word):
            services.member_leave(actor=clerk, household=household, person=son, on=on, kind="moved_out")
    services.member_leave(actor=clerk, household=household, person=son, on=date(2019, 1, 1), kind="moved_out")


def test_somebody_who_left_comes_back_and_the_dead_do_not(clerk, village):
    household, _, wife, son = family(village)
    services.member_leave(actor=clerk, household=household, person=son, on=ON, kind="imprisoned")
    services.member_leave(actor=clerk, household=household, person=wife, on=ON, kind="death")
    given = {"actor": clerk, "household": household, "on": LATER, "note": ActNote()}
    services.member_return(**given, person=son, relation="son")
    household.refresh_from_db()
    assert household.members_count == 2
    with pytest.raises(Conflict, match="死亡"):
        services.member_return(**given, person=wife, relation="spouse")
    with pytest.raises(Conflict, match="另一户"):
        services.member_return(**given, person=son, relation="son")
    other = make_household(village)
    services.member_leave(actor=clerk, household=household, person=son, on=LATER, kind="moved_out")
    with pytest.raises(Conflict, match="已有户主"):
        services.member_return(**given | {"household": other}, person=son, relation="head")


def test_a_stranger_from_another_area_is_not_returned_into_mine(clerk, other_clerk, village, other_village):
    theirs = make_household(other_village, members=2)
    gone = people(theirs)[1]
    services.member_leave(actor=other_clerk, household=theirs, person=gone, on=ON, kind="moved_out")
    with pytest.raises(Invalid, match="辖区"):
        services.member_return(
            actor=clerk,
            household=make_household(village),
            person=gone,
            relation="son",
            on=LATER,
            note=ActNote(),
        )


def test_a_transfer_needs_the_permission_in_both_places(clerk, officer, village, other_village):
    household, _, _, son = family(village)
    other = make_household(other_village)
    given = {
        "household": household,
        "other": other,
        "person": son,
        "relation": "son_in_law",
        "on": ON,
        "note": ActNote(),
    }
    with pytest.raises(NotPermitted):
        services.member_transfer(actor=clerk, **given)
    act = services.member_transfer(actor=officer, **given)
    for row, number in ((household, 2), (other, 2)):
        row.refresh_from_db()
        assert row.members_count == number
    assert Membership.objects.get(person=son, effective_to__isnull=True).household == other
    with pytest.raises(NotPermitted):
        services.act_reverse(actor=clerk, act=act, reason="误办")
    services.act_reverse(actor=officer, act=act, reason="误办")
    assert Membership.objects.get(person=son, effective_to__isnull=True).household == household


def test_a_transfer_into_the_same_or_a_closed_household_is_refused(clerk, village):
    household, _, _, son = family(village)
    other = make_household(village)
    given = {
        "actor": clerk,
        "household": household,
        "person": son,
        "relation": "son",
        "on": ON,
        "note": ActNote(),
    }
    with pytest.raises(Invalid, match="同一户"):
        services.member_transfer(**given, other=household)
    services.household_close(actor=clerk, household=other, on=ON, reason="试")
    with pytest.raises(Conflict, match="已注销"):
        services.member_transfer(**given, other=other)


def test_a_split_takes_over_exactly_what_is_chosen(officer, village):
    household, head, wife, son = family(village)
    household.number_set("phone", "13800001234")
    household.main_cause = "illness"
    household.save()
    make_status(household, "poverty", "exited_with_policy", date(2019, 6, 1))
    make_helper(household, name="王帮扶")
    given = {"actor": officer, "household": household, "on": ON, "note": WHY}
    act = services.household_split(
        **given, entry=SplitInput(son.pk, inherited=frozenset({"poverty", "phone", "helper"}))
    )
    fresh = act.other
    assert (fresh.poverty_status, fresh.monitor_class, fresh.main_cause) == ("exited_with_policy", "none", "")
    assert fresh.number("phone") == "13800001234"
    assert fresh.number("bank_account") == ""
    assert fresh.helpers.get().name == "王帮扶"
    assert (fresh.head_name, fresh.members_count, fresh.village) == ("丙", 1, village)
    household.refresh_from_db()
    assert (household.head_name, household.members_count) == ("甲", 2)
    services.act_reverse(actor=officer, act=act, reason="误办")
    fresh.refresh_from_db()
    household.refresh_from_db()
    assert (fresh.is_live, fresh.members_count, household.members_count) == (False, 0, 3)


def test_a_split_leaves_a_head_and_somebody_on_both_sides(clerk, village):
    household, head, wife, son = family(village)
    given = {"actor": clerk, "household": household, "on": ON}
    with pytest.raises(Invalid, match="原因"):
        services.household_split(**given, entry=SplitInput(son.pk), note=ActNote())
    with pytest.raises(Invalid, match="至少须有一名"):
        services.household_split(
            **given, entry=SplitInput(son.pk, {head.pk: "father", wife.pk: "mother"}), note=WHY
        )
    with pytest.raises(Invalid, match="新户主"):
        services.household_split(**given, entry=SplitInput(head.pk), note=WHY)
    with pytest.raises(Invalid, match="现有成员"):
        services.household_split(**given, entry=SplitInput(make_person(make_household(village)).pk), note=WHY)
    with pytest.raises(Invalid, match="一名户主"):
        services.household_split(**given, entry=SplitInput(son.pk, {wife.pk: "head"}), note=WHY)
    services.household_split(**given, entry=SplitInput(head.pk, stay_head_id=wife.pk), note=WHY)
    assert relations(household) == {"乙": "head", "丙": "son"}


def test_a_monitoring_class_that_does_not_fit_is_not_inherited(officer, village):
    household, _, _, son = family(village)
    make_status(household, "poverty", "exited_with_policy", date(2019, 6, 1))
    make_status(household, "monitor", "unstable_exited", date(2019, 7, 1))
    with pytest.raises(Invalid, match="脱贫属性"):
        services.household_split(
            actor=officer,
            household=household,
            on=ON,
            note=WHY,
            entry=SplitInput(son.pk, inherited=frozenset({"monitor"})),
        )


def test_a_merge_moves_everybody_and_closes_the_other(clerk, village):
    household = make_household(village, head_name="甲")
    other = make_household(village, members=2, head_name="丁")
    net = make_safety_net(other)
    given = {"actor": clerk, "household": household, "other": other, "on": ON}
    with pytest.raises(Invalid, match="关系"):
        services.household_merge(**given, note=WHY)
    note = ActNote(reason="赡养", relations={row.pk: "other" for row in people(other)}, end_nets=(net.pk,))
    act = services.household_merge(**given, note=note)
    for row in (household, other):
        row.refresh_from_db()
    assert (household.members_count, other.members_count, other.is_live) == (3, 0, False)
    services.act_reverse(actor=clerk, act=act, reason="误办")
    other.refresh_from_db()
    assert (other.is_live, other.head_name, other.members_count) == (True, "丁", 2)
    assert (
        SafetyNet.objects.get(household=other, effective_to__isnull=True).effective_from == net.effective_from
    )


def test_a_head_change_restates_everybody(clerk, village):
    household, head, wife, son = family(village)
    given = {"actor": clerk, "household": household, "on": ON}
    with pytest.raises(Invalid, match="现在就是户主"):
        services.head_change(**given, head=head, note=ActNote(relations={wife.pk: "spouse", son.pk: "son"}))
    with pytest.raises(Invalid, match="每名成员"):
        services.head_change(**given, head=wife, note=ActNote(relations={head.pk: "spouse"}))
    with pytest.raises(Invalid, match="只能有一名"):
        services.head_change(**given, head=wife, note=ActNote(relations={head.pk: "spouse", son.pk: "head"}))
    services.head_change(**given, head=son, note=ActNote(relations={head.pk: "father", wife.pk: "mother"}))
    assert relations(household) == {"甲": "father", "乙": "mother", "丙": "head"}
    household.refresh_from_db()
    assert household.head_name == "丙"


def test_a_household_moves_only_somewhere_else(officer, village, other_village):
    household = make_household(village)
    with pytest.raises(Invalid, match="就在该村"):
        services.household_move(actor=officer, household=household, village=village, on=ON)
    services.household_move(actor=officer, household=household, village=other_village, on=ON)
    services.act_reverse(actor=officer, act=HouseholdAct.objects.get(), reason="误办")
    household.refresh_from_db()
    assert (household.village, household.scope_code) == (village, village.code)
    assert household.residences.get(effective_to__isnull=True).village == village


def test_a_clerk_of_the_new_place_does_not_bring_a_household_back(
    officer, other_clerk, village, other_village
):
    household = make_household(village)
    services.household_move(actor=officer, household=household, village=other_village, on=ON)
    with pytest.raises(NotPermitted):
        services.act_reverse(actor=other_clerk, act=HouseholdAct.objects.get(), reason="试")


def test_a_closed_household_takes_no_act_until_it_is_reopened(clerk, village):
    household, head, wife, son = family(village)
    services.household_close(actor=clerk, household=household, on=ON, reason="迁出")
    with pytest.raises(Conflict, match="恢复"):
        add(clerk, household, on=LATER)
    with pytest.raises(Conflict, match="已注销"):
        services.household_close(actor=clerk, household=household, on=LATER, reason="再注销")
    given = {"actor": clerk, "household": household, "on": LATER, "note": WHY}
    with pytest.raises(Invalid, match="一名户主"):
        services.household_reopen(**given, relations={wife.pk: "spouse"})
    services.household_reopen(**given, relations={wife.pk: "head", son.pk: "son"})
    household.refresh_from_db()
    assert (household.is_live, household.head_name, household.members_count) == (True, "乙", 2)
    with pytest.raises(Conflict, match="没有注销"):
        services.household_reopen(**given, relations={head.pk: "head"})


def test_relations_are_proposed_where_they_can_be_told():
    assert relation_proposed("spouse", "head", "male") == "spouse"
    assert relation_proposed("son", "head", "male") == "father"
    assert relation_proposed("son", "spouse", "female") == "mother"
    assert relation_proposed("son", "daughter", "female") == "sibling"
    assert relation_proposed("uncle", "head", "male") == ""
    codes = set(Relation.values)
    for new, others in RESTATED.items():
        assert new in codes
        for other, proposed in others.items():
            assert {other, *proposed.split("|")} <= codes
