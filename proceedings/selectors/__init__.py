"""Every way to read proceedings."""

from proceedings.selectors.lists import (
    Filters,
    area_choices,
    counts,
    measures_due,
    proceeding_get,
    proceeding_list,
    waiting_for,
)
from proceedings.selectors.page import acts_for, ladder_of, missing_of, papers_of, steps_of
from proceedings.selectors.story import household_story

__all__ = [
    "Filters",
    "acts_for",
    "area_choices",
    "counts",
    "household_story",
    "ladder_of",
    "measures_due",
    "missing_of",
    "papers_of",
    "proceeding_get",
    "proceeding_list",
    "steps_of",
    "waiting_for",
]
