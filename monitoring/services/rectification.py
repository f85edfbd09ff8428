"""The ledger of problems: opened by hand or from a finding, worked on, checked by somebody else, closed, reopened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actor import Actor, require
from accounts.audit import record
from accounts.models import User
from common.errors import Conflict, Invalid
from common.text import clean
from common.transitions import transition_apply
from exchange.services import file_store
from monitoring.models import Rectification, RectificationStep, RiskSign
from monitoring.services.rectification_flow import CHECK, FLOW, OPEN
from villages.models import Division

EVIDENCE = "rectification"


@dataclass(frozen=True)
class ProblemInput:
    source: str
    unit: str
    division: Division
    description: str
    found_on: date
    due_on: date
    clause: str = ""
    sign: RiskSign | None = None


@transaction.atomic
def rectification_open(*, actor: Actor, given: ProblemInput) -> Rectification:
    """Enter a problem. From one finding at most one problem is opened."""
    require(actor, OPEN, at=given.division.code)
    if given.source not in Rectification.Source.values:
        raise Invalid("请选择问题来源。", field="source")
    for name, label in (("unit", "责任单位"), ("description", "问题描述")):
        if not clean(getattr(given, name)):
            raise Invalid(f"请填写{label}。", field=name)
    if given.due_on < given.found_on:
        raise Invalid("整改期限不能早于发现日期。", field="due_on")
    row = Rectification(
        number=_next_number(given.found_on.year), source=given.source, unit=clean(given.unit)[:80],
        division=given.division, scope_code=given.division.code, description=clean(given.description),
        clause=clean(given.clause)[:120], found_on=given.found_on, due_on=given.due_on, sign=given.sign,
        opened_by_id=actor.user_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict(
            "这条发现已经建立过整改，或编号刚被占用，请刷新后再试。", code="already_open"
        ) from None
    _step(actor, row, "open", "", "")
    record(
        actor, "monitoring.rectification_opened", row, source=given.source, sign=given.sign and given.sign.pk
    )
    return row


def _next_number(year: int) -> str:
    """WT-2020-0001; the unique column settles a race."""
    head = f"WT-{year}-"
    last = (
        Rectification.objects.filter(number__startswith=head)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{head}{int(last.removeprefix(head)) + 1 if last else 1:04d}"


def rectification_from_sign(
    *, actor: Actor, sign: RiskSign, unit: str, due_on: date, description: str, clause: str = ""
) -> Rectification:
    """Open a problem from a finding of the fund check."""
    if sign.effect != "finding":
        raise Invalid("只有资金核查的发现可以直接建立整改。", code="not_a_finding")
    division = Division.objects.filter(code=sign.scope_code).first()
    if division is None:
        raise Invalid("这条发现没有对应的区划。", code="unknown_division")
    given = ProblemInput(
        source=Rectification.Source.FUND_CHECK, unit=unit, division=division, description=description,
        found_on=sign.opened_on, due_on=max(due_on, sign.opened_on), clause=clause, sign=sign,
    )  # fmt: skip
    return rectification_open(actor=actor, given=given)


@dataclass(frozen=True)
class ActInput:
    """What comes with one act. `files`: uploads kept as evidence."""

    opinion: str = ""
    measures: str | None = None
    files: Sequence[Any] = field(default_factory=tuple)


@transaction.atomic
def rectification_act(
    *, actor: Actor, row: Rectification, act: str, on: date, given: ActInput | None = None
) -> Rectification:
    """Move a problem one step. The table says who may; conditions say what must be there; the checker is another person."""
    given = given or ActInput()
    row = Rectification.objects.select_for_update().get(pk=row.pk)
    measures = row.measures if given.measures is None else given.measures.strip()
    before = row.state
    values: dict[str, Any] = {"measures": measures, "version": row.version + 1} | _values_of(actor, act, on)
    step = transition_apply(
        row,
        FLOW,
        act,
        may=lambda permission: require(actor, permission, at=row.scope_code),
        conditions=_conditions(actor, row, measures, given),
        **values,
    )
    written = _step(actor, row, act, before, given.opinion)
    for upload in given.files:
        name = getattr(upload, "name", "evidence")
        written.files.add(
            file_store(actor=actor, source=upload, name=name, kind=EVIDENCE, scope_code=row.scope_code)
        )
    row._history_user = User(pk=actor.user_id)  # type: ignore[attr-defined]
    row._change_reason = act  # type: ignore[attr-defined]
    row.save()  # the history row of the state that the table wrote
    record(actor, "monitoring.rectification_moved", row, act=act, to=step.to)
    return row


def _values_of(actor: Actor, act: str, on: date) -> dict[str, Any]:
    values: dict[str, dict[str, Any]] = {
        "submit": {"submitted_by": actor.user_id},
        "pass": {"checked_by": actor.user_id},
        "close": {"closed_on": on},
        "reopen": {"closed_on": None, "submitted_by": None, "checked_by": None},
    }
    return values.get(act, {})


def _conditions(
    actor: Actor, row: Rectification, measures: str, given: ActInput
) -> dict[str, Callable[[], None]]:
    def measures_given() -> None:
        if not measures:
            raise Invalid("请先填写整改措施。", field="measures", code="measures_needed")

    def evidence_given() -> None:
        before = RectificationStep.objects.filter(rectification=row, files__isnull=False)
        if not given.files and not before.exists():
            raise Invalid("提交复核前请上传佐证材料。", field="papers", code="evidence_needed")

    def another_person() -> None:
        if actor.user_id is None or row.submitted_by_id == actor.user_id:
            raise Conflict("提交整改的人不能自己复核或销号，请由另一人办理。", code="same_person")

    def opinion_given() -> None:
        if not clean(given.opinion):
            raise Invalid("请填写意见。", field="opinion", code="opinion_needed")

    return {
        "measures_given": measures_given,
        "evidence_given": evidence_given,
        "another_person": another_person,
        "opinion_given": opinion_given,
    }


def _step(actor: Actor, row: Rectification, act: str, before: str, opinion: str) -> RectificationStep:
    return RectificationStep.objects.create(
        rectification=row, act=act, from_state=before, to_state=row.state, actor_id=actor.user_id,
        opinion=clean(opinion)[:300],
    )  # fmt: skip


def acts_for(actor: Actor, row: Rectification) -> list[tuple[str, str]]:
    """The acts this person may do now: (act, label). Nobody is offered to check what he submitted."""
    own = row.submitted_by_id is not None and row.submitted_by_id == actor.user_id
    return [
        (act, step.label)
        for (state, act), step in FLOW.items()
        if state == row.state
        and actor.may(step.need, at=row.scope_code)
        and not (own and step.need == CHECK and "another_person" in step.also)
    ]
