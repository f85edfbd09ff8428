"""The ways of the five proceedings, as data: who may, which named conditions must hold, which papers are needed.

LADDERS names the states of each way in their order. Every act leads one rung up, one rung back (`return`), or to an end.
"""

from collections.abc import Mapping

from common.transitions import Flow
from common.transitions import Step as Arrow
from proceedings.models import Kind, PaperKind, State

VIEW = "proceedings.view"
OPEN = "proceedings.open"
VILLAGE = "proceedings.village_step"
TOWNSHIP = "proceedings.township_review"
COUNTY = "proceedings.county_decide"

RETURN, DECLINE = "return", "decline"
REASON = ("opinion_given",)
OTHER_PERSON = ("another_person", "opinion_given")

LADDERS: Mapping[str, tuple[str, ...]] = {
    Kind.IDENTIFICATION: (
        State.CLUE, State.VISITING, State.AUTHORISING, State.COMPARING, State.EVALUATING, State.EVALUATED,
        State.NOTICED, State.TOWNSHIP_REVIEW, State.COUNTY_DECISION, State.ANNOUNCING, State.MONITORED,
    ),
    Kind.REMOVAL: (
        State.PROPOSED, State.EVALUATING, State.EVALUATED, State.NOTICED, State.TOWNSHIP_REVIEW,
        State.COUNTY_DECISION, State.ANNOUNCING, State.REMOVED,
    ),
    Kind.ROLLBACK: (State.REJUDGING, State.RESTORED),
    Kind.HOUSEHOLD_EXIT: (
        State.EVALUATING, State.CHECKING, State.CONSENTING, State.EVALUATED, State.NOTICED, State.TOWNSHIP_REVIEW,
        State.COUNTY_DECISION, State.ANNOUNCING, State.EXITED,
    ),
    Kind.VILLAGE_EXIT: (
        State.CHECKING, State.TOWNSHIP_REVIEW, State.EVALUATED, State.NOTICED, State.COUNTY_DECISION,
        State.ANNOUNCING, State.EXITED,
    ),
}  # fmt: skip

# How each kind ends when it is not granted.
REFUSED: Mapping[str, str] = {
    Kind.IDENTIFICATION: State.DECLINED,
    Kind.REMOVAL: State.KEPT,
    Kind.HOUSEHOLD_EXIT: State.NOT_EXITED,
    Kind.VILLAGE_EXIT: State.NOT_EXITED,
}


def _notice(before: str, after: str) -> Flow:
    """Publish, wait for the days of the notice, close: an objection that is not settled blocks."""
    return {
        (State.EVALUATED, "publish"): Arrow(State.NOTICED, need=VILLAGE, label="开始公示"),
        (State.NOTICED, "close_notice"): Arrow(
            after, need=VILLAGE, also=("papers_given", "notice_days_passed", "objections_settled"),
            label="公示期满，上报",
        ),
        (State.NOTICED, RETURN): Arrow(State.EVALUATED, need=VILLAGE, also=REASON, label="停止公示，退回"),
        (State.EVALUATED, RETURN): Arrow(before, need=VILLAGE, also=REASON, label="退回上一环节"),
    }  # fmt: skip


def _upper(kind: str, before: str, *, decide: tuple[str, ...] = ()) -> Flow:
    """County decision and announcement; `before` is the state a return of the county leads to."""
    return {
        (State.COUNTY_DECISION, "decide"): Arrow(
            State.ANNOUNCING, need=COUNTY, also=OTHER_PERSON + decide, label="审定同意"
        ),
        (State.COUNTY_DECISION, RETURN): Arrow(before, need=COUNTY, also=OTHER_PERSON, label="退回上一环节"),
        (State.ANNOUNCING, "announce"): Arrow(
            LADDERS[kind][-1], need=VILLAGE, also=("papers_given",), label="公告完成，办结"
        ),
    }


def _township(before: str, after: str, *, also: tuple[str, ...] = ()) -> Flow:
    return {
        (State.TOWNSHIP_REVIEW, "review"): Arrow(
            after, need=TOWNSHIP, also=OTHER_PERSON + also, label="审核通过，上报"
        ),
        (State.TOWNSHIP_REVIEW, RETURN): Arrow(
            before, need=TOWNSHIP, also=OTHER_PERSON, label="退回上一环节"
        ),
    }


def _declined(kind: str) -> Flow:
    """Before it has decided, the county may end a proceeding at any step, with a reason."""
    label = {Kind.REMOVAL: "不予消除，继续监测", Kind.IDENTIFICATION: "不予纳入"}.get(Kind(kind), "不予退出")
    rungs = LADDERS[kind][: LADDERS[kind].index(State.ANNOUNCING)]
    return {
        (state, DECLINE): Arrow(REFUSED[kind], need=COUNTY, also=OTHER_PERSON, label=label) for state in rungs
    }


