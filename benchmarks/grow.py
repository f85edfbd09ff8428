"""A database of a million households: the households of a seeded one, copied with new numbers. PostgreSQL only.

`seed_demo` draws every household by itself and ends at twenty counties' worth. Copies keep the distribution of every figure
(that is what conditions, hits and unknowns depend on) and share villages, accounts and documents with the original. The
change history, signs and cases are not copied: screening reads none of the first and makes the others itself.
"""

# ruff: noqa: S608 - names come from the models
import sys
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from common.bulk import reset_sequences

SHIFT = 10_000_000  # between the numbers of two copies; above every number of the original
COPY = "made.copy"
Definitions = list[tuple[str, str]]  # table, what to say after ALTER TABLE or the whole CREATE INDEX


def grown() -> list[type[models.Model]]:
    """Everything of the room households but its history, and who benefits from projects."""
    own = [model for model in apps.get_app_config("households").get_models() if model._meta.managed]
    return [model for model in own if not model.__name__.startswith("Historical")] + [
        apps.get_model("projects", "Beneficiary")
    ]


def grow(times: int) -> None:
    """Copy what is there so often that there are `times` as many households."""
    chosen = grown()
    tables = [model._meta.db_table for model in chosen]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        constraints, indexes = _taken_off(cursor, tables)
        for model in chosen:
            cursor.execute(*_copied(model, chosen, times))
            print(f"  {model._meta.db_table}: {cursor.rowcount} copied", file=sys.stderr, flush=True)
        for statement in [*indexes, *constraints]:
            cursor.execute(statement)
        reset_sequences(*chosen)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _taken_off(cursor: Any, tables: list[str]) -> tuple[list[str], list[str]]:
    """Drop the foreign keys and the indexes that no constraint needs; the statements that bring them back.

    Thirty million rows with their keys checked one by one would take hours.
    """
    cursor.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND (conrelid::regclass::text = ANY(%s) OR confrelid::regclass::text = ANY(%s))",
        [tables, tables],
    )
    keys = cursor.fetchall()
    cursor.execute(
        "SELECT quote_ident(indexname), indexdef FROM pg_indexes WHERE tablename = ANY(%s) "
        "AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = quote_ident(indexname)::regclass)",
        [tables],
    )
    indexes = cursor.fetchall()
    for table, name, _ in keys:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    back = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in keys]
    return back, [definition for _, definition in indexes]


def _copied(
    model: type[models.Model], chosen: Iterable[type[models.Model]], times: int
) -> tuple[str, list[int]]:
    fields = model._meta.concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(field, set(chosen)) for field in fields)
    table = f'"{model._meta.db_table}"'
    copies = "(SELECT generate_series(1, %s) AS copy) AS made"
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} CROSS JOIN {copies}", [times - 1]


def _value(field: Any, chosen: set[Any]) -> str:
    """The column of a copy: numbers and references moved along, what must be unique made so, the rest as it is."""
    column = f'"{field.column}"'
    if field.primary_key or (field.is_relation and field.related_model in chosen):
        return f"{column} + {COPY} * {SHIFT}"
    if isinstance(field, models.UUIDField):
        return "gen_random_uuid()" if field.unique else column
    if isinstance(field, models.BinaryField) and field.column.endswith("_hash"):
        return f"{column} || int4send({COPY})"
    if field.unique and isinstance(field, models.CharField):
        return f"{column} || '-' || {COPY}"
    return column


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poverty.settings")
    django.setup()
    grow(int(sys.argv[1]))
