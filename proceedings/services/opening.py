"""Opening a proceeding: once per household, with its first limits, in the name of who asked."""

from dataclasses import replace
from uuid import uuid4

from django.db import IntegrityError, transaction

from accounts.actor import Actor, require
from accounts.audit import record
from common.errors import Conflict, Invalid
from common.text import clean
from households.codes import EXITED, UNEXITED, MonitorClass
from households.models import Household
from households.services import risks_checked
from households.services.rows import locked, not_in_future
from monitoring.models import RiskCase
from monitoring.services.cases import classes_for
from proceedings.flow import OPEN, first_state
from proceedings.inputs import OpenInput
from proceedings.limits import LimitsInForce
from proceedings.models import Kind, Proceeding, RemovalWay, Source
from proceedings.services.judging import no_labour_refused, waiting_refused
from proceedings.services.papers import files_add, require_for
from proceedings.services.rows import step_add
from villages.models import Division, Level


@transaction.atomic
def proceeding_open(
    *, actor: Actor, given: OpenInput, household: Household | None = None, village: Division | None = None
) -> Proceeding:
    """Open a proceeding of a household (or, for 出列, of a village). The same form twice is one proceeding.

    Refuses a second open one, a class that does not fit, a removal before the waiting time or of a household without
    any labour, a green channel without its reason.
    """
    if given.kind == Kind.ROLLBACK or given.kind not in Kind.values:
        raise Invalid("请选择程序种类。", field="kind", code="kind_wrong")
    if household is not None:
        require_for(actor, OPEN, household)
        household = locked(household)
    again = Proceeding.objects.filter(uuid=given.uuid).first() if given.uuid else None
    place = _place(given, household, village)
    require(actor, OPEN, at=place.code)
    if again is not None:
        return _same(again, given, household)
    _checked(given)
    if household is not None:
        _checked_household(given, household)
        given = _with_case(given, household)
    return opened(actor, given, household, place)


def _with_case(given: OpenInput, household: Household) -> OpenInput:
    """An identification takes the household's open check task along, so that one decision ends both."""
    if given.case is not None or given.kind != Kind.IDENTIFICATION:
        return given
    case = RiskCase.objects.filter(household=household).exclude(state=RiskCase.State.CLOSED).first()
    return replace(given, case=case)


def _same(again: Proceeding, given: OpenInput, household: Household | None) -> Proceeding:
    if again.kind == given.kind and again.household_id == (household.pk if household else None):
        return again
    raise Conflict("这份表单已经用过，请刷新页面后重新填写。", code="uuid_reused")


def _place(given: OpenInput, household: Household | None, village: Division | None) -> Division:
    of_village = given.kind == Kind.VILLAGE_EXIT
    if of_village != (household is None):
        raise Invalid("贫困村出列按村办理，其他程序按户办理。", field="kind", code="subject_wrong")
    place = household.village if household is not None else village
    if place is None or place.level != Level.VILLAGE:
        raise Invalid("请选择行政村。", field="village", code="village_wrong")
    return place


def _checked(given: OpenInput) -> None:
    not_in_future(given.on)
    if given.source not in Source.values:
        raise Invalid("请选择线索来源。", field="source", code="source_wrong")
    if len(clean(given.reason)) < 2:
        raise Invalid("请写明事由。", field="reason", code="reason_needed")
    if given.green_channel and len(clean(given.green_reason)) < 2:
        raise Invalid("走绿色通道的，请写明灾害或事故情况。", field="green_reason", code="reason_needed")
    if given.green_channel and given.kind != Kind.IDENTIFICATION:
        raise Invalid("绿色通道只用于识别纳入。", field="green_channel", code="green_wrong")
    risks_checked(given.risks)


def _checked_household(given: OpenInput, household: Household) -> None:
    if not household.is_live:
        raise Conflict("该户已注销，不能发起程序。", code="household_closed")
    if given.case is not None and given.case.household_id != household.pk:
        raise Invalid("所选核查任务不是这一户的。", field="case", code="case_of_another")
    if given.kind == Kind.IDENTIFICATION:
        _identification_checked(given, household)
    elif given.kind == Kind.REMOVAL:
        _removal_checked(given, household)
    elif household.poverty_status not in UNEXITED:
        raise Conflict("该户不是未脱贫户，不需要办理退出。", code="not_unexited")


def class_checked(value: str, household: Household) -> None:
    """A class that fits the household's 脱贫属性, and is not the one it already has."""
    fitting = classes_for(household.poverty_status)
    unexited = value == MonitorClass.UNSTABLE_EXITED and household.poverty_status not in EXITED
    if value not in fitting or unexited:
        raise Invalid(
            "请选择与该户脱贫属性相符的监测类别。", field="proposed_class", code="class_does_not_fit"
        )
    if value == household.monitor_class:
        raise Conflict(
            f"该户已是{household.get_monitor_class_display()}，不需要再次纳入。", code="already_monitored",
            field="proposed_class",
        )  # fmt: skip


def _identification_checked(given: OpenInput, household: Household) -> None:
    if given.proposed_class:
        class_checked(given.proposed_class, household)


def _removal_checked(given: OpenInput, household: Household) -> None:
    if household.monitor_class == MonitorClass.NONE:
        raise Conflict("该户不是监测对象，没有可消除的风险。", code="not_monitored")
    if given.removal_way not in RemovalWay.values:
        raise Invalid("请选择消除方式。", field="removal_way", code="way_needed")
    waiting_refused(household, given.on, given.removal_way)
    no_labour_refused(household, given.on)


def opened(
    actor: Actor,
    given: OpenInput,
    household: Household | None,
    place: Division,
    origin: Proceeding | None = None,
) -> Proceeding:
    """Write the row and its first step; permission and meaning have been judged by the caller."""
    limits = LimitsInForce(given.on, place.code)
    state = first_state(given.kind)
    row = Proceeding(
        uuid=given.uuid or uuid4(), kind=given.kind, household=household, village=place, scope_code=place.code,
        state=state, source=given.source, case=given.case, reason=clean(given.reason)[:300], opened_on=given.on,
        opened_by_id=actor.user_id, proposed_class=given.proposed_class or _class_now(given.kind, household),
        risks=risks_checked(given.risks), removal_way=given.removal_way if given.kind == Kind.REMOVAL else "",
        green_channel=given.green_channel, green_reason=clean(given.green_reason)[:300], state_since=given.on,
        due_on=limits.due(state, given.on), overall_due_on=limits.total_due(given.kind, given.on),
        packs=limits.checksums, origin=origin,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        again = Proceeding.objects.filter(uuid=row.uuid).first()
        if again is not None:  # the same form, sent by two requests at once
            return _same(again, given, household)
        raise Conflict(
            "该户（村）已有正在办理的程序，请先办结，或在原程序中继续办理。", code="already_open"
        ) from None
    step = step_add(actor, row, "open", on=given.on, from_state="", opinion=given.reason)
    files_add(actor, row, given.files, on=given.on, step=step)
    record(
        actor, "proceedings.opened", row, kind=given.kind, source=given.source, green=given.green_channel,
        household=household.pk if household else None,
    )  # fmt: skip
    return row


def _class_now(kind: str, household: Household | None) -> str:
    """A removal speaks of the class the household has."""
    return household.monitor_class if kind == Kind.REMOVAL and household is not None else ""
