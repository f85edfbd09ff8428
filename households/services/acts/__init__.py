"""家庭变动: each act writes its dated rows, its HouseholdAct and nothing silently."""

from households.services.acts.dividing import head_change, household_merge, household_split
from households.services.acts.joining import member_add, member_return
from households.services.acts.leaving import member_leave, member_transfer
from households.services.acts.reversing import act_reverse
from households.services.acts.whole import household_close, household_move, household_reopen

__all__ = [
    "act_reverse",
    "head_change",
    "household_close",
    "household_merge",
    "household_move",
    "household_reopen",
    "household_split",
    "member_add",
    "member_leave",
    "member_return",
    "member_transfer",
]
