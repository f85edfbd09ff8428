"""The way of a problem through its states, as data (docs: 待认领 - 整改中 - 待复核 - 待销号 - 已销号)."""

from common.transitions import Flow, Step
from monitoring.models import Rectification

State = Rectification.State
WORK, CHECK, OPEN = (
    "monitoring.work_rectification",
    "monitoring.check_rectification",
    "monitoring.open_rectification",
)

FLOW: Flow = {
    (State.OPEN, "claim"): Step(State.CLAIMED, need=WORK, label="认领"),
    (State.CLAIMED, "start"): Step(State.WORKING, need=WORK, also=("measures_given",), label="开始整改"),
    (State.WORKING, "submit"): Step(
        State.SUBMITTED, need=WORK, also=("measures_given", "evidence_given"), label="提交复核"
    ),
    (State.SUBMITTED, "pass"): Step(State.CHECKED, need=CHECK, also=("another_person",), label="复核通过"),
    (State.SUBMITTED, "return"): Step(
        State.WORKING, need=CHECK, also=("another_person", "opinion_given"), label="退回整改"
    ),
    (State.CHECKED, "close"): Step(State.CLOSED, need=CHECK, also=("another_person",), label="销号"),
    (State.CHECKED, "return"): Step(State.WORKING, need=CHECK, also=("opinion_given",), label="退回整改"),
    (State.CLOSED, "reopen"): Step(
        State.REOPENED, need=CHECK, also=("opinion_given",), label="反弹，重新整改"
    ),
    (State.REOPENED, "start"): Step(State.WORKING, need=WORK, label="开始整改"),
}
