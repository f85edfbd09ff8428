"""Filling the fact sheets of a run: a few statements per subject, all in one transaction, so every rule sees the same facts."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from monitoring.models import (
    FundAreaFacts,
    HouseholdFacts,
    PersonFacts,
    ProjectFacts,
    RunFault,
    ScreeningRun,
    TownshipFacts,
    VillageFacts,
)
from monitoring.models.facts import Facts
from monitoring.screening.faults import faults_write, rule_faults_write
from monitoring.screening.hold import writing
from monitoring.screening.plan import Plan
from monitoring.screening.sql import columns_of, compiled, quoted, table_of
from monitoring.screening.temporary import JUDGED, passing, table_drop
from policies.metrics import Judged, MetricGroup, groups_of, source_of, subjects

SHEETS: dict[str, type[Facts]] = {
    "household": HouseholdFacts,
    "person": PersonFacts,
    "project": ProjectFacts,
    "fund_area": FundAreaFacts,
    "village": VillageFacts,
    "township": TownshipFacts,
}
BASE = ("subject_id", "subject_key", "scope_code", "household_id")
JOINED = ("run_id", *BASE)


def sheets_fill(run: ScreeningRun, plan: Plan) -> None:
    """Empty and fill the sheets of the plan's subjects. What cannot be judged is listed first and left out."""
    with transaction.atomic():
        if connection.vendor == "postgresql" and len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:  # every statement of the fill reads the same snapshot
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with passing(), writing(run):
            sheets_drop(run)
            rule_faults_write(run, plan.faulty)
            if plan.kind != ScreeningRun.Kind.FUNDS:
                faults_write(run, plan.judged)
            for subject in plan.subjects:
                if subject in subjects():
                    _fill(run, subject, plan.judged)
    _learn(plan.subjects)


