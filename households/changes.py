"""变更记录: field by field from the kept history, personal numbers never among them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from households.models import AidMeasure, Household, HouseholdEvent, Membership, Person

HIDDEN = {
    "id", "uuid", "version", "created_at", "touched_at", "last_visit_on", "recorded_at", "head_initials", "initials",
    "scope_code", "members_count",
}  # fmt: skip
SEALED_ENDS = ("_sealed", "_hash", "_last4")
NUMBER_WORDS = {
    "phone": "联系电话",
    "bank_account": "银行账号",
    "id_number": "证件号码",
    "disability_card": "残疾证号",
}


@dataclass(frozen=True)
class Change:
    at: datetime
    who: str
    what: str
    field: str
    before: str
    after: str
    reason: str


def _shown(row: Any, name: str) -> str:
    value = getattr(row, name)
    field = row._meta.get_field(name)
    if value in (None, "", []):
        return "—"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _number_changes(new: Any, old: Any) -> list[str]:
    return [
        label
        for name, label in NUMBER_WORDS.items()
        if hasattr(new, f"{name}_hash") and bytes(getattr(new, f"{name}_hash") or b"") != bytes(getattr(old, f"{name}_hash") or b"")
    ]  # fmt: skip


def _differences(new: Any, old: Any, what: str) -> list[Change]:
    who = new.history_user.full_name if new.history_user else "系统"
    base = {"at": new.history_date, "who": who, "what": what, "reason": new.history_change_reason or ""}
    found = [
        Change(field=label, before="（已隐去）", after="（已修改）", **base)
        for label in _number_changes(new, old)
    ]
    for field in new.instance_type._meta.concrete_fields:
        name = field.name
        if name in HIDDEN or name.endswith(SEALED_ENDS) or field.is_relation or not hasattr(new, name):
            continue
        if getattr(new, name) != getattr(old, name):
            found.append(
                Change(
                    field=str(field.verbose_name), before=_shown(old, name), after=_shown(new, name), **base
                )
            )
    return found


def changes_of(household: Household, limit: int = 100) -> list[Change]:
    """The latest changes of the household, its members, measures and events, newest first, in few queries."""
    people = Membership.objects.filter(household=household).values("person_id")
    found: list[Change] = []
    for model, condition, word in (
        (Household, {"id": household.pk}, "农户"),
        (Person, {"id__in": people}, "成员"),
        (AidMeasure, {"household_id": household.pk}, "帮扶措施"),
        (HouseholdEvent, {"household_id": household.pk}, "家庭事件"),
    ):
        rows = (
            model.history.filter(**condition)
            .select_related("history_user")
            .order_by("id", "history_date", "history_id")
        )
        before: Any = None
        for row in rows:
            named = f"{word} {row.name}" if word == "成员" else word
            if before is not None and before.id == row.id:
                found += _differences(row, before, named)
            before = row
    return sorted(found, key=lambda change: change.at, reverse=True)[:limit]
