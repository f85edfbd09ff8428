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
from households.services.monitoring_marks import (
    class_before_removal,
    household_risks_set,
    monitoring_restore,
    risks_checked,
)
from households.services.numbers import number_reveal
from households.services.person import member_add, member_leave, person_edit, person_situation_record
from households.services.relation import member_relation_set
from households.services.rows import household_touch
from households.services.visit import visit_record

__all__ = [
    "class_before_removal",
    "event_record",
    "event_resolve",
    "guarantee_record",
    "helper_assign",
    "household_close",
    "household_edit",
    "household_move",
    "household_register",
    "household_risks_set",
    "household_situation_record",
    "household_touch",
    "income_save",
    "measure_save",
    "member_add",
    "member_leave",
    "member_relation_set",
    "monitoring_restore",
    "number_reveal",
    "person_edit",
    "person_situation_record",
    "risks_checked",
    "safety_net_close",
    "safety_net_open",
    "status_set",
    "visit_record",
]
