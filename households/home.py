"""What this room puts on the home page: contacts of the plan. Quarterly visits and collection are counted as duties elsewhere."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from accounts.actor import Actor
from accounts.home import HomeCounter, Part
from households.selectors import visit_coverage, visit_plan

RECORD = "households.record_visit"
TOPIC = "contact"  # monthly contact: no duty sign is made of it, so nothing is counted twice


def home_parts(actor: Actor, today: date) -> Iterator[Part]:
    """本月应联系 for those who visit; absent where no plan asks for contacts."""
    if not actor.may(RECORD):
        return
    topics = dict(visit_plan.plan_topics(visit_plan.plan_for(actor.scope("households.view"), today)))
    if TOPIC not in topics:
        return
    left, late = visit_coverage.open_of(actor=actor, as_of=today, topic=TOPIC)
    url = f"{reverse('households:visit-plan')}?topic={TOPIC}&state=open"
    yield HomeCounter("应联系监测户", left, url, "red" if late else "amber" if left else "grey")
