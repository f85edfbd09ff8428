"""What follows from the signs: mute what a person has judged on the same figures, open check tasks, ask for what is unknown."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast

from monitoring.models import CollectionDuty, Decision, DecisionTopic, RiskCase, RiskSign, ScreeningRun
from monitoring.rules import Seen, still_judged
from monitoring.screening.hold import writing
from monitoring.screening.plan import UNKNOWN, Plan, RunRule
from monitoring.screening.sheets import sheet_rows
from monitoring.screening.signs import faulty_households, signs_open
from monitoring.screening.sql import insert_select, table_of

NOTHING_LEFT = "信号已全部消除"
CHUNK = 500


def case_signs(run: ScreeningRun) -> QuerySet:
    """Open signs that ask for a check task."""
    asks = Q(effect="case") | Q(effect__startswith="propose_class")
    return signs_open(run).filter(asks, household__isnull=False)


# --- what people have decided ------------------------------------------------------------------------------------------


def signs_mute(run: ScreeningRun, plan: Plan) -> None:
    """A latest "no risk" on the same figures keeps a sign muted; changed figures ask again.

    Walks only signs whose household has a decision on their topic, which is as many as people have made.
    """
    bands = {rule.key: rule.band for rule in plan.rules}
    spoken = DecisionTopic.objects.filter(household=OuterRef("household"), topic=OuterRef("topic"))
    columns = ("pk", "household_id", "topic", "rule_key", "subject_key", "evidence", "muted_by_id")
    signs = list(case_signs(run).filter(Exists(spoken)).only(*columns))
    for start in range(0, len(signs), CHUNK):
        chunk = signs[start : start + CHUNK]
        latest = latest_words([sign.household_id for sign in chunk])
        with writing(run):
            for sign in chunk:
                words = latest.get((sign.household_id, sign.topic), [])
                muted_by = still_judged(
                    words,
                    sign.rule_key,
                    sign.subject_key,
                    sign.evidence,
                    bands.get(sign.rule_key, {}),
                    run.as_of,
                )
                if muted_by != sign.muted_by_id:
                    RiskSign.objects.filter(pk=sign.pk).update(muted_by=muted_by)


def latest_words(households: Iterable[int | None]) -> dict[tuple[int | None, str], list[Seen]]:
    """(household, topic) -> what the latest decision on it has seen."""
    found: dict[tuple[int | None, str], list[Seen]] = {}
    rows = DecisionTopic.objects.filter(household__in=set(households)).order_by("decision_id")
    for row in rows.select_related("decision__case"):
        key, decision = (row.household_id, row.topic), row.decision
        settles = decision.outcome == Decision.Outcome.NO_RISK or decision.case.state == RiskCase.State.CLOSED
        seen = Seen(decision.pk, settles, decision.until, row.rule_key, row.subject_key, row.evidence)
        same = found.get(key, [])
        found[key] = [*same, seen] if same and same[0].decision == seen.decision else [seen]
    return found


# --- check tasks --------------------------------------------------------------------------------------------------------

CASE_COLUMNS = ("household_id", "scope_code", "state", "opened_on", "opened_run_id", "due_on", "close_reason")
CASE_ONCE = "ON CONFLICT (household_id) WHERE NOT (state = 'closed') DO NOTHING"


def cases_attach(run: ScreeningRun, plan: Plan) -> None:
    """Signs that nobody has judged hang on the one open case of their household; it is opened where there is none."""
    due = run.as_of + timedelta(days=plan.limit_days["case"])
    open_case = RiskCase.objects.filter(household=OuterRef("household")).exclude(state=RiskCase.State.CLOSED)
    with writing(run):
        waiting = case_signs(run).filter(muted_by__isnull=True).filter(
            Q(case__isnull=True) | Q(case__state=RiskCase.State.CLOSED)
        )  # fmt: skip
        day = RiskCase._meta.get_field("due_on")
        rows = (
            waiting.filter(~Exists(open_case))
            .values("household_id")
            .annotate(
                c_scope=Min("scope_code"), c_state=Value(RiskCase.State.OPEN), c_on=Cast(Value(run.as_of), day),
                c_run=Cast(Value(run.pk), RiskSign._meta.pk), c_due=Cast(Value(due), day), c_reason=Value(""),
            )
            .order_by()
            .values_list("household_id", "c_scope", "c_state", "c_on", "c_run", "c_due", "c_reason")
        )  # fmt: skip
        insert_select(RiskCase, rows, CASE_COLUMNS, CASE_ONCE)
        _measure_again()
        waiting.update(case=Subquery(open_case.values("pk")[:1]))
        _close_empty(run)


def _measure_again() -> None:
    """A first screening opens thousands of signs and cases at once; until PostgreSQL counts them again it plans for none
    and joins them row by row (minutes instead of a second)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in (RiskSign, RiskCase):
                cursor.execute(f"ANALYZE {table_of(model)}")


