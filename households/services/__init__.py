"""Every act on the case file."""

from households.services.events import event_record, event_resolve, measure_save
from households.services.household import household_close, household_edit, household_move, household_register
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
from households.services.numbers import number_reveal
from households.services.person import member_add, member_leave, person_edit, person_situation_record
from households.services.points import point_correct, point_record, point_record_many
from households.services.relation import member_relation_set
from households.services.rows import household_touch
from households.services.visit import visit_record

__all__ = [
    "event_record",
    "event_resolve",
    "guarantee_record",
    "helper_assign",
    "household_close",
    "household_edit",
    "household_move",
    "household_register",
    "household_situation_record",
    "household_touch",
    "income_save",
    "measure_end",
    "measure_file_add",
    "measure_review",
    "measure_save",
    "member_add",
    "member_leave",
    "member_relation_set",
    "number_reveal",
    "person_edit",
    "person_situation_record",
    "point_correct",
    "point_record",
    "point_record_many",
    "safety_net_close",
    "safety_net_open",
    "status_set",
    "visit_record",
]
