"""The sheets of a run as temporary tables of its own connection.

Names, hashes and ages of a whole county are laid side by side here. In temporary tables nobody else sees them, nothing of them
is left when the connection ends, no other run stands in them, and SQLite needs neither its journal nor its only lock
for them.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import CharField, Field, Model, QuerySet

from monitoring.quality.sheets import TABLES, HouseholdSheet, PersonSheet
from monitoring.screening.sql import compiled, insert_select, quoted, table_of
from monitoring.screening.temporary import table_drop, table_make

JOINED = ("household", "person", "scope_code")
# By these the sheets that are filled later count: households their members, villages their households.
LOOKED_UP: dict[type[Model], str] = {PersonSheet: "household", HouseholdSheet: "scope_code"}


def sheets_make() -> None:
    """Empty sheets, in the place of whatever a run that died on this connection has left behind."""
    sheets_drop()
    for model in TABLES:
        table_make(table_of(model), ", ".join(_column(field) for field in model._meta.concrete_fields))


def sheets_drop() -> None:
    table_drop(*(table_of(model) for model in TABLES))


def _column(field: "Field[Any, Any]") -> str:
    """Name and type. A number that is the key is a plain integer to SQLite, which then takes it for its row number: no index."""
    kind = field.db_type(connection)
    if not field.primary_key:
        return f"{quoted(str(field.column))} {kind}"
    if connection.vendor == "sqlite":
        return f"{quoted(str(field.column))} integer PRIMARY KEY"
    return f"{quoted(str(field.column))} {kind} PRIMARY KEY {field.db_type_suffix(connection) or ''}"


def sheet_fill(model: type[Model], rows: QuerySet, names: Sequence[str]) -> None:
    """The rows of a values_list() become the sheet; `names` are all of its fields, in the order of the rows.

    PostgreSQL reads with several processes for a table made of a query, with one for rows added to a table that stands;
    and a key is laid over what stands there sooner than row by row.
    """
    source = compiled(rows) if connection.vendor == "postgresql" else None
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = [quoted(field.column) for field in fields]
    if source is None:  # also where there are no rows: the empty sheet stands already
        insert_select(model, rows, [field.column for field in fields])
        return
    sql, params = source
    typed = ", ".join(
        f"CAST({column} AS {_kind(field)}) AS {column}" for column, field in zip(columns, fields, strict=True)
    )
    table_drop(table_of(model))
    with connection.cursor() as cursor:
        # Else a wide row looks too dear to be handed from one process to another.
        cursor.execute("SET LOCAL parallel_tuple_cost = 0.01")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {table_of(model)} AS SELECT {typed} FROM ({sql}) AS picked ({', '.join(columns)})",  # noqa: S608 - names come from models
            params,
        )
        cursor.execute(
            f"ALTER TABLE {table_of(model)} ADD PRIMARY KEY ({quoted(str(model._meta.pk.column))})"
        )


def _kind(field: Any) -> str:
    """The type of a column. A text is not cast to its length: that would cut what is too long without a word."""
    return "varchar" if isinstance(field, CharField) else str(field.db_type(connection))


def sheet_ready(model: type[Model]) -> None:
    """After a sheet is filled: what other sheets look up in it gets its index, and PostgreSQL looks at it once.

    PostgreSQL plans for empty tables until it has counted. The columns by which rows are joined are enough: the others cost
    as much as a check of the whole sheet, and no plan rests on them.
    """
    with connection.cursor() as cursor:
        if key := LOOKED_UP.get(model):
            column = quoted(str(model._meta.get_field(key).column))  # type: ignore[union-attr]
            cursor.execute(
                f"CREATE INDEX {quoted(f'{model._meta.db_table}_key')} ON {table_of(model)} ({column})"
            )
        if connection.vendor == "postgresql":
            joined = [one for one in model._meta.concrete_fields if one.primary_key or one.name in JOINED]
            names = ", ".join(quoted(str(field.column)) for field in joined)
            # 6,000 rows tell as much of a key as the usual 30,000.
            cursor.execute("SET LOCAL default_statistics_target = 20")
            cursor.execute(f"ANALYZE {table_of(model)} ({names})")
