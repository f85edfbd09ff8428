"""One rule, one short transaction: open, refresh and close its signs, and count its answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import (
    Aggregate,
    BigIntegerField,
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast

from monitoring.models import RiskSign, RunFault, RunOutcome, RunTally, ScreeningRun
from monitoring.screening.hold import writing
from monitoring.screening.plan import CLEAR, HIT, LIST, OUT, UNKNOWN, Plan, RunRule
from monitoring.screening.sheets import sheet_rows
from monitoring.screening.sql import differs_from_new, insert_select, on_conflict_update, table_of

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
    """What is known of a rule before its signs are written, so that statements without work are left out."""

    hit: int
    clear: int
    out: int
    unknown: int
    open_before: int
    faulty: Sequence[int]


def standings(run: ScreeningRun, plan: Plan) -> dict[str, Standing]:
    """Count the answers of all rules, one pass over the sheet of each subject, and write them down."""
    faulty = faulty_households(run)
    opened = signs_open(run).values_list("rule_key").order_by().annotate(n=Count("pk"))
    before = dict(opened) if run.is_acting else {}
    found: dict[str, Standing] = {}
    for subject in plan.subjects:
        rules = plan.rules_of(subject)
        counted = _answers(sheet_rows(run, subject), rules) if rules else {}
        for number, rule in enumerate(rules):
            hit, clear, out = (counted[f"{answer}_{number}"] or 0 for answer in (HIT, CLEAR, OUT))
            unknown = counted["everybody"] - hit - clear - out
            found[rule.key] = Standing(hit, clear, out, unknown, before.get(rule.key, 0), faulty)
    with writing(run):
        run.tallies.all().delete()
        RunTally.objects.bulk_create(
            RunTally(
                run=run, rule_key=key, hit=one.hit, clear=one.clear, unknown=one.unknown, faulty=len(faulty)
            )
            for key, one in found.items()
        )
    return found


def _answers(rows: QuerySet, rules: Sequence[RunRule]) -> dict[str, int]:
    """hit_0, clear_0, out_0 and so on, and everybody."""
    counts: dict[str, Aggregate] = {"everybody": Count("pk")}
    for number, rule in enumerate(rules):
        for answer, condition in ((HIT, rule.hit), (CLEAR, rule.clear), (OUT, rule.out)):
            # Added up rather than counted with a filter, which SQLite would evaluate in a slower way.
            said = Case(When(condition, then=1), default=0) if condition is not None else Value(0)
            counts[f"{answer}_{number}"] = Sum(said, output_field=IntegerField())
    return rows.aggregate(**counts)


def rule_apply(run: ScreeningRun, rule: RunRule, changed: QuerySet | None, standing: Standing) -> None:
    """Write what one rule says. `changed` limits it to these households (nightly run); time-driven rules judge all."""
    everybody = sheet_rows(run, rule.subject)
    judged = everybody
    if changed is not None and not rule.time_driven:
        judged = everybody.filter(household_id__in=changed.values("pk"))
    with writing(run):
        if not run.is_acting:
            _keep_outcomes(run, rule, everybody)
            return
        if standing.hit and rule.effect != LIST:
            _open(run, rule, judged)
        if standing.open_before:
            _close(run, rule, judged, None if judged is everybody else changed, standing)


def _open(run: ScreeningRun, rule: RunRule, judged: QuerySet) -> None:
    run_id = Cast(Value(run.pk), BigIntegerField())
    day = Cast(Value(run.as_of), RiskSign._meta.get_field("opened_on"))
    rows = (
        judged.filter(rule.hit)
        .annotate(
            s_rule=Value(rule.key), s_topic=Value(rule.topic), s_effect=Value(rule.effect), s_pack=Value(rule.pack_code),
            s_sum=Value(rule.pack_checksum), s_kind=Value(rule.subject), s_reason=Value(""), s_limits=Value(rule.limits),
            s_opened=day, s_true=day, s_run=run_id, s_evidence=rule.evidence,
        )
        .order_by()
        .values_list(
            "s_rule", "s_topic", "s_effect", "s_pack", "s_sum", "s_kind", "s_reason", "s_limits",
            "s_opened", "s_true", "s_run", "subject_key", "household_id", "scope_code", "s_evidence",
        )
    )  # fmt: skip
    # Ordered by subject, so that two runs meeting on PostgreSQL take their rows in the same order.
    update = on_conflict_update(RiskSign, OPEN_ONCE, REFRESHED, _before())
    tail = f"ORDER BY {SIGN_COLUMNS.index('subject_key') + 1} {update}"
    insert_select(RiskSign, rows, SIGN_COLUMNS, tail)


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


def _close(
    run: ScreeningRun, rule: RunRule, judged: QuerySet, changed: QuerySet | None, standing: Standing
) -> None:
    """Only clear closes, and leaving: what the rule no longer speaks about, or who is no longer there. Unknown keeps.

    EXISTS is asked per open sign, of which there are few; IN would judge the whole sheet first.
    """
    mine = signs_open(run).filter(rule_key=rule.key)
    over = {"closed_on": run.as_of, "closed_run": run}
    same = judged.filter(subject_key=OuterRef("subject_key"))
    if standing.clear:
        mine.filter(Exists(same.filter(rule.clear))).update(close_reason=CLEARED, **over)
    if rule.out is not None and standing.out:
        mine.filter(Exists(same.filter(rule.out))).update(close_reason=LEFT, **over)
    there = sheet_rows(run, rule.subject).filter(subject_key=OuterRef("subject_key"))
    gone = mine.filter(~Exists(there))
    if changed is not None:
        gone = gone.filter(household_id__in=changed.values("pk"))
    gone.exclude(household_id__in=standing.faulty).update(close_reason=LEFT, **over)


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


def _keep_outcomes(run: ScreeningRun, rule: RunRule, everybody: QuerySet) -> None:
    """A re-judgement stores what is hit and what is unknown under its run; everything else was clear."""
    RunOutcome.objects.filter(run=run, rule_key=rule.key).delete()
    run_id = Cast(Value(run.pk), BigIntegerField())
    for outcome in (HIT, UNKNOWN):
        rows = (
            rule.answered(everybody)
            .filter(answer=outcome)
            .annotate(
                s_run=run_id, s_rule=Value(rule.key), s_outcome=Value(outcome), s_limits=Value(rule.limits),
                s_evidence=rule.evidence,
            )
            .order_by()
            .values_list("s_run", "s_rule", "s_outcome", "s_limits", "subject_key", "scope_code", "s_evidence")
        )  # fmt: skip
        insert_select(RunOutcome, rows, OUTCOME_COLUMNS)
