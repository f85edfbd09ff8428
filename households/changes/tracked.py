"""Changes of the rows whose history is kept: household, persons, measures, events. Personal numbers never among them."""

from collections.abc import Iterator
from typing import Any

from households.changes.line import FULL, KINDS, Change, person_word, shown
from households.codes import Cause
from households.field_groups import MEASURE_GROUP
from households.models import AidMeasure, Household, HouseholdEvent, Person

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
GROUPS = {
    "main_cause": FULL, "risks": FULL, "birth_date": "identity", "id_kind": "identity", "phone": "identity",
    "bank_account": "identity", "id_number": "identity", "disability_card": "health",
}  # fmt: skip
CAUSES = dict(Cause.choices)


def _numbers(new: Any, old: Any) -> Iterator[str]:
    for name in NUMBER_WORDS:
        if hasattr(new, f"{name}_hash"):
            now, before = (bytes(getattr(row, f"{name}_hash") or b"") for row in (new, old))
            if now != before:
                yield name


def _words(row: Any, name: str) -> str:
    if name == "risks":
        return "、".join(CAUSES.get(code, code) for code in row.risks) or "—"
    return shown(row, name)


def _differences(new: Any, old: Any, kind: str, what: str) -> Iterator[Change]:
    base = {
        "kind": kind, "at": new.history_date, "who": person_word(new.history_user), "what": what,
        "reason": new.history_change_reason or "", "row": new.history_id,
    }  # fmt: skip
    whole = {"measure": MEASURE_GROUP.get(getattr(new, "category", ""), FULL), "event": FULL}.get(kind, "")
    for name in _numbers(new, old):
        yield Change(
            field=NUMBER_WORDS[name], before="（已隐去）", after="（已更改）", group=GROUPS[name], **base
        )
    for field in new.instance_type._meta.concrete_fields:
        name = field.name
        if name in HIDDEN or name.endswith(SEALED_ENDS) or field.is_relation or not hasattr(new, name):
            continue
        if getattr(new, name) != getattr(old, name):
            group = whole or GROUPS.get(name, "")
            yield Change(
                field=str(field.verbose_name),
                before=_words(old, name),
                after=_words(new, name),
                group=group,
                **base,
            )


def tracked_changes(household: Household, people: list[int]) -> Iterator[Change]:
    """Four queries, one for each kind of row."""
    for model, condition, kind in (
        (Household, {"id": household.pk}, "household"),
        (Person, {"id__in": people}, "person"),
        (AidMeasure, {"household_id": household.pk}, "measure"),
        (HouseholdEvent, {"household_id": household.pk}, "event"),
    ):
        rows = model.history.filter(**condition).select_related("history_user")
        before: Any = None
        for row in rows.order_by("id", "history_date", "history_id"):
            if before is not None and before.id == row.id:
                yield from _differences(row, before, kind, _named(row, kind))
            elif kind in ("measure", "event") and row.history_type == "+":
                yield _added(row, kind)
            before = row


def _named(row: Any, kind: str) -> str:
    if kind == "measure":
        return f"{row.get_category_display()} · {row.item}"
    if kind == "event":
        return str(row.get_kind_display())
    return str(row.name) if kind == "person" else KINDS["household"]


def _added(row: Any, kind: str) -> Change:
    group = MEASURE_GROUP.get(row.category, FULL) if kind == "measure" else FULL
    return Change(
        kind, row.history_date, person_word(row.history_user), _named(row, kind), "登记", "—", _named(row, kind),
        row.history_change_reason or "", group, row.history_id,
    )  # fmt: skip
