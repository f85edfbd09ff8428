"""What waits for a person in this room: checks, visits, collection, problems."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from accounts.actor import Actor
from accounts.home import HomeCounter, HomeItem, Part
from common.dates import Quarter
from monitoring.models import RiskCase
from monitoring.selectors import handover, rectifications, signs
from monitoring.services.rectification_flow import FLOW
from monitoring.wording import sign_views

SHOWN = 40
VIEW, HANDLE, SETTLE = "monitoring.view", "monitoring.handle_case", "households.set_status"
MEND, RUN = "households.edit", "monitoring.run_screening"


def home_parts(actor: Actor, today: date) -> Iterator[Part]:
    if actor.may(VIEW) and (actor.may(HANDLE) or actor.may(SETTLE)):
        yield from _risks(actor, today)
    if actor.may(VIEW) and (actor.may(MEND) or actor.may(RUN)):
        yield from _doubts(actor, today)
    if actor.may(rectifications.VIEW):
        yield from _problems(actor, today)


def _place(household: object) -> str:
    village = household.village  # type: ignore[attr-defined]
    return f"{village.parent.name if village.parent else ''} {village.name}".strip()


def _risks(actor: Actor, today: date) -> Iterator[Part]:
    counts = signs.counts(actor=actor)
    yield HomeCounter(
        "待核查风险", counts["cases"], reverse("monitoring:risk-list"), "red" if counts["cases"] else "grey"
    )
    if actor.may(SETTLE):
        yield HomeCounter(
            "待审定纳入", counts["proposed"], f"{reverse('monitoring:risk-list')}?state=proposed", "blue"
        )
    duties = reverse("monitoring:duty-list")
    yield HomeCounter("本季应走访", counts["duties"], duties, "amber" if counts["duties"] else "grey")
    yield HomeCounter(
        "本季应采集",
        counts["quarterly"],
        f"{duties}?kind=quarterly",
        "amber" if counts["quarterly"] else "grey",
    )
    yield HomeCounter("缺项待补", counts["collect"], f"{duties}?kind=collect", "grey")
    yield from _cases(actor)
    if actor.may("households.record_visit"):
        yield from _visits(actor)


def _cases(actor: Actor) -> Iterator[HomeItem]:
    state = RiskCase.State.OPEN if actor.may(HANDLE) else RiskCase.State.PROPOSED
    rows = signs.with_signs(signs.case_list(actor=actor).filter(state=state), actor=actor).order_by(
        "due_on", "pk"
    )
    for case in rows[:SHOWN]:
        titles = list(dict.fromkeys(view.title for view in sign_views(case.open_signs)))  # type: ignore[attr-defined]
        yield HomeItem(
            "风险核查" if state == RiskCase.State.OPEN else "审定",
            f"{case.household.head_name}（{case.household.household_no}）", _place(case.household),
            "；".join(titles[:3]), case.due_on, reverse("monitoring:case-detail", args=[case.pk]),
            "去核查" if state == RiskCase.State.OPEN else "去审定",
        )  # fmt: skip


def _visits(actor: Actor) -> Iterator[HomeItem]:
    duties = signs.visit_duties(actor=actor)
    for view in sign_views(signs.household_signs(duties).order_by("opened_on", "pk")[:SHOWN]):
        household = view.sign.household
        if household is None:
            continue
        yield HomeItem(
            "走访", f"{household.head_name}（{household.household_no}）", _place(household), view.title,
            Quarter.of(view.sign.opened_on).last_day, reverse("households:visit-record", args=[household.pk]), "去走访",
        )  # fmt: skip


def _doubts(actor: Actor, today: date) -> Iterator[Part]:
    """The lists of doubtful data that were given out: the township's own as a matter with its day, all of them as a count."""
    given = handover.waiting(actor=actor, today=today)
    left, late = sum(one.open for one in given), any(one.is_late for one in given)
    if given:
        yield HomeCounter(
            "交办疑点待改正", left, reverse("monitoring:handover-list"), "red" if late else "amber"
        )
    if actor.may(RUN):
        return
    for one in given[:SHOWN]:
        yield HomeItem(
            "疑点改正", f"疑点数据清单（截至 {one.row.run.as_of} 的核查）", one.name,
            f"交办 {one.row.handed:,} 条，还有 {one.open:,} 条待改正" + (f"；{one.row.note}" if one.row.note else ""),
            one.row.due_on, f"{reverse('monitoring:fault-list')}?area={one.row.scope_code}", "去改正",
        )  # fmt: skip


def _problems(actor: Actor, today: date) -> Iterator[Part]:
    if not any(actor.may(step.need) for step in FLOW.values()):
        return
    mine = rectifications.my_problems(actor=actor)
    overdue = mine.filter(due_on__lt=today).exists()
    yield HomeCounter(
        "待办整改",
        len(mine),
        f"{reverse('monitoring:rectification-list')}?state=mine",
        "red" if overdue else "amber" if mine else "grey",
    )
    for row in mine.order_by("due_on", "pk")[:SHOWN]:
        yield HomeItem(
            "整改", f"{row.number} {row.description[:30]}", row.division.name, row.get_state_display(), row.due_on,
            reverse("monitoring:rectification-detail", args=[row.pk]), "去办理",
        )  # fmt: skip
