"""A real run over the random county, and its answers as the run stores them."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from monitoring.models import RunFault, RunOutcome, RunTally, ScreeningRun
from monitoring.screening.engine import screening_execute
from monitoring.screening.planning import plan_for
from tests.independent.home import Home

NEVER = date(2090, 1, 1)


@dataclass
class Answers:
    """Subjects by rule and stored answer, how many were clear, and whom the run could not judge."""

    stored: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    clear: dict[str, int] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)


def judged(place: str, day: date, *, known: datetime | None = None, quarter: str = "") -> Answers:
    """Re-judge the place as of the day: the run stores every hit and every unknown and touches no sign. `known`: with what
    had been written down by then."""
    ScreeningRun.objects.get_or_create(  # an acting run of a later day, so that ours may not act
        key=f"later:{place}", defaults={"scope_code": place, "as_of": NEVER, "state": ScreeningRun.State.DONE}
    )
    row = ScreeningRun.objects.create(
        key=f"{place}:{day}:{known}", scope_code=place, as_of=day, quarter=quarter
    )
    claimed = ScreeningRun.claim(row.pk)
    assert claimed is not None
    plan = plan_for(claimed)
    plan = replace(plan, judged=replace(plan.judged, known_at=known))
    assert claimed.close(result=screening_execute(claimed, plan))
    run = ScreeningRun.objects.get(pk=claimed.pk)
    assert not run.is_acting
    found = Answers()
    for tally in RunTally.objects.filter(run=run):
        found.stored[tally.rule_key] = {}
        found.clear[tally.rule_key] = tally.clear
    for outcome in RunOutcome.objects.filter(run=run):
        found.stored[outcome.rule_key][outcome.subject_key] = outcome.outcome
    found.faulty = set(RunFault.objects.filter(run=run).values_list("subject_key", flat=True))
    return found


def described(home: Home) -> str:
    """The rows a difference may come from, one line each."""
    piles = ("statusspell", "incomerecord", "guarantee", "householdsituation", "safetynet", "aidmeasure", "householdevent",
             "visit", "membership")  # fmt: skip
    hidden = {
        "id",
        "uuid",
        "household_id",
        "recorded_by_id",
        "source",
        "content",
        "content_hash",
        "version",
        "history",
    }
    lines = [
        f"  household { ({k: home.row[k] for k in ('risks', 'main_cause', 'risk_identified_on', 'risk_removed_on')}) }"
    ]
    for name in piles:
        for row in home.pile(name):
            lines.append(
                f"  {name} "
                + " ".join(f"{k}={v}" for k, v in row.items() if k not in hidden and v not in (None, ""))
            )
    return "\n".join(lines)