def _close_empty(run: ScreeningRun) -> None:
    """A check task of which no sign is left to check is over. One that a person has proposed on stays."""
    left = case_signs(run).filter(case=OuterRef("pk"), muted_by__isnull=True)
    RiskCase.objects.filter(state=RiskCase.State.OPEN, scope_code__startswith=run.scope_code).filter(
        ~Exists(left)
    ).update(state=RiskCase.State.CLOSED, closed_on=run.as_of, close_reason=NOTHING_LEFT)


# --- what is not collected ----------------------------------------------------------------------------------------------

DUTY_COLUMNS = ("household_id", "scope_code", "topic", "rule_key", "opened_on", "opened_run_id", "due_on")
DUTY_ONCE = "ON CONFLICT (household_id, topic) WHERE closed_on IS NULL DO NOTHING"


def duties_ask(run: ScreeningRun, plan: Plan) -> None:
    """Ask the helper to collect what kept an asking rule from judging; a duty ends when all rules of its topic can."""
    topics: dict[str, list[RunRule]] = {}
    for rule in plan.rules:
        if rule.asks:
            topics.setdefault(rule.topic, []).append(rule)
    mine = CollectionDuty.objects.filter(closed_on__isnull=True, scope_code__startswith=run.scope_code)
    over = {"closed_on": run.as_of, "closed_run": run}
    for topic, rules in topics.items():
        with writing(run):
            done = mine.filter(topic=topic).exclude(household_id__in=faulty_households(run))
            for rule in rules:
                unknown = _unknown(run, rule)
                _duties_open(run, rule, unknown, run.as_of + timedelta(days=plan.limit_days["duty"]))
                done = done.exclude(household_id__in=unknown.values("household_id"))
            done.update(**over)
    with writing(run):
        mine.exclude(topic__in=topics).update(**over)


def _unknown(run: ScreeningRun, rule: RunRule) -> QuerySet:
    rows = sheet_rows(run, rule.subject).filter(household_id__isnull=False)
    return rule.answered(rows).filter(answer=UNKNOWN)


def _duties_open(run: ScreeningRun, rule: RunRule, unknown: QuerySet, due: date) -> None:
    day = CollectionDuty._meta.get_field("due_on")
    rows = (
        unknown.values("household_id")
        .annotate(
            d_scope=Min("scope_code"), d_topic=Value(rule.topic), d_rule=Value(rule.key),
            d_on=Cast(Value(run.as_of), day), d_run=Cast(Value(run.pk), RiskSign._meta.pk), d_due=Cast(Value(due), day),
            d_n=Count("pk"),
        )
        .order_by()
        .values_list("household_id", "d_scope", "d_topic", "d_rule", "d_on", "d_run", "d_due")
    )  # fmt: skip
    insert_select(CollectionDuty, rows, DUTY_COLUMNS, DUTY_ONCE)
