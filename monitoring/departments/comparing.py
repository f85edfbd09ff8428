"""What differs between a read batch and our records on its day. Nothing here writes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from common.dated import holding_q
from common.money import to_yuan
from households.codes import MonitorClass, PovertyStatus, SafetyNetKind
from households.models import SafetyNet
from monitoring.departments.columns import SINGLE
from monitoring.departments.models import DepartmentBatch, DepartmentDifference, DepartmentRow
from monitoring.departments.tables import SAFETY_NET, Listing, Listings

Kind = DepartmentDifference.Kind
MATCHED = (DepartmentRow.Match.BY_ID, DepartmentRow.Match.CONFIRMED)
LABELS = dict(SafetyNetKind.choices)
NOT_REGISTERED = "本系统没有登记此人"


@dataclass
class _Ours:
    person_id: int | None
    household_id: int
    scope_code: str
    kind: str
    fen: int | None


def differences_of(batch: DepartmentBatch, listings: Listings) -> Iterator[DepartmentDifference]:
    """Every difference of the batch, each subject once, in the order of the file and then of our records."""
    listing = listings.get(batch.listing)
    rows = batch.rows.select_related("household").order_by("number")
    if listing.compare == SAFETY_NET:
        return _safety_net(batch, rows)
    return _clues(batch, listing, listings, rows)


def _new(batch: DepartmentBatch, kind: str, key: str, **values: object) -> DepartmentDifference:
    return DepartmentDifference(
        batch=batch, kind=kind, subject_key=key, listing=batch.listing, group=batch.group,
        **({"scope_code": batch.scope_code} | values),
    )  # fmt: skip


def yuan(fen: int | None) -> str:
    value = to_yuan(fen)
    return "金额未提供" if value is None else f"{value:,.2f} 元"


def _net_key(row: DepartmentRow, kind: str) -> str:
    if row.values.get("mode") == SINGLE:
        return f"person:{row.person_id}:{kind}"
    return f"household:{row.household_id}:{kind}"


def _unknown_key(row: DepartmentRow, kind: str = "") -> str:
    number = row.id_number_hash
    who = bytes(number).hex() if number else f"{row.name}:{row.birth_date}:{row.place}"[:60]
    return f"row:{who}:{kind}"


def _theirs_text(row: DepartmentRow, kind: str) -> str:
    mode = "（单人保）" if row.values.get("mode") == SINGLE else ""
    return f"{LABELS.get(kind, kind)}{mode}，{yuan(row.values.get('amount'))}"


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


def _safety_net(batch: DepartmentBatch, rows: Iterable[DepartmentRow]) -> Iterator[DepartmentDifference]:
    """Both ways, household-wide and single person apart; of several rows of one household the first one speaks."""
    ours, seen = _ours(batch), set()
    for row in rows:
        kind = row.values.get("kind") or SafetyNetKind.RURAL_ALLOWANCE.value
        matched = row.match in MATCHED and row.household is not None
        key = _net_key(row, kind) if matched else _unknown_key(row, kind)
        if key in seen:
            continue
        seen.add(key)
        told = {"row": row, "net_kind": kind, "theirs": _theirs_text(row, kind), "theirs_fen": row.values.get("amount")}  # fmt: skip
        if not matched or row.household is None:
            yield _new(batch, Kind.THEIRS_ONLY, key, ours=NOT_REGISTERED, **told)
            continue
        told |= {"household": row.household, "scope_code": row.household.scope_code}
        told["person_id"] = row.person_id
        mine = ours.get(key)
        if mine is None:
            yield _new(batch, Kind.THEIRS_ONLY, key, ours="没有在保记录", **told)
        elif told["theirs_fen"] is not None and mine.fen is not None and told["theirs_fen"] != mine.fen:
            yield _new(batch, Kind.VALUE, key, ours=yuan(mine.fen), ours_fen=mine.fen, **told)
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
    batch: DepartmentBatch, listing: Listing, listings: Listings, rows: Iterable[DepartmentRow]
) -> Iterator[DepartmentDifference]:
    """Rows at or over the threshold of their kind of household; a row without the amount is no clue where one is asked for."""
    limits = (listings.limit_fen(listing.threshold_other), listings.limit_fen(listing.threshold))
    seen: set[str] = set()
    for row in rows:
        matched = row.match in MATCHED and row.household is not None
        limit, amount = limits[_registered(row) if matched else False], row.values.get("amount")
        if listing.threshold and not _over(amount, limit, reaches=listing.reaches):
            continue
        key = f"person:{row.person_id}" if matched else _unknown_key(row)
        if key in seen:
            continue
        seen.add(key)
        told = (yuan(amount) if amount is not None else "", row.values.get("note", ""))
        values: dict[str, object] = {
            "row": row,
            "theirs": "，".join(part for part in told if part)[:120] or "在名单中",
        }
        if matched and row.household is not None:
            values |= {
                "household": row.household,
                "person_id": row.person_id,
                "scope_code": row.household.scope_code,
            }
            values["ours"] = f"提示标准 {yuan(limit)}" if limit is not None else ""
        else:
            values["ours"] = NOT_REGISTERED
        yield _new(batch, Kind.CLUE, key, theirs_fen=amount, ours_fen=limit, **values)


def _over(amount: int | None, limit: int | None, *, reaches: bool) -> bool:
    if amount is None or limit is None:
        return False
    return amount >= limit if reaches else amount > limit
