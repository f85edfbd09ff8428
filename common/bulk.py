"""Fast set-wise writing: COPY on PostgreSQL, executemany on SQLite. The caller opens the transaction."""

import io
import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection, models


def _copy_text(value: object) -> str:
    """One value in PostgreSQL's text format of COPY."""
    if value is None:
        return r"\N"
    if type(value) is int:
        return str(value)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (bytes, memoryview)):
        return r"\\x" + bytes(value).hex()
    if isinstance(value, (dict, list)):
        value = json.dumps(value, ensure_ascii=False)
    text = value.isoformat() if isinstance(value, (date, datetime)) else str(value)
    return text.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")


# What SQLite's driver takes as it is; most cells are of these, and a look at the type is all they cost.
_PLAIN = frozenset({str, int, float, bool, bytes, type(None)})


@lru_cache(maxsize=65536)
def _stored_day(field_kind: Any, value: date | datetime) -> Any:
    """The text Django keeps for a day or a moment; rows of one table repeat few of them."""
    return field_kind().get_db_prep_save(value, connection)


def _sqlite_value(field: models.Field, value: object) -> Any:
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (date, datetime)):
        kind: Any = type(field)
        return _stored_day(kind, value)
    return value


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[object]], batch: int = 5000
) -> int:
    """Insert `rows` (sequences in the order of `columns`, which are field attnames). Returns how many.

    No save(), no defaults, no validation and no history: name every NOT NULL column, and write history yourself.
    """
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    iterator, count = iter(rows), 0
    with connection.cursor() as cursor:
        while chunk := list(islice(iterator, batch)):
            count += len(chunk)
            if connection.vendor == "postgresql":
                text = "".join("\t".join(map(_copy_text, row)) + "\n" for row in chunk)
                cursor.cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", io.StringIO(text))
            else:
                places = ", ".join(["%s"] * len(fields))
                stored: list[list[Any]] = [
                    [
                        value if type(value) in _PLAIN else _sqlite_value(field, value)
                        for field, value in zip(fields, row, strict=True)
                    ]
                    for row in chunk
                ]
                cursor.executemany(
                    f"INSERT INTO {table} ({names}) VALUES ({places})",  # noqa: S608 - names come from the model
                    stored,
                )
    return count


def reset_sequences(*models_: type[models.Model]) -> None:
    """After inserts with explicit ids PostgreSQL must be told where to go on counting."""
    if connection.vendor != "postgresql":
        return
    from django.core.management.color import no_style  # noqa: PLC0415 - only needed here, and it pulls in management

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models_)):
            cursor.execute(statement)
