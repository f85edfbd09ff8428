"""People decide: no risk with a reason, or a proposal that begins the formal path. A later run never undoes it."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.actor import Actor, require
from accounts.audit import record
from accounts.models import User
from common.errors import Conflict, Invalid, NotFound, NotPermitted
from common.text import clean
from households.codes import MonitorClass, PovertyStatus
from households.models import Visit
from monitoring.models import Decision, DecisionTopic, RiskCase, RiskSign
from monitoring.paths import formal_path

NO_RISK_CLOSED = "经核查无风险"
ACCEPTED, DECLINED = "已纳入监测", "不予纳入监测"


@dataclass(frozen=True)
class CaseDecision:
    """What the person at the check decided. `proposed_class` only with a proposal."""

    outcome: str
    reason: str
    proposed_class: str = ""
    visit: Visit | None = None
    until: date | None = None


def _locked(case: RiskCase, *states: str) -> RiskCase:
    found = RiskCase.objects.select_for_update().select_related("household").get(pk=case.pk)
    if found.state not in states:
        raise Conflict("这项核查任务已被他人处理，请刷新后再看。", code="case_not_open")
    return found


def case_signs_open(case: RiskCase) -> list[RiskSign]:
    """The open signs of a case that nobody has judged yet."""
    return list(
        RiskSign.objects.filter(case=case, closed_on__isnull=True, muted_by__isnull=True).order_by("pk")
    )


@transaction.atomic
def case_decide(*, actor: Actor, case: RiskCase, decision: CaseDecision, on: date) -> Decision:
    """Record what a person decided on an open case, with the figures seen.

    No risk mutes its signs until their figures change and ends the case; a proposal begins the formal path to the county
    (or joins the one that is open). Needs the handling permission at the household's village, a proposal also the one to
    propose.
    """
    case = _locked(case, RiskCase.State.OPEN)
    require(actor, "monitoring.handle_case", at=case.scope_code)
    _checked(actor, case, decision)
    signs = case_signs_open(case)
    row = _decision_write(actor, case, decision, signs)
    if decision.outcome == Decision.Outcome.NO_RISK:
        RiskSign.objects.filter(pk__in=[sign.pk for sign in signs]).update(muted_by=row)
        _close(case, on, NO_RISK_CLOSED)
    else:
        RiskCase.objects.filter(pk=case.pk).update(state=RiskCase.State.PROPOSED)
        if (path := formal_path()) is not None:
            path.proposed(
                actor=actor, case=case, proposed_class=decision.proposed_class, reason=row.reason, on=on
            )
    record(
        actor,
        "monitoring.case_decided",
        case,
        outcome=decision.outcome,
        signs=len(signs),
        proposed=decision.proposed_class,
    )
    return row


def _checked(actor: Actor, case: RiskCase, decision: CaseDecision) -> None:
    if decision.outcome not in Decision.Outcome.values:
        raise Invalid("请选择核查结论。", field="outcome")
    if len(clean(decision.reason)) < 2:
        raise Invalid("请写明核查情况和理由。", field="reason", code="reason_needed")
    if decision.visit is not None and decision.visit.household_id != case.household_id:
        raise Invalid("所选走访记录不是这一户的。", field="visit", code="visit_of_another")
    if decision.outcome == Decision.Outcome.NO_RISK:
        if decision.proposed_class:
            raise Invalid("结论为无风险时不填建议类别。", field="proposed_class")
        return
    require(actor, "monitoring.propose_status", at=case.scope_code)
    if decision.proposed_class not in classes_for(case.household.poverty_status):
        raise Invalid(
            "请选择与该户脱贫属性相符的监测类别。", field="proposed_class", code="class_does_not_fit"
        )


def classes_for(poverty_status: str) -> dict[str, str]:
    """The monitoring classes that fit a household: 脱贫不稳定户 only after exit, 边缘易致贫户 only for others."""
    labels = dict(MonitorClass.choices)
    own = (
        MonitorClass.BORDERLINE if poverty_status == PovertyStatus.ORDINARY else MonitorClass.UNSTABLE_EXITED
    )
    return {value: labels[value] for value in (own.value, MonitorClass.SUDDEN_HARDSHIP.value)}


def _decision_write(actor: Actor, case: RiskCase, decision: CaseDecision, signs: list[RiskSign]) -> Decision:
    if actor.user_id is None:  # a decision is a person's
        raise NotPermitted
    row = Decision.objects.create(
        case=case,
        actor_id=actor.user_id,
        outcome=decision.outcome,
        proposed_class=decision.proposed_class,
        reason=clean(decision.reason)[:300],
        visit=decision.visit,
        until=decision.until,
    )
    DecisionTopic.objects.bulk_create(
        DecisionTopic(
            decision=row,
            household_id=case.household_id,
            topic=sign.topic,
            rule_key=sign.rule_key,
            subject_key=sign.subject_key,
            evidence=sign.evidence,
        )
        for sign in signs
    )
    return row


def _close(case: RiskCase, on: date, reason: str) -> None:
    RiskCase.objects.filter(pk=case.pk).update(
        state=RiskCase.State.CLOSED, closed_on=max(on, case.opened_on), close_reason=reason
    )


@transaction.atomic
def case_decline(*, actor: Actor, case: RiskCase, reason: str, on: date) -> RiskCase:
    """The county's no to a proposal, with a reason: the topics stay judged on the figures seen, an open formal path ends.

    A yes is not given here: it is the county's decision at the end of the formal path.
    """
    case = _locked(case, RiskCase.State.PROPOSED)
    require(actor, "households.set_status", at=case.scope_code)
    if len(clean(reason)) < 2:
        raise Invalid("请写明审定理由。", field="reason", code="reason_needed")
    proposal = case.decisions.filter(outcome=Decision.Outcome.PROPOSE).latest("pk")
    if proposal.actor_id == actor.user_id:
        raise Conflict("提出建议的人不能自己审定，请由另一人办理。", code="same_person")
    path = formal_path()
    if path is None or not path.declined(actor=actor, case=case, reason=clean(reason), on=on):
        case_conclude(actor=actor, case=case, accept=False, reason=reason, on=on)
    case.refresh_from_db()
    return case


@transaction.atomic
def case_conclude(*, actor: Actor, case: RiskCase, accept: bool, reason: str, on: date) -> RiskCase:
    """What the formal path ended with, written on its check task; the path has judged who may. Closed already: unchanged.

    The household's status is set by the path, never by the machine.
    """
    require(actor, "monitoring.view", at=case.scope_code)
    case = _locked(case, *RiskCase.State.values)
    if case.state == RiskCase.State.CLOSED:
        return case
    signs = case_signs_open(case)
    if accept:
        word = case.decisions.filter(outcome=Decision.Outcome.PROPOSE).order_by("-pk").first()
        word = word or _decision_write(actor, case, CaseDecision(Decision.Outcome.PROPOSE, reason), signs)
        topics = word.topics.values("topic")
        RiskSign.objects.filter(pk__in=[sign.pk for sign in signs], topic__in=topics).update(muted_by=word)
    else:
        declined = CaseDecision(Decision.Outcome.NO_RISK, f"{DECLINED}：{reason}")
        word = _decision_write(actor, case, declined, signs)
        RiskSign.objects.filter(pk__in=[sign.pk for sign in signs]).update(muted_by=word)
    _close(case, on, ACCEPTED if accept else DECLINED)
    record(actor, "monitoring.case_settled", case, accepted=accept)
    case.refresh_from_db()
    return case


@transaction.atomic
def case_assign(*, actor: Actor, case: RiskCase, user_id: int | None) -> RiskCase:
    """Name the person who goes to check; None takes the name away."""
    case = _locked(case, RiskCase.State.OPEN, RiskCase.State.PROPOSED)
    require(actor, "monitoring.handle_case", at=case.scope_code)
    if user_id is not None and not User.objects.filter(pk=user_id, is_active=True, is_system=False).exists():
        raise NotFound("没有这名核查人。", field="assignee")
    RiskCase.objects.filter(pk=case.pk).update(assignee=user_id)
    record(actor, "monitoring.case_assigned", case, assignee=user_id)
    case.refresh_from_db()
    return case
