"""Reads of this room, inside the actor's area."""

from monitoring.selectors.runs import (
    counties,
    faults_of,
    last_done,
    packs_by_county,
    parts_page,
    place_choices,
    run_above,
    run_claim,
    run_get,
    run_list,
    run_page,
    tallies_of,
)

__all__ = [
    "counties",
    "faults_of",
    "last_done",
    "packs_by_county",
    "parts_page",
    "place_choices",
    "run_above",
    "run_claim",
    "run_get",
    "run_list",
    "run_page",
    "tallies_of",
]
