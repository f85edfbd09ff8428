"""Rows of projects: one row and what it needs, written without services so that tests of services stand alone."""

import itertools
from datetime import date

from households.models import Household
from projects.models import Beneficiary, Milestone, Project
from projects.rules import STAGES
from tests.factories.households import make_village
from villages.models import Division

_count = itertools.count(1)
PLANNED = {
    "bidding": date(2020, 1, 31),
    "start": date(2020, 3, 31),
    "completion": date(2020, 6, 30),
    "acceptance": date(2020, 9, 30),
}


def make_project(village: Division | None = None, *, done: dict[str, date] | None = None, **kw) -> Project:
    """A project of 2020 with all four stages planned; `done` says which are done when, `stages` which it has."""
    village = village or make_village()
    n = next(_count)
    stages = kw.pop("stages", STAGES)
    defaults = {
        "code": f"XM{n:06d}", "name": f"产业扶持项目{n}", "kind": "industry", "year": 2020, "village": village,
        "scope_code": village.code, "planned_fen": 30_000_000, "unit": "县乡村振兴局",
    }  # fmt: skip
    project = Project.objects.create(**(defaults | kw))
    for kind in stages:
        make_milestone(project, kind, done_on=(done or {}).get(kind))
    return project


def make_milestone(project: Project, kind: str, **kw) -> Milestone:
    return Milestone.objects.create(project=project, kind=kind, **({"planned_on": PLANNED[kind]} | kw))


def make_beneficiary(project: Project, household: Household, **kw) -> Beneficiary:
    defaults = {"linkage": "dividend", "effective_from": date(2020, 1, 1)}
    return Beneficiary.objects.create(project=project, household=household, **(defaults | kw))
