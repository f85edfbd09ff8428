"""From what the checks say to faults: open the new, refresh what still stands, close what is mended, mark what is exempt."""

from collections.abc import Sequence
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Left
from django.db.models.lookups import GreaterThan

from monitoring.quality.catalogue import Check
from monitoring.quality.columns import COUNTED
from monitoring.quality.conditions import Meaning, all_q, place_of, rows_of, shown_expression, words
from monitoring.quality.models import DataFault, FaultExemption, QualityRun
from monitoring.quality.sheets import CheckHit, HouseholdSheet, MeasureCounts, MemberCounts
from monitoring.screening.sql import insert_select, on_conflict_update

MENDED, LEFT, RETIRED = "已改正", "对象已不在册", "规则已停用"
COUNT_MODELS: dict[str, type[Any]] = {"members": MemberCounts, "measures": MeasureCounts}
HIT_COLUMNS = ("subject_kind", "subject_id", "scope_code", "w0", "w1", "w2")
# Every row comes once: the words are computed before they are compared with nothing, and not a second time for it.
ONCE = 2**62
FAULT_COLUMNS = (
    "rule_key", "severity", "subject_kind", "field_groups", "close_reason", "found_on", "found_run_id", "subject_id",
    "subject_key", "household_id", "person_id", "scope_code", "shown",
)  # fmt: skip
REFRESHED = ("severity", "field_groups", "household_id", "person_id", "scope_code", "shown")
OPEN_ONCE = "(rule_key, subject_key) WHERE closed_on IS NULL"


def counts_fill(meaning: Meaning) -> None:
    """One pass over the members, one over the measures of the area: every counted property at once."""
    for name, model in COUNT_MODELS.items():
        subject = COUNTED[name][0]
        counted: dict[str, Any] = {}
        for where, at in meaning.counters[name].items():
            # Over nothing all conditions hold: that counts every row.
            said = (
                Case(When(all_q(subject, where, meaning), then=Value(1)), default=Value(0))
                if where
                else Value(1)
            )
            counted[f"s{at:02d}"] = Sum(said, output_field=IntegerField())
        targets = [f"n{name[1:]}" for name in counted]
        rows = (
            rows_of(subject, meaning.scope_code).order_by().values("household_id", "scope_code").annotate(**counted)
            .values_list("household_id", "scope_code", *counted)
        )  # fmt: skip
        every = [field.name for field in model._meta.concrete_fields if field.name.startswith("n")]
        rest = [one for one in every if one not in targets]
        zeros = {f"z{one}": Value(0, IntegerField()) for one in rest}
        rows = rows.annotate(**zeros).values_list("household_id", "scope_code", *counted, *zeros)
        insert_select(model, rows, ["household_id", "scope_code", *targets, *rest])
        # A household without rows counts none of anything.
        bare = HouseholdSheet.objects.filter(scope_code__startswith=meaning.scope_code).filter(
            ~Exists(model.objects.filter(pk=OuterRef("pk")))
        )
        none = {f"z{one}": Value(0, IntegerField()) for one in every}
        bare = bare.order_by().annotate(**none).values_list("subject_id", "scope_code", *none)
        insert_select(model, bare, ["household_id", "scope_code", *every])


def hits_find(subject: str, checks: Sequence[Check], meaning: Meaning) -> None:
    """One pass over a sheet answers all checks of its subject."""
    rows = (
        rows_of(subject, meaning.scope_code).order_by()
        .annotate(h_kind=Value(subject), **words(checks, meaning))
        .values_list("h_kind", "subject_id", "scope_code", "h_w0", "h_w1", "h_w2")[:ONCE]
    )  # fmt: skip
    insert_select(CheckHit, rows, HIT_COLUMNS, "AND (h_w0 <> 0 OR h_w1 <> 0 OR h_w2 <> 0)")


def _hit(subject: str, at: int, scope_code: str) -> QuerySet:
    word, bit = place_of(at)
    rows = CheckHit.objects.filter(subject_kind=subject, scope_code__startswith=scope_code)
    return rows.annotate(said=F(word).bitand(bit)).filter(said__gt=0)


def hits_counted(subject: str, checks: Sequence[Check], scope_code: str) -> list[int]:
    """How many rows each check doubts, in the order of the checks."""
    counts: dict[str, Any] = {}
    for at in range(len(checks)):
        word, bit = place_of(at)
        said = F(word).bitand(bit)
        counts[f"c{at}"] = Sum(
            Case(When(Q(_above(said)), then=Value(1)), default=Value(0)), output_field=IntegerField()
        )
    found = CheckHit.objects.filter(subject_kind=subject, scope_code__startswith=scope_code).aggregate(
        **counts
    )
    return [found[f"c{at}"] or 0 for at in range(len(checks))]


