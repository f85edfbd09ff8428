"""From what the checks say to faults: open the new, refresh what still stands, close what is mended, mark what is exempt."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import (
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat, Left

from monitoring.quality.catalogue import Check
from monitoring.quality.columns import COUNTED
from monitoring.quality.conditions import Meaning, all_q, rows_of, shown_expression
from monitoring.quality.models import DataFault, FaultExemption, QualityRun
from monitoring.quality.passes import WORD_BITS, place_of, words
from monitoring.quality.sheets import CheckHit, HouseholdSheet, MeasureCounts, MemberCounts
from monitoring.quality.tables import sheet_ready
from monitoring.screening.sql import insert_select, on_conflict_update

MENDED, LEFT, RETIRED = "已改正", "对象已不在册", "规则已停用"
COUNT_MODELS: dict[str, type[Any]] = {"members": MemberCounts, "measures": MeasureCounts}
HIT_COLUMNS = ("subject_id", "w0", "w1", "w2")
# Every row comes once: the words are computed before they are compared with nothing, and not a second time for it.
ONCE = 2**62
FAULT_COLUMNS = ("subject_id", "subject_key", "scope_code", "shown")
# The household and the person a fault of a subject belongs to, as columns of its sheet.
OWNERS: dict[str, dict[str, str]] = {
    "person": {"household_id": "household_id", "person_id": "subject_id"},
    "household": {"household_id": "subject_id"},
    "income": {"household_id": "household_id"},
    "measure": {"household_id": "household_id", "person_id": "person_id"},
    "village": {},
}
REFRESHED = ("severity", "field_groups", "household_id", "person_id", "scope_code", "shown")
OPEN_ONCE = "(rule_key, subject_key) WHERE closed_on IS NULL"


def counts_fill(meaning: Meaning) -> None:
    """One pass over the members, one over the measures of the area: every counted property at once."""
    for name, model in COUNT_MODELS.items():
        subject = COUNTED[name][0]
        counted: dict[str, Any] = {}
        for where, at in meaning.counters[name].items():
            # Over nothing all conditions hold: that counts every row.
            counted[f"s{at:02d}"] = Count("pk", filter=all_q(subject, where, meaning) if where else None)
        targets = [f"n{name[1:]}" for name in counted]
        rows = (
            rows_of(subject).order_by().values("household_id").annotate(**counted).values_list("household_id", *counted)
        )  # fmt: skip
        every = [field.name for field in model._meta.concrete_fields if field.name.startswith("n")]
        rest = [one for one in every if one not in targets]
        zeros = {f"z{one}": Value(0, IntegerField()) for one in rest}
        rows = rows.annotate(**zeros).values_list("household_id", *counted, *zeros)
        insert_select(model, rows, ["household_id", *targets, *rest])
        # A household without rows counts none of anything.
        bare = HouseholdSheet.objects.filter(~Exists(model.objects.filter(pk=OuterRef("pk"))))
        none = {f"z{one}": Value(0, IntegerField()) for one in every}
        bare = bare.order_by().annotate(**none).values_list("subject_id", *none)
        insert_select(model, bare, ["household_id", *every])
        sheet_ready(model)


def hits_find(subject: str, checks: Sequence[Check], meaning: Meaning) -> None:
    """One pass over a sheet answers all checks of its subject. The hits stand in the place of those of the subject before."""
    CheckHit.objects.all()._raw_delete(using="default")  # type: ignore[attr-defined]
    rows = rows_of(subject).order_by().annotate(**words(checks, meaning))
    rows = rows.values_list("subject_id", "h_w0", "h_w1", "h_w2")[:ONCE]
    insert_select(CheckHit, rows, HIT_COLUMNS, "AND (h_w0 <> 0 OR h_w1 <> 0 OR h_w2 <> 0)")
    sheet_ready(CheckHit)


def _hit(at: int) -> QuerySet:
    word, bit = place_of(at)
    return CheckHit.objects.annotate(said=F(word).bitand(bit)).filter(said__gt=0)


def hits_counted(checks: Sequence[Check]) -> list[int]:
    """How many rows each check doubts, in the order of the checks. Rows that the same checks doubt come as one."""
    counts = [0] * len(checks)
    for *said, often in CheckHit.objects.order_by().values_list("w0", "w1", "w2").annotate(n=Count("pk")):
        for number, word in enumerate(said):
            for bit in _bits(word):
                counts[number * WORD_BITS + bit] += often
    return counts


def _bits(word: int) -> Iterator[int]:
    while word:
        low = word & -word
        yield low.bit_length() - 1
        word ^= low


def faults_open(run: QualityRun, check: Check, at: int) -> None:
    """A fault for every row the check doubts: new ones open, those that stand take today's values."""
    owners = OWNERS[check.subject]
    groups = "".join(f"{group}," for group in sorted(check.field_groups))
    fixed = {
        "rule_key": check.number, "severity": check.severity, "subject_kind": check.subject, "close_reason": "",
        "field_groups": f",{groups}" if groups else "", "found_on": run.as_of, "found_run_id": run.pk,
        **{name: None for name in ("household_id", "person_id") if name not in owners},
    }  # fmt: skip
    key = Concat(Value(f"{check.subject}:"), Cast(F("subject_id"), CharField()), output_field=CharField())
    rows = (
        rows_of(check.subject)
        .filter(subject_id__in=_hit(at).values("subject_id"))
        .annotate(
            f_key=key,
            f_shown=Left(shown_expression(check), 300),
            **{f"f_{name}": F(own) for name, own in owners.items()},
        )
        .order_by()
        .values_list("subject_id", "f_key", "scope_code", "f_shown", *(f"f_{name}" for name in owners))
    )
    standing = on_conflict_update(DataFault, OPEN_ONCE, REFRESHED)
    insert_select(DataFault, rows, (*FAULT_COLUMNS, *owners), standing, fixed=fixed)


def faults_here(scope_code: str) -> QuerySet[DataFault]:
    rows: QuerySet[DataFault] = DataFault.objects.filter(
        closed_on__isnull=True, scope_code__startswith=scope_code
    )
    return rows


def faults_close(run: QualityRun, check: Check, at: int) -> None:
    """A fault that no longer holds is mended; one whose subject is no longer kept has left."""
    mine = faults_here(run.scope_code).filter(rule_key=check.number)
    over = {"closed_on": run.as_of, "closed_run": run}
    there = rows_of(check.subject).filter(subject_id=OuterRef("subject_id"))
    mine.filter(~Exists(there)).update(close_reason=LEFT, **over)
    still = _hit(at).filter(subject_id=OuterRef("subject_id"))
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
