"""DuckDB on the same fact rows: opened, closed and unknown lists by the same conditions, nothing written back."""

# ruff: noqa: S608 - names and conditions come from the models and the packs
import re
from datetime import date
from typing import Any

import duckdb
from django.db import connection
from django.db.models import BooleanField, DateField, IntegerField

from monitoring.models import ScreeningRun
from monitoring.screening.plan import Plan
from monitoring.screening.sheets import SHEETS, sheet_rows
from monitoring.screening.signs import signs_open

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Lists = dict[str, set[tuple[str, str]]]


def _type(field: Any) -> str:
    if isinstance(field, BooleanField):
        return "BOOLEAN"
    if isinstance(field, DateField):
        return "DATE"
    whole = isinstance(field, IntegerField) or "id" in field.attname.split("_")[-1:]
    return "BIGINT" if whole else "VARCHAR"


class Duck:
    """The facts of one run, held in memory by DuckDB."""

    def __init__(self, run: ScreeningRun, plan: Plan) -> None:
        self.run, self.plan = run, plan
        self.db = duckdb.connect(":memory:")
        for subject in plan.subjects:
            self._load(subject)
        self.statements = [self._statement(rule) for rule in plan.rules]

    def _load(self, subject: str) -> None:
        """Through a CSV file: DuckDB takes rows one by one far slower."""
        import csv  # noqa: PLC0415
        import tempfile  # noqa: PLC0415

        model = SHEETS[subject]
        fields = model._meta.concrete_fields
        names = [field.attname for field in fields]
        with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as out:
            lines = csv.writer(out)
            for row in sheet_rows(self.run, subject).values_list(*names).iterator(chunk_size=5000):
                lines.writerow(["\\N" if cell is None else cell for cell in row])
            out.flush()
            columns = ", ".join(f"'{field.attname}': '{_type(field)}'" for field in fields)
            self.db.execute(
                f"CREATE TABLE {model._meta.db_table} AS SELECT * FROM read_csv('{out.name}', header = false, "
                f"nullstr = '\\N', columns = {{{columns}}})"
            )

    def _statement(self, rule: Any) -> tuple[str, str, str, list[Any]]:
        """subject_key and answer of every row: the product's own conditions, compiled for the database of this run."""
        rows = (
            rule.answered(sheet_rows(self.run, rule.subject)).order_by().values_list("subject_key", "answer")
        )
        sql, params = rows.query.get_compiler(using=connection.alias).as_sql()
        return rule.key, rule.subject, sql.replace("%s", "?"), [self._param(value) for value in params]

    @staticmethod
    def _param(value: Any) -> Any:
        return date.fromisoformat(value) if isinstance(value, str) and DAY.fullmatch(value) else value

    def judge(self) -> Lists:
        """One pass per rule, against the open signs as they stand in the product's database."""
        db = self.db
        db.execute("CREATE OR REPLACE TABLE open_signs (rule_key VARCHAR, subject_key VARCHAR)")
        standing = list(signs_open(self.run).values_list("rule_key", "subject_key"))
        if standing:
            keys, subjects = zip(*standing, strict=True)
            db.execute("INSERT INTO open_signs SELECT unnest(?), unnest(?)", [list(keys), list(subjects)])
        found: Lists = {"opened": set(), "closed": set(), "unknown": set()}
        for key, _, sql, params in self.statements:
            db.execute(
                f"CREATE OR REPLACE TEMP TABLE answers AS SELECT * FROM ({sql}) AS a(subject_key, answer)",
                params,
            )
            mine = "SELECT subject_key FROM open_signs WHERE rule_key = ?"
            lists = {
                "opened": f"SELECT subject_key FROM answers WHERE answer = 'hit' AND subject_key NOT IN ({mine})",
                "closed": f"SELECT subject_key FROM answers WHERE answer IN ('clear', 'out') AND subject_key IN ({mine})",
            }
            for name, asked in lists.items():
                found[name].update((key, subject) for (subject,) in db.execute(asked, [key]).fetchall())
            unknown = db.execute("SELECT subject_key FROM answers WHERE answer = 'unknown'").fetchall()
            found["unknown"].update((key, subject) for (subject,) in unknown)
        return found