def _above(said: Any) -> Any:
    return GreaterThan(ExpressionWrapper(said, BigIntegerField()), 0)


def _owners(subject: str) -> tuple[Any, Any]:
    """The household and the person a fault of this subject belongs to."""
    nobody = Value(None, BigIntegerField(null=True))
    if subject == "person":
        return F("household_id"), F("subject_id")
    if subject == "household":
        return F("subject_id"), nobody
    if subject == "measure":
        return F("household_id"), F("person_id")
    return (nobody, nobody) if subject == "village" else (F("household_id"), nobody)


def faults_open(run: QualityRun, check: Check, at: int) -> None:
    """A fault for every row the check doubts: new ones open, those that stand take today's values."""
    household, person = _owners(check.subject)
    groups = "".join(f"{group}," for group in sorted(check.field_groups))
    day = Cast(Value(run.as_of), DataFault._meta.get_field("found_on"))
    rows = (
        rows_of(check.subject, run.scope_code)
        .filter(subject_id__in=_hit(check.subject, at, run.scope_code).values("subject_id"))
        .annotate(
            f_rule=Value(check.number), f_severity=Value(check.severity), f_kind=Value(check.subject),
            f_groups=Value(f",{groups}" if groups else ""), f_reason=Value(""), f_on=day,
            f_run=Cast(Value(run.pk), BigIntegerField()), f_household=Cast(household, BigIntegerField()),
            f_person=Cast(person, BigIntegerField()),
            f_key=Concat(Value(f"{check.subject}:"), Cast(F("subject_id"), CharField()), output_field=CharField()),
            f_shown=Left(shown_expression(check), 300),
        )
        .order_by()
        .values_list(
            "f_rule", "f_severity", "f_kind", "f_groups", "f_reason", "f_on", "f_run", "subject_id", "f_key", "f_household",
            "f_person", "scope_code", "f_shown",
        )
    )  # fmt: skip
    insert_select(DataFault, rows, FAULT_COLUMNS, on_conflict_update(DataFault, OPEN_ONCE, REFRESHED))


def faults_here(scope_code: str) -> QuerySet[DataFault]:
    rows: QuerySet[DataFault] = DataFault.objects.filter(
        closed_on__isnull=True, scope_code__startswith=scope_code
    )
    return rows


def faults_close(run: QualityRun, check: Check, at: int) -> None:
    """A fault that no longer holds is mended; one whose subject is no longer kept has left."""
    mine = faults_here(run.scope_code).filter(rule_key=check.number)
    over = {"closed_on": run.as_of, "closed_run": run}
    there = rows_of(check.subject, run.scope_code).filter(subject_id=OuterRef("subject_id"))
    mine.filter(~Exists(there)).update(close_reason=LEFT, **over)
    still = _hit(check.subject, at, run.scope_code).filter(subject_id=OuterRef("subject_id"))
    mine.filter(~Exists(still)).update(close_reason=MENDED, **over)


def faults_retire(run: QualityRun, known: Sequence[str]) -> None:
    """Faults of checks that are no longer in force."""
    faults_here(run.scope_code).exclude(rule_key__in=known).update(
        closed_on=run.as_of, closed_run=run, close_reason=RETIRED
    )


def exemptions_mark(scope_code: str, as_of: Any) -> None:
    """Open faults that an exemption in force covers carry it; when it has ended they are to be mended again."""
    holding = FaultExemption.objects.filter(ended_at__isnull=True, until__gte=as_of)
    area = holding.filter(rule_key=OuterRef("rule_key"), subject_key="").annotate(
        where=ExpressionWrapper(OuterRef("scope_code"), output_field=CharField())
    )
    found = Coalesce(
        Subquery(
            holding.filter(rule_key=OuterRef("rule_key"), subject_key=OuterRef("subject_key")).values("pk")[
                :1
            ]
        ),
        Subquery(area.filter(where__startswith=F("scope_code")).order_by("pk").values("pk")[:1]),
    )
    rules = FaultExemption.objects.values("rule_key")
    faults_here(scope_code).filter(Q(rule_key__in=rules) | Q(exemption__isnull=False)).update(exemption=found)
