"""What this room does, one function per act."""

from monitoring.services.cases import CaseDecision, case_assign, case_conclude, case_decide, case_decline
from monitoring.services.inline import run_here
from monitoring.services.rectification import (
    ActInput,
    ProblemInput,
    rectification_act,
    rectification_from_sign,
    rectification_open,
)
from monitoring.services.runs import (
    day_that_ended,
    judged_day,
    register_swept,
    runs_sweep,
    screening_run_execute,
    screening_run_request,
)

__all__ = [
    "ActInput",
    "CaseDecision",
    "ProblemInput",
    "case_assign",
    "case_conclude",
    "case_decide",
    "case_decline",
    "day_that_ended",
    "judged_day",
    "rectification_act",
    "rectification_from_sign",
    "rectification_open",
    "register_swept",
    "run_here",
    "runs_sweep",
    "screening_run_execute",
    "screening_run_request",
]
