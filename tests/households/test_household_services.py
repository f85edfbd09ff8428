from datetime import date

import pytest

from accounts.models import AuditEntry
from common.errors import Conflict, Invalid, NotFound, NotPermitted, PasswordNeeded, Stale
from households import services
from households.inputs import HouseholdInput, IncomeInput, MeasureInput, PersonInput
from households.models import (
    Guarantee,
    Household,
    IncomeRecord,
    Membership,
    Person,
    PersonSituation,
    SafetyNet,
    StatusSpell,
)
from tests.factories.households import id_number, make_household, make_person, make_village
from tests.households.conftest import acting

pytestmark = pytest.mark.django_db
ON = date(2020, 3, 1)


def register(actor, village, **kw):
    head = PersonInput(name="王建国", relation="", id_number=kw.pop("id_number", id_number(date(1965, 2, 3))))
    return services.household_register(
        actor=actor, village=village, entry=HouseholdInput(**kw), head=head, on=ON
    )


def test_a_registered_household_has_head_number_statuses_and_one_history_row_per_change(clerk, village):
    household = register(clerk, village, poverty_status="unexited", phone="13800001234")
    assert (household.head_name, household.head_initials, household.members_count) == ("王建国", "wjg", 1)
    assert household.household_no == "4110811002010001"
    assert household.scope_code == village.code
    assert household.poverty_status == "unexited"
    assert household.phone_last4 == "1234"
    head = Person.objects.get()
    assert head.birth_date == date(1965, 2, 3)
    assert head.person_no == "411081100201000101"
    assert Household.history.filter(id=household.pk).count() == 2  # made, then the cached columns
    assert Household.history.latest().history_user_id == clerk.user_id
    assert AuditEntry.objects.filter(verb="households.register", target_id=str(household.pk)).count() == 1


def test_a_clerk_registers_only_in_his_own_township(clerk, other_village):
    with pytest.raises(NotPermitted):
        register(clerk, other_village)


def test_a_household_is_not_registered_in_a_township(officer, village):
    with pytest.raises(Invalid, match="行政村"):
        register(officer, village.parent)


def test_a_taken_household_number_is_refused(clerk, village):
    register(clerk, village, household_no="7")
    with pytest.raises(Conflict, match="户编号已存在"):
        register(clerk, village, household_no="7")


def test_the_next_number_steps_over_taken_ones(clerk, village):
    register(clerk, village, household_no=f"{village.code}0002")
    assert register(clerk, village).household_no == f"{village.code}0003"


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("411081196502030011", "校验位"),
        ("411***********0011", "脱敏"),
        ("41108119650203001", "18 位"),
        ("411081196513030017", "出生日期"),
        ("4110811965O2030010", "应为数字"),
    ],
)
def test_a_mistyped_id_number_is_refused_at_its_field(clerk, village, number, word):
    with pytest.raises(Invalid, match=word) as refusal:
        register(clerk, village, id_number=number)
    assert refusal.value.field == "id_number"
    assert not Household.objects.exists()


def test_an_id_number_of_my_own_area_is_refused_with_its_household(clerk, village):
    number = id_number(date(1960, 1, 1))
    mine = register(clerk, village, id_number=number)
    with pytest.raises(Conflict, match=mine.household_no):
        register(clerk, village, id_number=number.lower())


def test_an_id_number_of_another_area_is_refused_without_saying_where(clerk, village, other_village):
    number = id_number(date(1960, 1, 1))
    theirs = make_household(other_village, head={"id_number": number})
    with pytest.raises(Conflict, match="其他农户") as refusal:
        register(clerk, village, id_number=number)
    assert theirs.household_no not in refusal.value.sentence


def test_a_number_of_somebody_who_died_may_be_used_again(clerk, village):
    number = id_number(date(1960, 1, 1))
    old = make_household(village, head={"id_number": number})
    Person.objects.filter(memberships__household=old).update(is_live=False)
    assert register(clerk, village, id_number=number)


def test_a_birth_date_that_contradicts_the_id_is_refused(clerk, village):
    household = make_household(village)
    entry = PersonInput("张三", "son", birth_date=date(2000, 1, 1), id_number=id_number(date(2000, 1, 2)))
    with pytest.raises(Invalid) as refusal:
        services.member_add(actor=clerk, household=household, entry=entry, on=ON)
    assert refusal.value.field == "birth_date"


