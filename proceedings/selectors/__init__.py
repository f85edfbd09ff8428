"""Every way to read proceedings."""

from proceedings.selectors.lists import (
    Filters,
    area_choices,
    counts,
    measures_due,
    open_of_household,
    page_by_deadline,
    proceeding_get,
    proceeding_list,
    soon_days,
    village_choices,
    waiting_for,
)
from proceedings.selectors.page import acts_for, ladder_of, missing_of, papers_of, step_label, steps_of
from proceedings.selectors.removal import removal_facts
from proceedings.selectors.story import household_story, proceedings_of

__all__ = [
    "Filters",
    "acts_for",
    "area_choices",
    "counts",
    "household_story",
    "ladder_of",
    "measures_due",
    "missing_of",
    "open_of_household",
    "page_by_deadline",
    "papers_of",
    "proceeding_get",
    "proceeding_list",
    "proceedings_of",
    "removal_facts",
    "soon_days",
    "step_label",
    "steps_of",
    "village_choices",
    "waiting_for",
]
