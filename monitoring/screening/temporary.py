"""Temporary tables of a run, on its own connection: they outlive its short transactions, and nobody else sees them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from monitoring.screening.sql import quoted

JUDGED = ("judged_household", "judged_person", "judged_project", "judged_fund_area", "judged_village", "judged_township",
          "judged_opens", "judged_ends", "judged_asked")  # fmt: skip


@contextmanager
def passing() -> Iterator[None]:
    """Around statements that walk whole sheets: more memory for sorting and joining than a web request may take.

    `IN (SELECT ..)` is looked up in a hash table only where PostgreSQL expects it to fit; otherwise it walks the list for
    every row, and a million households take hours. Nothing is compiled (jit): statements this wide take longer to compile
    than to run.

    Not a transaction on SQLite, where it would keep writers waiting although only temporary tables are written.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '256MB'")
            cursor.execute("SET LOCAL jit = off")
        yield


def table_drop(*names: str) -> None:
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TABLE IF EXISTS {name}")


def table_make(name: str, columns: str) -> None:
    """An empty one in the place of whatever a run that died on this connection has left behind."""
    table_drop(name)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")


def table_of_rows(name: str, columns: Sequence[str], sql: str, params: Sequence[Any]) -> None:
    """The rows of a query with the names given; the first column is a number and the key where that costs nothing."""
    table_drop(name)
    listed = ", ".join(quoted(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # keyed by its own row number: no index beside it
            typed = ", ".join([f"{quoted(columns[0])} integer PRIMARY KEY", *map(quoted, columns[1:])])
            cursor.execute(f"CREATE TEMPORARY TABLE {name} ({typed})")
            cursor.execute(f"INSERT INTO {name} {sql}", params)  # noqa: S608 - names come from the engine
            return
        cursor.execute(f"CREATE TEMPORARY TABLE {name} ({listed}) AS {sql}", params)


def table_analyze(*names: str) -> None:
    """PostgreSQL knows nothing of a temporary table until it has been told to look."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for name in names:
                cursor.execute(f"ANALYZE {name}")
