"""Metrics of what happened to a household, and of the risks named for it."""

from django.db.models import Case, F, FilteredRelation, Max, Q, QuerySet, TextField
from django.db.models.functions import Cast

from common.dates import add_months
from households.codes import Cause, EventKind
from households.metrics.parts import flag, known
from households.models import Household
from policies.metrics import Judged, bound_for

# In no document: an event counts until it is resolved, and for at most so many months. A pack in force may name another.
LOOKBACK, USUAL_LOOKBACK_MONTHS = "event_lookback_months", 12

EVENTS = {
    EventKind.SERIOUS_ILLNESS.value: "serious_illness",
    EventKind.DISABILITY.value: "disability",
    EventKind.WORKER_DEATH.value: "worker_death",
    EventKind.JOB_LOST.value: "job_lost",
    EventKind.PROJECT_FAILED.value: "project_failed",
    EventKind.DISASTER.value: "disaster",
    EventKind.ACCIDENT.value: "accident",
    EventKind.DROPPED_OUT.value: "dropout",
}
# metric -> (causes named on the household, event that shows the risk as well)
RISKS: dict[str, tuple[tuple[str, ...], str | None]] = {
    "risk_illness": ((Cause.ILLNESS,), "serious_illness"),
    "risk_disability": ((Cause.DISABILITY,), "disability"),
    "risk_schooling": ((Cause.SCHOOLING,), "dropout"),
    "risk_disaster": ((Cause.DISASTER,), "disaster"),
    "risk_accident": ((Cause.ACCIDENT,), "accident"),
    "risk_industry": ((Cause.INDUSTRY_FAILED,), "project_failed"),
    "risk_job": ((Cause.JOB_UNSTABLE,), "job_lost"),
}
_NAMED = {cause for causes, _ in RISKS.values() for cause in causes}
RISKS["risk_other"] = (tuple(cause for cause in Cause if cause not in _NAMED), "worker_death")


def unresolved(prefix: str, judged: Judged) -> Q:
    """Events at `prefix` of the months looked back on that are not resolved by the day."""
    months = bound_for(LOOKBACK, judged.as_of, USUAL_LOOKBACK_MONTHS)
    happened, resolved = f"{prefix}happened_on", f"{prefix}resolved_on"
    open_still = Q(**{f"{resolved}__isnull": True}) | Q(**{f"{resolved}__gt": judged.as_of})
    lately = Q(**{f"{happened}__lte": judged.as_of, f"{happened}__gt": add_months(judged.as_of, -months)})
    return lately & open_still & known(prefix, judged)


def events(judged: Judged) -> QuerySet:
    """Per kind: is there an unresolved event of the last months, and its latest day. None recorded is no.

    Risks: named on the household (as it stands now, they carry no dates) or shown by such an event. Where nothing at
    all is named or happened, nobody has looked yet: unknown. The cause of poverty (致贫原因) shows that somebody looked,
    but is no risk of today: it names why the household was registered years ago.
    """
    recent = unresolved("events__", judged)
    rows = Household.objects.annotate(
        recent=FilteredRelation("events", condition=recent), named=Cast("risks", TextField())
    ).order_by()
    days = {
        f"{name}_on": Max("recent__happened_on", filter=Q(recent__kind=kind)) for kind, name in EVENTS.items()
    }
    found = rows.values("named", "main_cause", subject_id=F("pk")).annotate(**days)
    hits = {f"{name}_hit": flag(Q(**{f"{name}_on__isnull": False})) for name in EVENTS.values()}
    return found.annotate(**hits, **_risks()).values("subject_id", *days, *hits, *RISKS)


def _risks() -> dict[str, Case]:
    looked = ~Q(named="[]") | ~Q(main_cause="")
    for name in EVENTS.values():
        looked |= Q(**{f"{name}_on__isnull": False})
    made: dict[str, Case] = {}
    for metric, (causes, event) in RISKS.items():
        named = Q(pk__in=())
        for cause in causes:
            named |= Q(named__contains=f'"{cause}"')
        if event:
            named |= Q(**{f"{event}_on__isnull": False})
        made[metric] = flag(named, looked)
    return made
