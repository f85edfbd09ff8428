"""Doors of households."""

import uuid

from tests.access.matrix import PUBLIC, Row, Scene
from tests.factories.households import (
    make_act,
    make_event,
    make_household,
    make_measure,
    make_paper,
    make_photo,
    make_points,
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


def act(scene: Scene) -> dict:
    row = make_act(make_household(scene.world.village_a1))
    return {"pk": row.household_id, "act_pk": row.pk}


def paper(scene: Scene) -> dict:
    row = make_paper(make_household(scene.world.village_a1))
    return {"pk": row.household_id, "paper_pk": row.pk}


def plus(make, **more):
    return lambda scene: make(scene) | more


def of_village(scene: Scene) -> dict:
    make_household(scene.world.village_a1)
    return {"code": scene.world.village_a1.code}


def api_visit(scene: Scene) -> dict:
    household = make_household(scene.world.village_a1)
    return {"uuid": str(uuid.uuid4()), "household": household.pk, "visited_on": "2020-09-01", "note": "在家"}


def api_photo(scene: Scene) -> dict:
    return {"uuid": make_visit(make_household(scene.world.village_a1)).uuid}


def photo(scene: Scene) -> dict:
    return {"uuid": make_photo(make_visit(make_household(scene.world.village_a1))).uuid}


VIEW, EDIT = "households.view", "households.edit"
PANELS = (
    "members-panel", "incomes-panel", "measures-panel", "visits-panel", "changes-panel", "acts-panel", "papers-panel",
)  # fmt: skip


def points(scene: Scene) -> dict:
    entry = make_points(make_household(scene.world.village_a1))
    return {"pk": entry.household_id, "entry_pk": entry.pk}


VIEW, EDIT = "households.view", "households.edit"
MEASURES, POINTS = "households.manage_measures", "households.manage_points"
HELP_PANELS = ("household-plan", "support-panel", "points-panel")
HELP_LISTS = ("measure-gaps", "taper-list", "single-person-list", "point-list")
# (URL name, permission, arguments): every one is a form, asked for and sent empty.
FORMS = [
    ("household-edit", EDIT, house),
    ("member-add", EDIT, house),
    ("person-edit", EDIT, person),
    ("member-leave", EDIT, person),
    ("member-return", EDIT, house),
    ("member-transfer", EDIT, person),
    ("head-change", EDIT, person),
    ("household-split", EDIT, house),
    ("household-merge", EDIT, house),
    ("household-move", EDIT, house),
    ("household-close", EDIT, house),
    ("household-reopen", EDIT, house),
    ("act-reverse", EDIT, act),
    ("paper-add", EDIT, house),
    ("paper-supersede", EDIT, paper),
    ("person-situation", EDIT, person),
    ("living-record", EDIT, house),
    ("guarantee-record", EDIT, plus(house, kind="water")),
    ("status-set", "households.set_status", plus(house, dimension="poverty")),
    ("helper-assign", "households.assign_helper", house),
    ("safety-net-open", EDIT, house),
    ("safety-net-close", EDIT, spell),
    ("event-record", EDIT, house),
    ("event-resolve", EDIT, event),
    ("income-save", EDIT, house),
    ("measure-add", "households.manage_measures", house),
    ("measure-edit", "households.manage_measures", measure),
    ("measure-review", MEASURES, measure),
    ("measure-end", MEASURES, measure),
    ("point-earn", POINTS, house),
    ("point-spend", POINTS, house),
    ("point-correct", POINTS, points),
    ("visit-record", "households.record_visit", house),
    ("household-sheet-full", "households.reveal", house),
    ("household-number", "households.reveal", plus(house, field="phone")),
    ("person-number", "households.reveal", plus(person, field="id_number")),
]
ROWS = [
    Row("households:household-list", VIEW),
    Row("households:visit-list", VIEW),
    Row("households:measure-list", VIEW),
    *(Row(f"households:{name}", VIEW) for name in HELP_LISTS),
    *(Row(f"households:{name}", VIEW, kwargs=house) for name in HELP_PANELS),
    Row("households:point-village", POINTS),
    Row("households:point-village", POINTS, method="post", data={"x": ""}),
    Row("households:measure-detail", VIEW, kwargs=measure),
    Row("households:measure-file-add", MEASURES, method="post", kwargs=measure, data={"x": ""}),
    Row("households:household-detail", VIEW, kwargs=house),
    *(Row(f"households:{name}", VIEW, kwargs=house) for name in PANELS),
    Row("households:visit-detail", VIEW, kwargs=visit),
    Row("households:visit-photo", VIEW, kwargs=photo),
    Row("households:offline", PUBLIC),
    Row("service-worker", PUBLIC),
    Row("households:visits-hand-in", "households.record_visit"),
    Row("households:visits-hand-in", "households.record_visit", method="post", data={"x": ""}),
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
    Row("api:day-list", "households.record_visit"),
    Row("api:visit-photos", "households.record_visit", method="post", kwargs=api_photo),
    Row("api:visit-list", "households.record_visit", method="post", data=api_visit),
]
