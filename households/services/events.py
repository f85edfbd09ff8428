"""Things that happen to a household, and the aid measures it gets."""

from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.actor import Actor
from common.errors import Conflict, Invalid, NotFound
from households.codes import MEASURE_ITEMS, EventKind
from households.inputs import EventReport, MeasureInput
from households.models import AidMeasure, Household, HouseholdEvent, Membership, Visit
from households.services.basis import check_version
from households.services.rows import (
    checked,
    household_refresh,
    household_touch,
    locked,
    not_in_future,
    permit,
    save_by,
)


def belongs(household: Household, person_id: int | None) -> None:
    """Refuse a person who was never a member of this household."""
    if person_id and not Membership.objects.filter(household=household, person_id=person_id).exists():
        raise NotFound("该人员不是这户的家庭成员。")


def event_write(
    actor: Actor, household: Household, report: EventReport, source: str = "", visit: Visit | None = None
) -> tuple[HouseholdEvent, bool]:
    """The event, once: the same kind, person and day again is the same event."""
    if report.kind not in EventKind.values:
        raise Invalid("没有这种事件。", field="kind")
    belongs(household, report.person_id)
    alike = HouseholdEvent.objects.filter(
        household=household, kind=report.kind, happened_on=report.happened_on
    )
    who = Q(person_id=report.person_id) if report.person_id else Q(person__isnull=True)
    same = alike.filter(who).first()
    if same is not None:
        return same, False
    event = HouseholdEvent(
        household=household, recorded_by_id=actor.user_id, source=source, visit=visit, **asdict(report)
    )
    save_by(actor, event)
    return event, True


@transaction.atomic
def event_record(
    *, actor: Actor, household: Household, report: EventReport, source: str = ""
) -> HouseholdEvent:
    """Something happened: dated, with source. The same report twice is one event."""
    permit(actor, "households.edit", household)
    not_in_future(report.happened_on, field="happened_on")
    household = locked(household)
    event, made = event_write(actor, household, report, source)
    if made:
        household_touch(household)
        audit.record(actor, "households.event_record", household, kind=report.kind)
    return event


@transaction.atomic
def event_resolve(*, actor: Actor, event: HouseholdEvent, on: date) -> HouseholdEvent:
    """The difficulty is over since `on`; a second time is refused."""
    permit(actor, "households.edit", event.household)
    not_in_future(on)
    household = locked(event.household)
    event = HouseholdEvent.objects.select_for_update().get(pk=event.pk)
    if event.resolved_on is not None:
        raise Conflict("这一事件已登记解决。", code="already_closed")
    if on < event.happened_on:
        raise Invalid("解决日期早于发生日期。", field="on")
    event.resolved_on = on
    save_by(actor, event)
    household_touch(household)
    audit.record(actor, "households.event_resolve", household, kind=event.kind)
    return event


def _measure_checked(household: Household, entry: MeasureInput) -> None:
    if entry.item not in MEASURE_ITEMS.get(entry.category, ()):
        raise Invalid("所选项目不属于这一类帮扶措施。", field="item", code="item_misfit")
    if entry.ended_on and entry.ended_on < entry.started_on:
        raise Invalid("结束日期早于开始日期。", field="ended_on")
    if entry.amount_fen is not None and entry.amount_fen < 0:
        raise Invalid("金额不能为负数。", field="amount_fen", code="negative_amount")
    belongs(household, entry.person_id)


@transaction.atomic
def measure_save(
    *,
    actor: Actor,
    household: Household,
    entry: MeasureInput,
    measure: AidMeasure | None = None,
    version: int | None = None,
    reason: str = "",
) -> AidMeasure:
    """A new aid measure, or a change of `measure`; Stale with both values when somebody changed the same fields."""
    permit(actor, "households.manage_measures", household)
    household = locked(household)
    _measure_checked(household, entry)
    changes = asdict(entry)
    if measure is None:
        measure = AidMeasure(household=household, recorded_by_id=actor.user_id, **changes)
    else:
        measure = AidMeasure.objects.select_for_update().filter(pk=measure.pk, household=household).first()
        if measure is None:
            raise NotFound
        check_version(measure, version, changes)
        for name, value in changes.items():
            setattr(measure, name, value)
        measure.version += 1
    checked(measure)
    save_by(actor, measure, reason)
    household_refresh(actor, household)
    audit.record(actor, "households.measure_save", household, measure=measure.pk, category=entry.category)
    return measure
