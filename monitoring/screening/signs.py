"""One rule, one short transaction: open, refresh and close its signs, and count its answers."""

from django.db.models import BigIntegerField, Count, QuerySet, Value
from django.db.models.functions import Cast

from monitoring.models import RiskSign, RunFault, RunOutcome, RunTally, ScreeningRun
from monitoring.screening.hold import writing
from monitoring.screening.plan import CLEAR, HIT, UNKNOWN, Plan, RunRule
from monitoring.screening.sheets import sheet_rows
from monitoring.screening.sql import insert_select, on_conflict_update

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


def rule_apply(run: ScreeningRun, plan: Plan, rule: RunRule, changed: QuerySet | None) -> None:
    """Write what one rule says. `changed` limits it to these households (nightly run); time-driven rules judge all."""
    everybody = sheet_rows(run, rule.subject)
    judged = everybody
    if changed is not None and not rule.time_driven:
        judged = everybody.filter(household_id__in=changed.values("pk"))
    with writing(run):
        if run.is_acting:
            _open(run, rule, judged)
            _close(run, rule, judged, None if judged is everybody else changed)
        else:
            _keep_outcomes(run, rule, everybody)
        _count(run, rule, everybody)


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
    tail = f"ORDER BY {SIGN_COLUMNS.index('subject_key') + 1} {on_conflict_update(RiskSign, OPEN_ONCE, REFRESHED)}"
    insert_select(RiskSign, rows, SIGN_COLUMNS, tail)


def signs_open(run: ScreeningRun) -> QuerySet:
    """The open signs of the run's kind and area."""
    return RiskSign.objects.filter(closed_on__isnull=True, scope_code__startswith=run.scope_code)


def _close(run: ScreeningRun, rule: RunRule, judged: QuerySet, changed: QuerySet | None) -> None:
    """Only clear closes, and leaving: what the rule no longer speaks about, or who is no longer there. Unknown keeps."""
    mine = signs_open(run).filter(rule_key=rule.key)
    over = {"closed_on": run.as_of, "closed_run": run}
    mine.filter(subject_key__in=judged.filter(rule.clear).values("subject_key")).update(
        close_reason=CLEARED, **over
    )
    if rule.out is not None:
        outside = judged.filter(rule.out).values("subject_key")
        mine.filter(subject_key__in=outside).update(close_reason=LEFT, **over)
    gone = mine.exclude(subject_key__in=sheet_rows(run, rule.subject).values("subject_key"))
    if changed is not None:
        gone = gone.filter(household_id__in=changed.values("pk"))
    gone.exclude(household_id__in=faulty_households(run)).update(close_reason=LEFT, **over)


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
            rule_key__in=[*(rule.key for rule in plan.rules), *plan.faulty]
        ).update(closed_on=run.as_of, closed_run=run, close_reason=RETIRED)


def _count(run: ScreeningRun, rule: RunRule, everybody: QuerySet) -> None:
    counted = rule.answered(everybody).values("answer").order_by().annotate(n=Count("pk"))
    found = {row["answer"]: row["n"] for row in counted}
    RunTally.objects.update_or_create(
        run=run,
        rule_key=rule.key,
        defaults={
            "hit": found.get(HIT, 0),
            "clear": found.get(CLEAR, 0),
            "unknown": found.get(UNKNOWN, 0),
            "faulty": len(faulty_households(run)),
        },
    )


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