def test_members_come_and_go_and_the_count_follows(clerk, village):
    household = make_household(village)
    entry = PersonInput("张小三", "son", gender="male", join_kind="newborn", situation={"is_healthy": True})
    son = services.member_add(actor=clerk, household=household, entry=entry, on=ON)
    household.refresh_from_db()
    assert household.members_count == 2
    assert son.situations.get().is_healthy is True
    services.member_leave(actor=clerk, household=household, person=son, on=date(2020, 5, 1), kind="moved_out")
    household.refresh_from_db()
    assert household.members_count == 1
    assert Membership.objects.get(person=son).effective_to == date(2020, 5, 1)
    assert Membership.objects.holding(date(2020, 4, 30)).filter(person=son).exists()
    assert not Membership.objects.holding(date(2020, 5, 1)).filter(person=son).exists()


def test_a_second_head_is_refused(clerk, village):
    household = make_household(village)
    with pytest.raises(Conflict, match="已有户主"):
        services.member_add(
            actor=clerk, household=household, entry=PersonInput("张三", "head", gender="male"), on=ON
        )


def test_a_head_leaves_only_with_a_successor(clerk, village):
    household = make_household(village, members=2, head_name="张老大")
    head, young = (row.person for row in household.memberships.order_by("pk"))
    with pytest.raises(Invalid, match="新户主"):
        services.member_leave(actor=clerk, household=household, person=head, on=ON, kind="death")
    services.member_leave(actor=clerk, household=household, person=head, on=ON, kind="death", successor=young)
    household.refresh_from_db()
    head.refresh_from_db()
    assert household.head_name == young.name
    assert (head.died_on, head.is_live) == (ON, False)


def test_a_member_of_another_household_cannot_be_taken_out(clerk, village):
    stranger = make_person(make_household(village))
    with pytest.raises(NotFound):
        services.member_leave(
            actor=clerk, household=make_household(village), person=stranger, on=ON, kind="moved_out"
        )


def test_a_situation_goes_on_with_only_the_changed_fields(clerk, village):
    person = make_person(make_household(village))
    services.person_situation_record(
        actor=clerk, person=person, on=ON, changes={"labour_skill": "skilled", "is_healthy": True}
    )
    services.person_situation_record(
        actor=clerk,
        person=person,
        on=date(2020, 6, 1),
        changes={"is_healthy": False, "has_serious_illness": True},
    )
    now = PersonSituation.objects.get(person=person, effective_to__isnull=True)
    assert (now.labour_skill, now.is_healthy, now.has_serious_illness) == ("skilled", False, True)
    before = PersonSituation.objects.holding(date(2020, 5, 31)).get(person=person)
    assert before.is_healthy is True


def test_a_spell_replaced_on_its_own_day_holds_on_no_day(clerk, village):
    household = make_household(village)
    for state in ("not_met", "met"):
        services.guarantee_record(actor=clerk, household=household, kind="water", state=state, on=ON)
    assert [row.state for row in Guarantee.objects.holding(ON)] == ["met"]
    empty = Guarantee.objects.get(state="not_met")
    assert empty.effective_from == empty.effective_to


def test_the_same_guarantee_again_changes_nothing_and_an_earlier_day_is_refused(clerk, village):
    household = make_household(village)
    first = services.guarantee_record(actor=clerk, household=household, kind="water", state="met", on=ON)
    again = services.guarantee_record(
        actor=clerk, household=household, kind="water", state="met", on=date(2020, 5, 1)
    )
    assert first == again
    with pytest.raises(Conflict, match="2020-03-01"):
        services.guarantee_record(
            actor=clerk, household=household, kind="water", state="not_met", on=date(2020, 2, 1)
        )


@pytest.mark.parametrize(("field", "value"), [("labour_skill", "superman"), ("no_such", 1), ("id", 4)])
def test_an_impossible_situation_is_refused(clerk, village, field, value):
    person = make_person(make_household(village))
    with pytest.raises(Invalid) as refusal:
        services.person_situation_record(actor=clerk, person=person, on=ON, changes={field: value})
    assert refusal.value.field == field


