"""Form pages of the case file, by subject."""

from households.views.edit.facts import (
    event_record,
    event_resolve,
    guarantee_record,
    helper_assign,
    living_record,
    safety_net_close,
    safety_net_open,
    status_set,
)
from households.views.edit.income import income_save
from households.views.edit.measures import measure_add, measure_edit
from households.views.edit.people import household_edit, household_register, person_edit, situation_record

__all__ = [
    "event_record",
    "event_resolve",
    "guarantee_record",
    "helper_assign",
    "household_edit",
    "household_register",
    "income_save",
    "living_record",
    "measure_add",
    "measure_edit",
    "person_edit",
    "safety_net_close",
    "safety_net_open",
    "situation_record",
    "status_set",
]
