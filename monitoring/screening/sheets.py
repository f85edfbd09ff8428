"""Filling the fact sheets of a run: one statement per subject, all in one transaction, so every rule sees the same facts."""

from django.db import connection, models, transaction
from django.db.models import QuerySet

from monitoring.models import (
    FundAreaFacts,
    HouseholdFacts,
    PersonFacts,
    ProjectFacts,
    RunFault,
    ScreeningRun,
)
from monitoring.models.facts import Facts
from monitoring.screening.faults import faults_write, rule_faults_write
from monitoring.screening.hold import writing
from monitoring.screening.plan import Plan
from monitoring.screening.sql import columns_of, compiled, quoted, table_of
from policies.metrics import Judged, MetricGroup, groups_of, source_of, subjects

SHEETS: dict[str, type[Facts]] = {
    "household": HouseholdFacts,
    "person": PersonFacts,
    "project": ProjectFacts,
    "fund_area": FundAreaFacts,
}
BASE = ("subject_id", "subject_key", "scope_code", "household_id")


def sheets_fill(run: ScreeningRun, plan: Plan) -> None:
    """Empty and fill the sheets of the plan's subjects. What cannot be judged is listed first and left out."""
    with transaction.atomic():
        if connection.vendor == "postgresql" and len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:  # every statement of the fill reads the same snapshot
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with writing(run):
            sheets_drop(run)
            rule_faults_write(run, plan.faulty)
            if plan.kind == ScreeningRun.Kind.HOUSEHOLDS:
                faults_write(run, plan.judged)
            for subject in plan.subjects:
                if subject in subjects():
                    _fill(run, subject, plan.judged)


def sheets_drop(run: ScreeningRun) -> None:
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
    _fill_set(run, SHEETS[subject], base, [(group, group.rows(judged)) for group in groups_of(subject)])


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
    first = compiled(base)
    if first is None:
        return
    parts = [(f"base ({_names(columns_of(base))})", *first)]
    # The cast gives a type to households of projects, which are always null.
    picked = ["base.subject_id", "base.subject_key", "base.scope_code", "CAST(base.household_id AS bigint)"]
    columns, joins = list(BASE), []
    for number, (group, rows) in enumerate(groups):
        source = compiled(rows.order_by() if not rows.query.combinator else rows)
        if source is None:  # no row at all: unknown for everybody
            continue
        alias = f"g{number}"
        parts.append((f"{alias} ({_names(columns_of(rows))})", *source))
        joins.append(f"LEFT JOIN {alias} ON {alias}.subject_id = base.subject_id")
        columns += [metric.name for metric in group.metrics]
        picked += [f"{alias}.{quoted(metric.name)}" for metric in group.metrics]
    head = ", ".join(f"{name} AS MATERIALIZED ({sql})" for name, sql, _ in parts)
    statement = (
        f"WITH {head} INSERT INTO {table_of(model)} (run_id, {_names(columns)}) "  # noqa: S608 - names come from models
        f"SELECT %s, {', '.join(picked)} FROM base {' '.join(joins)} WHERE NOT EXISTS ("
        f"SELECT 1 FROM {table_of(RunFault)} AS fault WHERE fault.run_id = %s "
        "AND fault.subject_key = 'household:' || base.household_id)"
    )
    params = [value for _, _, values in parts for value in values]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, run.pk, run.pk])


def _names(columns: list[str]) -> str:
    return ", ".join(quoted(name) for name in columns)


def metric_columns(model: type[Facts]) -> dict[str, models.Field]:
    """The columns of a sheet that hold metrics; a test holds them against the registry."""
    own = {"id", "run", *BASE}
    return {field.name: field for field in model._meta.concrete_fields if field.name not in own}