def test_a_fact_of_tomorrow_is_refused(clerk, village):
    with pytest.raises(Invalid, match="晚于今天"):
        services.guarantee_record(
            actor=clerk, household=make_household(village), kind="water", state="met", on=date(2020, 9, 21)
        )


def test_a_status_is_set_by_the_county_and_dated_and_cached(clerk, officer, village):
    household = make_household(village, poverty_status="exited_with_policy")
    values = {
        "household": household,
        "dimension": "monitor",
        "value": "unstable_exited",
        "on": ON,
        "reason": "人均收入低",
    }
    with pytest.raises(NotPermitted):
        services.status_set(actor=clerk, **values)
    services.status_set(actor=officer, **values)
    household.refresh_from_db()
    assert household.monitor_class == "unstable_exited"
    assert household.risk_identified_on == ON
    services.status_set(
        actor=officer, **values | {"value": "none", "on": date(2020, 8, 1), "reason": "风险消除"}
    )
    household.refresh_from_db()
    assert (household.monitor_class, household.risk_removed_on) == ("none", date(2020, 8, 1))
    spells = StatusSpell.objects.filter(household=household, dimension="monitor")
    assert [row.value for row in spells.holding(date(2020, 7, 31))] == ["unstable_exited"]


@pytest.mark.parametrize(
    ("poverty", "monitor"), [("ordinary", "unstable_exited"), ("exited_with_policy", "borderline")]
)
def test_classes_that_do_not_fit_the_poverty_status_are_refused(officer, village, poverty, monitor):
    household = make_household(village, poverty_status=poverty)
    with pytest.raises(Invalid, match="脱贫属性"):
        services.status_set(
            actor=officer, household=household, dimension="monitor", value=monitor, on=ON, reason="试"
        )


def test_an_edit_on_an_old_page_is_stale_with_both_values(clerk, village):
    household = make_household(village, hamlet="东庄")
    services.household_edit(actor=clerk, household=household, changes={"hamlet": "西庄"}, version=1)
    with pytest.raises(Stale) as refusal:
        services.household_edit(actor=clerk, household=household, changes={"hamlet": "南庄"}, version=1)
    assert refusal.value.values == {"hamlet": ("西庄", "南庄")}


def test_a_person_is_renamed_on_the_household_too(clerk, village):
    household = make_household(village)
    head = household.memberships.get().person
    services.person_edit(actor=clerk, person=head, changes={"name": "单建国"}, version=1)
    household.refresh_from_db()
    assert (household.head_name, household.head_initials) == ("单建国", "djg sjg")


def test_net_income_is_computed_and_unknown_parts_leave_it_unknown(clerk, village):
    household = make_household(village, members=3)
    parts = {"wage_fen": 3_000_000, "business_fen": 500_000, "property_fen": 0, "transfer_fen": 100_000}
    entry = IncomeInput("year", date(2019, 9, 30), date(2019, 11, 1), production_cost_fen=200_000, **parts)
    record = services.income_save(actor=clerk, household=household, entry=entry)
    assert (record.net_fen, record.members, record.period_start) == (3_400_000, 3, date(2018, 10, 1))
    unknown = IncomeInput("year", date(2018, 9, 30), date(2018, 11, 1), **parts)
    assert services.income_save(actor=clerk, household=household, entry=unknown).net_fen is None


def test_a_correction_supersedes_and_the_same_figures_again_do_not(clerk, village):
    household = make_household(village)
    entry = IncomeInput("quarter", date(2020, 6, 30), date(2020, 7, 2), wage_fen=500_000)
    first = services.income_save(actor=clerk, household=household, entry=entry)
    assert services.income_save(actor=clerk, household=household, entry=entry) == first
    fixed = IncomeInput("quarter", date(2020, 6, 30), date(2020, 7, 2), wage_fen=600_000)
    second = services.income_save(actor=clerk, household=household, entry=fixed)
    first.refresh_from_db()
    assert first.superseded_at is not None
    assert IncomeRecord.objects.get(superseded_at__isnull=True) == second
    assert first.wage_fen == 500_000


