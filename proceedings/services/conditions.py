"""The named conditions of the flow tables: each refuses with a sentence that says what to do."""

from collections.abc import Callable, Mapping
from typing import Any

from accounts.actor import Actor
from common.errors import Conflict, Invalid
from common.text import clean
from common.transitions import Step as Arrow
from households.models import Household
from proceedings import checks
from proceedings.details import FIRM, YES, details_missing
from proceedings.flow import FLOWS, OPEN
from proceedings.inputs import ActInput
from proceedings.models import PaperKind, Proceeding, Step
from proceedings.services.judging import no_labour_refused, waiting_refused
from proceedings.services.papers import papers_lacking

TWO = 2  # "at least two officials": the rule itself names the number


def acted_as_other(actor: Actor, row: Proceeding, need: str) -> bool:
    """Has this person opened the proceeding, or done a step of it that is another office's?"""
    if actor.user_id is None:
        return True
    if row.opened_by_id == actor.user_id and need != OPEN:
        return True
    mine = Step.objects.filter(proceeding=row, actor_id=actor.user_id).values_list("from_state", "act")
    flow = FLOWS[row.kind]
    return any((arrow := flow.get((state, act))) is None or arrow.need != need for state, act in mine)


def _household(row: Proceeding) -> Household:
    if row.household is None:
        raise Conflict("这项程序没有农户。", code="subject_wrong")
    return row.household


def visitors_named(text: object) -> list[str]:
    """The names in a line, told apart by any usual mark."""
    line = str(text or "")
    for mark in "，,;；/ 和":
        line = line.replace(mark, "、")
    return list(dict.fromkeys(name for part in line.split("、") if (name := clean(part))))


class Conditions:
    """The conditions of one act on one proceeding, by their names in the tables."""

    def __init__(
        self, actor: Actor, row: Proceeding, act: str, given: ActInput, details: Mapping[str, Any]
    ) -> None:
        self.actor, self.row, self.act, self.given, self.details = actor, row, act, given, details
        self.arrow: Arrow = FLOWS[row.kind][(row.state, act)]

    def named(self) -> Mapping[str, Callable[[], None]]:
        return {name: getattr(self, name) for name in self.arrow.also}

    def opinion_given(self) -> None:
        if len(clean(self.given.opinion)) < 2:
            raise Invalid("请填写意见或理由。", field="opinion", code="opinion_needed")

    def another_person(self) -> None:
        if acted_as_other(self.actor, self.row, self.arrow.need):
            raise Conflict(
                "您已办理过这项程序的其他环节，发起、审核、审定须由不同的人办理。", code="same_person"
            )

    def papers_given(self) -> None:
        if self.row.green_channel:
            return  # help first, papers later: they stay on the list of what is missing
        lacking = papers_lacking(self.row, self.act, [kind for kind, _ in self.given.files])
        if lacking:
            names = "、".join(PaperKind(kind).label for kind in lacking)
            raise Invalid(f"请先上传：{names}。", field=f"paper_{lacking[0]}", code="paper_needed")

    def details_given(self) -> None:
        missing = details_missing(self.row.kind, self.act, self.details)
        if missing is not None:
            raise Invalid(f"请填写{missing.label}。", field=missing.name, code="detail_needed")

    def class_given(self) -> None:
        if not (self.details.get("proposed_class") or self.row.proposed_class):
            raise Invalid("请选择监测类别。", field="proposed_class", code="class_needed")
        if not (self.details.get("risks") or self.row.risks):
            raise Invalid("请选择致贫返贫风险，第一项为主要风险。", field="risks", code="risks_needed")

    def votes_carry(self) -> None:
        attended, agreed, opposed = (self.details[name] for name in ("attended", "agreed", "opposed"))
        if agreed + opposed > attended:
            raise Invalid(
                f"同意 {agreed} 人、不同意 {opposed} 人，超过参会 {attended} 人，请核对。", field="attended",
                code="votes_wrong",
            )  # fmt: skip
        if agreed <= opposed:
            raise Conflict(
                f"同意 {agreed} 人，不多于不同意 {opposed} 人，请选“评议不通过”。", code="votes_lost"
            )

    def two_visitors(self) -> None:
        names = visitors_named(self.details.get("visitors"))
        if len(names) < TWO:
            raise Invalid(
                f"须由至少两人入户，现只填了 {len(names)} 人。", field="visitors", code="visitors_needed"
            )

    def firm(self) -> None:
        weak = [field.label for field in FIRM if self.details.get(field.name) != YES]
        if weak:
            raise Conflict(f"不能消除：“{'”“'.join(weak)}”为否，请选“不宜消除，继续监测”。", code="not_firm")

    def notice_days_passed(self) -> None:
        until = self.row.notice_until
        if until is None or self.row.noticed_on is None:
            raise Conflict("还没有开始公示。", code="not_noticed")
        if self.given.on < until:
            raise Conflict(
                f"公示自 {self.row.noticed_on} 起，至 {until} 期满，还差 {(until - self.given.on).days} 天。",
                code="notice_running", field="on",
            )  # fmt: skip

    def objections_settled(self) -> None:
        if found := checks.findings(checks.OBJECTIONS, self.row):
            raise Conflict(f"公示期间的异议未处理完：{'；'.join(found)}", code="objections_open")

    def waiting_over(self) -> None:
        waiting_refused(_household(self.row), self.given.on, self.row.removal_way)

    def has_labour(self) -> None:
        no_labour_refused(_household(self.row), self.given.on)

    def household_exit_standard(self) -> None:
        self._standard(checks.HOUSEHOLD_EXIT)

    def village_exit_standard(self) -> None:
        self._standard(checks.VILLAGE_EXIT)

    def _standard(self, name: str) -> None:
        if found := checks.findings(name, self.row):
            raise Conflict(f"退出标准核对未通过：{'；'.join(found)}", code="standard_not_met")
