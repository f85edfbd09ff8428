"""What the page of one proceeding shows: the ladder with its days, the papers, the acts this person may do."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.actor import Actor
from proceedings.details import details_shown
from proceedings.flow import DECLINE, FLOWS, LADDERS, RETURN, rung_of
from proceedings.models import PaperKind, Proceeding, State, Step, StepFile
from proceedings.services.conditions import acted_as_other
from proceedings.services.papers import missing_papers, papers_ahead

STEP_LABELS = {"open": "发起", "join": "核查任务并入"}


@dataclass(frozen=True)
class Rung:
    """One state of the way: done (with its day), now, or still ahead."""

    label: str
    place: str
    on: date | None


@dataclass(frozen=True)
class ActChoice:
    act: str
    label: str
    tone: str  # "forward", "back" or "end"


@dataclass(frozen=True)
class Told:
    """A step in words."""

    step: Step
    label: str
    details: list[tuple[str, str]]
    late: int


def step_label(kind: str, step: Step) -> str:
    arrow = FLOWS[kind].get((step.from_state, step.act))
    return arrow.label if arrow is not None else STEP_LABELS.get(step.act, step.act)


def steps_of(row: Proceeding) -> list[Told]:
    """The steps of a proceeding the caller has obtained by proceeding_get, in their order, with papers."""
    rows = (
        Step.objects.filter(proceeding=row)
        .select_related("actor")
        .prefetch_related("papers__file")
        .order_by("pk")
    )
    return [
        Told(
            step, step_label(row.kind, step), details_shown(row.kind, step.act, step.details),
            max(0, (step.on - step.due_on).days) if step.due_on else 0,
        )
        for step in rows
    ]  # fmt: skip


def ladder_of(row: Proceeding, steps: list[Told]) -> list[Rung]:
    """The states of the way with the day each was entered last; what a return undid is ahead again."""
    entered: dict[str, date] = {}
    for told in steps:
        entered[told.step.to_state] = told.step.on
    at = rung_of(row.kind, row.state)
    if at is None:  # an end beside the way
        met = [state for state in LADDERS[row.kind] if state in entered]
        return [
            *(Rung(State(state).label, "done", entered[state]) for state in met),
            Rung(State(row.state).label, "end", row.closed_on),
        ]
    places = [
        "done" if place < at else "now" if place == at else "ahead" for place in range(len(LADDERS[row.kind]))
    ]
    if row.closed_on is not None:
        places[at] = "done"
    return [
        Rung(State(state).label, place, entered.get(state) if place != "ahead" else None)
        for state, place in zip(LADDERS[row.kind], places, strict=True)
    ]


def papers_of(row: Proceeding) -> QuerySet[StepFile]:
    return StepFile.objects.filter(proceeding=row).select_related("file", "actor").order_by("pk")


def missing_of(row: Proceeding) -> tuple[list[str], list[str]]:
    """(papers owed for steps already done, papers the steps ahead will need), in words."""
    label = dict(PaperKind.choices)
    owed = missing_papers(row)
    return [label[kind] for kind in owed], [label[kind] for kind in papers_ahead(row) if kind not in owed]


def acts_for(actor: Actor, row: Proceeding) -> list[ActChoice]:
    """The acts this person may do now, the way forward first; nobody is offered to judge what he worked on."""
    if row.closed_on is not None:
        return []
    found = []
    barred: dict[str, bool] = {}
    for (state, act), arrow in FLOWS[row.kind].items():
        if state != row.state or not actor.may(arrow.need, at=row.scope_code):
            continue
        if "another_person" in arrow.also:
            if arrow.need not in barred:
                barred[arrow.need] = acted_as_other(actor, row, arrow.need)
            if barred[arrow.need]:
                continue
        found.append(ActChoice(act, arrow.label, _tone(row.kind, state, act, arrow.to)))
    order = ("forward", "back", "end")
    return sorted(found, key=lambda choice: order.index(choice.tone))


def _tone(kind: str, state: str, act: str, to: str) -> str:
    if act == RETURN:
        return "back"
    return "end" if act == DECLINE or to not in LADDERS[kind] else "forward"
