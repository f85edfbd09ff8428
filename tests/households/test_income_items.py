"""Income item by item: sums agree, unknown is not zero, nothing is divided."""

import ast
import inspect
from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid
from households import rules, services
from households.codes import COMPONENT_OF, INCOME_ITEMS, Component
from households.income_sheet import income_table
from households.inputs import IncomeInput
from households.models import IncomeItem, IncomeRecord
from households.selectors import items_of
from tests.factories.households import make_household, make_year_income

FEN = st.one_of(st.none(), st.integers(0, 10**11))
PARTS = st.fixed_dictionaries({part: FEN for part in (*rules.INCOME_PARTS, "production_cost")})
YEAR = ("year", date(2019, 9, 30), date(2019, 10, 20))


@given(PARTS)
def test_net_is_unknown_exactly_when_a_needed_part_is(parts):
    net = rules.net_of_components(parts)
    assert (net is None) == (None in parts.values())
    if net is not None:
        assert net + parts["production_cost"] == sum(parts[part] for part in rules.INCOME_PARTS)


@given(PARTS)
def test_what_lies_outside_the_sum_does_not_move_it(parts):
    assert rules.net_of_components(parts | {"self_paid": 1, "claims": 2}) == rules.net_of_components(parts)


@given(st.lists(FEN, max_size=15), FEN)
def test_a_component_is_the_sum_of_its_items_or_what_was_typed_or_unknown(items, typed):
    total, asked = rules.component_total(items, typed), [fen for fen in items if fen is not None]
    if typed is not None:
        assert total == typed
    elif not asked or len(asked) < len(items):
        assert total is None
    else:
        assert total == sum(items)


@given(st.lists(FEN, max_size=15), FEN)
def test_totals_differ_exactly_when_both_speak_and_disagree(items, typed):
    asked = [fen for fen in items if fen is not None]
    expected = bool(asked) and typed is not None and sum(asked) != typed
    assert (rules.totals_differ(items, typed) is not None) == expected


@given(st.lists(st.integers(0, 10**11), min_size=1, max_size=15))
def test_zero_is_known_and_a_blank_is_not(items):
    assert rules.items_total([*items, 0]) == sum(items)
    assert rules.items_total([*items, None]) is None


def test_no_rule_of_income_divides():
    for rule in (
        rules.items_total,
        rules.component_total,
        rules.totals_differ,
        rules.net_of_components,
        rules.net_income,
    ):
        tree = ast.parse(inspect.getsource(rule))
        assert not [node for node in ast.walk(tree) if isinstance(node, (ast.Div, ast.FloorDiv, ast.Mod))], (
            rule
        )


def all_items(component: str, fen: int) -> dict[str, int]:
    return dict.fromkeys(INCOME_ITEMS[component], fen)


def save(clerk, household, items, **typed) -> IncomeRecord:
    return services.income_save(
        actor=clerk, household=household, entry=IncomeInput(*YEAR, **typed), items=items
    )


@pytest.mark.django_db
def test_items_make_the_components_and_the_net(clerk, village):
    items = {}
    for component, fen in (
        ("wage", 100_000),
        ("business", 5_000),
        ("property", 0),
        ("transfer", 1_000),
        ("production_cost", 2_000),
    ):
        items |= all_items(component, fen)
    record = save(clerk, make_household(village), items)
    assert record.wage_fen == 5 * 100_000
    assert record.property_fen == 0
    assert record.self_paid_fen is None
    assert record.net_fen == 500_000 + 20_000 + 0 + 15_000 - 8_000
    assert IncomeItem.objects.filter(record=record).count() == len(items)


@pytest.mark.django_db
def test_one_item_not_asked_leaves_component_and_net_unknown(clerk, village):
    items = {}
    for component in ("wage", "business", "property", "transfer", "production_cost"):
        items |= all_items(component, 100)
    record = save(clerk, make_household(village), items | {"wage_other": None})
    assert (record.wage_fen, record.net_fen) == (None, None)
    assert record.business_fen == 400
    assert not IncomeItem.objects.filter(record=record, item="wage_other").exists()


@pytest.mark.django_db
def test_a_typed_total_must_agree_and_the_refusal_names_both_sums(clerk, village):
    household = make_household(village)
    items = {"transfer_pension": 124_800, "transfer_soil": 10_000}
    with pytest.raises(Invalid, match=r"转移性收入：分项合计 1348\.00 元，填写的合计 1348\.01 元") as refusal:
        save(clerk, household, items, transfer_fen=134_801)
    assert refusal.value.field == "transfer_fen"
    assert not IncomeRecord.objects.exists()
    assert save(clerk, household, items, transfer_fen=134_800).transfer_fen == 134_800


