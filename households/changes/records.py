"""Changes that are records of their own: incomes and their corrections, acts, visits, papers."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from common.money import to_yuan
from households.changes.line import FULL, NOTHING, Change, person_word, shown, source_word
from households.codes import ITEM_LABELS
from households.field_groups import PAPER_GROUP
from households.models import Household, HouseholdAct, HouseholdFile, IncomeItem, IncomeRecord, Visit

INCOME = (
    "wage_fen", "business_fen", "property_fen", "transfer_fen", "production_cost_fen", "self_paid_fen", "claims_fen", "net_fen",
    "disposable_fen", "members", "collected_on",
)  # fmt: skip

LABELS = {field.name: str(field.verbose_name) for field in IncomeRecord._meta.concrete_fields}


def _yuan(fen: int) -> str:
    return f"{to_yuan(fen):,} 元"


def _amount(row: Any, name: str) -> str:
    value = getattr(row, name, None)
    if name.endswith("_fen"):
        return _yuan(value) if value is not None else NOTHING
    return shown(row, name) if row is not None else NOTHING


def _income_pairs(row: Any, before: Any, items: dict[int, dict[str, int]]) -> Iterator[tuple[str, str, str]]:
    for name in INCOME:
        yield LABELS[name], _amount(before, name), _amount(row, name)
    mine, theirs = items.get(row.pk, {}), items.get(before.pk, {}) if before else {}
    for item in ITEM_LABELS:
        if item in mine or item in theirs:
            words = [_yuan(one[item]) if item in one else NOTHING for one in (theirs, mine)]
            yield f"{ITEM_LABELS[item]}（分项）", words[0], words[1]


def _incomes(household: Household) -> Iterator[Change]:
    rows = IncomeRecord.objects.filter(household=household).select_related("recorded_by").order_by("pk")
    items: dict[int, dict[str, int]] = {}
    for record, item, fen in IncomeItem.objects.filter(record__household=household).values_list(
        "record_id", "item", "fen"
    ):
        items.setdefault(record, {})[item] = fen
    held: dict[Any, IncomeRecord] = {}
    for row in rows:
        key = row.kind, row.period_end
        what = f"{row.get_kind_display()} {row.period_end}"
        for label, before, after in _income_pairs(row, held.get(key), items):
            if before != after:
                yield Change(
                    "income", row.recorded_at, person_word(row.recorded_by), what, label, before, after,
                    row.change_reason or source_word(row.source), "income", row.pk,
                )  # fmt: skip
        held[key] = row


def _acts(household: Household) -> Iterator[Change]:
    rows = HouseholdAct.objects.filter(Q(household=household) | Q(other=household))
    for row in rows.select_related("actor", "person", "reverses"):
        what = f"撤销：{row.reverses.what}" if row.reverses else row.what
        whose = f"{row.person.name} · " if row.person else ""
        yield Change(
            "act",
            row.at,
            person_word(row.actor),
            what,
            "家庭变动",
            NOTHING,
            f"{whose}{row.on}",
            row.reason,
            "",
            row.pk,
        )


def _visits(household: Household) -> Iterator[Change]:
    for row in Visit.objects.filter(household=household).defer("content", "note", "difficulties", "wishes"):
        yield Change(
            "visit", row.recorded_at, row.visitor_name, row.get_kind_display(), "走访", NOTHING, str(row.visited_on),
            row=row.pk,
        )  # fmt: skip


def _papers(household: Household) -> Iterator[Change]:
    for row in HouseholdFile.objects.filter(household=household).select_related("recorded_by", "supersedes"):
        old = getattr(row, "supersedes", None)
        yield Change(
            "paper", row.recorded_at, person_word(row.recorded_by), row.get_kind_display(), "附件",
            old.title if old else NOTHING, row.title, old.superseded_reason if old else "", PAPER_GROUP[row.kind] or FULL,
            row.pk,
        )  # fmt: skip


def record_changes(household: Household) -> Iterator[Change]:
    for source in (_incomes, _acts, _visits, _papers):
        yield from source(household)
