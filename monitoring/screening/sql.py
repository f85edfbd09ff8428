"""The only raw SQL of the engine: INSERT .. SELECT around compiled querysets, portable to SQLite and PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

Compiled = tuple[str, tuple[Any, ...]]


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def table_of(model: type[Model]) -> str:
    return quoted(model._meta.db_table)


def compiled(rows: QuerySet) -> Compiled | None:
    """The SQL of a queryset, or None when Django already knows that it has no rows."""
    try:
        sql, params = rows.query.get_compiler(using=connection.alias).as_sql()
    except EmptyResultSet:
        return None
    return sql, tuple(params)


def expression_sql(model: type[Model], expression: Any) -> Compiled:
    """The SQL of an expression over the columns of one model."""
    query = model._default_manager.all().query
    compiler = query.get_compiler(using=connection.alias)
    sql, params = compiler.compile(expression.resolve_expression(query))
    return sql, tuple(params)


def same(left: str, right: str) -> str:
    """Both are equal, or both null."""
    return f"{left} {'IS NOT DISTINCT FROM' if connection.vendor == 'postgresql' else 'IS'} {right}"


def columns_of(rows: QuerySet) -> list[str]:
    """The names of a values() queryset in the order in which its SQL selects them."""
    selected = rows.query.selected
    if selected is None:
        raise TypeError("a values() queryset is needed")
    return list(selected)


def insert_select(
    model: type[Model],
    rows: QuerySet,
    columns: Sequence[str],
    tail: str = "",
    *,
    fixed: Mapping[str, Any] | None = None,
) -> None:
    """INSERT the rows of a values_list() queryset, given in the order of `columns` (column names of `model`).

    `fixed` are further columns with the one value all rows get: what need not be an expression costs no compiling. `tail` is the
    ON CONFLICT part. "WHERE true" is there for SQLite, which otherwise takes ON for a join.
    """
    source = compiled(rows)
    if source is None:
        return
    sql, params = source
    same_for_all = fixed or {}
    stored = {field.column: field for field in model._meta.concrete_fields}
    values = [stored[name].get_db_prep_save(value, connection) for name, value in same_for_all.items()]
    names = ", ".join(quoted(name) for name in (*same_for_all, *columns))
    picked = ", ".join((*["%s"] * len(values), "picked.*"))
    statement = (
        f"INSERT INTO {table_of(model)} ({names}) SELECT {picked} FROM ({sql}) AS picked WHERE true {tail}"  # noqa: S608 - names come from models
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, (*values, *params))


def differs_from_new(model: type[Model], name: str) -> str:
    """Inside ON CONFLICT: the stored column and the one that comes are not the same."""
    distinct = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    return f"{table_of(model)}.{quoted(name)} {distinct} excluded.{quoted(name)}"


def on_conflict_update(model: type[Model], target: str, columns: Sequence[str], more: str = "") -> str:
    """The tail that brings an existing row up to date, and writes nothing where nothing differs. `more`: further assignments."""
    values = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in columns)
    differs = " OR ".join(differs_from_new(model, name) for name in columns)
    return f"ON CONFLICT {target} DO UPDATE SET {values}{more} WHERE {differs}"
