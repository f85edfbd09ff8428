"""The checks of the data as a script does them that knows only the exported sheets: row by row, rule by rule, in plain Python."""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from monitoring.quality.catalogue import Catalogue, Check, Condition
from monitoring.quality.columns import COLUMNS, COUNTED, column_of

Row = dict[str, Any]
Test = Callable[[Row], bool]
Found = set[tuple[str, str]]
LINKS = ("subject_id", "household_id", "person_id")
FILES = ("household", "person", "income", "measure", "village")


def columns_of(subject: str) -> list[str]:
    links = {"household": 1, "village": 1, "person": 2, "income": 2, "measure": 3}[subject]
    return [*LINKS[:links], *COLUMNS[subject]]


def read_csv(folder: Path, subject: str) -> Iterator[list[Any]]:
    with (folder / f"{subject}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.reader(lines)


def read_xlsx(folder: Path, subject: str) -> Iterator[list[Any]]:
    book = load_workbook(folder / f"{subject}.xlsx", read_only=True)
    for row in book.active.iter_rows(values_only=True):
        yield [value or "" for value in row]
    book.close()


def typed(subject: str, name: str, text: str) -> Any:
    if text == "":
        return None
    column = column_of(subject, name)
    if column is None or column.kind in {"number", "fen"}:
        return int(text)
    return text == "True" if column.kind == "flag" else Decimal(text) if column.kind == "decimal" else text


class Script:
    """Days stay ISO text, which sorts as days do."""

    def __init__(self, catalogue: Catalogue, as_of: date) -> None:
        self.catalogue, self.as_of = catalogue, as_of
        self.rows: dict[str, list[Row]] = {}
        self.twice: dict[tuple[str, str, str], set[Any]] = {}

    def load(self, folder: Path, read: Callable[[Path, str], Iterator[list[Any]]]) -> None:
        for subject in FILES:
            names = columns_of(subject)
            self.rows[subject] = [
                {name: typed(subject, name, str(text)) for name, text in zip(names, line, strict=True)} for line in read(folder, subject)
            ]  # fmt: skip
        homes = {row["subject_id"]: row for row in self.rows["household"]}
        people = {row["subject_id"]: row for row in self.rows["person"]}
        of_home: dict[str, dict[int, list[Row]]] = {
            "members": defaultdict(list),
            "measures": defaultdict(list),
        }
        for subject in ("person", "income", "measure"):
            for row in self.rows[subject]:
                row["household"], row["person"] = homes[row["household_id"]], people.get(row.get("person_id"))
        for name, (subject, _) in COUNTED.items():
            for row in self.rows[subject]:
                of_home[name][row["household_id"]].append(row)
        for row in self.rows["household"]:
            for name, lists in of_home.items():
                row[f"all {name}"] = lists[row["subject_id"]]

    def run(self, checks: Sequence[Check]) -> Found:
        found: Found = set()
        for check in checks:
            tests = [self.test(check.subject, part) for part in check.when]
            for row in self.rows[check.subject]:
                if all(test(row) for test in tests):
                    found.add((check.number, f"{check.subject}:{row['subject_id']}"))
        return found

    def getter(self, subject: str, path: str) -> Callable[[Row], Any]:
        link, _, name = path.rpartition(".")
        if not link:
            return lambda row: row[path]
        return lambda row: row[link][name] if row[link] is not None else None

    def given(self, subject: str, part: Condition) -> Any:
        value = self.catalogue.value(part.param) if part.param else part.value
        column = column_of(subject, part.column) if part.column else None
        kind = column.kind if column else "number"
        if isinstance(value, tuple):
            return tuple(self.one(kind, one) for one in value)
        return self.one(kind, value)

    def one(self, kind: str, value: Any) -> Any:
        if kind == "fen":
            return int(Decimal(str(value)) * 100)
        return value.isoformat() if isinstance(value, date) else value

    def plus(self, part: Condition) -> int:
        if isinstance(part.plus, int):
            return part.plus
        value = int(self.catalogue.value(part.plus.lstrip("-")))
        return -value if part.plus.startswith("-") else value

    def right(self, subject: str, part: Condition) -> Callable[[Row], Any]:
        if part.today:
            day = (self.as_of + timedelta(days=self.plus(part))).isoformat()
            return lambda row: day
        if part.other:
            get, more = self.getter(subject, part.other), self.plus(part)
            if not more:
                return get
            return lambda row: None if (other := get(row)) is None else other + more
        fixed = self.given(subject, part)
        if part.times:
            often = self.getter(subject, part.times)
            return lambda row: None if (n := often(row)) is None else fixed * n
        return lambda row: fixed

    def test(self, subject: str, part: Condition) -> Test:  # noqa: PLR0911 - one line per shape
        if part.any:
            branches = [[self.test(subject, one) for one in branch] for branch in part.any]
            return lambda row: any(all(test(row) for test in branch) for branch in branches)
        if part.counted:
            return self.count(subject, part)
        get = self.getter(subject, part.column)
        if part.op == "blank":
            return lambda row: get(row) is None
        if part.op == "filled":
            return lambda row: get(row) is not None
        if part.op in {"true", "false"}:
            wanted = part.op == "true"
            return lambda row: get(row) is wanted
        if part.op == "duplicate":
            again = self.again(subject, part)
            return lambda row: get(row) in again
        return self.compared(part.op, get, self.right(subject, part))

    def compared(self, op: str, get: Callable[[Row], Any], right: Callable[[Row], Any]) -> Test:
        compare = COMPARE[op]

        def holds(row: Row) -> bool:
            left = get(row)
            if left is None or (value := right(row)) is None:
                return False
            return compare(left, value)

        return holds

    def count(self, subject: str, part: Condition) -> Test:
        tests = [self.test(COUNTED[part.counted][0], one) for one in part.where]
        home: Callable[[Row], Row] = (
            (lambda row: row) if subject == "household" else (lambda row: row["household"])
        )
        key = f"all {part.counted}"
        return self.compared(
            part.op,
            lambda row: sum(all(test(one) for test in tests) for one in home(row)[key]),
            self.right(subject, part),
        )

    def again(self, subject: str, part: Condition) -> set[Any]:
        rows = self.rows[subject]
        if part.across:
            pairs = {(row[part.column], row["household_id"]) for row in rows if row[part.column] is not None}
            return {value for value, n in Counter(value for value, _ in pairs).items() if n > 1}
        counted = Counter(row[part.column] for row in rows if row[part.column] is not None)
        return {value for value, n in counted.items() if n > 1}


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: left == right, "ne": lambda left, right: left != right,
    "lt": lambda left, right: left < right, "lte": lambda left, right: left <= right,
    "gt": lambda left, right: left > right, "gte": lambda left, right: left >= right,
    "in": lambda left, right: left in right, "not_in": lambda left, right: left not in right,
    "between": lambda left, right: right[0] <= left <= right[1], "outside": lambda left, right: not right[0] <= left <= right[1],
    "has": lambda left, right: f'"{right}"' in left, "lacks": lambda left, right: f'"{right}"' not in left,
    "contains_any": lambda left, right: any(one in left for one in right),
    "shorter": lambda left, right: len(left) < right, "longer": lambda left, right: len(left) > right,
}  # fmt: skip
