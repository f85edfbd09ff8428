"""What differs between a read batch and our records on its day. Nothing here writes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from common.dated import holding_q
from exchange.reader import Fault
from households.codes import MonitorClass, PovertyStatus, SafetyNetKind
from households.models import SafetyNet
from monitoring.departments.models import DepartmentBatch, DepartmentDifference, DepartmentRow
from monitoring.departments.subjects import Group, groups_of, is_matched, net_kind, yuan
from monitoring.departments.tables import ROSTER, SAFETY_NET, Listing, Listings

Kind = DepartmentDifference.Kind
LABELS = dict(SafetyNetKind.choices)
NOT_REGISTERED = "本系统没有登记此人"
AMOUNT = "金额"


@dataclass
class Found:
    """Every difference of a batch, each subject once; and what could not be compared, as sentences about rows."""

    differences: list[DepartmentDifference] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass
class _Ours:
    person_id: int | None
    household_id: int
    scope_code: str
    kind: str
    fen: int | None


def differences_of(batch: DepartmentBatch, listings: Listings) -> Found:
    """What differs, in the order of the file and then of our records. Refused where the county has set no threshold."""
    listing, found = listings.get(batch.listing), Found()
    groups = groups_of(batch.rows.select_related("household").order_by("number"), listing)
    if listing.compare == SAFETY_NET:
        found.faults = [fault for group in groups for fault in _doubts(group)]
        found.differences = list(_safety_net(batch, groups))
    elif listing.compare != ROSTER:
        found.differences = list(_clues(batch, listing, listings, groups))
    return found


def _new(batch: DepartmentBatch, kind: str, key: str, **values: object) -> DepartmentDifference:
    return DepartmentDifference(
        batch=batch, kind=kind, subject_key=key, listing=batch.listing, group=batch.group,
        **({"scope_code": batch.scope_code} | values),
    )  # fmt: skip


def _ours(batch: DepartmentBatch) -> dict[str, _Ours]:
    """Our guarantees that hold on the batch's day, by subject."""
    held = (
        SafetyNet.objects.filter(
            holding_q(batch.as_of),
            household__scope_code__startswith=batch.scope_code,
            household__is_live=True,
        )
        .order_by("pk")
        .values_list("person_id", "household_id", "household__scope_code", "kind", "monthly_fen")
    )
    found = {}
    for person, household, code, kind, fen in held:
        key = f"person:{person}:{kind}" if person else f"household:{household}:{kind}"
        found[key] = _Ours(person, household, code, kind, fen)
    return found


def _doubts(group: Group) -> Iterator[Fault]:
    """Rows of one subject whose amounts cannot be taken together: said of each of them, none of them is taken for right."""
    if not group.is_doubtful:
        return
    numbers = "、".join(str(row.number) for row in group.rows)
    amounts = "、".join(dict.fromkeys(yuan(row.values.get("amount")) for row in group.rows))
    text = f"第 {numbers} 行是同一对象，金额不一（{amounts}），没有比对金额，请部门确认后重报。"
    for row in group.rows:
        yield Fault(row.number, AMOUNT, text)


def _safety_net(batch: DepartmentBatch, groups: Iterable[Group]) -> Iterator[DepartmentDifference]:
    """Both ways, household-wide and single person apart."""
    ours, seen = _ours(batch), set()
    for group in groups:
        row, kind = group.first, net_kind(group.first)
        seen.add(group.key)
        told = {"row": row, "net_kind": kind, "theirs": f"{LABELS.get(kind, kind)}{group.mode_word}，{group.amount_word}",
                "theirs_fen": group.fen}  # fmt: skip
        if not is_matched(row) or row.household is None:
            yield _new(batch, Kind.THEIRS_ONLY, group.key, ours=NOT_REGISTERED, **told)
            continue
        told |= {"household": row.household, "scope_code": row.household.scope_code}
        told["person_id"] = row.person_id
        mine = ours.get(group.key)
        if mine is None:
            yield _new(batch, Kind.THEIRS_ONLY, group.key, ours="没有在保记录", **told)
        elif group.fen is not None and mine.fen is not None and group.fen != mine.fen:
            yield _new(batch, Kind.VALUE, group.key, ours=yuan(mine.fen), ours_fen=mine.fen, **told)
    for key, mine in ours.items():
        if key not in seen:
            single = "（单人保）" if mine.person_id else ""
            yield _new(
                batch, Kind.OURS_ONLY, key, household_id=mine.household_id, person_id=mine.person_id, net_kind=mine.kind,
                scope_code=mine.scope_code, theirs="名单中没有", ours=f"{LABELS.get(mine.kind, mine.kind)}{single}，{yuan(mine.fen)}",
                ours_fen=mine.fen,
            )  # fmt: skip


def _registered(row: DepartmentRow) -> bool:
    home = row.household
    return home is not None and (
        home.poverty_status != PovertyStatus.ORDINARY or home.monitor_class != MonitorClass.NONE
    )


def _clues(
    batch: DepartmentBatch, listing: Listing, listings: Listings, groups: Iterable[Group]
) -> Iterator[DepartmentDifference]:
    """Subjects whose rows together are at or over the threshold of their kind of household; without a threshold every one."""
    limits = (listings.limit_fen(listing.threshold_other), listings.limit_fen(listing.threshold))
    for group in groups:
        row, matched = group.first, is_matched(group.first)
        limit = limits[_registered(row) if matched else False]
        if listing.threshold and not _over(group.known_fen, limit, reaches=listing.reaches):
            continue
        notes = dict.fromkeys(one.values.get("note", "") for one in group.rows)
        told = (group.amount_word if group.known_fen is not None else "", *notes)
        values: dict[str, object] = {"row": row, "theirs": "，".join(part for part in told if part)[:120] or "在名单中"}  # fmt: skip
        if matched and row.household is not None:
            values |= {"household": row.household, "person_id": row.person_id, "scope_code": row.household.scope_code}  # fmt: skip
            values["ours"] = f"提示标准 {yuan(limit)}" if limit is not None else ""
        else:
            values["ours"] = NOT_REGISTERED
        yield _new(batch, Kind.CLUE, group.key, theirs_fen=group.known_fen, ours_fen=limit, **values)


def _over(amount: int | None, limit: int | None, *, reaches: bool) -> bool:
    if amount is None or limit is None:
        return False
    return amount >= limit if reaches else amount > limit
