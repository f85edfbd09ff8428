"""What follows from the signs: mute what a person has judged on the same figures, open check tasks, ask for what is unknown."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    Count,
    Exists,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Concat

from households.models import Household
from monitoring.models import CollectionDuty, Decision, DecisionTopic, RiskCase, RiskSign, ScreeningRun
from monitoring.rules import Seen, still_judged
from monitoring.screening.answers import Place, places_of
from monitoring.screening.hold import writing
from monitoring.screening.plan import UNKNOWN, Plan
from monitoring.screening.sheets import sheet_rows
from monitoring.screening.signs import signs_open
from monitoring.screening.sql import insert_select, table_of
from monitoring.screening.temporary import table_analyze, table_make

ASKED = "judged_asked"
NOTHING_LEFT = "信号已全部消除"
CHUNK = 500
ASKS = Q(effect="case") | Q(effect__startswith="propose_class")


def case_signs(run: ScreeningRun) -> QuerySet:
    """Open signs that ask for a check task."""
    return signs_open(run).filter(ASKS, household__isnull=False)


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
    # Of any area: the household may have moved while this run was judging.
    asking = RiskSign.objects.filter(ASKS, closed_on__isnull=True, household__isnull=False)
    left = asking.filter(case=OuterRef("pk"), muted_by__isnull=True)
    RiskCase.objects.filter(state=RiskCase.State.OPEN, scope_code__startswith=run.scope_code).filter(
        ~Exists(left)
    ).update(state=RiskCase.State.CLOSED, closed_on=run.as_of, close_reason=NOTHING_LEFT)


# --- what is not collected ----------------------------------------------------------------------------------------------

DUTY_COLUMNS = ("household_id", "scope_code", "topic", "rule_key", "opened_on", "opened_run_id", "due_on")
DUTY_ONCE = "ON CONFLICT (household_id, topic) WHERE closed_on IS NULL DO NOTHING"


def duties_ask(run: ScreeningRun, plan: Plan) -> None:
    """Ask the helper to collect what kept an asking rule from judging; a duty ends when all rules of its topic can."""
    topics: dict[str, list[Place]] = {}
    for place in places_of(plan).values():
        if place.rule.asks:
            topics.setdefault(place.rule.topic, []).append(place)
    mine = CollectionDuty.objects.filter(closed_on__isnull=True, scope_code__startswith=run.scope_code)
    over = {"closed_on": run.as_of, "closed_run": run}
    # Not judged here and yet there: a fault, or it has moved in since the facts were read, and its next run will say.
    key = Concat(Value("household:"), Cast(OuterRef("household_id"), CharField()))
    judged = Exists(sheet_rows(run, "household").filter(subject_key=key))
    dead = Exists(Household.objects.filter(pk=OuterRef("household_id"), is_live=False))
    for topic, places in topics.items():
        with writing(run):
            _asked_list(places)
            for place in places:
                _duties_open(run, place, run.as_of + timedelta(days=plan.limit_days["duty"]))
            mine.filter(Q(judged) | Q(dead), _not_asked(), topic=topic).update(**over)
    with writing(run):
        mine.exclude(topic__in=topics).update(**over)


def _asked_list(places: Sequence[Place]) -> None:
    """judged_asked: the households about which one of these rules cannot say anything, once each: several persons of one may be unknown."""
    table_make(ASKED, "household_id bigint PRIMARY KEY")
    unknown = " UNION ".join(
        f"SELECT DISTINCT household_id FROM {place.table} AS judged WHERE household_id IS NOT NULL "  # noqa: S608 - as below
        f"AND {place.said(UNKNOWN)}"
        for place in places
    )
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {ASKED} {unknown}")  # noqa: S608 - names and numbers come from the engine
    table_analyze(ASKED)


def _not_asked() -> RawSQL:
    """EXISTS with a key to look in: NOT IN would walk the list for every duty once it outgrows the memory of a statement."""
    household = f"{table_of(CollectionDuty)}.household_id"
    return RawSQL(  # noqa: S611 - names of the engine
        f"NOT EXISTS (SELECT 1 FROM {ASKED} AS asked WHERE asked.household_id = {household})",  # noqa: S608 - as above
        [],
        output_field=BooleanField(),
    )


def _duties_open(run: ScreeningRun, place: Place, due: date) -> None:
    """A duty for every household that has none of the topic yet."""
    rule, day = place.rule, CollectionDuty._meta.get_field("due_on")
    new = RawSQL(  # noqa: S611 - names of the engine
        f"SELECT judged.id FROM {place.table} AS judged WHERE judged.household_id IS NOT NULL AND {place.said(UNKNOWN)} "  # noqa: S608
        f"AND NOT EXISTS (SELECT 1 FROM {table_of(CollectionDuty)} AS duty WHERE duty.closed_on IS NULL "
        "AND duty.household_id = judged.household_id AND duty.topic = %s)",
        [rule.topic],
    )
    rows = (
        sheet_rows(run, rule.subject)
        .filter(pk__in=new)
        .values("household_id")
        .annotate(
            d_scope=Min("scope_code"), d_topic=Value(rule.topic), d_rule=Value(rule.key),
            d_on=Cast(Value(run.as_of), day), d_run=Cast(Value(run.pk), RiskSign._meta.pk), d_due=Cast(Value(due), day),
            d_n=Count("pk"),
        )
        .order_by()
        .values_list("household_id", "d_scope", "d_topic", "d_rule", "d_on", "d_run", "d_due")
    )  # fmt: skip
    insert_select(CollectionDuty, rows, DUTY_COLUMNS, DUTY_ONCE)
