"""Whose row it is: the rows of one file that speak of the same person or household, and what they say together."""

from collections.abc import Iterable
from dataclasses import dataclass

from common.money import to_yuan
from households.codes import SafetyNetKind
from monitoring.departments.columns import SINGLE
from monitoring.departments.models import DepartmentRow
from monitoring.departments.tables import HOUSEHOLD, SAFETY_NET, Listing

MATCHED = (DepartmentRow.Match.BY_ID, DepartmentRow.Match.CONFIRMED)


def yuan(fen: int | None) -> str:
    value = to_yuan(fen)
    return "金额未提供" if value is None else f"{value:,.2f} 元"


def is_matched(row: DepartmentRow) -> bool:
    return row.match in MATCHED and row.household_id is not None


def net_kind(row: DepartmentRow) -> str:
    return row.values.get("kind") or SafetyNetKind.RURAL_ALLOWANCE.value


def subject_of(row: DepartmentRow, listing: Listing) -> str:
    """The subject a row is counted to; a row nobody was found for stands for the number, or the name, it carries."""
    kind = f":{net_kind(row)}" if listing.compare == SAFETY_NET else ""
    if not is_matched(row):
        number = row.id_number_hash
        who = bytes(number).hex() if number else f"{row.name}:{row.birth_date}:{row.place}"[:60]
        return f"row:{who}{kind or ':'}"
    whole = row.values.get("mode") != SINGLE if listing.compare == SAFETY_NET else listing.sums == HOUSEHOLD
    return f"household:{row.household_id}{kind}" if whole else f"person:{row.person_id}{kind}"


@dataclass
class Group:
    """`adds`: the amounts of its rows are parts of one sum; else each says the whole, so two different ones are in doubt."""

    key: str
    rows: list[DepartmentRow]
    adds: bool

    @property
    def first(self) -> DepartmentRow:
        return self.rows[0]

    @property
    def _known(self) -> list[int]:
        return [fen for row in self.rows if (fen := row.values.get("amount")) is not None]

    @property
    def is_doubtful(self) -> bool:
        """Rows that cannot be taken together: two amounts for the whole, or a part that is not known."""
        if len(self.rows) == 1:
            return False
        return 0 < len(self._known) < len(self.rows) if self.adds else len(set(self._known)) > 1

    @property
    def known_fen(self) -> int | None:
        """What is known of the amount: at least so much."""
        if not self._known:
            return None
        return sum(self._known) if self.adds else self._known[0]

    @property
    def fen(self) -> int | None:
        """The amount; None where it is not known or in doubt."""
        return None if self.is_doubtful else self.known_fen

    @property
    def mode_word(self) -> str:
        return "（单人保）" if self.first.values.get("mode") == SINGLE else ""

    @property
    def amount_word(self) -> str:
        if self.is_doubtful and not self.adds:
            return "金额不一"
        missing = len(self.rows) - len(self._known)
        if not self.adds or len(self.rows) == 1 or not self._known:
            return yuan(self.known_fen)
        less = f"，另 {missing} 行没有金额" if missing else ""
        return f"{len(self._known)} 行合计 {yuan(self.known_fen)}{less}"


def groups_of(rows: Iterable[DepartmentRow], listing: Listing) -> list[Group]:
    """The rows by subject, in the order of the file."""
    found: dict[str, Group] = {}
    for row in rows:
        key = subject_of(row, listing)
        found.setdefault(key, Group(key, [], bool(listing.sums))).rows.append(row)
    return list(found.values())
