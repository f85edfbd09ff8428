"""Every act on the case file."""

from households.services.acts import (
    act_reverse,
    head_change,
    household_close,
    household_merge,
    household_move,
    household_reopen,
    household_split,
    member_add,
    member_leave,
    member_return,
    member_transfer,
)
from households.services.events import event_record, event_resolve, measure_save
from households.services.hand_in import visits_hand_in
from households.services.household import household_edit, household_register
from households.services.income import income_save
from households.services.living import (
    guarantee_record,
    helper_assign,
    household_situation_record,
    safety_net_close,
    safety_net_open,
    status_set,
)
from households.services.measures import measure_end, measure_file_add, measure_review
from households.services.monitoring_marks import (
    class_before_removal,
    household_risks_set,
    monitoring_restore,
    risks_checked,
)
from households.services.numbers import number_reveal
from households.services.papers import measure_and_paper_save, paper_add, paper_supersede
from households.services.person import person_edit, person_situation_record
from households.services.photos import visit_photo_add
from households.services.points import point_correct, point_record, point_record_many
from households.services.relation import member_relation_set
from households.services.rows import household_touch
from households.services.visit import visit_record

__all__ = [
    "act_reverse",
    "class_before_removal",
    "event_record",
    "event_resolve",
    "guarantee_record",
    "head_change",
    "helper_assign",
    "household_close",
    "household_edit",
    "household_merge",
    "household_move",
    "household_register",
    "household_reopen",
    "household_risks_set",
    "household_situation_record",
    "household_split",
    "household_touch",
    "income_save",
    "measure_and_paper_save",
    "measure_end",
    "measure_file_add",
    "measure_review",
    "measure_save",
    "member_add",
    "member_leave",
    "member_relation_set",
    "member_return",
    "member_transfer",
    "monitoring_restore",
    "number_reveal",
    "paper_add",
    "paper_supersede",
    "person_edit",
    "person_situation_record",
    "point_correct",
    "point_record",
    "point_record_many",
    "risks_checked",
    "safety_net_close",
    "safety_net_open",
    "status_set",
    "visit_photo_add",
    "visit_record",
    "visits_hand_in",
]
