"""What a decided proceeding writes on the household: the risks, and a monitoring mark taken back."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.actor import Actor
from common.errors import Conflict, Invalid
from households.codes import Cause, MonitorClass, StatusDimension
from households.models import Household, StatusSpell
from households.services.living import status_set
from households.services.rows import household_refresh, locked, permit, save_by

MOST_RISKS = 5


def risks_checked(risks: Sequence[str]) -> list[str]:
    """At most five different causes of the list, the first being the main one; else a refusal."""
    found = list(dict.fromkeys(risks))
    if len(found) > MOST_RISKS or not set(found) <= set(Cause.values):
        raise Invalid("致贫返贫风险至多五项，且须为规定项目。", field="risks", code="risks_wrong")
    return found


@transaction.atomic
def household_risks_set(
    *, actor: Actor, household: Household, risks: Sequence[str], reason: str
) -> Household:
    """The risks a county has decided on, the main one first. Needs the right to set statuses; the same again changes nothing."""
    permit(actor, "households.set_status", household)
    chosen = risks_checked(risks)
    household = locked(household)
    if household.risks == chosen:
        return household
    household.risks = chosen
    household.version += 1
    save_by(actor, household, reason)
    household_refresh(actor, household, reason)
    audit.record(actor, "households.risks_set", household, reason=reason[:200], fields=["risks"])
    return household


def class_before_removal(household: Household) -> str:
    """The last monitoring class the household had; empty when it never had one."""
    spells = StatusSpell.objects.filter(household=household, dimension=StatusDimension.MONITOR)
    last = spells.exclude(value=MonitorClass.NONE).order_by("-effective_from", "-pk").first()
    return last.value if last is not None else ""


@transaction.atomic
def monitoring_restore(*, actor: Actor, household: Household, on: date, reason: str) -> Household:
    """Take a removal back: the class before it holds again from `on`, and the day of identification stays what it was.

    Refuses a household that is monitored, and one that never was.
    """
    permit(actor, "households.set_status", household)
    household = locked(household)
    if household.monitor_class != MonitorClass.NONE:
        raise Conflict("该户仍是监测对象，不需要回退。", code="still_monitored")
    value = class_before_removal(household)
    if not value:
        raise Conflict(
            "该户没有被消除的监测记录，不能回退；如有新的风险，请发起识别纳入。", code="never_monitored"
        )
    identified_on = household.risk_identified_on
    status_set(
        actor=actor, household=household, dimension=StatusDimension.MONITOR, value=value, on=on, reason=reason
    )
    household = locked(household)
    household.risk_identified_on, household.risk_removed_on = identified_on or on, None
    household.version += 1
    save_by(actor, household, reason)
    audit.record(actor, "households.monitoring_restored", household, reason=reason[:200], on=on)
    return household
