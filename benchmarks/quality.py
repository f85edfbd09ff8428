"""Every check of the data over a county: our run with everything it writes, against a script over the exported sheets."""

import csv
import tempfile
from argparse import Namespace
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from openpyxl import Workbook

from benchmarks.clock import medians, timed, versions
from benchmarks.quality_loop import FILES, Script, columns_of, read_csv, read_xlsx
from monitoring.models import DataFault, QualityRun
from monitoring.quality.catalogue import Catalogue, catalogue_in_force
from monitoring.quality.engine import quality_execute
from monitoring.quality.fill import sheets_empty, sheets_fill
from monitoring.quality.sheets import SHEETS

COUNTY, DAY = "411081", date(2020, 9, 20)


def measure(options: Namespace) -> dict[str, Any]:
    """Equal findings first, then the time of each way."""
    catalogue = catalogue_in_force(DAY, COUNTY)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        export(folder)
        ours = [timed(lambda: run(catalogue)) for _ in range(options.rounds)]
        kept = DataFault.objects.filter(closed_on__isnull=True).values_list("rule_key", "subject_key")
        mine = set(kept)
        ways: dict[str, dict[str, float]] = {"ours": medians([figures for _, figures in ours])}
        for way, read in (("csv", read_csv), ("xlsx", read_xlsx)):
            found, ways[way] = timed(lambda read=read: scripted(catalogue, folder, read))
            assert found == mine, f"{way}: {sorted(found ^ mine)[:5]}"
    result = ours[-1][0]
    return {
        "ways": ways, "rules": result["rules"], "households": result["households"], "persons": result["persons"],
        "faults": len(mine), "rounds": options.rounds, "versions": versions(),
    }  # fmt: skip


def run(catalogue: Catalogue) -> dict[str, Any]:
    """From nothing: every fault is opened again."""
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
        sheets_empty(COUNTY)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else str(value)
