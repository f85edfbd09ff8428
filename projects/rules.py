"""The stages of a project: their order, where a project stands, what is late. Pure: no database, no web."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

STAGES: tuple[str, ...] = ("bidding", "start", "completion", "acceptance")
STAGE_NAMES: dict[str, str] = {"bidding": "招标", "start": "开工", "completion": "完工", "acceptance": "验收"}
# Industry in the sense of the documents: money for the collective economy counts inside the industry share.
INDUSTRY_KINDS = frozenset({"industry", "collective"})

StageState = Literal["done", "done_late", "late", "planned", "unplanned", "absent"]


@dataclass(frozen=True)
class StageDates:
    """One stage of a project as registered. A project has a row per stage it goes through; no row, no such stage."""

    planned_on: date | None = None
    done_on: date | None = None


Stages = Mapping[str, StageDates]


@dataclass(frozen=True)
class StageView:
    """A stage as a screen shows it."""

    kind: str
    name: str
    state: StageState
    planned_on: date | None = None
    done_on: date | None = None
    days_late: int = 0


def planned_order_fault(planned: Mapping[str, date | None]) -> str | None:
    """The sentence naming two planned dates in the wrong order, or None."""
    return _order_fault([(kind, planned.get(kind)) for kind in STAGES], "计划")


def done_order_fault(stages: Stages, kind: str, done_on: date, today: date) -> str | None:
    """Why the stage `kind` cannot have been done on that day, in a sentence; None when it can."""
    if kind not in stages:
        return f"该项目没有“{STAGE_NAMES[kind]}”这一阶段。"
    if done_on > today:
        return f"{STAGE_NAMES[kind]}日期 {done_on} 晚于今天（{today}），完成后再登记。"
    for earlier in STAGES[: STAGES.index(kind)]:
        if earlier in stages and stages[earlier].done_on is None:
            return f"请先登记{STAGE_NAMES[earlier]}日期，再登记{STAGE_NAMES[kind]}。"
    done = [(name, done_on if name == kind else stages[name].done_on) for name in STAGES if name in stages]
    return _order_fault(done, "")


def _order_fault(days: Iterable[tuple[str, date | None]], word: str) -> str | None:
    before: tuple[str, date] | None = None
    for kind, day in days:
        if day is None:
            continue
        if before and day < before[1]:
            return (
                f"{word}{STAGE_NAMES[kind]}日期 {day} 早于{word}{STAGE_NAMES[before[0]]}日期 {before[1]}，"
                "顺序应为招标、开工、完工、验收。"
            )
        before = (kind, day)
    return None


def current_stage(stages: Stages, as_of: date) -> str:
    """The last stage done by that day; "" when none is."""
    reached = [
        kind
        for kind in STAGES
        if kind in stages and (done := stages[kind].done_on) is not None and done <= as_of
    ]
    return reached[-1] if reached else ""


def _state(stage: StageDates, as_of: date) -> tuple[StageState, int]:
    planned, done = stage.planned_on, stage.done_on
    if done is not None and done <= as_of:
        late = (done - planned).days if planned else 0
        return ("done_late", late) if late > 0 else ("done", 0)
    if planned is None:
        return "unplanned", 0
    late = (as_of - planned).days
    return ("late", late) if late > 0 else ("planned", 0)


def stage_views(stages: Stages, as_of: date) -> tuple[StageView, ...]:
    """All four stages in order, each with its state on that day."""
    views = []
    for kind in STAGES:
        stage = stages.get(kind)
        if stage is None:
            views.append(StageView(kind, STAGE_NAMES[kind], "absent"))
            continue
        state, late = _state(stage, as_of)
        views.append(StageView(kind, STAGE_NAMES[kind], state, stage.planned_on, stage.done_on, late))
    return tuple(views)


def reached(stages: Mapping[str, bool], kind: str) -> bool:
    """Is the stage behind the project? `stages`: the stages the project goes through, and whether each is done.

    A stage that a project with stages does not have needs nothing; a project without any stage was never planned, and
    nothing of it counts as done.
    """
    return stages[kind] if kind in stages else bool(stages)
