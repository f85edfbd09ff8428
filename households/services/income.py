"""Income records. A correction supersedes the record it corrects; nothing is overwritten."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.actor import Actor
from common.dates import Quarter
from common.errors import Invalid, Stale
from common.money import yuan_text
from common.text import clean
from households.codes import COMPONENT_OF, INCOME_ITEMS, Component
from households.inputs import EditNote, IncomeInput
from households.models import Household, IncomeItem, IncomeRecord, Membership
from households.rules import component_total, net_of_components, totals_differ
from households.services.basis import differing, explained
from households.services.rows import checked, household_refresh, locked, not_in_future, permit

AMOUNTS = (
    "wage_fen", "business_fen", "property_fen", "transfer_fen", "production_cost_fen", "self_paid_fen", "claims_fen",
)  # fmt: skip
LIMIT_FEN = 10**12


def period_start(kind: str, period_end: date) -> date:
    """1 October of the year before for a year, the quarter's first day for a quarter."""
    if kind == IncomeRecord.Kind.QUARTER:
        return Quarter.of(period_end).first_day
    return date(period_end.year - 1, 10, 1)


def _amounts_checked(entry: IncomeInput) -> None:
    for name in (*AMOUNTS, "disposable_fen"):
        value = getattr(entry, name)
        if value is not None and name != "disposable_fen" and value < 0:
            raise Invalid("金额不能为负数；亏损请填在生产经营性支出。", field=name, code="negative_amount")
        if value is not None and abs(value) > LIMIT_FEN:
            raise Invalid("金额过大，请核对单位是元。", field=name, code="amount_too_large")


Items = Mapping[str, int | None]


def _component_items(items: Items, component: str) -> list[int | None]:
    return [items.get(item) for item in INCOME_ITEMS[component]]


def _items_checked(items: Items) -> None:
    for item, fen in items.items():
        if item not in COMPONENT_OF:
            raise Invalid("没有这个收支项目。", field=item)
        if fen is not None and not 0 <= fen <= LIMIT_FEN:
            raise Invalid("金额不能为负数，也不能过大，请核对单位是元。", field=item, code="bad_amount")


def _totals(entry: IncomeInput, items: Items) -> dict[str, int | None]:
    """The six totals; a typed one that contradicts its items is refused with both figures."""
    found = {}
    for component in Component:
        name, asked = f"{component.value}_fen", _component_items(items, component.value)
        typed = getattr(entry, name)
        if both := totals_differ(asked, typed):
            added, total = (yuan_text(fen) for fen in both)
            raise Invalid(
                f"{component.label}：分项合计 {added} 元，填写的合计 {total} 元，两者不一致，请核对。",
                field=name,
                code="totals_differ",
            )
        found[component.value] = component_total(asked, typed)
    return found


def _values_of(household: Household, entry: IncomeInput, items: Items) -> dict[str, Any]:
    start = entry.period_start or period_start(entry.kind, entry.period_end)
    if entry.collected_on < start:
        raise Invalid("采集日期早于核算期间。", field="collected_on", code="collected_too_early")
    if entry.period_end <= start:
        raise Invalid("期间截止早于期间开始。", field="period_end", code="period_order")
    totals = _totals(entry, items)
    values = {**asdict(entry), "period_start": start} | {f"{name}_fen": fen for name, fen in totals.items()}
    if values["members"] is None:
        values["members"] = (
            Membership.objects.filter(household=household, effective_to__isnull=True).count() or None
        )
    return values | {"net_fen": net_of_components(totals)}


def _same_record(record: IncomeRecord, values: dict[str, Any], items: dict[str, int]) -> bool:
    held = dict(IncomeItem.objects.filter(record=record).values_list("item", "fen"))
    return held == items and all(getattr(record, name) == value for name, value in values.items())


def income_write(
    actor: Actor, household: Household, entry: IncomeInput, source: str = "", items: Items | None = None
) -> tuple[IncomeRecord, bool]:
    """The record of this period with its items; permission, lock and cache are the caller's."""
    _amounts_checked(entry)
    _items_checked(items or {})
    values = _values_of(household, entry, items or {})
    asked = {item: fen for item, fen in (items or {}).items() if fen is not None}
    same = IncomeRecord.objects.filter(
        household=household, kind=entry.kind, period_end=entry.period_end, superseded_at__isnull=True
    )
    current = same.select_for_update().first()
    if current is not None and _same_record(current, values, asked):
        return current, False
    same.update(superseded_at=timezone.now())
    record = IncomeRecord(household=household, recorded_by_id=actor.user_id, source=source, **values)
    checked(record)
    record.save()
    IncomeItem.objects.bulk_create(
        IncomeItem(record=record, component=COMPONENT_OF[item], item=item, fen=fen)
        for item, fen in asked.items()
    )
    return record, True


def _based(household: Household, entry: IncomeInput, items: Items | None, edit: EditNote) -> None:
    """Refuse as stale when the period has another record than the one the form was made from (0: none)."""
    if edit.base is None:
        return
    rows = IncomeRecord.objects.filter(household=household, kind=entry.kind)
    current = rows.filter(period_end=entry.period_end, superseded_at__isnull=True).first()
    if current is None or current.pk == edit.base:
        return
    past = rows.filter(pk=edit.base, period_end=entry.period_end).first()
    values = _values_of(household, entry, items or {})
    typed = {name: values[name] for name in (*AMOUNTS, "disposable_fen", "members")}
    found = differing(current, past, typed) | _items_differing(current, past, items)
    if found:
        raise Stale(values=found, base=current.pk)


def _items_differing(
    current: IncomeRecord, past: IncomeRecord | None, items: Items | None
) -> dict[str, tuple[int | None, int | None]]:
    """Items that somebody else changed and left otherwise than this form says."""
    if items is None:
        return {}
    held, before = (dict(row.items.values_list("item", "fen")) if row else {} for row in (current, past))
    return {
        item: (held.get(item), items.get(item))
        for item in COMPONENT_OF
        if held.get(item) != before.get(item) and held.get(item) != items.get(item)
    }


@transaction.atomic
def income_save(
    *,
    actor: Actor,
    household: Household,
    entry: IncomeInput,
    source: str = "",
    items: Items | None = None,
    edit: EditNote | None = None,
) -> IncomeRecord:
    """Income of one period, by component or by item. Another record of the same period is superseded; the same figures
    again change nothing; totals that contradict their items are refused, a form made from another record is Stale."""
    permit(actor, "households.edit", household)
    not_in_future(entry.collected_on, field="collected_on")
    household = locked(household)
    edit = edit or EditNote()
    _based(household, entry, items, edit)
    record, changed = income_write(actor, household, entry, source, items)
    if changed:
        explained(record, clean(edit.reason))
        household_refresh(actor, household)
        audit.record(actor, "households.income_save", household, kind=entry.kind, period_end=entry.period_end)
    return record
