"""The 31-column ledger of 50,000 persons as a styled workbook, against a CSV of the same rows."""

import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from accounts.actor import actor_for
from accounts.models import User
from benchmarks.clock import medians, timed, versions
from exchange.registry import sheet_get
from exchange.services.exports import Job, cover_lines, export_scope, shown_rows
from exchange.sheet import ExportQuery
from exchange.writer import Book, write_book, write_csv

LAYOUT, PERSONS, DAY = "YTP_REN_2022", 50_000, date(2020, 9, 20)


def measure(options: Namespace) -> dict[str, Any]:
    """Twice: rows drawn from the database each time, and rows already in memory (the writers alone)."""
    job = the_job()
    in_memory = list(rows_of(job))
    everything: dict[str, list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            for name, work in ways(job, in_memory, Path(folder)).items():
                written, figures = timed(work)
                assert written == PERSONS, f"{name}: {written} rows"
                everything.setdefault(name, []).append(figures)
        columns = check_equal(Path(folder))
        sizes = {path.suffix: path.stat().st_size / 1e6 for path in Path(folder).iterdir()}
    found = {name: medians(rounds) for name, rounds in everything.items()}
    return {
        "ways": found,
        "rows": PERSONS,
        "columns": columns,
        "sizes": sizes,
        "rounds": options.rounds,
        "versions": versions(),
    }


def the_job() -> Job:
    actor = actor_for(User.objects.get(username="officer1"))
    spec = sheet_get(LAYOUT)
    query = ExportQuery(export_scope(actor, spec, "", full=False), DAY, {})
    return Job(actor, spec, query, "", False)


def rows_of(job: Job) -> Iterator[list[Any]]:
    """Exactly PERSONS rows: the list is begun anew where the county has fewer of them."""
    assert job.spec.rows is not None

    def drawn() -> Iterator[list[Any]]:
        places = job.spec.seen_with(job.query.scope.field_groups)
        return shown_rows(job.spec, places, iter(job.spec.rows(job.query).rows), full=job.full)

    return islice((row for _ in cycle((0,)) for row in drawn()), PERSONS)


def ways(job: Job, in_memory: list[list[Any]], folder: Path) -> dict[str, Callable[[], int]]:
    columns = [job.spec.columns[at] for at in job.spec.seen_with(job.query.scope.field_groups)]
    book = Book(job.spec.title[:31], columns, (), (), job.spec.freeze_columns)
    cover = cover_lines(job)

    def of(rows: Any, *, styled: bool) -> int:
        this = replace(book, rows=rows, cover=cover if styled else ())
        return write_book(folder / "out.xlsx", this) if styled else write_csv(folder / "out.csv", this)

    return {
        "xlsx from the database": lambda: of(rows_of(job), styled=True),
        "csv from the database": lambda: of(rows_of(job), styled=False),
        "xlsx, rows in memory": lambda: of(in_memory, styled=True),
        "csv, rows in memory": lambda: of(in_memory, styled=False),
    }


def check_equal(folder: Path) -> int:
    """Both files say the same: number of lines, headers, and the texts of the first rows."""
    import csv  # noqa: PLC0415

    book = load_workbook(folder / "out.xlsx", read_only=True)
    sheet = book.worksheets[0]
    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    assert len(rows) == PERSONS + 1
    counted = 0
    for number, (left, right) in enumerate(zip(sheet.iter_rows(values_only=True), rows, strict=True)):
        counted += 1
        if number < 200:
            assert [said(cell) for cell in left] == [said(cell) for cell in right]
    assert counted == PERSONS + 1
    return len(rows[0])


def said(cell: Any) -> str:
    """What a cell says, whatever its file keeps it as: 12.5 and 12.50 are the same, a day has no hours."""
    text = "" if cell is None else str(cell).removesuffix(" 00:00:00")
    text = text[2:-1] if text.startswith('="') else text
    try:
        return str(float(text)) if len(text) < 16 else text
    except ValueError:
        return text
