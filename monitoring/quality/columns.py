"""The vocabulary of the checks: every column of the sheets with its Chinese title, its type and the group of fields it tells of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django.db.models import BigIntegerField, BooleanField, DateField, DecimalField, IntegerField

from monitoring.quality.sheets import SHEETS

# Which group of fields a column belongs to; columns not named here tell of none. A person who lacks a group sees no fault of it.
GROUPS: dict[str, tuple[str, ...]] = {
    "identity": (
        "id_kind", "id_hash", "has_id", "phone_hash", "has_phone", "account_hash", "has_account", "card_hash", "has_card",
    ),
    "income": (
        "period_start", "period_end", "period_months", "start_month", "collected_on", "members", "wage_fen", "business_fen",
        "property_fen", "transfer_fen", "cost_fen", "self_paid_fen", "claims_fen", "net_fen", "disposable_fen", "gross_fen",
        "computed_net_fen", "previous_net_fen", "previous_members", "year_records", "food_state", "food_evidence",
        "amount_fen",
    ),
    "health": (
        "healthy", "chronic", "serious", "disabled", "disability_kind", "disability_grade", "medical_insured",
        "serious_insured", "medical_state", "medical_evidence", "card_hash", "has_card",
    ),
    "schooling": ("education", "schooling", "no_school_reason", "schooling_state", "schooling_evidence"),
    "housing": ("danger_grade", "housing_evidence", "house_area_m2", "housing_state", "housing_proof"),
    "water": ("water_safe", "water_evidence", "water_state", "water_proof"),
    "safety_net": ("allowance", "destitute", "allowance_since", "net_monthly_fen", "net_spells"),
    "work": ("labour", "work_place", "work_months", "pension_insured"),
}  # fmt: skip
# What a measure and a named risk are about may be any group: who is limited does not see such faults at all.
ANY_GROUP = (
    "category",
    "item",
    "item_key",
    "effect",
    "risks",
    "risk_count",
    "first_risk",
    "main_cause",
    "document",
)
# From a sheet to the sheet it hangs on, as a check may write it: "household.head_age".
LINKS: dict[str, dict[str, str]] = {
    "person": {"household": "household"},
    "income": {"household": "household"},
    "measure": {"household": "household", "person": "person"},
    "household": {},
    "village": {},
}
COUNTED: dict[str, tuple[str, str]] = {
    "members": ("person", "member_counts"),
    "measures": ("measure", "measure_counts"),
}
_INNER = {"subject_id", "scope_code", "household", "person"}
HIDDEN = ("_hash", "name_birth", "item_key")  # never written beside a fault


@dataclass(frozen=True)
class ColumnInfo:
    name: str
    title: str
    kind: str  # text, code, number, decimal, fen, date, flag, hash
    groups: frozenset[str]
    choices: Mapping[str, str]

    @property
    def may_show(self) -> bool:
        return self.kind != "hash" and not self.name.endswith(HIDDEN)


def _kind(field: Any) -> str:
    if field.get_internal_type() == "BinaryField":
        return "hash"
    for kind, known in (
        ("fen", BigIntegerField),
        ("number", IntegerField),
        ("date", DateField),
        ("flag", BooleanField),
    ):
        if isinstance(field, known):
            return kind
    if isinstance(field, DecimalField):
        return "decimal"
    return "code" if field.choices else "text"


def _groups(name: str) -> frozenset[str]:
    if name in ANY_GROUP:
        return frozenset(GROUPS)
    return frozenset(group for group, names in GROUPS.items() if name in names)


def _columns(subject: str) -> dict[str, ColumnInfo]:
    fields = SHEETS[subject]._meta.concrete_fields
    return {
        field.name: ColumnInfo(
            field.name, str(field.verbose_name), _kind(field), _groups(field.name),
            MappingProxyType({str(code): str(label) for code, label in field.flatchoices}),
        )
        for field in fields if field.name not in _INNER
    }  # fmt: skip


COLUMNS: dict[str, dict[str, ColumnInfo]] = {subject: _columns(subject) for subject in SHEETS}


def column_of(subject: str, path: str) -> ColumnInfo | None:
    """The column a check of this subject calls `path` ("age", "household.head_age"), or None."""
    link, _, name = path.rpartition(".")
    if link:
        subject = LINKS[subject].get(link, "")
    return COLUMNS.get(subject, {}).get(name or path)


def field_path(path: str) -> str:
    """The path of the ORM."""
    return path.replace(".", "__")


def value_words(column: ColumnInfo, text: str) -> str:
    """A value as it stands in `shown`, in words."""
    if text == "":
        return "未采集"
    if column.kind == "flag":
        return "是" if text == "true" else "否"
    if column.kind == "fen":
        return f"{int(text) / 100:,.2f} 元"
    if column.kind == "code":
        return column.choices.get(text, text)
    return text


def shown_words(subject: str, shown: str) -> list[tuple[str, str]]:
    """The doubted values of a fault as (title, value)."""
    found = []
    for part in filter(None, shown.split(";")):
        path, _, text = part.partition("=")
        column = column_of(subject, path)
        if column is not None:
            found.append((column.title, value_words(column, text)))
    return found


def day_of(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
