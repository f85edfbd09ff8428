"""One rule, one short transaction: open, refresh and close its signs, as the answers say that were given before."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from monitoring.models import RiskSign, RunFault, RunOutcome, RunTally, ScreeningRun
from monitoring.screening.answers import (
    CODES,
    ENDS,
    GONE,
    OPENS,
    Place,
    answers_count,
    answers_fill,
    ends_list,
    opens_list,
    places_of,
)
from monitoring.screening.hold import writing
from monitoring.screening.moved import departed
from monitoring.screening.plan import CLEAR, HIT, LIST, OUT, UNKNOWN, Plan, RunRule
from monitoring.screening.sql import (
    compiled,
    differs_from_new,
    insert_select,
    on_conflict_update,
    quoted,
    table_of,
)
from policies.metrics import Judged

CLEARED, LEFT, RETIRED = "已不成立", "对象已不在范围内", "规则已废止"
SIGN_COLUMNS = (
    "rule_key", "topic", "effect", "pack_code", "pack_checksum", "subject_kind", "close_reason", "limits",
    "opened_on", "last_true_on", "opened_run_id", "subject_key", "household_id", "scope_code", "evidence",
)  # fmt: skip
REFRESHED = (
    "topic", "effect", "pack_code", "pack_checksum", "household_id", "scope_code", "evidence", "limits", "last_true_on",
)  # fmt: skip
OPEN_ONCE = "(rule_key, subject_key) WHERE closed_on IS NULL"
OUTCOME_COLUMNS = ("run_id", "rule_key", "outcome", "limits", "subject_key", "scope_code", "evidence")


@dataclass(frozen=True)
class Standing:
    """What is to be written for a rule, so that statements without work are left out."""

    place: Place
    opens: int
    ends: int


def standings(run: ScreeningRun, plan: Plan) -> dict[str, Standing]:
    """Judge by all rules, one pass over the sheet of each subject; count the answers and list what is to be written."""
    answers_fill(run, plan)
    counted, faulty = answers_count(plan), len(faulty_households(run))
    opens = opens_list(run, plan) if run.is_acting else {}
    ends = ends_list(run, plan, signs_open(run)) if run.is_acting else {}
    with writing(run):
        run.tallies.all().delete()
        RunTally.objects.bulk_create(
            RunTally(run=run, rule_key=key, hit=one.hit, clear=one.clear, unknown=one.unknown, faulty=faulty)
            for key, one in counted.items()
        )
    return {
        key: Standing(place, opens.get(place.number, 0), ends.get(place.number, 0))
        for key, place in places_of(plan).items()
    }


def rule_apply(run: ScreeningRun, rule: RunRule, changed: QuerySet | None, standing: Standing) -> None:
    """Write what one rule says. `changed` limits it to these households (nightly run); time-driven rules judge all."""
    if run.is_acting and not (standing.opens or standing.ends):
        return
    only = None if rule.time_driven else changed
    with writing(run):
        if not run.is_acting:
            _keep_outcomes(run, standing.place)
            return
        if standing.opens:
            _open(run, standing.place, only)
        if standing.ends:
            _close(run, standing.place, only)


def _among(changed: QuerySet | None) -> tuple[str, list[Any]]:
    """The condition that limits a list to these households."""
    if changed is None:
        return "", []
    source = compiled(changed.order_by().values_list("pk"))
    return (f" AND household_id IN ({source[0]})", list(source[1])) if source else (" AND 1 = 0", [])


def _open(run: ScreeningRun, place: Place, changed: QuerySet | None) -> None:
    rule, day = place.rule, connection.ops.adapt_datefield_value(run.as_of)
    told = (
        rule.key,
        rule.topic,
        rule.effect,
        rule.pack_code,
        rule.pack_checksum,
        rule.subject,
        "",
        rule.limits,
        day,
        day,
        run.pk,
    )
    only, params = _among(changed)
    # Ordered by subject, so that two runs meeting on PostgreSQL take their rows in the same order.
    update = on_conflict_update(RiskSign, OPEN_ONCE, REFRESHED, _before())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table_of(RiskSign)} ({', '.join(map(quoted, SIGN_COLUMNS))}) "  # noqa: S608 - names of the engine
            f"SELECT {', '.join(['%s'] * len(told))}, subject_key, household_id, scope_code, evidence FROM {OPENS} "
            f"WHERE rule = %s{only} ORDER BY subject_key {update}",
            [*told, place.number, *params],
        )


def _before() -> str:
    """Keep what the figures were when a refresh changes them, and on which day."""
    table, changed = table_of(RiskSign), differs_from_new(RiskSign, "evidence")
    return (
        f", evidence_before = CASE WHEN {changed} THEN {table}.evidence ELSE {table}.evidence_before END"
        f", changed_on = CASE WHEN {changed} THEN excluded.last_true_on ELSE {table}.changed_on END"
    )


def signs_open(run: ScreeningRun) -> QuerySet:
    """The open signs of the run's kind and area."""
    return RiskSign.objects.filter(closed_on__isnull=True, scope_code__startswith=run.scope_code)


def _close(run: ScreeningRun, place: Place, changed: QuerySet | None) -> None:
    """Only clear closes, and leaving: what the rule no longer speaks about, or who is nowhere any more. Unknown keeps."""
    only, params = _among(changed)
    for answer, reason in ((CLEAR, CLEARED), (OUT, LEFT), (GONE, LEFT)):
        # As one list of numbers: judged once, where EXISTS would look it through for every open sign.
        ended = f"SELECT sign FROM {ENDS} WHERE rule = %s AND answer = %s{only}"  # noqa: S608 - names of the engine
        signs: QuerySet = RiskSign.objects.filter(
            closed_on__isnull=True,
            pk__in=RawSQL(ended, [place.number, CODES[answer], *params]),  # noqa: S611 - as above
        )
        if answer == GONE:
            signs = departed(signs, place.rule.subject, Judged(run.as_of, None))
        signs.update(closed_on=run.as_of, closed_run=run, close_reason=reason)


def faulty_households(run: ScreeningRun) -> list[int]:
    """Ids of the households listed as faults: few, and unknown in everything, so their signs stay as they are."""
    keys = RunFault.objects.filter(run=run, subject_key__startswith="household:").values_list(
        "subject_key", flat=True
    )
    return sorted({int(key.partition(":")[2]) for key in keys})


def signs_retire(run: ScreeningRun, plan: Plan) -> None:
    """Close the signs of rules that are no longer in force."""
    with writing(run):
        signs_open(run).filter(subject_kind__in=plan.subjects).exclude(
            rule_key__in=[*(rule.key for rule in plan.rules if rule.effect != LIST), *plan.faulty]
        ).update(closed_on=run.as_of, closed_run=run, close_reason=RETIRED)


def _keep_outcomes(run: ScreeningRun, place: Place) -> None:
    """A re-judgement stores what is hit and what is unknown under its run; everything else was clear."""
    rule = place.rule
    RunOutcome.objects.filter(run=run, rule_key=rule.key).delete()
    run_id = Cast(Value(run.pk), BigIntegerField())
    for outcome in (HIT, UNKNOWN):
        rows = (
            place.rows_said(run, outcome)
            .annotate(
                s_run=run_id, s_rule=Value(rule.key), s_outcome=Value(outcome), s_limits=Value(rule.limits),
                s_evidence=rule.evidence,
            )
            .order_by()
            .values_list("s_run", "s_rule", "s_outcome", "s_limits", "subject_key", "scope_code", "s_evidence")
        )  # fmt: skip
        insert_select(RunOutcome, rows, OUTCOME_COLUMNS)