IDENTIFICATION: Flow = {
    (State.CLUE, "accept"): Arrow(State.VISITING, need=VILLAGE, label="受理，安排入户"),
    (State.VISITING, "visit"): Arrow(
        State.AUTHORISING, need=VILLAGE, also=("papers_given", "class_given", "details_given"), label="核实符合"
    ),
    (State.VISITING, "not_eligible"): Arrow(
        State.NOT_ELIGIBLE, need=VILLAGE, also=("opinion_given", "papers_given"), label="核实不符合"
    ),
    (State.VISITING, RETURN): Arrow(State.CLUE, need=VILLAGE, also=REASON, label="退回上一环节"),
    (State.AUTHORISING, "authorise"): Arrow(
        State.COMPARING, need=VILLAGE, also=("papers_given",), label="已签授权书"
    ),
    (State.AUTHORISING, "refuse"): Arrow(State.NOT_ELIGIBLE, need=VILLAGE, also=REASON, label="农户不授权"),
    (State.AUTHORISING, RETURN): Arrow(State.VISITING, need=VILLAGE, also=REASON, label="退回上一环节"),
    (State.COMPARING, "compare"): Arrow(
        State.EVALUATING, need=VILLAGE, also=("papers_given", "details_given"), label="比对完成"
    ),
    (State.COMPARING, RETURN): Arrow(State.AUTHORISING, need=VILLAGE, also=REASON, label="退回上一环节"),
    (State.EVALUATING, "evaluate"): Arrow(
        State.EVALUATED, need=VILLAGE, also=("papers_given", "details_given", "votes_carry"), label="评议通过"
    ),
    (State.EVALUATING, "vote_down"): Arrow(
        State.NOT_ELIGIBLE, need=VILLAGE, also=("opinion_given", "papers_given", "details_given"), label="评议不通过"
    ),
    (State.EVALUATING, RETURN): Arrow(State.COMPARING, need=VILLAGE, also=REASON, label="退回上一环节"),
    **_notice(State.EVALUATING, State.TOWNSHIP_REVIEW),
    **_township(State.NOTICED, State.COUNTY_DECISION),
    **_upper(Kind.IDENTIFICATION, State.TOWNSHIP_REVIEW, decide=("class_given",)),
    **_declined(Kind.IDENTIFICATION),
}  # fmt: skip

REMOVAL: Flow = {
    (State.PROPOSED, "visit"): Arrow(
        State.EVALUATING, need=VILLAGE, also=("papers_given", "details_given", "two_visitors", "firm"),
        label="两人入户核实",
    ),
    (State.PROPOSED, "keep"): Arrow(State.KEPT, need=VILLAGE, also=REASON, label="不宜消除，继续监测"),
    (State.EVALUATING, "evaluate"): Arrow(
        State.EVALUATED, need=VILLAGE, also=("papers_given", "details_given", "votes_carry"), label="评议通过"
    ),
    (State.EVALUATING, "vote_down"): Arrow(
        State.KEPT, need=VILLAGE, also=("opinion_given", "papers_given", "details_given"), label="评议不通过"
    ),
    (State.EVALUATING, RETURN): Arrow(State.PROPOSED, need=VILLAGE, also=REASON, label="退回上一环节"),
    **_notice(State.EVALUATING, State.TOWNSHIP_REVIEW),
    **_township(State.NOTICED, State.COUNTY_DECISION),
    **_upper(Kind.REMOVAL, State.TOWNSHIP_REVIEW, decide=("waiting_over", "has_labour")),
    **_declined(Kind.REMOVAL),
}  # fmt: skip

ROLLBACK: Flow = {
    (State.REJUDGING, "restore"): Arrow(
        State.RESTORED, need=COUNTY, also=REASON, label="重新认定，回退为监测对象"
    ),
}

HOUSEHOLD_EXIT: Flow = {
    (State.EVALUATING, "evaluate"): Arrow(
        State.CHECKING, need=VILLAGE,
        also=("household_exit_standard", "papers_given", "details_given", "votes_carry"), label="评议通过",
    ),
    (State.EVALUATING, "vote_down"): Arrow(
        State.NOT_EXITED, need=VILLAGE, also=("opinion_given", "papers_given", "details_given"), label="评议不通过"
    ),
    (State.CHECKING, "check"): Arrow(
        State.CONSENTING, need=VILLAGE, also=("papers_given", "details_given", "two_visitors"),
        label="村两委和工作队核实",
    ),
    (State.CHECKING, RETURN): Arrow(State.EVALUATING, need=VILLAGE, also=REASON, label="退回上一环节"),
    (State.CONSENTING, "consent"): Arrow(
        State.EVALUATED, need=VILLAGE, also=("papers_given",), label="农户已签字认可"
    ),
    (State.CONSENTING, "refuse"): Arrow(State.NOT_EXITED, need=VILLAGE, also=REASON, label="农户不认可"),
    (State.CONSENTING, RETURN): Arrow(State.CHECKING, need=VILLAGE, also=REASON, label="退回上一环节"),
    **_notice(State.CONSENTING, State.TOWNSHIP_REVIEW),
    **_township(State.NOTICED, State.COUNTY_DECISION, also=("household_exit_standard",)),
    **_upper(Kind.HOUSEHOLD_EXIT, State.TOWNSHIP_REVIEW, decide=("household_exit_standard",)),
    **_declined(Kind.HOUSEHOLD_EXIT),
}  # fmt: skip

