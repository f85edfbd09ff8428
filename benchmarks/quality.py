"""Every check of the data over a county: our run with everything it writes, against scripts over the exported sheets."""

import csv
import multiprocessing
import tempfile
from argparse import Namespace
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import django
import pandas as pd
import psutil
from django.db import connection, transaction
from openpyxl import Workbook

from benchmarks import quality_pandas
from benchmarks.clock import medians, timed, versions
from benchmarks.quality_loop import FILES, Script, columns_of, read_csv, read_xlsx
from monitoring.models import DataFault, QualityRun
from monitoring.quality.catalogue import Catalogue, catalogue_in_force
from monitoring.quality.engine import quality_execute
from monitoring.quality.fill import sheets_fill
from monitoring.quality.sheets import SHEETS
from monitoring.quality.tables import sheets_drop

COUNTY, DAY = "411081", date(2020, 9, 20)


def measure(options: Namespace) -> dict[str, Any]:
    """Ours and the scripts take turns, since a machine is not equally fast for minutes. Every script runs once, in a process
    of its own: its peak is its own. Findings must be equal."""
    catalogue = catalogue_in_force(DAY, COUNTY)
    turns = -(-options.rounds // len(WAYS))
    ours, again, scripts = [], [], {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        export(folder)
        for way in WAYS:
            for _ in range(turns):
                result, figures = ours_timed(catalogue)
                ours.append(figures)
                again.append(ours_timed(catalogue, keep=True)[1])
            found, scripts[way] = alone(way, folder)
            assert found == (mine := faults_open()), f"{way}: {sorted(found ^ mine)[:5]}"
    ways = {"ours": medians(ours), "again": medians(again), **scripts}
    return {
        "ways": ways, "rules": result["rules"], "households": result["households"], "persons": result["persons"],
        "faults": len(mine), "rounds": len(ours), "versions": f"{versions()}, pandas {pd.__version__}",
    }  # fmt: skip


def faults_open() -> set[tuple[str, str]]:
    return set(DataFault.objects.filter(closed_on__isnull=True).values_list("rule_key", "subject_key"))


def ours_timed(catalogue: Catalogue, *, keep: bool = False) -> tuple[dict[str, Any], dict[str, float]]:
    """The server's part counts as ours: its process does the work on PostgreSQL, and SQLite has none."""
    with connection.cursor() as cursor:
        server = None
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_backend_pid()")
            server = psutil.Process(cursor.fetchone()[0])
    before = sum(server.cpu_times()[:2]) if server else 0.0
    result, figures = timed(lambda: run(catalogue, keep=keep))
    return result, figures | {
        "cpu": figures["cpu"] + (sum(server.cpu_times()[:2]) - before if server else 0.0)
    }


def alone(way: str, folder: Path) -> tuple[set[tuple[str, str]], dict[str, float]]:
    """One script in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1, initializer=django.setup) as pool:
        return pool.apply(_one, (way, folder))


def _one(way: str, folder: Path) -> tuple[set[tuple[str, str]], dict[str, float]]:
    catalogue = catalogue_in_force(DAY, COUNTY)
    result, figures = timed(lambda: WAYS[way](catalogue, folder))
    return result, figures


def run(catalogue: Catalogue, *, keep: bool = False) -> dict[str, Any]:
    """From nothing: every fault is opened again; or once more over the same data (`keep`)."""
    if not keep:
        DataFault.objects.all()._raw_delete(using="default")  # type: ignore[attr-defined]
    row = QualityRun.objects.create(key="benchmark", scope_code=COUNTY, as_of=DAY)
    mine = QualityRun.claim(row.pk)
    assert mine is not None
    result = quality_execute(mine, catalogue)
    mine.close(result=result)
    return result


def scripted(catalogue: Catalogue, folder: Path, read: Callable[..., Any]) -> set[tuple[str, str]]:
    script = Script(catalogue, DAY)
    script.load(folder, read)
    return script.run(catalogue.checks)


WAYS: dict[str, Callable[[Catalogue, Path], set[tuple[str, str]]]] = {
    "csv": lambda catalogue, folder: scripted(catalogue, folder, read_csv),
    "xlsx": lambda catalogue, folder: scripted(catalogue, folder, read_xlsx),
    "itertuples": lambda catalogue, folder: quality_pandas.scripted(
        catalogue, DAY, folder, quality_pandas.by_tuple
    ),
    "iterrows": lambda catalogue, folder: quality_pandas.scripted(
        catalogue, DAY, folder, quality_pandas.by_series
    ),
}


def export(folder: Path) -> None:
    """The sheets as files, made outside of what is timed."""
    with transaction.atomic():
        sheets_fill(COUNTY, DAY)
        for subject in FILES:
            rows = SHEETS[subject]._default_manager.values_list(*columns_of(subject))
            book = Workbook(write_only=True)
            sheet = book.create_sheet(subject)
            with (folder / f"{subject}.csv").open("w", encoding="utf-8", newline="") as out:
                lines = csv.writer(out)
                for row in rows.iterator(chunk_size=2000):
                    cells = [_text(value) for value in row]
                    lines.writerow(cells)
                    sheet.append(cells)
            book.save(folder / f"{subject}.xlsx")
        sheets_drop()


def _text(value: Any) -> str:
    if value is None:
        return ""
    return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else str(value)
