"""DuckDB on the same fact rows: opened, closed and unknown lists by the same conditions, nothing written back."""

# ruff: noqa: S608 - names and conditions come from the models and the packs
import csv
import re
import tempfile
from datetime import date
from typing import Any

import duckdb
from django.db import connection
from django.db.models import BooleanField, DateField, IntegerField, QuerySet

from monitoring.models import ScreeningRun
from monitoring.screening.plan import LIST, Plan
from monitoring.screening.sheets import SHEETS, sheet_rows
from monitoring.screening.signs import signs_open

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LISTS = ("opened", "closed", "unknown")


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
        """Through a CSV file: DuckDB takes rows one by one far slower. PostgreSQL writes the file itself."""
        model = SHEETS[subject]
        fields = model._meta.concrete_fields
        rows = sheet_rows(self.run, subject).order_by().values_list(*(field.attname for field in fields))
        with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as out:
            if connection.vendor == "postgresql":
                self._copy(rows, out.buffer)
            else:
                lines = csv.writer(out)
                for row in rows.iterator(chunk_size=5000):
                    lines.writerow(["\\N" if cell is None else cell for cell in row])
            out.flush()
            columns = ", ".join(f"'{field.attname}': '{_type(field)}'" for field in fields)
            self.db.execute(
                f"CREATE TABLE {model._meta.db_table} AS SELECT * FROM read_csv('{out.name}', header = false, "
                f"nullstr = '\\N', columns = {{{columns}}})"
            )

    @staticmethod
    def _copy(rows: QuerySet, out: Any) -> None:
        sql, params = rows.query.get_compiler(using=connection.alias).as_sql()
        with connection.cursor() as cursor:
            asked = cursor.mogrify(sql, params).decode()
            cursor.copy_expert(f"COPY ({asked}) TO STDOUT WITH (FORMAT csv, NULL '\\N')", out)

    def _statement(self, rule: Any) -> tuple[str, str, str, list[Any]]:
        """subject_key and answer of every row: the product's own conditions, compiled for the database of this run."""
        rows = (
            rule.answered(sheet_rows(self.run, rule.subject)).order_by().values_list("subject_key", "answer")
        )
        sql, params = rows.query.get_compiler(using=connection.alias).as_sql()
        return rule.key, rule.effect, sql.replace("%s", "?"), [self._param(value) for value in params]

    @staticmethod
    def _param(value: Any) -> Any:
        return date.fromisoformat(value) if isinstance(value, str) and DAY.fullmatch(value) else value

    def judge(self) -> None:
        """One pass per rule, against the open signs as they stand in the product's database. The lists stay in DuckDB."""
        db = self.db
        db.execute("CREATE OR REPLACE TABLE open_signs (rule_key VARCHAR, subject_key VARCHAR)")
        standing = list(signs_open(self.run).values_list("rule_key", "subject_key"))
        if standing:
            keys, subjects = zip(*standing, strict=True)
            db.execute("INSERT INTO open_signs SELECT unnest(?), unnest(?)", [list(keys), list(subjects)])
        for name in LISTS:
            db.execute(f"CREATE OR REPLACE TABLE {name} (rule_key VARCHAR, subject_key VARCHAR)")
        for key, effect, sql, params in self.statements:
            db.execute(
                f"CREATE OR REPLACE TEMP TABLE answers AS SELECT * FROM ({sql}) AS a(subject_key, answer)",
                params,
            )
            mine = "(SELECT subject_key FROM open_signs WHERE rule_key = $1)"
            lists = {
                "closed": f"answer IN ('clear', 'out') AND subject_key IN {mine}",
                "unknown": "answer = 'unknown'",
            }
            if effect != LIST:
                lists["opened"] = f"answer = 'hit' AND subject_key NOT IN {mine}"
            for name, asked in lists.items():
                db.execute(f"INSERT INTO {name} SELECT $1, subject_key FROM answers WHERE {asked}", [key])

    def listed(self, name: str) -> set[tuple[str, str]]:
        return set(self.db.execute(f"SELECT rule_key, subject_key FROM {name}").fetchall())

    def counted(self, name: str) -> dict[str, int]:
        return dict(self.db.execute(f"SELECT rule_key, count(*) FROM {name} GROUP BY 1").fetchall())
