"""Changes of dated rows: what the next spell says otherwise than the one before."""

from collections.abc import Callable, Iterator
from typing import Any

from common.dated import Dated
from households.changes.line import NOTHING, Change, person_word, shown, source_word
from households.codes import GuaranteeKind, MonitorClass, PovertyStatus, StatusDimension
from households.field_groups import COLUMN_GROUP, GUARANTEE_GROUP
from households.models import (
    Guarantee,
    HelperAssignment,
    Household,
    HouseholdSituation,
    Membership,
    PersonSituation,
    SafetyNet,
    StatusSpell,
)

KEPT = {field.name for field in Dated._meta.fields} | {"id", "change_reason", "reason", "change_kind"}
STATUS_WORDS = dict(PovertyStatus.choices) | dict(MonitorClass.choices)
Named = Callable[[Any], str]


def _columns(model: Any) -> list[Any]:
    return [
        field for field in model._meta.concrete_fields if field.name not in KEPT and not field.is_relation
    ]


def _group(row: Any, name: str) -> str:
    if isinstance(row, Guarantee):
        return GUARANTEE_GROUP[row.kind]
    if isinstance(row, SafetyNet):
        return "safety_net"
    return COLUMN_GROUP.get(name, "")


def _word(row: Any, name: str) -> str:
    if row is None:
        return NOTHING
    if isinstance(row, StatusSpell) and name == "value":
        return str(STATUS_WORDS.get(row.value, row.value))
    if name.endswith("_fen") and getattr(row, name) is not None:
        yuan, fen = divmod(getattr(row, name), 100)
        return f"{yuan:,}.{fen:02d} 元"
    return shown(row, name)


def _label(row: Any, field: Any) -> str:
    if isinstance(row, StatusSpell):
        return str(StatusDimension(row.dimension).label)
    return str(field.verbose_name).replace("(分)", "（元）")


def _line(kind: str, row: Any, what: str, field: Any, pair: tuple[str, str]) -> Change:
    said = getattr(row, "change_reason", "") or getattr(row, "reason", "")
    reason = f"自 {row.effective_from} 起" + (
        f"；{said}" if said else f"（{source_word(row.source)}）" if row.source else ""
    )
    return Change(
        kind, row.recorded_at, person_word(row.recorded_by), what, _label(row, field), *pair, reason,
        _group(row, field.name), row.pk,
    )  # fmt: skip


def _ended(kind: str, row: Any, what: str) -> Change:
    words = "、".join(
        _word(row, field.name) for field in _columns(type(row)) if _word(row, field.name) != NOTHING
    )
    return Change(
        kind, row.end_recorded_at, NOTHING, what, "截止", words or what, "已截止", f"自 {row.effective_to} 起",
        _group(row, ""), row.pk,
    )  # fmt: skip


def _of_rows(kind: str, rows: Any, subject: Callable[[Any], Any], named: Named) -> Iterator[Change]:
    held: dict[Any, Any] = {}
    columns = _columns(rows.model)
    for row in rows:
        before = held.get(subject(row))
        for field in columns:
            pair = _word(before, field.name), _word(row, field.name)
            if pair[0] != pair[1] and field.name not in ("kind", "dimension"):
                yield _line(kind, row, named(row), field, pair)
        held[subject(row)] = row
    if rows.model in (SafetyNet, HelperAssignment):
        for row in held.values():
            if row.effective_to is not None and row.end_recorded_at is not None:
                yield _ended(kind, row, named(row))


def _relations(household: Household) -> Iterator[Change]:
    """A member's relation to the head, where it was re-stated; coming and going are acts."""
    rows = Membership.objects.filter(household=household).select_related("person", "recorded_by")
    held: dict[int, Any] = {}
    field = Membership._meta.get_field("relation")
    for row in rows.order_by("pk"):
        before = held.get(row.person_id)
        if before is not None and before.relation != row.relation:
            pair = before.get_relation_display(), row.get_relation_display()
            yield _line("person", row, row.person.name, field, pair)
        held[row.person_id] = row


def spell_changes(household: Household, people: list[int]) -> Iterator[Change]:
    """One query for each kind of dated row."""
    mine = {"household": household}

    def rows_of(model: Any, *joins: str, **condition: Any) -> Any:
        return model._default_manager.filter(**condition).select_related("recorded_by", *joins).order_by("pk")

    yield from _of_rows(
        "situation", rows_of(PersonSituation, "person", person_id__in=people), lambda row: row.person_id,
        lambda row: row.person.name,
    )  # fmt: skip
    yield from _of_rows("living", rows_of(HouseholdSituation, **mine), lambda _: 0, lambda _: "生产生活条件")
    yield from _of_rows(
        "guarantee",
        rows_of(Guarantee, **mine),
        lambda row: row.kind,
        lambda row: str(GuaranteeKind(row.kind).label),
    )
    yield from _of_rows(
        "status",
        rows_of(StatusSpell, **mine),
        lambda row: row.dimension,
        lambda row: row.get_dimension_display(),
    )
    yield from _of_rows(
        "safety_net", rows_of(SafetyNet, "person", **mine), lambda row: (row.person_id, row.kind),
        lambda row: f"{row.get_kind_display()}（{row.person.name if row.person else '整户'}）",
    )  # fmt: skip
    yield from _of_rows("helper", rows_of(HelperAssignment, **mine), lambda _: 0, lambda _: "帮扶责任人")
    yield from _relations(household)
