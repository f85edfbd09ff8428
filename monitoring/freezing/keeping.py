"""The work of a freeze: fill the sheets, judge every rule, and keep all of it under the names and places of the time.

A re-judgement does the same by the packs of the freeze and keeps its outcomes only. Neither touches a sign. Killed
anywhere, the next claim begins anew: nothing counts as frozen before the run is done.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from households.models import Household, Person
from monitoring.freezing.names import subject_names
from monitoring.models import (
    FrozenHousehold,
    FrozenName,
    FrozenTally,
    QuarterFreeze,
    RunOutcome,
    ScreeningRun,
)
from monitoring.screening.answers import answers_by_area
from monitoring.screening.hold import writing
from monitoring.screening.plan import HIT, Plan
from monitoring.screening.sheets import sheet_rows, sheets_drop, sheets_fill
from monitoring.screening.signs import faulty_households, rule_apply, standings
from monitoring.screening.sql import insert_select
from villages.models import Division

Progress = Callable[[int, int, str], None]
BATCH = 2000
HOUSEHOLD_COLUMNS = (
    "run_id", "household_id", "household_no", "head_name", "place_code", "scope_code", "is_judged", "members",
    "poverty_status", "monitor_class", "is_registered", "is_monitored", "is_visited",
)  # fmt: skip
NAME_COLUMNS = ("run_id", "subject_key", "name", "household_id", "scope_code")


def freeze_execute(run: ScreeningRun, plan: Plan, progress: Progress | None = None) -> dict[str, Any]:
    """Do the work of a claimed freeze or re-judgement and return its result. The caller closes the run."""
    tell = progress or (lambda done, total, what: None)
    keeps = run.kind == ScreeningRun.Kind.FREEZE
    steps = len(plan.rules) + 2
    _begin(run, plan, keeps)
    tell(0, steps, "整理事实表")
    sheets_fill(run, plan)
    known = standings(run, plan)
    for done, rule in enumerate(plan.rules, start=1):
        rule_apply(run, rule, None, known[rule.key])
        run.beat(done=done, total=steps)
        tell(done, steps, rule.key)
    if keeps:
        _keep(run, plan)
    result = _finish(run, keeps)
    run.beat(done=steps, total=steps)
    tell(steps, steps, "完成")
    return result


def _begin(run: ScreeningRun, plan: Plan, keeps: bool) -> None:
    run.known_at, run.is_acting, run.keep_facts = timezone.now(), False, keeps
    run.packs = {"narrowest": plan.narrowest, "checksums": dict(plan.packs)}
    with writing(run):
        ScreeningRun.objects.filter(pk=run.pk).update(
            known_at=run.known_at, is_acting=False, keep_facts=keeps, packs=run.packs
        )
        RunOutcome.objects.filter(run=run).delete()  # of an attempt that died


def _finish(run: ScreeningRun, keeps: bool) -> dict[str, Any]:
    """Counts by the rows themselves. Of a re-judgement only the outcomes stay, and those of the one before go."""
    run.evaluated = sheet_rows(run, "household").count()
    run.skipped = len(faulty_households(run))
    with writing(run):
        ScreeningRun.objects.filter(pk=run.pk).update(evaluated=run.evaluated, skipped=run.skipped)
        if keeps:
            QuarterFreeze.objects.filter(run=run).update(
                frozen_at=timezone.now(), packs=run.packs, places=_places(run.scope_code)
            )
        else:
            sheets_drop(run)
            RunOutcome.objects.filter(run__kind=run.kind, run__key=run.key).exclude(run=run).delete()
    hits = dict(
        RunOutcome.objects.filter(run=run, outcome=HIT)
        .values_list("rule_key")
        .order_by()
        .annotate(n=Count("pk"))
    )
    return {
        "quarter": run.quarter,
        "as_of": run.as_of.isoformat(),
        "packs": list(run.packs["checksums"]),
        "households": run.evaluated,
        "skipped": run.skipped,
        "hits": sum(hits.values()),
        "hits_by_rule": dict(sorted(hits.items())),
    }


def _places(code: str) -> dict[str, str]:
    """The names of the time of every place in the county, codes that have ended since included."""
    rows = Division.objects.filter(code__startswith=code, is_stub=False).order_by("code")
    return dict(rows.values_list("code", "name"))


# --- what is kept beside sheets and outcomes ------------------------------------------------------------------------------


def _keep(run: ScreeningRun, plan: Plan) -> None:
    for part in (_keep_households, _keep_names):
        with writing(run):
            part(run)
    with writing(run):
        FrozenTally.objects.filter(run=run).delete()
        for subject in plan.subjects:
            _keep_tallies(run, plan, subject)


def _keep_households(run: ScreeningRun) -> None:
    FrozenHousehold.objects.filter(run=run).delete()
    house = Household.objects.filter(pk=OuterRef("household_id"))
    visited = Case(When(visits_in_quarter__gt=0, then=True), When(visits_in_quarter=0, then=False))
    rows = (
        sheet_rows(run, "household")
        .order_by()
        .annotate(
            number=Subquery(house.values("household_no")[:1]),
            head=Coalesce(Subquery(house.values("head_name")[:1]), Value("")),
            place=F("scope_code"), judged=Value(True), visited=visited,
        )
        .values_list(
            "run_id", "household_id", "number", "head", "place", "scope_code", "judged", "members",
            "poverty_status", "monitor_class", "is_registered", "is_monitored", "visited",
        )
    )  # fmt: skip
    insert_select(FrozenHousehold, rows, HOUSEHOLD_COLUMNS)
    faulty = Household.objects.filter(pk__in=faulty_households(run)).order_by("pk")
    FrozenHousehold.objects.bulk_create(
        [
            FrozenHousehold(
                run=run, household_id=one.pk, household_no=one.household_no, head_name=one.head_name,
                place_code=one.scope_code, scope_code=one.scope_code, is_judged=False,
            )
            for one in faulty.only("household_no", "head_name", "scope_code")
        ],
        batch_size=BATCH,
    )  # fmt: skip


def _keep_names(run: ScreeningRun) -> None:
    """Names of the persons, projects, levels and places that some rule hits or knows too little of."""
    FrozenName.objects.filter(run=run).delete()
    outcomes = RunOutcome.objects.filter(run=run)
    person = Person.objects.filter(pk=OuterRef("subject_id"))
    rows = (
        sheet_rows(run, "person")
        .filter(Exists(outcomes.filter(subject_key=OuterRef("subject_key"))))
        .order_by()
        .annotate(called=Coalesce(Subquery(person.values("name")[:1]), Value("")))
        .values_list("run_id", "subject_key", "called", "household_id", "scope_code")
    )
    insert_select(FrozenName, rows, NAME_COLUMNS)
    others = outcomes.exclude(subject_key__startswith="household:").exclude(subject_key__startswith="person:")
    codes = dict(others.order_by("subject_key").values_list("subject_key", "scope_code").distinct())
    named = subject_names(codes)
    FrozenName.objects.bulk_create(
        [
            FrozenName(run=run, subject_key=key, name=named.get(key, key), scope_code=code)
            for key, code in codes.items()
        ],
        batch_size=BATCH,
    )


def _keep_tallies(run: ScreeningRun, plan: Plan, subject: str) -> None:
    """The answers per rule and place; every other level is added up from these."""
    FrozenTally.objects.bulk_create(
        [
            FrozenTally(
                run=run, rule_key=key, place_code=code, scope_code=code, hit=one.hit, clear=one.clear, unknown=one.unknown
            )
            for code, counted in answers_by_area(plan, subject)
            for key, one in counted.items()
            if one.hit or one.clear or one.unknown
        ],
        batch_size=BATCH,
    )  # fmt: skip