VILLAGE_EXIT: Flow = {
    (State.CHECKING, "check"): Arrow(
        State.TOWNSHIP_REVIEW, need=VILLAGE,
        also=("village_exit_standard", "papers_given", "details_given", "two_visitors"), label="自查完成，上报",
    ),
    (State.CHECKING, "keep"): Arrow(State.NOT_EXITED, need=VILLAGE, also=REASON, label="自查不达标，终止"),
    **_township(State.CHECKING, State.EVALUATED, also=("village_exit_standard",)),
    **_notice(State.TOWNSHIP_REVIEW, State.COUNTY_DECISION),
    **_upper(Kind.VILLAGE_EXIT, State.NOTICED, decide=("village_exit_standard",)),
    **_declined(Kind.VILLAGE_EXIT),
}  # fmt: skip

FLOWS: Mapping[str, Flow] = {
    Kind.IDENTIFICATION: IDENTIFICATION,
    Kind.REMOVAL: REMOVAL,
    Kind.ROLLBACK: ROLLBACK,
    Kind.HOUSEHOLD_EXIT: HOUSEHOLD_EXIT,
    Kind.VILLAGE_EXIT: VILLAGE_EXIT,
}

# What an act needs attached (kind, act) -> kinds of paper. In the green channel they may come later, but are listed.
PAPERS: Mapping[tuple[str, str], tuple[str, ...]] = {
    (Kind.IDENTIFICATION, "visit"): (PaperKind.VISIT_FORM,),
    (Kind.IDENTIFICATION, "not_eligible"): (PaperKind.VISIT_FORM,),
    (Kind.IDENTIFICATION, "authorise"): (PaperKind.AUTHORISATION,),
    (Kind.IDENTIFICATION, "compare"): (PaperKind.COMPARISON,),
    (Kind.IDENTIFICATION, "evaluate"): (PaperKind.MINUTES,),
    (Kind.IDENTIFICATION, "vote_down"): (PaperKind.MINUTES,),
    (Kind.IDENTIFICATION, "close_notice"): (PaperKind.NOTICE_PHOTO,),
    (Kind.IDENTIFICATION, "announce"): (PaperKind.ANNOUNCEMENT,),
    (Kind.REMOVAL, "visit"): (PaperKind.VISIT_FORM,),
    (Kind.REMOVAL, "evaluate"): (PaperKind.MINUTES,),
    (Kind.REMOVAL, "vote_down"): (PaperKind.MINUTES,),
    (Kind.REMOVAL, "close_notice"): (PaperKind.NOTICE_PHOTO,),
    (Kind.REMOVAL, "announce"): (PaperKind.ANNOUNCEMENT,),
    (Kind.HOUSEHOLD_EXIT, "evaluate"): (PaperKind.MINUTES,),
    (Kind.HOUSEHOLD_EXIT, "vote_down"): (PaperKind.MINUTES,),
    (Kind.HOUSEHOLD_EXIT, "check"): (PaperKind.CHECK_FORM,),
    (Kind.HOUSEHOLD_EXIT, "consent"): (PaperKind.CONSENT,),
    (Kind.HOUSEHOLD_EXIT, "close_notice"): (PaperKind.NOTICE_PHOTO,),
    (Kind.HOUSEHOLD_EXIT, "announce"): (PaperKind.ANNOUNCEMENT,),
    (Kind.VILLAGE_EXIT, "check"): (PaperKind.CHECK_FORM,),
    (Kind.VILLAGE_EXIT, "close_notice"): (PaperKind.NOTICE_PHOTO,),
    (Kind.VILLAGE_EXIT, "announce"): (PaperKind.ANNOUNCEMENT,),
}
# Made anew each time their act is done again after a return.
FRESH_EACH_TIME = (PaperKind.MINUTES, PaperKind.COMPARISON)


def first_state(kind: str) -> str:
    return LADDERS[kind][0]


def rung_of(kind: str, state: str) -> int | None:
    """The place of a state in the order of its way; None for an end beside the way."""
    ladder = LADDERS[kind]
    return ladder.index(state) if state in ladder else None


def forward_act(kind: str, state: str) -> str | None:
    """The act that leads one rung up from `state`."""
    ladder, at = LADDERS[kind], rung_of(kind, state)
    if at is None or at + 1 == len(ladder):
        return None
    return next(
        act for (start, act), arrow in FLOWS[kind].items() if start == state and arrow.to == ladder[at + 1]
    )


def states_of_need(kind: str, need: str) -> list[str]:
    """The states of a kind in which the act that leads up is of this permission."""
    found = []
    for state in LADDERS[kind][:-1]:
        act = forward_act(kind, state)
        if act is not None and FLOWS[kind][(state, act)].need == need:
            found.append(state)
    return found
