"""Doors of households."""

import uuid

from tests.access.matrix import Row, Scene
from tests.factories.households import (
    make_event,
    make_household,
    make_measure,
    make_safety_net,
    make_visit,
)


def house(scene: Scene) -> dict:
    return {"pk": make_household(scene.world.village_a1, members=2, phone="13800001234").pk}


def person(scene: Scene) -> dict:
    household = make_household(scene.world.village_a1, members=2)
    return {"pk": household.pk, "person_pk": household.memberships.last().person_id}


def visit(scene: Scene) -> dict:
    return {"pk": make_visit(make_household(scene.world.village_a1)).pk}


def measure(scene: Scene) -> dict:
    return {"pk": make_measure(make_household(scene.world.village_a1)).pk}


def spell(scene: Scene) -> dict:
    net = make_safety_net(make_household(scene.world.village_a1))
    return {"pk": net.household_id, "spell_pk": net.pk}


def event(scene: Scene) -> dict:
    row = make_event(make_household(scene.world.village_a1))
    return {"pk": row.household_id, "event_pk": row.pk}


def plus(make, **more):
    return lambda scene: make(scene) | more


def of_village(scene: Scene) -> dict:
    make_household(scene.world.village_a1)
    return {"code": scene.world.village_a1.code}


def api_visit(scene: Scene) -> dict:
    household = make_household(scene.world.village_a1)
    return {"uuid": str(uuid.uuid4()), "household": household.pk, "visited_on": "2020-09-01", "note": "在家"}


VIEW, EDIT = "households.view", "households.edit"
PANELS = ("members-panel", "incomes-panel", "measures-panel", "visits-panel", "changes-panel")
# (URL name, permission, arguments): every one is a form, asked for and sent empty.
FORMS = [
    ("household-edit", EDIT, house),
    ("member-add", EDIT, house),
    ("person-edit", EDIT, person),
    ("member-leave", EDIT, person),
    ("person-situation", EDIT, person),
    ("living-record", EDIT, house),
    ("guarantee-record", EDIT, plus(house, kind="water")),
    ("status-set", "households.set_status", plus(house, dimension="monitor")),
    ("helper-assign", "households.assign_helper", house),
    ("safety-net-open", EDIT, house),
    ("safety-net-close", EDIT, spell),
    ("event-record", EDIT, house),
    ("event-resolve", EDIT, event),
    ("income-save", EDIT, house),
    ("measure-add", "households.manage_measures", house),
    ("measure-edit", "households.manage_measures", measure),
    ("visit-record", "households.record_visit", house),
    ("household-sheet-full", "households.reveal", house),
    ("household-number", "households.reveal", plus(house, field="phone")),
    ("person-number", "households.reveal", plus(person, field="id_number")),
]
ROWS = [
    Row("households:household-list", VIEW),
    Row("households:visit-list", VIEW),
    Row("households:measure-list", VIEW),
    Row("households:household-detail", VIEW, kwargs=house),
    *(Row(f"households:{name}", VIEW, kwargs=house) for name in PANELS),
    Row("households:visit-detail", VIEW, kwargs=visit),
    Row("households:visit-plan", VIEW),
    Row("households:visit-coverage", VIEW),
    Row("households:group-list", VIEW),
    Row("households:group-members", VIEW, kwargs=lambda scene: {"code": "disabled"}, scoped=False),
    Row("households:print-choose", VIEW),
    *(Row(f"households:{name}", VIEW, kwargs=of_village) for name in ("village-sheets", "village-cards")),
    *(
        Row(f"households:{name}", VIEW, kwargs=house)
        for name in ("household-sheet", "household-card", "household-card-code")
    ),
    Row("households:household-register", EDIT),
    Row("households:household-register", EDIT, method="post", data={"name": ""}),
    *(Row(f"households:{name}", need, kwargs=kwargs) for name, need, kwargs in FORMS),
    *(
        Row(f"households:{name}", need, method="post", kwargs=kwargs, data={"x": ""})
        for name, need, kwargs in FORMS
    ),
    Row("api:household-list", VIEW),
    Row("api:household-detail", VIEW, kwargs=house),
    Row("api:visit-list", VIEW),
    Row("api:visit-list", "households.record_visit", method="post", data=api_visit),
]
