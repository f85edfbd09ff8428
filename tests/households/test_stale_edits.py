"""Two editors of one field see each other's values; nothing is overwritten, and the second one chooses."""

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import User
from common.errors import Stale
from households import services
from households.inputs import EditNote, IncomeInput
from households.models import (
    AidMeasure,
    Guarantee,
    HelperAssignment,
    Household,
    HouseholdSituation,
    IncomeRecord,
    PersonSituation,
    SafetyNet,
    StatusSpell,
)
from tests.factories.households import (
    make_guarantee,
    make_helper,
    make_household,
    make_living,
    make_measure,
    make_situation,
    make_year_income,
)

pytestmark = pytest.mark.django_db
ON, LATER = date(2020, 3, 1), date(2020, 6, 1)


def url(name: str, *args) -> str:
    return reverse(f"households:{name}", args=args)


def body_of(client, address: str) -> dict:
    """The form as a browser would send it back: every field with the value it shows."""
    form = client.get(address).context["form"]
    found = {}
    for bound in form:
        value = form[bound.name].value()
        value = bound.field.prepare_value(value) if hasattr(bound.field, "prepare_value") else value
        if value not in (None, "") and bound.field.widget.__class__.__name__ != "FileInput":
            found[bound.name] = value
    return found


def hidden(text: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', text)


@pytest.fixture
def two(world, cast, login):
    """Two clerks of one township, at one household."""
    return login(cast.li), login(cast.officer), make_household(world.village_a1, members=2, hamlet="东庄")


def test_both_see_both_values_in_words_and_nothing_is_overwritten(two):
    first, second, household = two
    address = url("household-edit", household.pk)
    one, other = body_of(first, address), body_of(second, address)
    assert first.post(address, one | {"main_cause": "illness", "hamlet": "西庄"}).status_code == 302
    answer = second.post(address, other | {"main_cause": "no_labour", "hamlet": "东庄"})
    text = answer.content.decode()
    assert answer.status_code == 422
    section = text[
        text.index('id="stale-fields"') : text.index("</section>", text.index('id="stale-fields"'))
    ]
    for word in ("致贫原因", "因病", "缺劳动力", "自然村", "西庄", "东庄", "他人已改为", "您填的"):
        assert word in section, word
    assert "illness" not in re.sub(r'value="[^"]*"', "", section), "codes are shown in words"
    household.refresh_from_db()
    assert (household.main_cause, household.hamlet) == ("illness", "西庄")


def test_the_second_editor_chooses_per_field_and_saves_again(two):
    first, second, household = two
    address = url("household-edit", household.pk)
    one, other = body_of(first, address), body_of(second, address)
    first.post(address, one | {"main_cause": "illness", "hamlet": "西庄"})
    sent = other | {"main_cause": "no_labour", "hamlet": "南庄"}
    text = second.post(address, sent).content.decode()
    again = sent | {
        "version": hidden(text, "version")[0],
        "theirs_hamlet": hidden(text, "theirs_hamlet"), "choose_hamlet": "theirs",
        "theirs_main_cause": hidden(text, "theirs_main_cause"), "choose_main_cause": "yours",
    }  # fmt: skip
    assert second.post(address, again).status_code == 302
    household.refresh_from_db()
    assert (household.hamlet, household.main_cause) == ("西庄", "no_labour")


def test_a_third_save_in_between_is_seen_too(two):
    first, second, household = two
    address = url("household-edit", household.pk)
    body = body_of(second, address)
    for hamlet in ("西庄", "北庄"):
        text = second.post(address, body | {"hamlet": "南庄"}).content.decode() if hamlet == "北庄" else ""
        first.post(address, body_of(first, address) | {"hamlet": hamlet})
    answer = second.post(address, body | {"hamlet": "南庄", "version": hidden(text, "version")[0]})
    assert answer.status_code == 422
    assert "北庄" in answer.content.decode()


def test_fields_nobody_else_touched_are_saved_without_asking(clerk, village):
    household = make_household(village, hamlet="东庄")
    services.household_edit(actor=clerk, household=household, changes={"hamlet": "西庄"}, version=1)
    services.household_edit(actor=clerk, household=household, changes={"main_cause": "illness"}, version=1)
    household.refresh_from_db()
    assert (household.hamlet, household.main_cause) == ("西庄", "illness")


def test_a_number_changed_by_two_is_shown_masked(clerk, village):
    household = make_household(village, phone="13800001234")
    services.household_edit(
        actor=clerk, household=household, changes={}, numbers={"phone": "13911112222"}, version=1
    )
    with pytest.raises(Stale) as refusal:
        services.household_edit(
            actor=clerk, household=household, changes={}, numbers={"phone": "13733334444"}, version=1
        )
    assert refusal.value.values == {"phone": ("139****2222", "137****4444")}


def test_a_number_is_never_sent_back_by_the_choice(two):
    first, second, household = two
    address = url("household-edit", household.pk)
    one, other = body_of(first, address), body_of(second, address)
    first.post(address, one | {"phone": "13911112222"})
    text = second.post(address, other | {"phone": "13733334444"}).content.decode()
    assert hidden(text, "theirs_phone") == [""]
    assert "13911112222" not in text
    again = other | {
        "phone": "13733334444",
        "version": hidden(text, "version")[0],
        "theirs_phone": "",
        "choose_phone": "theirs",
    }
    assert second.post(address, again).status_code == 302
    household.refresh_from_db()
    assert household.number("phone") == "13911112222"


def prepared(household):
    """Rows for every form, so that each has something it was based on."""
    person = household.memberships.order_by("pk").first().person
    make_situation(person, labour_skill="ordinary")
    make_living(household, danger_grade="B")
    make_guarantee(household, "water", "met", evidence="水质检测")
    make_helper(household, name="王帮扶")
    make_year_income(household)
    return person, make_measure(household, "industry")


def forms_of(household, person, measure) -> dict[str, tuple[str, str, object, object]]:
    """Form -> (address, field, what the first editor says, what the second says)."""
    income = household.incomes.get()
    return {
        "household": (url("household-edit", household.pk), "hamlet", "西庄", "南庄"),
        "person": (url("person-edit", household.pk, person.pk), "name", "单一", "单二"),
        "situation": (url("person-situation", household.pk, person.pk), "labour_skill", "weak_or_half", "none"),
        "living": (url("living-record", household.pk), "danger_grade", "C", "D"),
        "guarantee": (url("guarantee-record", household.pk, "water"), "evidence", "甲报告", "乙报告"),
        "helper": (url("helper-assign", household.pk), "name", "老李", "老赵"),
        "measure": (url("measure-edit", measure.pk), "effect", "增收", "无效"),
        "income": (f"{url('income-save', household.pk)}?corrects={income.pk}", "wage_fen", "40000", "50000"),
        "income items": (
            f"{url('income-save', household.pk)}?form=items&corrects={income.pk}", "wage_fen", "40000", "50000",
        ),
        "net": (url("safety-net-open", household.pk), "monthly_fen", "300", "400"),
        "status": (url("status-set", household.pk, "poverty"), "value", "exited_with_policy", "returned"),
    }  # fmt: skip


NAMES = (
    "household", "person", "situation", "living", "guarantee", "helper", "measure", "income", "income items", "net", "status",
)  # fmt: skip
BESIDE = {"status": {"reason": "核查"}, "net": {"kind": "rural_allowance"}}
MODELS = (
    Household, PersonSituation, HouseholdSituation, Guarantee, HelperAssignment, AidMeasure, IncomeRecord, SafetyNet, StatusSpell,
)  # fmt: skip


def rows() -> list[int]:
    return [model._default_manager.count() for model in MODELS]


@pytest.mark.parametrize("name", NAMES)
def test_every_edit_form_says_what_it_was_based_on(name, world, cast, login):
    household = make_household(world.village_a1, members=2, hamlet="东庄")
    person, measure = prepared(household)
    address, field, theirs, yours = forms_of(household, person, measure)[name]
    who = cast.officer if name == "status" else cast.li
    client = login(who)
    body = body_of(client, address) | BESIDE.get(name, {})
    assert client.post(address, body | {field: theirs}).status_code == 302, name
    before = rows()
    answer = client.post(address, body | {field: yours})
    text = answer.content.decode()
    assert answer.status_code == 422, name
    assert "他人已改为" in text
    assert rows() == before, "nothing was written"
    token = "version" if 'name="version"' in text else "base"
    again = body | {field: yours, f"choose_{field}": "yours", token: hidden(text, token)[0]}
    assert client.post(address, again).status_code == 302, "having seen it, the second editor may insist"


def test_a_situation_changed_elsewhere_keeps_both_changes(clerk, village):
    person = make_household(village).memberships.get().person
    base = make_situation(person, labour_skill="ordinary").pk
    given = {"actor": clerk, "person": person, "on": ON}
    services.person_situation_record(**given, changes={"labour_skill": "none"}, edit=EditNote(base))
    services.person_situation_record(**given, changes={"is_healthy": False}, edit=EditNote(base))
    now = PersonSituation.objects.get(person=person, effective_to__isnull=True)
    assert (now.labour_skill, now.is_healthy) == ("none", False)


def test_a_form_made_when_there_was_nothing_does_not_overwrite_what_came(clerk, village):
    household = make_household(village)
    given = {"actor": clerk, "household": household, "on": ON}
    services.household_situation_record(**given, changes={"danger_grade": "C"}, edit=EditNote(0))
    with pytest.raises(Stale) as refusal:
        services.household_situation_record(**given, changes={"danger_grade": "A"}, edit=EditNote(0))
    assert refusal.value.values == {"danger_grade": ("C", "A")}


def test_an_income_of_the_same_period_entered_by_two_is_stale(clerk, village):
    household = make_household(village)
    entry = IncomeInput("quarter", date(2020, 6, 30), date(2020, 7, 2), wage_fen=500_000)
    services.income_save(actor=clerk, household=household, entry=entry, edit=EditNote(0))
    other = IncomeInput("quarter", date(2020, 6, 30), date(2020, 7, 2), wage_fen=600_000)
    with pytest.raises(Stale) as refusal:
        services.income_save(actor=clerk, household=household, entry=other, edit=EditNote(0))
    assert refusal.value.values["wage_fen"] == (500_000, 600_000)
    assert IncomeRecord.objects.get().wage_fen == 500_000
    services.income_save(
        actor=clerk, household=household, entry=entry, edit=EditNote(0)
    )  # the same again is no conflict


def test_items_entered_by_two_are_stale_item_by_item(clerk, village):
    household = make_household(village)
    entry = IncomeInput("year", date(2019, 9, 30), date(2019, 10, 20), wage_fen=300)
    given = {"actor": clerk, "household": household, "entry": entry}
    base = services.income_save(**given, items={"wage_labour": 300}).pk
    services.income_save(**given, items={"wage_labour": 100, "wage_other": 200}, edit=EditNote(base))
    with pytest.raises(Stale) as refusal:
        services.income_save(**given, items={"wage_labour": 250, "wage_other": 50}, edit=EditNote(base))
    assert refusal.value.values == {"wage_labour": (100, 250), "wage_other": (200, 50)}


def test_a_reason_given_with_an_edit_stands_in_the_history(world, cast, login):
    household = make_household(world.village_a1)
    person, _ = prepared(household)
    client = login(cast.li)
    client.post(
        url("household-edit", household.pk), {"hamlet": "西庄", "version": 1, "change_reason": "入户核对"}
    )
    assert Household.history.filter(id=household.pk).latest().history_change_reason == "入户核对"
    assert Household.history.latest().history_user == User.objects.get(pk=cast.li.pk)
    body = body_of(client, url("living-record", household.pk)) | {
        "danger_grade": "C",
        "change_reason": "鉴定",
    }
    client.post(url("living-record", household.pk), body)
    assert HouseholdSituation.objects.get(effective_to__isnull=True).change_reason == "鉴定"
