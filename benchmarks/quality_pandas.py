"""The checks of the data as a county's data officer would write them: the exported workbooks read by openpyxl into pandas,
then row by row, every check a small function of the row.

Two ways to walk a table, since they differ so much: `iterrows` gives a Series (row["age"]), `itertuples` a named tuple (row.age).
Nothing else differs. What a check says is compiled once, outside the loop; households, members and measures are looked up in dicts.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import load_workbook

from benchmarks.quality_loop import FILES, Script, columns_of, typed
from monitoring.quality.catalogue import Catalogue, Check, Condition
from monitoring.quality.columns import COUNTED

Test = Callable[[Any], bool]
Found = set[tuple[str, str]]


def frame_of(folder: Path, subject: str) -> pd.DataFrame:
    """One workbook as a frame; blank cells are None, days stay ISO text."""
    book = load_workbook(folder / f"{subject}.xlsx", read_only=True)
    names = columns_of(subject)
    lines = [
        [
            typed(subject, name, "" if cell is None else str(cell))
            for name, cell in zip(names, line, strict=True)
        ]
        for line in book.active.iter_rows(values_only=True)
    ]
    book.close()
    return pd.DataFrame(lines, columns=names, dtype=object)


def by_series(frame: pd.DataFrame) -> Iterator[Any]:
    for _, row in frame.iterrows():
        yield row


def by_tuple(frame: pd.DataFrame) -> Iterator[Any]:
    yield from frame.itertuples(index=False)


class PandasScript(Script):
    """The same checks; `walk` is the way through a table, and with it how a cell of a row is read."""

    def __init__(
        self, catalogue: Catalogue, as_of: date, walk: Callable[[pd.DataFrame], Iterator[Any]]
    ) -> None:
        super().__init__(catalogue, as_of)
        self.walk = walk
        self.cell: Callable[[Any, str], Any] = getattr if walk is by_tuple else lambda row, name: row[name]
        self.frames: dict[str, pd.DataFrame] = {}
        self.homes: dict[str, dict[int, Any]] = {}
        self.lists: dict[str, dict[int, list[Any]]] = {}

    def load_frames(self, folder: Path) -> None:
        self.frames = {subject: frame_of(folder, subject) for subject in FILES}
        for link, subject in (("household", "household"), ("person", "person")):
            self.homes[link] = {self.cell(row, "subject_id"): row for row in self.walk(self.frames[subject])}
        for name, (subject, _) in COUNTED.items():
            lists: dict[int, list[Any]] = defaultdict(list)
            for row in self.walk(self.frames[subject]):
                lists[self.cell(row, "household_id")].append(row)
            self.lists[name] = lists

    def run(self, checks: Sequence[Check]) -> Found:
        found: Found = set()
        for subject in FILES:
            functions = [
                (check.number, [self.test(subject, part) for part in check.when])
                for check in checks
                if check.subject == subject
            ]
            for row in self.walk(self.frames[subject]):
                for number, tests in functions:
                    if all(test(row) for test in tests):
                        found.add((number, f"{subject}:{self.cell(row, 'subject_id')}"))
        return found

    def getter(self, subject: str, path: str) -> Callable[[Any], Any]:
        link, _, name = path.rpartition(".")
        cell = self.cell
        if not link:
            return lambda row: cell(row, path)
        rows, key = self.homes[link], f"{link}_id"
        return lambda row: None if (other := rows.get(cell(row, key))) is None else cell(other, name)

    def count(self, subject: str, part: Condition) -> Test:
        tests = [self.test(COUNTED[part.counted][0], one) for one in part.where]
        lists, cell = self.lists[part.counted], self.cell
        key = "subject_id" if subject == "household" else "household_id"
        return self.compared(
            part.op,
            lambda row: sum(all(test(one) for test in tests) for one in lists[cell(row, key)]),
            self.right(subject, part),
        )

    def again(self, subject: str, part: Condition) -> set[Any]:
        frame = self.frames[subject].dropna(subset=[part.column])
        values = frame.drop_duplicates([part.column, "household_id"]) if part.across else frame
        counted = Counter(values[part.column])
        return {value for value, often in counted.items() if often > 1}


def scripted(
    catalogue: Catalogue, as_of: date, folder: Path, walk: Callable[[pd.DataFrame], Iterator[Any]]
) -> Found:
    script = PandasScript(catalogue, as_of, walk)
    script.load_frames(folder)
    return script.run(catalogue.checks)