def test_a_negative_amount_is_refused(clerk, village):
    entry = IncomeInput("quarter", date(2020, 6, 30), date(2020, 7, 2), wage_fen=-1)
    with pytest.raises(Invalid) as refusal:
        services.income_save(actor=clerk, household=make_household(village), entry=entry)
    assert refusal.value.field == "wage_fen"


def test_a_measure_takes_only_items_of_its_category_and_counts_versions(clerk, village):
    household = make_household(village)
    with pytest.raises(Invalid, match="不属于"):
        services.measure_save(
            actor=clerk, household=household, entry=MeasureInput("industry", "小额信贷", date(2020, 1, 1))
        )
    entry = MeasureInput("finance", "小额信贷", date(2020, 1, 1), amount_fen=5_000_000)
    measure = services.measure_save(actor=clerk, household=household, entry=entry)
    done = MeasureInput("finance", "小额信贷", date(2020, 1, 1), date(2020, 8, 1), state="done")
    services.measure_save(actor=clerk, household=household, entry=done, measure=measure, version=1)
    with pytest.raises(Stale):
        services.measure_save(actor=clerk, household=household, entry=entry, measure=measure, version=1)
    assert measure.history.count() == 2


def test_allowance_of_one_member_and_of_the_household_stand_beside_each_other(clerk, village):
    household = make_household(village, members=2)
    person = household.memberships.last().person
    whole = services.safety_net_open(actor=clerk, household=household, kind="rural_allowance", on=ON)
    services.safety_net_open(actor=clerk, household=household, kind="rural_allowance", on=ON, person=person)
    services.safety_net_close(actor=clerk, spell=whole, on=date(2020, 8, 1))
    with pytest.raises(Conflict, match="停发"):
        services.safety_net_close(actor=clerk, spell=whole, on=date(2020, 8, 1))
    assert SafetyNet.objects.holding(date(2020, 8, 1)).get().person == person


def test_a_helper_assignment_ends_the_one_before(clerk, helper, village):
    household = make_household(village)
    services.helper_assign(actor=clerk, household=household, on=ON, name="老李")
    services.helper_assign(
        actor=clerk, household=household, on=date(2020, 8, 1), name="老王", unit="县教育局"
    )
    assert [row.name for row in household.helpers.order_by("pk")] == ["老李", "老王"]
    assert household.helpers.get(effective_to__isnull=True).unit == "县教育局"


def test_a_number_is_shown_only_with_reason_permission_and_fresh_password(clerk, auditor, village):
    household = make_household(village, phone="13800001234")
    show = {"target": household, "field": "phone", "reason": "核对联系电话"}
    assert services.number_reveal(actor=clerk, **show) == "13800001234"
    entry = AuditEntry.objects.get(verb="households.number_reveal")
    assert entry.reason == "核对联系电话"
    assert "1380" not in str(entry.detail)
    with pytest.raises(NotPermitted):
        services.number_reveal(actor=auditor, **show)
    with pytest.raises(Invalid, match="事由"):
        services.number_reveal(actor=clerk, **show | {"reason": " "})
    with pytest.raises(PasswordNeeded):
        services.number_reveal(
            actor=acting("township_clerk", "411081100", "李办事", password_fresh=False), **show
        )
    assert AuditEntry.objects.filter(verb="households.number_reveal").count() == 1


def test_a_household_moves_with_its_scope(officer, village, other_village):
    household = make_household(village)
    services.household_move(actor=officer, household=household, village=other_village, on=ON)
    household.refresh_from_db()
    assert household.scope_code == other_village.code
    assert household.residences.get(effective_to__isnull=True).village == other_village


def test_a_closed_household_keeps_its_rows_but_has_no_open_member(clerk, village):
    household = make_household(village, members=3)
    services.household_close(actor=clerk, household=household, on=ON, reason="并户")
    household.refresh_from_db()
    assert (household.is_live, household.members_count) == (False, 0)
    assert household.memberships.count() == 3


def test_a_helper_writes_only_to_his_own_households(helper, village):
    mine, not_mine = make_household(village), make_household(make_village("411081100202"))
    with pytest.raises(NotPermitted):
        services.guarantee_record(actor=helper, household=mine, kind="water", state="met", on=ON)
    with pytest.raises(NotPermitted):
        services.guarantee_record(actor=helper, household=not_mine, kind="water", state="met", on=ON)
