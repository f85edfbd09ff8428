"""A person ledger coming in: every row compared field by field with what is on record, differences written by the services.

Rules of this sheet. A household's own columns are read from its head's row (without one, from its first row). What is
empty changes nothing. 户类型 and monitoring columns are judgements: a difference is said, never written. Derived
columns are compared only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from accounts.actor import Actor
from common.errors import NotFound
from common.vault import search_hash
from exchange.importer import Kind, Verdict
from exchange.reader import Fault, Opened, TypedRow, numbered
from exchange.sheet import NOT_GIVEN, BlankMeans, CellFaultError, Column, IdNumber, cell_text
from households.codes import Relation
from households.ledger.rows import (
    Entry,
    KnownMembers,
    Population,
    households_by_number,
    id_owners,
    persons_taken,
)
from households.ledger.writing import LedgerWriter, Places

PLACES = ("county", "township", "village")
STATUS = ("kind", "monitor_class", "risk_removed", "risk_identified_on", "risk_removed_on")
COMPARED_ONLY = ("members", "income_per_head")
HOUSEHOLD = (
    "hamlet",
    "main_cause",
    "dangerous_house",
    "water_safe",
    "household_phone",
    "household_identified_on",
)
PERSON = (
    "name", "id_number", "relation", "ethnicity", "education", "schooling", "health", "labour_skill", "work_months",
    "serious_illness_insurance", "person_phone", "person_identified_on",
)  # fmt: skip
HEAD_WORDS = {"户主", "本人", "本人或户主"}
WHY_NOT = {
    **dict.fromkeys(PLACES, "迁移请在户页面办理，本次未改动"),
    **dict.fromkeys(STATUS, "状态须由有权人员在户页面认定，本次未改动"),
    **dict.fromkeys(COMPARED_ONLY, "这一列由系统计算，只核对不写入"),
}


@dataclass
class Survey:
    """What the whole file says: the row that speaks for each household, and rows that come twice."""

    speaker: dict[str, int] = field(default_factory=dict)
    heads: dict[str, int] = field(default_factory=dict)
    first_of: dict[str, int] = field(default_factory=dict)
    again: dict[int, int] = field(default_factory=dict)  # row -> the earlier row of the same person

    def see(self, number: int, household: str, person: str, is_head: bool) -> None:
        if is_head and household not in self.heads:
            self.heads[household] = self.speaker[household] = number
        self.speaker.setdefault(household, number)
        if person and person in self.first_of:
            self.again[number] = self.first_of[person]
        self.first_of.setdefault(person, number)


class LedgerImporter:
    """See exchange/importer.py for the three steps."""

    def __init__(
        self, *, actor: Actor, as_of: date, columns: Sequence[Column], population: Population, layout: str
    ) -> None:
        self.actor, self.as_of = actor, as_of
        self.columns = {column.key: column for column in columns}
        self.scope = actor.scope("households.edit")
        self.known = KnownMembers(self.scope, as_of)
        self.writer = LedgerWriter(actor, as_of, population, f"导入 {layout}")
        self.places = Places(actor)
        self.seen = Survey()
        self.entries: dict[str, Entry] = {}
        self.households: dict[str, int | None] = {}
        self.taken: set[str] = set()
        self.owners: dict[bytes, str] = {}
        self.accepted: set[str] = set()  # new households whose head's row is good

    # --- the steps ---

    def survey(self, opened: Opened) -> None:
        at = [opened.places[key] for key in ("household_no", "person_no", "relation")]
        for number, cells in opened.cells():
            household, person, relation = (cell_text(cells[one]) if one < len(cells) else "" for one in at)
            self.seen.see(number, household, person, relation in HEAD_WORDS)

    def prepare(self, rows: Sequence[TypedRow]) -> None:
        people = [row.values["person_no"] for row in rows]
        self.entries = self.known.by_number(people)
        unknown = [row for row in rows if row.values["person_no"] not in self.entries]
        self.taken = persons_taken([row.values["person_no"] for row in unknown]) if unknown else set()
        numbers = {row.values["household_no"] for row in rows}
        self.households = households_by_number(sorted(numbers), self.scope)
        given = [row.values["id_number"] for row in rows if row.values.get("id_number")]
        self.owners = id_owners([digest for number in given if (digest := search_hash(number))])

    def judge(self, row: TypedRow) -> Verdict:
        if row.number in self.seen.again:
            return self._refused(
                row, "person_no", f"与第 {self.seen.again[row.number]} 行重复，同一人只能有一行"
            )
        entry = self.entries.get(row.values["person_no"])
        if entry is not None:
            return self._judge_known(row, entry)
        if row.values["person_no"] in self.taken:
            return self._not_found(row, "person_no")
        return self._judge_new(row)

    # --- somebody on record ---

    def _judge_known(self, row: TypedRow, entry: Entry) -> Verdict:
        if entry.values["household_no"] != row.values["household_no"]:
            if self.households.get(row.values["household_no"]) is None:
                return self._not_found(row, "household_no")
            text = "与系统不同：此人登记在另一户，请核对；转户请先在原户办理减少"
            return self._refused(row, "household_no", text)
        speaks = self.seen.speaker.get(row.values["household_no"]) == row.number
        wanted = self._differing(row, entry, PERSON)
        shared = self._differing(row, entry, HOUSEHOLD)
        faults = self._faults(row, entry, wanted)
        if faults:
            return Verdict(Kind.REFUSED, faults)
        remarks = self._remarks(row, entry, PLACES + STATUS + COMPARED_ONLY)
        if not speaks and shared:
            remarks += [self._say(row, key, "户级信息以户主行为准，本行与系统不同，未采用") for key in shared]
            shared = {}
        if not wanted and not shared:
            return Verdict(Kind.UNCHANGED, remarks=remarks)
        write = partial(self.writer.change, entry, wanted, shared)
        return Verdict(Kind.CHANGED, remarks=remarks, write=write)

    def _differing(self, row: TypedRow, entry: Entry, keys: Sequence[str]) -> dict[str, Any]:
        """Given values that differ from those on record. What is empty says nothing, or not against the unknown."""
        found = {}
        for key in keys:
            given, current = row.values.get(key, NOT_GIVEN), entry.values[key]
            if given is NOT_GIVEN:
                continue
            if isinstance(given, BlankMeans):
                if current in (None, "") or current == given.code:
                    continue
                given = given.code
            if not self.columns[key].same(current, given):
                found[key] = given
        return found

    def _faults(self, row: TypedRow, entry: Entry | None, wanted: dict[str, Any]) -> list[Fault]:
        faults = []
        if number := wanted.get("id_number"):
            faults += self._number_faults(row, number)
        head_concerned = entry is not None and Relation.HEAD in (
            wanted.get("relation"),
            entry.values["relation"],
        )
        if head_concerned and "relation" in wanted:
            faults.append(self._say(row, "relation", "涉及更换户主，请在户页面办理"))
        return faults

    def _number_faults(self, row: TypedRow, number: str) -> list[Fault]:
        column = self.columns["id_number"]
        if isinstance(column, IdNumber):
            try:
                column.check(number)
            except CellFaultError as wrong:
                return [self._say(row, "id_number", str(wrong))]
        owner = self.owners.get(search_hash(number) or b"")
        if owner is not None and owner != row.values["person_no"]:
            return [self._say(row, "id_number", "已登记在另一名人员名下，请核对；不能确定时联系县级主管")]
        return []

    def _remarks(self, row: TypedRow, entry: Entry, keys: Sequence[str]) -> list[Fault]:
        places_match = self.places.same(entry.values, row.values)
        differing = self._differing(row, entry, [key for key in keys if key not in PLACES])
        if not places_match:
            differing |= self._differing(row, entry, PLACES)
        return [self._say(row, key, f"与系统不同，{WHY_NOT[key]}") for key in differing]

    # --- somebody new ---

    def _judge_new(self, row: TypedRow) -> Verdict:
        number = row.values["household_no"]
        faults = self._faults(row, None, {"id_number": row.values.get("id_number") or None})
        if not row.values.get("id_number"):
            faults.append(self._say(row, "id_number", "新增人员须填写证件号码，无证件的按 999999 开头编号"))
        if faults:
            return Verdict(Kind.REFUSED, faults)
        if number in self.households:
            household = self.households[number]
            if household is None:
                return self._not_found(row, "household_no")
            if row.values["relation"] == Relation.HEAD:
                return self._refused(row, "relation", "涉及更换户主，请在户页面办理")
            return Verdict(Kind.NEW, write=partial(self.writer.add, number, row.values))
        return self._judge_new_household(row, number)

    def _judge_new_household(self, row: TypedRow, number: str) -> Verdict:
        village = self.places.find(row.values)
        if village is None:
            return self._not_found(row, "village")
        if not self.actor.may("households.set_status", at=village.code):
            return self._refused(row, "household_no", "系统中没有这一户，新增农户及其状态须由县级主管导入")
        head = self.seen.heads.get(number)
        if head is None or head > row.number:
            return self._refused(row, "relation", "是新农户的成员，户主行须在表中且排在其他成员之前")
        if head != row.number:
            if number not in self.accepted:
                return self._refused(
                    row, "household_no", "的户主行未通过，本行一并退回，请改正户主行后重新导入"
                )
            return Verdict(Kind.NEW, write=partial(self.writer.add, number, row.values))
        self.accepted.add(number)
        remarks = []
        if row.values.get("kind", "exited") == "exited" and not self.writer.is_border:
            remarks = [self._say(row, "kind", "未载明是否享受政策，新户按“脱贫享受政策”登记，请核实")]
        write = partial(self.writer.register, village, row.values)
        return Verdict(Kind.NEW, remarks=remarks, write=write)

    # --- sentences ---

    def _say(self, row: TypedRow, key: str, text: str) -> Fault:
        return numbered(row.number, self.columns[key].header, text)

    def _refused(self, row: TypedRow, key: str, text: str) -> Verdict:
        return Verdict(Kind.REFUSED, [self._say(row, key, text)])

    def _not_found(self, row: TypedRow, key: str) -> Verdict:
        """Outside the area and not existing look the same."""
        return self._refused(row, key, f"：{NotFound().sentence.rstrip('。')}")
