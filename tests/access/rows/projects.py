"""Doors of projects."""

from tests.access.matrix import Row, Scene
from tests.factories.households import make_household
from tests.factories.projects import make_beneficiary, make_project


def project(scene: Scene) -> dict:
    return {"pk": make_project(scene.world.village_a1).pk}


def beneficiary(scene: Scene) -> dict:
    found = make_project(scene.world.village_a1)
    row = make_beneficiary(found, make_household(scene.world.village_a1))
    return {"pk": found.pk, "row": row.pk}


def household(scene: Scene) -> dict:
    return {"pk": make_household(scene.world.village_a1).pk}


MILESTONE = {"kind": "bidding", "done_on": "2020-01-20"}
ROWS = [
    Row("projects:project-list", "projects.view"),
    Row("projects:project-detail", "projects.view", kwargs=project),
    Row("projects:project-create", "projects.edit"),
    Row("projects:project-create", "projects.edit", method="post", data={"name": ""}),
    Row("projects:project-edit", "projects.edit", kwargs=project),
    Row("projects:project-edit", "projects.edit", method="post", kwargs=project, data={"name": ""}),
    Row("projects:milestone-record", "projects.record_milestone", method="post", kwargs=project, data=MILESTONE),
    Row("projects:beneficiary-add", "projects.record_milestone", method="post", kwargs=project, data={"linkage": "wage"}),
    Row("projects:beneficiary-end", "projects.record_milestone", method="post", kwargs=beneficiary, data={"end-on": "2020-09-01"}),
    Row("projects:project-fail", "projects.edit", method="post", kwargs=project, data={"fail-reason": ""}),
    Row("projects:household-panel", "households.view", kwargs=household),
    Row("api:project-list", "projects.view"),
    Row("api:project-detail", "projects.view", kwargs=project),
]  # fmt: skip