def _learn(filled: tuple[str, ...]) -> None:
    """PostgreSQL looks at the rows that have come, so that it joins them as many and not as few.

    After the filling, since ANALYZE holds a lock of its table to the end of its transaction, and parts fill at the same time.
    Only the columns by which rows are found and joined: the others are many, and rules combine them in ways no statistics know.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for subject in filled:
                cursor.execute(f"ANALYZE {table_of(SHEETS[subject])} ({_names(JOINED)})")


def sheets_drop(run: ScreeningRun) -> None:
    """The facts of a run and, on this connection, what was judged from them."""
    table_drop(*JUDGED)
    for model in SHEETS.values():
        model._default_manager.filter(run=run).delete()


def sheets_sweep() -> int:
    """Remove the facts of runs that are over or dead and not frozen. Returns how many rows went."""
    gone = 0
    for model in SHEETS.values():
        left = model._default_manager.exclude(run__state=ScreeningRun.State.RUNNING).exclude(
            run__keep_facts=True
        )
        gone += left.delete()[0]
    return gone


def sheet_rows(run: ScreeningRun, subject: str) -> QuerySet:
    return SHEETS[subject]._default_manager.filter(run=run)


def _fill(run: ScreeningRun, subject: str, judged: Judged) -> None:
    source = source_of(subject)
    if source.table is not None:
        _fill_table(run, subject, judged)
        return
    if source.rows is None:
        raise LookupError(f"the subject {subject} has neither rows nor a table")
    base = source.rows(judged).filter(scope_code__startswith=run.scope_code).order_by()
    groups = [(group, group.rows(judged)) for group in groups_of(subject)]
    if connection.vendor == "postgresql" and run.is_part:
        groups = [(group, _of_these(rows, group.by)) for group, rows in groups]
    _fill_set(run, SHEETS[subject], base, groups)


def _of_these(rows: QuerySet, by: str) -> QuerySet:
    """Only the subjects of the base, asked for before anything is added up: a part does not measure the whole province.

    For a whole county the same condition is asked afterwards (`_fill_set`), which costs less where nearly everybody stays.
    """
    if rows.query.combinator or rows.query.is_sliced:
        return rows
    return rows.filter(subject_id__in=RawSQL(f"SELECT {by} FROM facts_base", []))  # noqa: S608, S611 - a name of two


def _fill_table(run: ScreeningRun, subject: str, judged: Judged) -> None:
    """Few rows that their app has added up itself."""
    model, table = SHEETS[subject], source_of(subject).table
    if table is None:
        return
    model._default_manager.bulk_create(
        [
            model(run=run, **row)
            for row in table(judged, run.scope_code)
            if row["scope_code"].startswith(run.scope_code)
        ],
        batch_size=500,
    )


def _fill_set(
    run: ScreeningRun, model: type[Facts], base: QuerySet, groups: list[tuple[MetricGroup, QuerySet]]
) -> None:
    """Measure each group once into a temporary table with a key, then join them all into the sheet.

    As one statement with common table expressions SQLite joined the groups without an index, at ten times the cost
    (docs/performance.md). Whoever is listed as a fault stands in none of these tables.
    """
    sound = (
        f"NOT EXISTS (SELECT 1 FROM {table_of(RunFault)} AS fault WHERE fault.run_id = %s "  # noqa: S608 - names come from models
        "AND fault.subject_key = 'household:' || measured.household_id)"
    )
    if not _measured("facts_base", base, sound, (run.pk,)):
        return
    # The cast gives a type to households of projects, which are always null.
    picked = ["base.subject_id", "base.subject_key", "base.scope_code", "CAST(base.household_id AS bigint)"]
    columns, joins, made = list(BASE), [], ["facts_base"]
    for number, (group, rows) in enumerate(groups):
        table = f"facts_group_{number}"
        asked = f"subject_id IN (SELECT {group.by} FROM facts_base)"  # noqa: S608 - a name of two
        if not _measured(table, rows, asked):  # no row at all: unknown for everybody
            continue
        made.append(table)
        joins.append(f"LEFT JOIN {table} ON {table}.subject_id = base.{group.by}")
        columns += [metric.name for metric in group.metrics]
        picked += [_typed(model, table, metric.name) for metric in group.metrics]
    statement = (
        f"INSERT INTO {table_of(model)} (run_id, {_names(columns)}) "  # noqa: S608 - names come from models
        f"SELECT %s, {', '.join(picked)} FROM facts_base AS base {' '.join(joins)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [run.pk])
        for table in made:
            cursor.execute(f"DROP TABLE {table}")


def _typed(model: type[Facts], table: str, name: str) -> str:
    """A measured column as the sheet holds it. A metric that nobody has (no pack names the standard) is a null that
    PostgreSQL takes for text, and refuses to put into a column of numbers."""
    column, kept = f"{table}.{quoted(name)}", model._meta.get_field(name)
    if connection.vendor != "postgresql" or isinstance(kept, models.CharField):
        return column
    return f"CAST({column} AS {kept.db_type(connection)})"


def _measured(table: str, rows: QuerySet, keep: str, more: tuple[Any, ...] = ()) -> bool:
    """Write the rows of a queryset that are to be kept into a temporary table keyed by subject. False when it can have none."""
    source = compiled(rows if rows.query.combinator else rows.order_by())
    if source is None:
        return False
    sql, params = source[0], [*source[1], *more]
    names = _names(columns_of(rows))
    measured = f"WITH measured ({names}) AS ({sql}) SELECT * FROM measured WHERE {keep}"  # noqa: S608 - names come from the registry
    with connection.cursor() as cursor:
        # A run that died on this connection may have left one behind.
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        if connection.vendor == "sqlite":  # keyed by its own row number: no index beside it
            typed = names.replace(quoted("subject_id"), "subject_id integer PRIMARY KEY", 1)
            cursor.execute(f"CREATE TEMPORARY TABLE {table} ({typed})")
            cursor.execute(f"INSERT INTO {table} {measured}", params)  # noqa: S608 - as above
            return True
        cursor.execute(f"CREATE TEMPORARY TABLE {table} AS SELECT * FROM ({measured}) AS kept", params)  # noqa: S608 - as above
        cursor.execute(f"CREATE UNIQUE INDEX {table}_key ON {table} (subject_id)")
        cursor.execute(f"ANALYZE {table}")
    return True


def _names(columns: Sequence[str]) -> str:
    return ", ".join(quoted(name) for name in columns)


def metric_columns(model: type[Facts]) -> dict[str, models.Field]:
    """The columns of a sheet that hold metrics; a test holds them against the registry."""
    own = {"id", "run", *BASE}
    return {field.name: field for field in model._meta.concrete_fields if field.name not in own}