@pytest.mark.parametrize(("item", "fen"), [("no_such", 1), ("wage_labour", -1), ("wage_labour", 10**12 + 1)])
@pytest.mark.django_db
def test_an_impossible_item_is_refused(clerk, village, item, fen):
    with pytest.raises(Invalid) as refusal:
        save(clerk, make_household(village), {item: fen})
    assert refusal.value.field == item


@pytest.mark.django_db
def test_other_items_with_the_same_totals_are_a_correction(clerk, village):
    household = make_household(village)
    first = save(clerk, household, {"wage_labour": 300, "wage_other": 0}, wage_fen=300)
    again = save(clerk, household, {"wage_labour": 300, "wage_other": 0}, wage_fen=300)
    assert again == first
    second = save(clerk, household, {"wage_labour": 100, "wage_other": 200}, wage_fen=300)
    first.refresh_from_db()
    assert first.superseded_at is not None
    assert dict(first.items.values_list("item", "fen")) == {"wage_labour": 300, "wage_other": 0}
    assert IncomeRecord.objects.get(superseded_at__isnull=True) == second


@pytest.mark.django_db
def test_the_period_may_be_given_and_must_run_forward(clerk, village):
    household = make_household(village)
    entry = IncomeInput(
        "year", date(2020, 5, 31), date(2020, 6, 5), period_start=date(2019, 6, 1), wage_fen=1
    )
    assert services.income_save(actor=clerk, household=household, entry=entry).period_start == date(
        2019, 6, 1
    )
    turned = IncomeInput(
        "year", date(2020, 5, 31), date(2020, 6, 5), period_start=date(2020, 5, 31), wage_fen=1
    )
    with pytest.raises(Invalid, match="期间"):
        services.income_save(actor=clerk, household=household, entry=turned)


@pytest.mark.django_db
def test_the_form_keeps_blank_from_zero(world, cast, login):
    household = make_household(world.village_a1)
    client = login(cast.li)
    address = reverse("households:income-save", args=[household.pk])
    body = {"kind": "year", "period_end": "2019-09-30", "collected_on": "2019-10-20", "base": 0}
    body |= {item: "0" for item in INCOME_ITEMS["wage"]} | {"wage_labour": "1,200.50", "property_land": "0"}
    assert client.post(f"{address}?form=items", body).status_code == 302
    record = IncomeRecord.objects.get()
    assert (record.wage_fen, record.property_fen, record.transfer_fen) == (120_050, None, None)
    assert dict(record.items.values_list("item", "fen"))["property_land"] == 0
    text = client.get(reverse("households:incomes-panel", args=[household.pk])).content.decode()
    assert "务工" in text
    assert "1,200.50" in text
    answer = client.post(
        f"{address}?form=items&corrects={record.pk}", body | {"base": record.pk, "wage_fen": "9"}
    )
    assert answer.status_code == 422
    assert "两者不一致" in answer.content.decode()


@pytest.mark.django_db
def test_the_table_shows_the_difference_of_the_last_two_years_and_unknown_as_unknown(village):
    household = make_household(village)
    old = make_year_income(household, 2018, wage_fen=100, transfer_fen=None, net_fen=None)
    new = make_year_income(household, 2019, wage_fen=150, transfer_fen=7)
    IncomeItem.objects.create(record=new, component="wage", item="wage_labour", fen=150)
    rows = {row.label: row for row in income_table([old, new], items_of([old, new]))}
    assert (rows["工资性收入"].fens, rows["工资性收入"].difference) == ((100, 150), 50)
    assert (rows["转移性收入"].fens, rows["转移性收入"].difference) == ((None, 7), None)
    assert (rows["务工"].fens, rows["务工"].difference) == ((None, 150), None)
    assert "种植" not in rows


def test_every_item_belongs_to_one_component():
    names = [item for items in INCOME_ITEMS.values() for item in items]
    assert len(names) == len(set(names)) == len(COMPONENT_OF)
    assert set(INCOME_ITEMS) == set(Component.values)
    assert all(hasattr(IncomeRecord, f"{component}_fen") for component in INCOME_ITEMS)
